"""Stretches of a motion that may be repetitions, with their edges."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from jaxtyping import Float, Int
from scipy.signal import find_peaks

from bige_osim.repetitions.signals import SIDES, Signals

SHALLOW, DEEP = np.deg2rad(20), np.deg2rad(40)
"""Rise and fall of the knee flexion that makes a candidate, and one of full depth."""

EDGE = 0.05
"""Fraction of the rise at which a hump, or a sit-to-stand, starts and ends."""

MISSING = 0.3
"""Fraction of the rise that may lie outside the trial before it counts as cut off."""

LEAST_RISE = 0.08
"""Rise of the pelvis that makes a candidate for a sit-to-stand, m."""

RESTING = 0.03
"""Span of pelvis height that counts as resting at one height, m."""

LEAST_STRIDE = 0.15
"""Leg lengths that a foot goes forward and back in a candidate for a stride."""

AIRBORNE = 0.03
"""Height of a foot's lowest point above which it has left the floor, m."""

CLOSED = np.deg2rad(15)
"""Most difference of a hip or knee between start and end of a whole cycle, rad."""


@dataclass(frozen=True)
class Candidate:
    """A stretch of frames.

    Attributes
    ----------
    start, bottom, stop : frames
    rise : of the signal it was found by: rad, m or leg lengths
    depth : knee flexion at the bottom, rad
    side : 0 the right leg, 1 the left, ``None`` both
    cut : whether the trial starts, and ends, within it

    Examples
    --------
    >>> Candidate(5, 15, 30, rise=0.8, depth=1.5).side_name
    'both'
    """

    start: int
    bottom: int
    stop: int
    rise: float
    depth: float
    side: int | None = None
    cut: tuple[bool, bool] = (False, False)

    @property
    def rows(self) -> slice:
        """Its frames, both edges included."""
        return slice(self.start, self.stop + 1)

    @property
    def side_name(self) -> str:
        """``right``, ``left`` or ``both``."""
        return "both" if self.side is None else SIDES[self.side]


def _find_bends(signals: Signals) -> list[Candidate]:
    """Humps of the mean knee flexion."""
    return _humps(signals.knee)


def _find_stance_bends(signals: Signals) -> list[Candidate]:
    """Humps of the flexion of the knee of the leg that reaches lower."""
    return [
        replace(hump, side=int(signals.reach[hump.bottom].argmax()))
        for hump in _humps(signals.stance_knee)
    ]


def _find_contacts(signals: Signals) -> list[Candidate]:
    """Humps of the mean knee flexion, from landing to take-off.

    The feet say when where they are known; else it is the pelvis, which falls fastest
    at landing and rises fastest at take-off.
    """
    knee = signals.knee
    peaks, rises = _peaks(knee, least=SHALLOW)
    deep = peaks[rises >= DEEP]
    spans = dict(zip(deep.tolist(), _spans(knee, deep), strict=True))
    bounds = [0, *deep.tolist(), len(knee) - 1]
    found = []
    for before, peak, after in zip(bounds, bounds[1:], bounds[2:], strict=False):
        start = before + int(signals.speed[before : peak + 1].argmin())
        stop = peak + int(signals.speed[peak : after + 1].argmax())
        if signals.lift is not None:
            flying = signals.lift.min(axis=1) > AIRBORNE
            up = np.flatnonzero(flying[before : peak + 1])
            off = np.flatnonzero(flying[peak : after + 1])
            start = before + int(up[-1]) + 1 if len(up) else start
            stop = peak + int(off[0]) if len(off) else stop
        start, stop = min(start, peak), max(stop, peak)
        if stop - start < 2:  # it neither lands nor leaves: the hump itself
            start, stop = spans[peak]
        missing = stop == len(knee) - 1 and knee[stop] > knee[peak] / 2
        found.append(
            Candidate(
                start,
                peak,
                stop,
                float(rises[peaks == peak][0]),
                float(knee[peak]),
                cut=(start == 0, bool(missing)),
            )
        )
    return found


def _find_rises(signals: Signals) -> list[Candidate]:
    """Rises of the pelvis, from the trunk's swing on the seat until it is up.

    Before the pelvis leaves its lowest height the trunk swings forward: the start is
    the last frame at which the pelvis is tilted farthest back while it rests.
    """
    height = signals.height
    peaks, _ = _peaks(height, least=LEAST_RISE)
    found = []
    for before, peak in zip([0, *peaks.tolist()], peaks.tolist(), strict=False):
        stretch = height[before : peak + 1]
        lowest, rise = stretch.min(), float(height[peak] - stretch.min())
        if rise < LEAST_RISE:
            continue  # the trial starts standing
        resting = np.flatnonzero(stretch <= lowest + RESTING)
        seat_off = before + int(resting[-1])
        first = before + int(resting[0])
        tilt = signals.tilt[first : seat_off + 1]
        back = tilt >= tilt.max() - EDGE * (tilt.max() - tilt[tilt.argmax() :].min())
        start = first + int(np.flatnonzero(back)[-1])
        up = height[seat_off : peak + 1] >= height[peak] - EDGE * rise
        stop = seat_off + int(np.flatnonzero(up)[0])
        # A trial that starts or ends while the pelvis moves has lost a part.
        moving = np.abs(signals.speed) > rise
        found.append(
            Candidate(
                start,
                seat_off,
                stop,
                rise,
                float(signals.knee[seat_off]),
                cut=(
                    first == 0 and bool(moving[0]),
                    peak == len(height) - 1 and bool(moving[-1]),
                ),
            )
        )
    return found


