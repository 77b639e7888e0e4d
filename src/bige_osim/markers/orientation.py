"""Turn a recording into OpenSim's frame: x forward, y up, z to the right.

Which way is up, and which way the participant faces, is read from the markers: the
axis of the laboratory nearest to the way from the feet to the neck is up, and the
horizontal one nearest to the way from back to front is forward, or else the one that
has the left markers on its left. Only quarter turns are made, so the laboratory's axes
stay axes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError, name_some
from bige_osim.markers.gaps import mean_seen, median_seen
from bige_osim.motion import GroundReaction, Markers


def shows_directions(directions: Mapping[str, Sequence[str]]) -> bool:
    """Whether markers are named that show which way is up and which is forward.

    Examples
    --------
    >>> shows_directions({"top": ["C7"], "bottom": ["HEEL"]})
    False
    """
    ways = {"front", "back"} <= set(directions) or {"right", "left"} <= set(directions)
    return ways and {"top", "bottom"} <= set(directions)


def find_turn(
    markers: Markers, directions: Mapping[str, Sequence[str]]
) -> Float[np.ndarray, "3 3"]:
    """Rotation (3, 3) from the recording's axes to OpenSim's, by quarter turns.

    Parameters
    ----------
    markers : the recording
    directions : names of markers at ``top`` and ``bottom``, and at ``front`` and
        ``back`` or, in pairs, at ``right`` and ``left``

    Raises
    ------
    BigeError
        One of these places has no marker that was ever seen.

    Examples
    --------
    >>> seen = np.array([[[0, 0.1, 0.9], [0, -0.1, 0.9], [0, 0, 1.4], [0, 0, 0.0]]])
    >>> markers = Markers(np.zeros(1), seen, ("asis", "psis", "neck", "heel"))
    >>> places = dict(front=["asis"], back=["psis"], top=["neck"], bottom=["heel"])
    >>> find_turn(markers, places) @ [0.0, 0.1, 0.9]  # facing y, z up
    array([0.1, 0.9, 0. ])
    """
    up = _axis(_way(markers, directions, ("bottom", "top")))
    if directions.get("right"):
        right = _sum_of_ways(markers, directions["left"], directions["right"])
        forward = np.cross(up, right)
    else:
        forward = _way(markers, directions, ("back", "front"))
    forward = _axis(np.where(up == 0, forward, 0.0))
    return np.array([forward, up, np.cross(forward, up)])


def turn_markers(markers: Markers, turn: Float[np.ndarray, "3 3"]) -> Markers:
    """Markers in the turned frame; ``turn`` is a rotation (:func:`find_turn`).

    Examples
    --------
    >>> markers = Markers(np.zeros(1), np.array([[[0.1, 0.2, 0.9]]]), ("asis",))
    >>> turn = np.array([[0.0, 1, 0], [0, 0, 1], [1, 0, 0]])
    >>> turn_markers(markers, turn).positions[0, 0].tolist()
    [0.2, 0.9, 0.1]
    """
    return replace(markers, positions=markers.positions @ turn.T)


def turn_ground(
    ground: GroundReaction, turn: Float[np.ndarray, "3 3"]
) -> GroundReaction:
    """Ground reaction in the turned frame, as the force that carries the participant.

    ``turn`` is a rotation (:func:`find_turn`).
    Laboratories record the force on the plate or the one on the participant; the ground
    cannot pull, so the latter is the one that points upwards.
    """
    force = ground.force @ turn.T
    total = force[..., 1].sum(axis=0)
    sign = np.where(total < 0, -1.0, 1.0)[None, :, None]
    return replace(
        ground,
        force=sign * force,
        point=ground.point @ turn.T,
        moment=sign * (ground.moment @ turn.T),
    )


def _way(
    markers: Markers, directions: Mapping[str, Sequence[str]], ends: tuple[str, str]
) -> Float[np.ndarray, "3"]:
    """Median way from one place of the body to another, m."""
    middles = [_middle(markers, key, directions.get(key, ())) for key in ends]
    way = median_seen(middles[1] - middles[0])
    if np.isnan(way).any():
        start, end = (name_some(directions[key], 3) for key in ends)
        raise BigeError(
            f"Markers at {ends[0]} and {ends[1]} are never seen together ({start}; "
            f"{end}), so that the laboratory's axes are not known; fill their gaps."
        )
    return way


def _sum_of_ways(
    markers: Markers, starts: Sequence[str], ends: Sequence[str]
) -> Float[np.ndarray, "3"]:
    """Sum of the median ways between pairs of markers, m; the wider one counts more."""
    ways = [
        median_seen(markers.marker(end) - markers.marker(start))
        for start, end in zip(starts, ends, strict=True)
    ]
    seen = [way for way in ways if np.isfinite(way).all()]
    if not seen:
        right, left = name_some(ends, 3), name_some(starts, 3)
        raise BigeError(
            "No right marker is ever seen together with its left counterpart "
            f"({right}; {left}), so that the participant's heading is not known; fill "
            "their gaps."
        )
    return np.asarray(np.sum(seen, axis=0))


def _middle(
    markers: Markers, place: str, names: Sequence[str]
) -> Float[np.ndarray, "T 3"]:
    """Mean of some markers, frame by frame, of those seen in it."""
    seen = [
        markers.marker(name)
        for name in names
        if name in markers.names and np.isfinite(markers.marker(name)).any()
    ]
    if not seen and names:
        raise BigeError(
            f"The recording has none of the markers {name_some(names)} that show its "
            f"{place}; check the marker set."
        )
    if not seen:
        raise BigeError(
            f"No recorded marker of the set shows the {place} of the body, and no "
            "right and left ones its heading; pass another --markerset."
        )
    return mean_seen(np.array(seen))


def _axis(vector: Float[np.ndarray, "3"]) -> Float[np.ndarray, "3"]:
    """Signed axis nearest to a vector."""
    nearest = int(np.argmax(np.abs(vector)))
    axis = np.zeros(3)
    axis[nearest] = np.sign(vector[nearest])
    return axis
