"""Repetitions, datasets and populations."""
