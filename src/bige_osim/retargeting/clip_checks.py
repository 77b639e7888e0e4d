"""What a clip leaves to be known before it is followed: sentences for the user."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from bige_osim.errors import name_some
from bige_osim.motion import Markers
from bige_osim.retargeting.landmarks import HIPS, LUMBAR
from bige_osim.retargeting.placing import find_parent

VARIES = 0.05
"""Coefficient of variation of a segment's length above which it is named."""

LEG = (0.4, 1.3)
"""m, between which legs of adults and children are."""

JUMP = 60.0
"""m/s², six times gravity, that half of the joints exceed at once in a jump;"""
LEAST_JUMP = 0.1
"""and m, that they leave their course by at least."""


def measure_variation(clip: Markers, joints: Sequence[str]) -> dict[str, float]:
    """Coefficient of variation of the segment to each joint: a fraction, without unit.

    Of limbs only: the trunk of a clip bends.

    Parameters
    ----------
    clip : in any unit
    joints : that are followed
    """
    found = {}
    for joint in joints:
        parent = find_parent(joint, joints)
        if parent in (HIPS, LUMBAR):
            continue
        length = np.linalg.norm(clip.marker(joint) - clip.marker(parent), axis=1)
        mean = float(length.mean())
        found[joint] = float(length.std()) / mean if mean > 0 else float("inf")
    return found


def find_jumps(clip: Markers) -> Float[np.ndarray, " N"]:
    """Find times, s, at which most joints leave their course at once.

    Parameters
    ----------
    clip : m

    Examples
    --------
    >>> positions = np.zeros((9, 3, 3))
    >>> positions[5:] += 1.0
    >>> find_jumps(Markers(np.arange(9) / 20, positions, ("a", "b", "c")))
    array([0.25])
    """
    dt = float(np.median(np.diff(clip.time)))
    bend = np.linalg.norm(np.diff(clip.positions, n=2, axis=0), axis=2)
    off = np.median(bend, axis=1) > max(LEAST_JUMP, JUMP * dt**2)
    # A step bends the course twice: before it, and where it ends.
    starts = off & ~np.concatenate([[False], off[:-1]])
    times: Float[np.ndarray, " N"] = clip.time[np.flatnonzero(starts) + 2]
    return times


def judge_clip(
    clip: Markers, variation: dict[str, float], *, leg: float
) -> tuple[str, ...]:
    """Say what is odd about a clip.

    Parameters
    ----------
    clip : scaled to the model, m
    variation : of its segments, a fraction
    leg : its own length, before it was scaled, m
    """
    said = []
    far = {name: v for name, v in variation.items() if v > VARIES}
    if far:
        order = sorted(far, key=lambda name: -far[name])
        named = name_some(f"{name} {100 * far[name]:.0f} %" for name in order)
        said.append(
            f"Segments of the clip change their length (standard deviation: {named}); "
            "the model's do not, so that some joints are missed."
        )
    jumps = find_jumps(clip)
    if len(jumps):
        named = name_some(f"{t:.2f} s" for t in jumps.tolist())
        said.append(
            f"The clip jumps at {named}; the motion is smooth there all the same."
        )
    if not LEG[0] <= leg <= LEG[1]:
        said.append(
            f"The clip's legs are {leg:.3g} long: it is not in metres; it is scaled to "
            "the model all the same."
        )
    return tuple(said)
