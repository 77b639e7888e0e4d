"""Find the repetitions of an exercise in a motion."""
