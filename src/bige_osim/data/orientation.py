"""Turn a recording into OpenSim's frame: x forward, y up, z to the right.

Which way is up, and which way the person faces, is read from the markers: the axis of
the laboratory nearest to the way from the feet to the neck is up, and the horizontal
one nearest to the way from back to front is forward. Only quarter turns are made, so
the laboratory's axes stay axes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError, some
from bige_osim.motion import GroundReaction, Markers

DIRECTIONS = ("front", "back", "top", "bottom")


def find_turn(
    markers: Markers, directions: Mapping[str, Sequence[str]]
) -> Float[np.ndarray, "3 3"]:
    """Rotation (3, 3) from the recording's axes to OpenSim's, by quarter turns.

    Parameters
    ----------
    markers : the recording
    directions : names of markers at ``front``, ``back``, ``top`` and ``bottom``

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
    place = {key: _middle(markers, key, directions[key]) for key in DIRECTIONS}
    up = _axis(np.nanmedian(place["top"] - place["bottom"], axis=0))
    forward = np.nanmedian(place["front"] - place["back"], axis=0)
    forward = _axis(np.where(up == 0, forward, 0.0))
    return np.array([forward, up, np.cross(forward, up)])


def turn_markers(markers: Markers, turn: Float[np.ndarray, "3 3"]) -> Markers:
    """Markers in the turned frame."""
    return replace(markers, positions=markers.positions @ turn.T)


def turn_ground(
    ground: GroundReaction, turn: Float[np.ndarray, "3 3"]
) -> GroundReaction:
    """Ground reaction in the turned frame, as the force that carries the person.

    Laboratories record the force on the plate or the one on the person; the ground
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


def _middle(
    markers: Markers, place: str, names: Sequence[str]
) -> Float[np.ndarray, "T 3"]:
    """Mean of some markers, frame by frame; NaN where one was not seen."""
    seen = [
        markers.marker(name)
        for name in names
        if name in markers.names and np.isfinite(markers.marker(name)).any()
    ]
    if not seen:
        raise BigeError(
            f"The recording has none of the markers {some(names, 6)} that show its "
            f"{place}; check the marker set."
        )
    return np.asarray(np.mean(seen, axis=0))


def _axis(vector: Float[np.ndarray, "3"]) -> Float[np.ndarray, "3"]:
    """Signed axis nearest to a vector."""
    nearest = int(np.argmax(np.abs(vector)))
    axis = np.zeros(3)
    axis[nearest] = np.sign(vector[nearest])
    return axis
