"""A clip in OpenSim's frame: x forward, y up, z to the right; and as large as a model.

The clip keeps its movement: one quarter turn, one turn about the vertical, one scale,
and one step to the origin hold for all of its frames.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError
from bige_osim.motion import Markers
from bige_osim.retargeting.landmarks import FOLLOWED, HIPS, LUMBAR

Up = Literal["y", "z"]

START = 0.5
"""Seconds of a clip over which its first heading is taken."""

REACH = 0.05
"""m, height by which a foot loses most of its say where the model stands."""

TINY = 1e-12
"""m², keeps the direction of hips that are in one place from being no number."""

LYING = 0.5
"""Part of the way from ankles to trunk that is vertical; below, a clip may lie."""

BACKWARDS = 0.8
"""Share of frames with toes behind both ankles in which left and right are swapped."""

_Z_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
_TOPS = ("neck", "head", "spine3", "spine2", "spine1", "left_shoulder", "pelvis")


@dataclass(frozen=True)
class Placed:
    """A clip in OpenSim's frame, in its own size.

    Attributes
    ----------
    clip : it starts with the hips above the origin, facing x
    turn : about the vertical, by which it was turned, rad
    start : (2,) x and z of the hips in the first frame, turned, in the clip's unit (m)
    warnings : one sentence each
    """

    clip: Markers
    turn: float
    start: Float[np.ndarray, "2"]
    warnings: tuple[str, ...]


def place_clip(clip: Markers, *, up: Up = "y") -> Placed:
    """Turn a clip to face x at its start, and move its start to the origin.

    Parameters
    ----------
    clip : with hips, knees and ankles
    up : axis of the clip that points up

    Raises
    ------
    BigeError
        Toes point backwards: left and right are swapped, or the clip is mirrored.

    Examples
    --------
    >>> names = ("right_hip", "left_hip", "right_ankle", "left_ankle", "pelvis")
    >>> at = [[-0.1, 1, 0], [0.1, 1, 0], [-0.1, 0.2, 0], [0.1, 0.2, 0], [0, 1.1, 0]]
    >>> placed = place_clip(Markers(np.zeros(1), np.array([at]), names))
    >>> (placed.clip.positions[0, 0].round(9) + 0.0).tolist(), round(placed.turn, 4)
    ([0.0, 1.0, 0.1], 1.5708)
    """
    positions = clip.positions @ _Z_UP.T if up == "z" else clip.positions
    standing = replace(clip, positions=positions)
    warnings = _judge_up(standing, up)
    heading = find_heading(standing)
    early = clip.time <= clip.time[0] + START
    turn = -float(np.angle(np.exp(1j * heading[early]).mean()))
    turned = positions @ turn_about_y(turn).T
    start = _middle_of_hips(replace(clip, positions=turned))[0, [0, 2]]
    moved = turned - np.array([start[0], 0.0, start[1]])
    placed = replace(clip, positions=moved)
    if not warnings:
        _check_sides(placed)
    return Placed(placed, turn, start, warnings)


def turn_about_y(angle: float) -> Float[np.ndarray, "3 3"]:
    """Rotation matrix (3, 3) about y by an angle, rad.

    Examples
    --------
    >>> (turn_about_y(np.pi / 2) @ [0.0, 0.0, 1.0]).round(9).tolist()  # z to x
    [1.0, 0.0, 0.0]
    """
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def find_heading(clip: Markers) -> Float[np.ndarray, " T"]:
    """Heading (T,) of the hips about y, rad, without jumps by a turn; 0 faces x.

    Forward is at right angles to the way from the left hip to the right one.
    """
    right = clip.marker("right_hip") - clip.marker("left_hip")
    heading: Float[np.ndarray, " T"] = np.unwrap(np.arctan2(right[:, 0], right[:, 2]))
    return heading


def follow_lengths(
    places: Float[np.ndarray, "T M 3"],
    factors: Float[np.ndarray, " M"],
    *,
    joints: Sequence[str],
    lumbar: tuple[float, float],
) -> Float[np.ndarray, "T M 3"]:
    """Give every segment of a clip the model's length, and leave its direction.

    Segments grow from the middle of the hips by one factor each, over all frames. Then
    every frame is moved so that the feet are where the clip has them; of two feet, the
    lower one counts.

    Parameters
    ----------
    places : (T, M, 3) of the joints, in OpenSim's frame, m, scaled to the model's legs
    factors : (M,) of the segment from each joint's parent to the joint, a ratio
    joints : M that are followed, each after its parent
    lumbar : where the lumbar joint is, as for :func:`add_origins`; ratios

    Returns
    -------
    (T, M, 3) m
    """
    at = {joint: places[:, i] for i, joint in enumerate(joints)}
    own = add_origins(at, lumbar)
    placed = {HIPS: own[HIPS]}
    for joint, factor in zip(joints, factors.tolist(), strict=True):
        parent = find_parent(joint, joints)
        if parent not in placed:
            placed = add_origins(placed, lumbar)
        placed[joint] = placed[parent] + factor * (own[joint] - own[parent])
    found = np.stack([placed[joint] for joint in joints], axis=1)
    shift = _find_shift(places - found, places, joints)
    moved: Float[np.ndarray, "T M 3"] = found + shift[:, None]
    return moved


def measure_lengths(
    points: Float[np.ndarray, "T M 3"],
    joints: Sequence[str],
    lumbar: tuple[float, float],
) -> Float[np.ndarray, " M"]:
    """Median distances (M,) of joints from their parents, m.

    Parameters
    ----------
    points : (T, M, 3) of the joints, m
    joints : M names, hips among them
    lumbar : where the lumbar joint is, as for :func:`add_origins`; ratios
    """
    at = add_origins({joint: points[:, i] for i, joint in enumerate(joints)}, lumbar)
    ways = [at[joint] - at[find_parent(joint, joints)] for joint in joints]
    return np.array([float(np.median(np.linalg.norm(w, axis=1))) for w in ways])


def add_origins(
    at: Mapping[str, Float[np.ndarray, "T 3"]], lumbar: tuple[float, float]
) -> dict[str, Float[np.ndarray, "T 3"]]:
    """Add to places of joints the points from which they are reached.

    The lumbar joint is fixed to the pelvis, as hips and spine1 are, which show where it
    is. Of trunks that bend there, all lengths from it stay.

    Parameters
    ----------
    at : joint -> (T, 3) m, hips among them
    lumbar : how far the lumbar joint is before spine1, and beyond it as seen from the
        hips, over the distance of spine1 from the middle of the hips; ratios

    Returns
    -------
    the same with :data:`HIPS`, and :data:`LUMBAR` if there is a spine1; (T, 3) m

    Examples
    --------
    >>> names = ("right_hip", "left_hip", "spine1")
    >>> places = np.array([[[0.0, 1.0, 0.1], [0.0, 1.0, -0.1], [0.0, 1.2, 0.0]]])
    >>> at = {name: places[:, i] for i, name in enumerate(names)}
    >>> add_origins(at, (-0.1, 0.0))[LUMBAR].round(6).tolist()
    [[-0.02, 1.2, 0.0]]
    """
    middle = (at["right_hip"] + at["left_hip"]) / 2
    found = {**at, HIPS: middle}
    if "spine1" in at:
        up = at["spine1"] - middle
        ahead = np.cross(up, at["right_hip"] - at["left_hip"])
        ahead /= np.linalg.norm(ahead, axis=1, keepdims=True) + TINY
        size = np.linalg.norm(up, axis=1, keepdims=True)
        found[LUMBAR] = at["spine1"] + lumbar[0] * size * ahead + lumbar[1] * up
    return found


def find_parent(joint: str, joints: Sequence[str]) -> str:
    """Nearest joint towards the hips that there is.

    Examples
    --------
    >>> find_parent("neck", ["spine1"]), find_parent("neck", ["left_hip"])
    ('lumbar', 'hips')
    """
    parent = FOLLOWED[joint].parent
    while parent not in (HIPS, LUMBAR) and parent not in joints:
        parent = FOLLOWED[parent].parent
    return HIPS if parent == LUMBAR and "spine1" not in joints else parent


def _find_shift(
    missed: Float[np.ndarray, "T M 3"],
    wanted: Float[np.ndarray, "T M 3"],
    joints: Sequence[str],
) -> Float[np.ndarray, "T 3"]:
    """By how much to move each frame so that the lower foot misses nothing, m."""
    shifts, heights = [], []
    for side in ("right", "left"):
        names = (f"{side}_ankle", f"{side}_foot")
        columns = [joints.index(name) for name in names if name in joints]
        shifts.append(missed[:, columns].mean(axis=1))
        heights.append(wanted[:, columns, 1].mean(axis=1))
    say = np.exp(-(np.array(heights) - np.min(heights, axis=0)) / REACH)
    say = say / say.sum(axis=0)
    shift: Float[np.ndarray, "T 3"] = np.einsum("st,stx->tx", say, np.array(shifts))
    return shift


def _middle_of_hips(clip: Markers) -> Float[np.ndarray, "T 3"]:
    middle: Float[np.ndarray, "T 3"] = (
        clip.marker("right_hip") + clip.marker("left_hip")
    ) / 2
    return middle


def _judge_up(clip: Markers, up: Up) -> tuple[str, ...]:
    """Warn where the trunk is rather beside the ankles than above them."""
    top = next((name for name in _TOPS if name in clip.names), "right_hip")
    ankles = (clip.marker("right_ankle") + clip.marker("left_ankle")) / 2
    way = np.median(clip.marker(top) - ankles, axis=0)
    if way[1] >= LYING * float(np.linalg.norm(way)):
        return ()
    other = "z" if up == "y" else "y"
    return (
        f"The body lies or stands on its head if {up} is up; if it does not, pass "
        f"--up {other}.",
    )


def _check_sides(clip: Markers) -> None:
    """Refuse a body whose toes point backwards most of the time."""
    heading = find_heading(clip)
    ahead = np.stack([np.cos(heading), -np.sin(heading)], axis=1)
    behind = np.ones(len(heading), dtype=bool)
    for side in ("right", "left"):
        if f"{side}_foot" not in clip.names:
            return
        foot = clip.marker(f"{side}_foot") - clip.marker(f"{side}_ankle")
        behind &= (foot[:, [0, 2]] * ahead).sum(axis=1) < 0
    if behind.mean() > BACKWARDS:
        raise BigeError(
            f"The toes of {clip.name} point backwards, as seen from its hips: its left "
            "and right are swapped, or it is mirrored; name the joints with --names "
            "FILE, or mirror the clip."
        )
