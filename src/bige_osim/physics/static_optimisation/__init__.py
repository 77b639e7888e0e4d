"""Muscle activations by static optimisation."""
