"""Participants and squats made by the program."""
