"""Processes of our own, and how they end with the program that began them."""
