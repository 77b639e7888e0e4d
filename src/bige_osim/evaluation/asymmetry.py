"""How much a quantity of one leg differs from that of the other."""

import math


def symmetry_index(right: float, left: float) -> float:
    """Difference of two sides, in % of their mean magnitude; positive: right is larger.

    The index of Robinson, Herzog and Nigg 1987 (J Manipulative Physiol Ther 10(4):172),
    100 (R - L) / ((R + L) / 2), with magnitudes below the line, so that it stays
    between -200 and 200 whatever the signs. It says little where both sides are near
    zero, as that paper warns.

    Parameters
    ----------
    right, left : of one quantity, in the same unit

    Returns
    -------
    %, NaN if both sides are zero or one is unknown

    Examples
    --------
    >>> symmetry_index(110.0, 90.0), symmetry_index(1.0, 1.0), symmetry_index(0.0, 2.0)
    (20.0, 0.0, -200.0)
    """
    mean = (abs(right) + abs(left)) / 2
    return 100 * (right - left) / mean if mean > 0 else math.nan
