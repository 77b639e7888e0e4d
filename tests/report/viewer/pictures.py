"""Pictures compared."""

import numpy as np


def changed(a: np.ndarray, b: np.ndarray) -> float:
    """Fraction of the pixels that differ visibly."""
    return float((np.abs(a - b).max(axis=-1) > 24).mean())
