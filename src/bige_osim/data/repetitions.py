"""Find the squats of a motion from the motion itself.

A candidate is a hump of the mean knee flexion. It is a squat if both legs take part
alike, it starts and ends standing still at one place, and the person was not sitting at
the bottom. A landing or a jump starts or ends with a fast pelvis over straight knees; a
lunge bends both knees but one hip only.
Sitting shows as a pelvis that rests at one height while it tilts: whoever squats must
balance over the feet and cannot swing the trunk without moving the pelvis, whereas
rising from a chair starts with just that swing (the flexion-momentum phase of
Schenkman et al. 1990, Phys Ther 70, 638). Every rule and its limit is in
:class:`SquatRules`; what breaks a rule is reported with the reason.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int
from scipy.signal import find_peaks

from bige_osim.motion import Motion

KNEES = ("knee_angle_r", "knee_angle_l")
HIPS = ("hip_flexion_r", "hip_flexion_l")
PELVIS = ("pelvis_tx", "pelvis_ty", "pelvis_tz")


@dataclass(frozen=True)
class SquatRules:
    """What makes a hump of the knee flexion a squat.

    Attributes
    ----------
    cutoff : of the low-pass before looking, Hz
    prominence : least rise and fall of the mean knee flexion, rad
    edge : share of the rise at which a repetition starts and ends
    standing_knee : most mean knee flexion, either way, at its start and end, rad
    standing_speed : most vertical speed of the pelvis at its start and end, m/s; that
        of a fall of 4 cm
    least_share : least flexion of the lesser knee at the bottom, of the greater's
    hip_difference : most difference between the hips' flexions at the bottom, rad; a
        lunge holds one thigh level and the other upright, 90 deg apart
    travel : most horizontal way of the pelvis from start to end, m
    height_change : most difference of pelvis height between start and end, m
    seat_height : span of pelvis height that counts as resting on a seat, m
    seat_tilt : most pelvis tilt within such a rest while squatting, rad
    """

    cutoff: float = 6.0
    prominence: float = np.deg2rad(40)
    edge: float = 0.05
    standing_knee: float = np.deg2rad(35)
    standing_speed: float = 0.9
    least_share: float = 0.5
    hip_difference: float = np.deg2rad(55)
    travel: float = 0.15
    height_change: float = 0.10
    seat_height: float = 0.03
    seat_tilt: float = np.deg2rad(14)


@dataclass(frozen=True)
class Repetition:
    """One repetition, or what was taken for one.

    Attributes
    ----------
    start, stop, bottom : s on the motion's own clock
    depth : mean knee flexion at the bottom, rad
    exercise : ``squat``
    quality : smallest distance from a rule's limit as a share of that limit: 1 far
        within all rules, 0 on a limit or beyond
    reasons : sentences why it is not a repetition of the exercise; empty if it is one
    """

    start: float
    stop: float
    bottom: float
    depth: float
    exercise: str
    quality: float
    reasons: tuple[str, ...] = ()

    @property
    def duration(self) -> float:
        """Time from start to stop, s."""
        return self.stop - self.start


@dataclass(frozen=True)
class Detection:
    """Repetitions found in a motion, in order of time.

    Attributes
    ----------
    accepted : repetitions of the exercise
    rejected : candidates that broke a rule, each with its reasons
    """

    accepted: tuple[Repetition, ...]
    rejected: tuple[Repetition, ...]


@dataclass(frozen=True)
class _Check:
    value: float
    limit: float
    reason: str

    @property
    def margin(self) -> float:
        return (self.limit - self.value) / self.limit


def find_squats(motion: Motion, rules: SquatRules | None = None) -> Detection:
    """Find the squats of a motion, whatever its rate and column order.

    Parameters
    ----------
    motion : (T, C) with both knees and hips in flexion, ``pelvis_tilt`` and the pelvis
        translations; flexion counts positive
    rules : limits; the defaults for ``None``

    Raises
    ------
    UnknownNameError
        if one of these coordinates is missing
    """
    rules = rules or SquatRules()
    columns = (*KNEES, *HIPS, "pelvis_tilt", *PELVIS)
    smooth = motion.select(columns).filter(rules.cutoff)
    knees = smooth.select(KNEES).values.mean(axis=1)
    # A hump cut off by the start or end of the trial has no foot on that side; padding
    # lets it be found, and then be rejected for not standing there.
    padded = np.concatenate([[knees.min()], knees, [knees.min()]])
    peaks = find_peaks(padded, prominence=rules.prominence)[0] - 1
    found = [
        _judge(smooth, knees, span, rules)
        for span in _spans(knees, peaks, edge=rules.edge)
    ]
    return Detection(
        accepted=tuple(r for r in found if not r.reasons),
        rejected=tuple(r for r in found if r.reasons),
    )


def _spans(
    knees: Float[np.ndarray, " T"], peaks: Int[np.ndarray, " P"], *, edge: float
) -> list[tuple[int, int, int]]:
    """First frame, bottom and last frame of each hump."""
    spans = []
    bounds = [0, *peaks.tolist(), len(knees) - 1]
    for before, peak, after in zip(bounds, bounds[1:], bounds[2:], strict=False):
        left, right = knees[before : peak + 1], knees[peak : after + 1]
        low = left <= left.min() + edge * (knees[peak] - left.min())
        high = right <= right.min() + edge * (knees[peak] - right.min())
        start = before + int(np.flatnonzero(low)[-1])
        stop = peak + int(np.flatnonzero(high)[0])
        spans.append((start, peak, stop))
    return spans


def _judge(
    motion: Motion,
    knees: Float[np.ndarray, " T"],
    span: tuple[int, int, int],
    rules: SquatRules,
) -> Repetition:
    start, bottom, stop = span
    repetition = Repetition(
        start=float(motion.time[start]),
        stop=float(motion.time[stop]),
        bottom=float(motion.time[bottom]),
        depth=float(knees[bottom]),
        exercise="squat",
        quality=0.0,
    )
    checks = (
        *_standing_checks(motion, knees, span, rules),
        *_speed_checks(motion, span, rules),
        _knee_check(motion, bottom, rules),
        _hip_check(motion, bottom, rules),
        _seat_check(motion, span, rules),
    )
    reasons = tuple(check.reason for check in checks if check.margin < 0)
    quality = max(0.0, min(1.0, *(check.margin for check in checks)))
    return replace(repetition, quality=float(quality), reasons=reasons)


def _standing_checks(
    motion: Motion,
    knees: Float[np.ndarray, " T"],
    span: tuple[int, int, int],
    rules: SquatRules,
) -> tuple[_Check, ...]:
    start, _, stop = span
    pelvis = motion.select(PELVIS).values
    moved = pelvis[stop] - pelvis[start]
    travel = float(np.hypot(moved[0], moved[2]))
    begin, end = np.abs(np.rad2deg(knees[[start, stop]]))
    limit = np.rad2deg(rules.standing_knee)
    return (
        _Check(begin, limit, f"it starts with the knees bent {begin:.0f} deg"),
        _Check(end, limit, f"it ends with the knees bent {end:.0f} deg"),
        _Check(travel, rules.travel, f"the pelvis travels {100 * travel:.0f} cm"),
        _Check(
            abs(float(moved[1])),
            rules.height_change,
            f"the pelvis ends {100 * moved[1]:+.0f} cm from its height at the start",
        ),
    )


def _speed_checks(
    motion: Motion, span: tuple[int, int, int], rules: SquatRules
) -> tuple[_Check, ...]:
    """Tell a landing and a take-off, with fast straight legs, from standing."""
    height = motion.select(("pelvis_ty",))
    speed = height.derivatives()[0][:, 0]
    return tuple(
        _Check(
            abs(float(speed[frame])),
            rules.standing_speed,
            f"it {word} with the pelvis at {speed[frame]:+.1f} m/s, as in a jump",
        )
        for frame, word in ((span[0], "starts"), (span[2], "ends"))
    )


def _hip_check(motion: Motion, bottom: int, rules: SquatRules) -> _Check:
    right, left = np.rad2deg(motion.select(HIPS).values[bottom])
    difference = abs(float(right - left))
    return _Check(
        difference,
        float(np.rad2deg(rules.hip_difference)),
        f"the hips bend {difference:.0f} deg apart, as in a lunge",
    )


def _knee_check(motion: Motion, bottom: int, rules: SquatRules) -> _Check:
    lesser, greater = np.sort(motion.select(KNEES).values[bottom])
    share = max(float(lesser / greater), 0.0)
    return _Check(
        1 - share,
        1 - rules.least_share,
        f"one knee bends {100 * share:.0f} % as much as the other",
    )


def _seat_check(
    motion: Motion, span: tuple[int, int, int], rules: SquatRules
) -> _Check:
    """Measure the pelvis' tilt while it rests at its lowest height."""
    rows = slice(span[0], span[2] + 1)
    height = motion.column("pelvis_ty")[rows]
    resting = height <= height.min() + rules.seat_height
    tilt = np.ptp(motion.column("pelvis_tilt")[rows][resting])
    return _Check(
        float(tilt),
        rules.seat_tilt,
        f"the pelvis tilts {np.rad2deg(tilt):.0f} deg while resting at one height, "
        "as on a seat",
    )
