"""What OpenSim reads from an ``.osim``, as plain data."""
