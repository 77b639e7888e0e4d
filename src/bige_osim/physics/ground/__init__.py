"""Feet, force plates and ground reaction."""
