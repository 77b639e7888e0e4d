"""Whether recorded kinematics are possible: what inverse kinematics got wrong.

Joint angles that jump between two frames, that stay at an end of their range, that lie
beyond it, feet that cross over, drift or hang in the air. Nothing is corrected:
whoever reads the warning looks at the trial.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.motion import Motion
from bige_osim.physics.ground.feet import Feet, locate_feet, runs
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.kinematics.tree import find_carried

LEG_SPEED, ARM_SPEED = 1500.0, 3000.0
"""Largest speed from one frame to the next of pelvis, trunk and legs, and of other
joints, deg/s: ankles reach 1360 deg/s in landings, knees 1000 in kicks."""

PELVIS_SPEED = 12.0
"""Largest speed of the pelvis, m/s: that of a sprinter."""

STUCK = 0.25
"""Fraction of the frames from which a joint at an end of its range is reported."""

AT_END = np.radians(0.05)
"""How near to an end of its range a coordinate is at that end, rad."""

BEYOND = np.radians(10.0)
"""How far a coordinate may leave the model's range, rad."""

DRIFT, OFF_FLOOR, SLIDE = 0.05, 0.06, 0.15
"""How much standing feet may rise or sink over a trial, differ in height from the floor
at y = 0, and slide while both stand all along, m."""

SLOW = 0.2
"""m/s, below which a foot stands."""


def judge_kinematics(motion: Motion, skeleton: Skeleton) -> tuple[str, ...]:
    """Find what cannot be in a recorded motion.

    Parameters
    ----------
    motion : (T, C) rad and m, as recorded
    skeleton : of the model; feet are judged if it has contact points

    Returns
    -------
    sentences without full stop or trial, the worst coordinate of each kind first

    Examples
    --------
    >>> from bige_osim.osim.anthropometry import generic_model
    >>> from bige_osim.osim.reading.model import read_model
    >>> skeleton = Skeleton(read_model(generic_model()), fill=True)
    >>> knee = np.array([[0.0], [0.1], [1.5], [0.2]])
    >>> judge_kinematics(Motion(np.arange(4) / 60, knee, ("knee_angle_r",)), skeleton)
    ('knee_angle_r jumps by 80 deg within a frame at 0.02 s',)
    """
    known = [n for n in motion.names if n in skeleton.spec.independent_names]
    shown = motion.select(known)
    found = [
        *_find_jumps(shown, skeleton),
        *_find_stuck(shown, skeleton),
        *_find_beyond(shown, skeleton),
    ]
    if skeleton.contact_names and len(motion.time) > 1:
        with torch.inference_mode():
            feet = locate_feet(skeleton, motion)
            found += [*_feet(feet), *_find_crossed(motion, skeleton, feet)]
    return tuple(found)


def _find_jumps(motion: Motion, skeleton: Skeleton) -> Iterator[str]:
    """Coordinates that move faster than participants do, from one frame to the next."""
    if len(motion.time) < 2:
        return
    steps = np.diff(motion.values, axis=0)
    pace = np.abs(steps) / np.diff(motion.time)[:, None]
    limits = np.array([_fastest(skeleton, name) for name in motion.names])
    excess = pace.max(axis=0) / limits
    faults = [i for i in np.argsort(-excess).tolist() if excess[i] > 1]
    if not faults:
        return
    worst = faults[0]
    row = int(pace[:, worst].argmax())
    name, size = motion.names[worst], abs(float(steps[row, worst]))
    how = (
        f"{size:.2f} m" if _is_length(skeleton, name) else f"{np.degrees(size):.0f} deg"
    )
    others = _name_others(len(faults), "jumps", "jump")
    yield f"{name} jumps by {how} within a frame at {motion.time[row]:.2f} s{others}"


def _find_stuck(motion: Motion, skeleton: Skeleton) -> Iterator[str]:
    """Rotations of pelvis, trunk and legs that stay at an end of their range."""
    shares: dict[str, tuple[float, float]] = {}
    for name in motion.names:
        coordinate, angle = skeleton.spec.coordinate(name), motion.column(name)
        if coordinate.translational or np.ptp(angle) < AT_END or coordinate.locked:
            continue
        if not _carries(skeleton, name):
            continue  # arms hang stretched
        for end in (coordinate.minimum, coordinate.maximum):
            share = float((np.abs(angle - end) < AT_END).mean())
            if share > max(STUCK, shares.get(name, (0.0, 0.0))[0]):
                shares[name] = share, float(np.degrees(end))
    if not shares:
        return
    name = max(shares, key=lambda n: (n.startswith(("knee", "hip")), shares[n][0]))
    share, end = shares[name]
    others = _name_others(
        len(shares), "stays at an end of its own", "stay at an end of theirs"
    )
    yield f"{name} stays at {end:.0f} deg in {share:.0%} of the frames{others}"


