"""Metrics of motions and their validation by re-simulation."""
