"""Joint centres of other generators' bodies, followed by a participant's model."""
