"""Means and medians over gaps: NaN, without NumPy's warning, where all is a gap."""

import numpy as np
from jaxtyping import Float


def mean_seen(values: Float[np.ndarray, "N ..."]) -> Float[np.ndarray, "..."]:
    """Mean over the first axis of the values that are not NaN, in their unit.

    Examples
    --------
    >>> mean_seen(np.array([[1.0, np.nan], [3.0, np.nan]]))
    array([ 2., nan])
    """
    return np.asarray(np.ma.masked_invalid(values).mean(axis=0).filled(np.nan))


def median_seen(values: Float[np.ndarray, "N ..."]) -> Float[np.ndarray, "..."]:
    """Median over the first axis of the values that are not NaN, in their unit.

    Examples
    --------
    >>> median_seen(np.array([[1.0, np.nan], [5.0, np.nan], [2.0, np.nan]]))
    array([ 2., nan])
    """
    known = np.ma.masked_invalid(values)
    median = np.ma.median(known, axis=0)  # type: ignore[no-untyped-call]
    return np.asarray(median.filled(np.nan))
