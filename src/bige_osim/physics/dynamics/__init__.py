"""Generalised forces of a motion."""
