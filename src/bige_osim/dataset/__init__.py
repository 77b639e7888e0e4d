"""Repetitions of many participants as one labelled file."""
