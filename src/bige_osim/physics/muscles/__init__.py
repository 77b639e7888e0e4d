"""Muscle paths, moment arms and active force."""
