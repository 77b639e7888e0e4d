"""Derivatives by finite differences that know how good they are, and where kinks lie.

Differences are taken at steps that fall by fours and extrapolated to none (Ridders
1982, Adv Eng Softw 4, 75); the best is the one that the next step changes least, which
is chosen without a look at what it is compared with.
"""

from dataclasses import dataclass

import numpy as np

STEPS = 4.0 ** -np.arange(8)
"""Parts of the longest step."""

SURE = 1e-5
"""Relative error up to which a difference says what a derivative is."""

BENT = 1e-4
"""Relative difference of the derivatives to both sides from which there is a kink."""


@dataclass(frozen=True)
class Misfit:
    """How gradients compare to differences, each relative to its own size.

    Attributes
    ----------
    smooth : of those where function and difference are smooth
    kinked : of those at a kink, to the nearer one of both sides
    unsure : how many differences are lost in rounding or jumps
    """

    smooth: np.ndarray
    kinked: np.ndarray
    unsure: int

    def __str__(self) -> str:
        found = [
            f"{len(part)} {name} (at most {part.max(initial=0.0):.1e})"
            for name, part in (("smooth", self.smooth), ("kinked", self.kinked))
        ]
        return ", ".join([*found, f"{self.unsure} unsure"])


def compare(
    gradient: np.ndarray,
    *,
    here: np.ndarray,
    ahead: np.ndarray,
    behind: np.ndarray,
    step: float | np.ndarray,
    least: float | np.ndarray,
) -> Misfit:
    """Compare derivatives with differences.

    Parameters
    ----------
    gradient : (...)
    here : (...) value of the function
    ahead, behind : (..., 8) values at ``STEPS`` times ``step`` to both sides
    step : (...) longest step
    least : (...) size below which derivatives count as being of this size
    """
    length = np.asarray(step)[..., None] * STEPS
    rise, fall = (ahead - here[..., None]) / length, (here[..., None] - behind) / length
    central, error = _extrapolated((rise + fall) / 2, order=2)
    (right, right_error), (left, left_error) = (
        _extrapolated(side, order=1) for side in (rise, fall)
    )
    size = np.maximum(np.abs(gradient), least)
    side_error = np.maximum(right_error, left_error)
    bend = np.abs(right - left)
    # Sides that differ by no more than is known of them do not make a kink.
    kink = bend > np.maximum(BENT * size, 4 * side_error)
    smooth = ~kink & (error <= SURE * size)
    kinked = kink & (side_error <= SURE * size)
    off = np.abs(gradient - central) / size
    off_side = np.minimum(abs(gradient - right), abs(gradient - left)) / size
    return Misfit(off[smooth], off_side[kinked], int((~smooth & ~kinked).sum()))


def _extrapolated(
    differences: np.ndarray, *, order: int
) -> tuple[np.ndarray, np.ndarray]:
    """Best of the differences at no step, and how far its neighbours are from it."""
    gain = 4.0**order
    each = (gain * differences[..., 1:] - differences[..., :-1]) / (gain - 1)
    change = np.abs(np.diff(each, axis=-1))
    change = np.maximum(change[..., 1:], change[..., :-1])  # once may be by chance
    best = change.argmin(axis=-1)[..., None]
    value = np.take_along_axis(each[..., 1:-1], best, axis=-1)
    return value[..., 0], np.take_along_axis(change, best, axis=-1)[..., 0]
