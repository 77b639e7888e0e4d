"""What the rules measure of a candidate."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from bige_osim.repetitions.candidates import RESTING, Candidate
from bige_osim.repetitions.signals import Signals

BEFORE = 0.3
"""How long before landing a fall is looked for, s."""


@dataclass(frozen=True)
class Movement:
    """A candidate in its trial; every public method is a feature that rules limit.

    Attributes
    ----------
    signals : of the trial
    candidate : a stretch of its frames

    Examples
    --------
    >>> from bige_osim.motion import Motion
    >>> from bige_osim.repetitions.signals import HIPS, KNEES, PELVIS, make_signals
    >>> names = (*KNEES, *HIPS, "pelvis_tilt", *PELVIS)
    >>> still = make_signals(Motion(np.arange(50) / 50, np.zeros((50, 8)), names))
    >>> movement = Movement(still, Candidate(5, 15, 30, rise=0.8, depth=1.5))
    >>> movement.duration(), movement.travel()
    (0.5, 0.0)
    """

    signals: Signals
    candidate: Candidate

    def start_knee(self) -> float:
        """Knee flexion at the start, rad; of both legs' mean, or of the leg's own."""
        return float(self._knee()[self.candidate.start])

    def stop_knee(self) -> float:
        """Knee flexion at the end, rad."""
        return float(self._knee()[self.candidate.stop])

    def start_speed(self) -> float:
        """Vertical speed of the pelvis at the start, m/s."""
        return float(self.signals.speed[self.candidate.start])

    def stop_speed(self) -> float:
        """Vertical speed of the pelvis at the end, m/s."""
        return float(self.signals.speed[self.candidate.stop])

    def landing_speed(self) -> float:
        """Fastest fall of the pelvis just before the start, m/s, downward positive."""
        return float(max(-self.signals.speed[self._before()].min(), 0.0))

    def fall(self) -> float:
        """Fastest gain of falling speed just before the start, m/s²."""
        rows = self._before()
        if rows.stop - rows.start < 2:
            return 0.0
        speed, time = self.signals.speed[rows], self.signals.time[rows]
        return float(-np.gradient(speed, time).min())

    def takeoff_speed(self) -> float:
        """Fastest rise of the pelvis between bottom and end, m/s."""
        rows = slice(self.candidate.bottom, self.candidate.stop + 1)
        return float(self.signals.speed[rows].max())

    def travel(self) -> float:
        """Horizontal distance of the pelvis from start to end, m."""
        forward, _, right = self._change(self.signals.pelvis)
        return float(np.hypot(forward, right))

    def height_change(self) -> float:
        """Height of the pelvis at the end above that at the start, m."""
        return float(self._change(self.signals.height))

    def pelvis_drop(self) -> float:
        """How far the pelvis goes down and up, m."""
        return float(np.ptp(self._within(self.signals.height)))

    def rise(self) -> float:
        """Rise of the signal that found the candidate: rad, m or leg lengths."""
        return self.candidate.rise

    def lesser_knee(self) -> float:
        """Flexion of the lesser knee at the bottom as a fraction of the greater's."""
        lesser, greater = np.sort(self.signals.knees[self.candidate.bottom])
        return max(float(lesser / greater), 0.0)

    def hips_apart(self) -> float:
        """Difference of the hips' flexions at the bottom, rad."""
        right, left = self.signals.hips[self.candidate.bottom]
        return abs(float(right - left))

    def seat_tilt(self) -> float:
        """How much the pelvis tilts while it rests at its lowest height, rad."""
        return float(np.ptp(self._resting(self.signals.tilt)))

    def seat_behind(self) -> float:
        """How far the centre of mass is behind the heels while the pelvis rests, m."""
        assert self.signals.behind is not None
        return float(np.median(self._resting(self.signals.behind)))

    def reach_apart(self) -> float:
        """How much lower one ankle is than the other, median, leg lengths."""
        return float(np.median(np.ptp(self._within(self.signals.reach), axis=1)))

    def edge_reach(self) -> float:
        """How much lower one ankle is at start and at end, the lesser, leg lengths."""
        ends = self.signals.reach[[self.candidate.start, self.candidate.stop]]
        return float(np.ptp(ends, axis=1).min())

    def free_foot(self) -> float:
        """Height of the higher foot's lowest point above the floor, median, m."""
        assert self.signals.lift is not None
        return float(np.median(self._within(self.signals.lift).max(axis=1)))

    def duration(self) -> float:
        """Time from start to stop, s."""
        return float(self._change(self.signals.time))

    def opening(self) -> float:
        """Largest difference of a hip or knee between start and end, rad."""
        legs = np.concatenate([self.signals.knees, self.signals.hips], axis=1)
        return float(np.abs(self._change(legs)).max())

    def strike_change(self) -> float:
        """How much farther ahead the foot is at the end than at start, leg lengths."""
        return float(self._change(self.signals.ahead)[self._side()])

    def other_strike(self) -> float:
        """When within the cycle the other foot is farthest ahead, 0 to 1."""
        other = self._within(self.signals.ahead)[:, 1 - self._side()]
        return float(other.argmax() / max(len(other) - 1, 1))

    def swing_knee(self) -> float:
        """How much the striding leg's knee bends and extends, rad."""
        return float(np.ptp(self._within(self.signals.knees)[:, self._side()]))

    def cut_start(self) -> float:
        """1 if the trial starts within the candidate, else 0; no unit."""
        return float(self.candidate.cut[0])

    def cut_stop(self) -> float:
        """1 if the trial ends within the candidate, else 0; no unit."""
        return float(self.candidate.cut[1])

    def _within(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(values[self.candidate.rows])

    def _change(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(values[self.candidate.stop] - values[self.candidate.start])

    def _resting(self, values: np.ndarray) -> np.ndarray:
        """Values while the pelvis rests at its lowest height."""
        height = self._within(self.signals.height)
        resting = height <= height.min() + RESTING
        return np.asarray(self._within(values)[resting])

    def _before(self) -> slice:
        begin = self.signals.time[self.candidate.start] - BEFORE
        first = int(np.searchsorted(self.signals.time, begin))
        return slice(first, self.candidate.start + 1)

    def _side(self) -> int:
        assert self.candidate.side is not None
        return self.candidate.side

    def _knee(self) -> Float[np.ndarray, " T"]:
        if self.candidate.side is None:
            return self.signals.knee
        return self.signals.knees[:, self.candidate.side]
