"""Means and medians of what was seen: NaN, and nothing else, where nothing was.

NumPy's ``nanmean`` and ``nanmedian`` warn there.
"""

import numpy as np
from jaxtyping import Float


def mean_seen(values: Float[np.ndarray, "N ..."]) -> Float[np.ndarray, "..."]:
    """Mean over the first axis of the values that are not NaN.

    Examples
    --------
    >>> mean_seen(np.array([[1.0, np.nan], [3.0, np.nan]]))
    array([ 2., nan])
    """
    seen = ~np.isnan(values)
    count = seen.sum(axis=0)
    total = np.where(seen, values, 0.0).sum(axis=0)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def median_seen(values: Float[np.ndarray, "N ..."]) -> Float[np.ndarray, "..."]:
    """Median over the first axis of the values that are not NaN.

    Examples
    --------
    >>> median_seen(np.array([[1.0, np.nan], [5.0, np.nan], [2.0, np.nan]]))
    array([ 2., nan])
    """
    found = np.full(values.shape[1:], np.nan)
    seen = ~np.isnan(values).all(axis=0)
    if seen.any():
        found[seen] = np.nanmedian(values[:, seen], axis=0)
    return found