def _find_beyond(motion: Motion, skeleton: Skeleton) -> Iterator[str]:
    """Rotations far beyond the model's range."""
    excesses: dict[str, float] = {}
    for name in motion.names:
        coordinate, angle = skeleton.spec.coordinate(name), motion.column(name)
        turns = coordinate.maximum - coordinate.minimum >= 2 * np.pi  # no real limit
        if coordinate.translational or coordinate.locked or turns:
            continue
        excess = max(coordinate.minimum - angle.min(), angle.max() - coordinate.maximum)
        if excess > BEYOND:
            excesses[name] = float(np.degrees(excess))
    if excesses:
        name = max(excesses, key=excesses.__getitem__)
        others = _name_others(len(excesses), "leaves its range", "leave theirs")
        yield f"{name} is {excesses[name]:.0f} deg beyond the model's range{others}"


def _feet(feet: Feet) -> Iterator[str]:
    """Feet that stand off the floor, drift or slide."""
    lowest = feet.points[..., 1].min(axis=1)
    stands = feet.speeds.min(axis=1) < SLOW
    bouts = [run for run in runs(stands) if run.stop - run.start > 2]
    if not bouts:
        return
    heights = np.array([float(np.median(lowest[run])) for run in bouts])
    total = np.concatenate([lowest[run] for run in bouts])
    typical = float(np.median(total))
    if abs(typical) > OFF_FLOOR:
        where = "below" if typical < 0 else "above"
        yield f"the feet stand {abs(typical) * 100:.0f} cm {where} the floor (y = 0)"
    drift, largest = _drift(lowest, bouts, heights)
    # A step down from a box is one change between two bouts, no drift.
    if abs(drift) > DRIFT and largest < 0.6 * abs(drift):
        way = "sink" if drift < 0 else "rise"
        yield f"the standing feet {way} by {abs(drift) * 100:.0f} cm over the trial"
    if (feet.speeds.max(axis=1) < SLOW).mean() > 0.9:
        centre = feet.centres.mean(axis=1)[:, [0, 2]]
        slide = float(np.linalg.norm(np.ptp(centre, axis=0)))
        if slide > SLIDE:
            yield f"the standing feet slide by {slide * 100:.0f} cm over the trial"


def _drift(
    lowest: Float[np.ndarray, " T"],
    bouts: Sequence[slice],
    heights: Float[np.ndarray, " B"],
) -> tuple[float, float]:
    """Change of the standing height over all bouts, and the largest between two, m."""
    if len(bouts) == 1:
        part = lowest[bouts[0]]
        fifth = max(1, len(part) // 5)
        return float(np.median(part[-fifth:]) - np.median(part[:fifth])), 0.0
    return float(heights[-1] - heights[0]), float(np.abs(np.diff(heights)).max())


def _find_crossed(motion: Motion, skeleton: Skeleton, feet: Feet) -> Iterator[str]:
    """Right foot on the left of the left one, or a body that is upside down."""
    if len(feet.names) != 2 or not skeleton.root_names():
        return
    hips = feet.hips[:, 0] - feet.hips[:, 1]
    apart = feet.centres[:, 0] - feet.centres[:, 1]
    side = (hips * apart)[:, [0, 2]].sum(axis=1) / np.linalg.norm(hips, axis=1)
    if (side < -0.02).mean() > 0.8:
        yield "the right foot is on the left of the left one: sides may be swapped"
    if (
        feet.hips[..., 1].mean(axis=1) < feet.centres[..., 1].mean(axis=1)
    ).mean() > 0.5:
        yield "the hips are below the feet: check which axis points up (y in OpenSim)"


def _fastest(skeleton: Skeleton, name: str) -> float:
    """Largest speed of a coordinate, rad/s or m/s."""
    if _is_length(skeleton, name):
        return PELVIS_SPEED
    return float(np.radians(LEG_SPEED if _carries(skeleton, name) else ARM_SPEED))


def _carries(skeleton: Skeleton, name: str) -> bool:
    """Whether a coordinate's joint is of the pelvis, the trunk or a leg."""
    joint = skeleton.spec.coordinate(name).joint
    carried = find_carried(skeleton.spec.joints)
    mass = {body.name: body.mass for body in skeleton.spec.bodies}
    beyond = carried.get(joint, set())
    heavy = sum(mass[body] for body in beyond) > 0.3 * skeleton.spec.mass
    toes = {j.name for j in skeleton.spec.joints if j.parent in skeleton.feet}
    return heavy or bool(beyond & set(skeleton.feet)) or joint in toes


def _is_length(skeleton: Skeleton, name: str) -> bool:
    return skeleton.spec.coordinate(name).translational


def _name_others(count: int, one: str, several: str) -> str:
    """Words for the coordinates besides the worst."""
    if count == 1:
        return ""
    if count == 2:
        return f", and 1 other coordinate {one}"
    return f", and {count - 1} other coordinates {several}"
