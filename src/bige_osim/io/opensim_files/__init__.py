"""OpenSim's text files: tables of numbers, and an ``.osim``'s header."""
