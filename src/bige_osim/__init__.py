"""From OpenCap recordings to simulated muscle activations and guided motions."""

__version__ = "0.1.0"
