"""Search for motions that meet a goal."""
