"""The generator and the surrogate, their training and their checkpoints."""
