"""What the rules measure of a candidate, one function each."""

import numpy as np
from jaxtyping import Float

from bige_osim.repetitions.candidates import RESTING, Candidate
from bige_osim.repetitions.signals import Signals

BEFORE = 0.3
"""How long before landing a fall is looked for, s."""


def _knee(signals: Signals, candidate: Candidate) -> Float[np.ndarray, " T"]:
    if candidate.side is None:
        return signals.knee
    return signals.knees[:, candidate.side]


def start_knee(signals: Signals, candidate: Candidate) -> float:
    """Knee flexion at the start, rad; of both legs' mean, or of the leg's own."""
    return float(_knee(signals, candidate)[candidate.start])


def stop_knee(signals: Signals, candidate: Candidate) -> float:
    """Knee flexion at the end, rad."""
    return float(_knee(signals, candidate)[candidate.stop])


def start_speed(signals: Signals, candidate: Candidate) -> float:
    """Vertical speed of the pelvis at the start, m/s."""
    return float(signals.speed[candidate.start])


def stop_speed(signals: Signals, candidate: Candidate) -> float:
    """Vertical speed of the pelvis at the end, m/s."""
    return float(signals.speed[candidate.stop])


def landing_speed(signals: Signals, candidate: Candidate) -> float:
    """Fastest fall of the pelvis just before the start, m/s, downward positive."""
    return float(max(-signals.speed[_before(signals, candidate)].min(), 0.0))


def fall(signals: Signals, candidate: Candidate) -> float:
    """Fastest gain of falling speed just before the start, m/s²."""
    rows = _before(signals, candidate)
    if rows.stop - rows.start < 2:
        return 0.0
    return float(-np.gradient(signals.speed[rows], signals.time[rows]).min())


def _before(signals: Signals, candidate: Candidate) -> slice:
    begin = signals.time[candidate.start] - BEFORE
    return slice(int(np.searchsorted(signals.time, begin)), candidate.start + 1)


def takeoff_speed(signals: Signals, candidate: Candidate) -> float:
    """Fastest rise of the pelvis between bottom and end, m/s."""
    return float(signals.speed[candidate.bottom : candidate.stop + 1].max())


def travel(signals: Signals, candidate: Candidate) -> float:
    """Horizontal way of the pelvis from start to end, m."""
    moved = signals.pelvis[candidate.stop] - signals.pelvis[candidate.start]
    return float(np.hypot(moved[0], moved[2]))


def height_change(signals: Signals, candidate: Candidate) -> float:
    """Height of the pelvis at the end above that at the start, m."""
    return float(signals.height[candidate.stop] - signals.height[candidate.start])


def pelvis_drop(signals: Signals, candidate: Candidate) -> float:
    """How far the pelvis goes down and up, m."""
    return float(np.ptp(signals.height[candidate.rows]))


def rise(signals: Signals, candidate: Candidate) -> float:
    """Rise of the signal by which the candidate was found: rad, m or leg lengths."""
    return candidate.rise


def lesser_knee(signals: Signals, candidate: Candidate) -> float:
    """Flexion of the lesser knee at the bottom as a share of the greater's."""
    lesser, greater = np.sort(signals.knees[candidate.bottom])
    return max(float(lesser / greater), 0.0)


def hips_apart(signals: Signals, candidate: Candidate) -> float:
    """Difference of the hips' flexions at the bottom, rad."""
    right, left = signals.hips[candidate.bottom]
    return abs(float(right - left))


def seat_tilt(signals: Signals, candidate: Candidate) -> float:
    """How much the pelvis tilts while it rests at its lowest height, rad."""
    return float(np.ptp(signals.tilt[candidate.rows][_resting(signals, candidate)]))


def seat_behind(signals: Signals, candidate: Candidate) -> float:
    """How far the centre of mass is behind the heels while the pelvis rests, m."""
    assert signals.behind is not None
    rest = signals.behind[candidate.rows][_resting(signals, candidate)]
    return float(np.median(rest))


def _resting(signals: Signals, candidate: Candidate) -> np.ndarray:
    height = signals.height[candidate.rows]
    return np.asarray(height <= height.min() + RESTING)


def reach_apart(signals: Signals, candidate: Candidate) -> float:
    """How much lower one ankle is than the other most of the time, leg lengths."""
    return float(np.median(np.ptp(signals.reach[candidate.rows], axis=1)))


def edge_reach(signals: Signals, candidate: Candidate) -> float:
    """How much lower one ankle is at start and at end, the lesser, leg lengths."""
    ends = signals.reach[[candidate.start, candidate.stop]]
    return float(np.ptp(ends, axis=1).min())


def free_foot(signals: Signals, candidate: Candidate) -> float:
    """Height of the higher foot's lowest point above the floor most of the time, m."""
    assert signals.lift is not None
    return float(np.median(signals.lift[candidate.rows].max(axis=1)))


def duration(signals: Signals, candidate: Candidate) -> float:
    """Time from start to stop, s."""
    return float(signals.time[candidate.stop] - signals.time[candidate.start])


def opening(signals: Signals, candidate: Candidate) -> float:
    """Largest difference of a hip or knee between start and end, rad."""
    legs = np.concatenate([signals.knees, signals.hips], axis=1)
    return float(np.abs(legs[candidate.stop] - legs[candidate.start]).max())


def strike_change(signals: Signals, candidate: Candidate) -> float:
    """How much farther ahead the foot is at the end than at the start, leg lengths."""
    assert candidate.side is not None
    ahead = signals.ahead[:, candidate.side]
    return float(ahead[candidate.stop] - ahead[candidate.start])


def other_strike(signals: Signals, candidate: Candidate) -> float:
    """When within the cycle the other foot is farthest ahead, 0 to 1."""
    assert candidate.side is not None
    other = signals.ahead[candidate.rows, 1 - candidate.side]
    return float(other.argmax() / max(len(other) - 1, 1))


def swing_knee(signals: Signals, candidate: Candidate) -> float:
    """How much the striding leg's knee bends and extends, rad."""
    assert candidate.side is not None
    return float(np.ptp(signals.knees[candidate.rows, candidate.side]))


def cut_start(signals: Signals, candidate: Candidate) -> float:
    """1 if the trial starts within the candidate, else 0."""
    return float(candidate.cut[0])


def cut_stop(signals: Signals, candidate: Candidate) -> float:
    """1 if the trial ends within the candidate, else 0."""
    return float(candidate.cut[1])
