"""From a motion to ground reaction, moments and activations, with residuals."""
