"""Which frames of a motion to solve."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from bige_osim.errors import BigeError
from bige_osim.times import interval, within


def choose_frames(
    time: Float[np.ndarray, " T"],
    *,
    rate: float | None = None,
    spans: Sequence[tuple[float, float]] | None = None,
) -> Int[np.ndarray, " N"]:
    """Rows of the frames to solve.

    Parameters
    ----------
    time : (T,) s
    rate : 1/s; every n-th frame is solved, the nearest rate that divides the motion's.
        ``None`` solves every frame
    spans : only from the one time to the other of each pair, s

    Raises
    ------
    BigeError
        A span holds no frame.

    Examples
    --------
    >>> choose_frames(np.arange(10) / 100, rate=25.0, spans=[(0.0, 0.06)])
    array([0, 4])
    """
    own = 1 / interval(time) if len(time) > 1 else 1.0
    step = 1 if rate is None else max(1, round(own / rate))
    if spans is None:
        return np.arange(0, len(time), step)
    chosen = np.zeros(len(time), dtype=bool)
    for start, stop in spans:
        inside = np.flatnonzero(within(time, start, stop))
        if not len(inside):
            raise BigeError(
                f"There is no frame between {start:.3f} and {stop:.3f} s in a motion of"
                f" {time[0]:.3f} to {time[-1]:.3f} s; choose other times."
            )
        kept = inside[inside % step == 0]
        chosen[kept if len(kept) else inside[:1]] = True
    return np.flatnonzero(chosen)