def _find_strides(signals: Signals) -> list[Candidate]:
    """Stretches between the frames at which a foot is farthest ahead of its hip.

    That frame is the foot's strike (Zeni et al. 2008, Gait Posture 27, 710). What lies
    before the first strike and after the last is a candidate too, cut off by the trial
    unless the legs are there as at its other end.
    """
    last = len(signals.time) - 1
    legs = np.concatenate([signals.knees, signals.hips], axis=1)
    found = []
    for side in range(2):
        ahead = signals.ahead[:, side]
        strikes, _ = _peaks(ahead, least=LEAST_STRIDE)
        if not len(strikes):
            continue
        edges = sorted({0, *strikes.tolist(), last})
        for start, stop in pairwise(edges):
            open_ = bool(np.abs(legs[stop] - legs[start]).max() > CLOSED)
            bottom = start + int(signals.knees[start : stop + 1, side].argmax())
            found.append(
                Candidate(
                    start,
                    bottom,
                    stop,
                    float(np.ptp(ahead[start : stop + 1])),
                    float(signals.knees[bottom, side]),
                    side=side,
                    cut=(open_ and start == 0, bool(open_ and stop == last)),
                )
            )
    return sorted(found, key=lambda candidate: candidate.start)


@dataclass(frozen=True)
class Signal:
    """What repetitions of an exercise are found by.

    Attributes
    ----------
    name : as the docs call it
    find : makes candidates
    label : of the axis on which it is drawn
    curves : what is drawn, (T,) each, by name, in the unit of ``label``
    """

    name: str
    find: Callable[[Signals], list[Candidate]]
    label: str
    curves: Callable[[Signals], Mapping[str, Float[np.ndarray, " T"]]]


MEAN_KNEE = Signal(
    "mean knee flexion", _find_bends, "mean knee\nflexion (deg)",
    lambda signals: {"knees": np.rad2deg(signals.knee)},
)  # fmt: skip
STANCE_KNEE = Signal(
    "stance knee flexion", _find_stance_bends, "stance knee\nflexion (deg)",
    lambda signals: {"knee": np.rad2deg(signals.stance_knee)},
)  # fmt: skip
GROUND_CONTACT = replace(MEAN_KNEE, name="ground contact", find=_find_contacts)
PELVIS_RISE = Signal(
    "pelvis rise", _find_rises, "pelvis\nheight (cm)",
    lambda signals: {"pelvis": 100 * signals.height},
)  # fmt: skip
STRIDE = Signal(
    "stride", _find_strides, "foot ahead of\nhip (% of leg)",
    lambda signals: dict(zip(SIDES, 100 * signals.ahead.T, strict=True)),
)  # fmt: skip


def _peaks(
    values: Float[np.ndarray, " T"], *, least: float
) -> tuple[Int[np.ndarray, " P"], Float[np.ndarray, " P"]]:
    """Frames of the peaks, and by how much they stand out.

    A hump cut off by the start or end of the trial has no foot on that side; padding
    lets it be found, and then be rejected for what is missing.
    """
    padded = np.concatenate([[values.min()], values, [values.min()]])
    peaks, found = find_peaks(padded, prominence=least)
    return peaks - 1, found["prominences"]


def _humps(values: Float[np.ndarray, " T"]) -> list[Candidate]:
    """Deep humps, and shallow ones beside them."""
    peaks, rises = _peaks(values, least=SHALLOW)
    deep = _spans(values, peaks[rises >= DEEP])
    spans = dict(zip(peaks[rises >= DEEP].tolist(), deep, strict=True))
    for peak, span in zip(peaks.tolist(), _spans(values, peaks), strict=True):
        # A wave at the bottom of a deep hump is a part of it.
        if peak not in spans and not any(a <= peak <= b for a, b in deep):
            spans[peak] = span
    last = len(values) - 1
    found = []
    for peak, rise in zip(peaks.tolist(), rises.tolist(), strict=True):
        if peak not in spans:
            continue
        start, stop = spans[peak]
        full = values[peak] - min(values[start], values[stop])
        lost = [(values[i] - values[peak] + full) / full for i in (start, stop)]
        cut = (
            bool(start == 0 and lost[0] > MISSING),
            bool(stop == last and lost[1] > MISSING),
        )
        found.append(Candidate(start, peak, stop, rise, float(values[peak]), cut=cut))
    return found


def _spans(
    values: Float[np.ndarray, " T"], peaks: Int[np.ndarray, " P"]
) -> list[tuple[int, int]]:
    """First and last frame of each hump."""
    spans = []
    bounds = [0, *peaks.tolist(), len(values) - 1]
    for before, peak, after in zip(bounds, bounds[1:], bounds[2:], strict=False):
        left, right = values[before : peak + 1], values[peak : after + 1]
        low = left <= left.min() + EDGE * (values[peak] - left.min())
        high = right <= right.min() + EDGE * (values[peak] - right.min())
        start = before + int(np.flatnonzero(low)[-1])
        spans.append((start, peak + int(np.flatnonzero(high)[0])))
    return spans
