"""Motions as the data of the viewer's page."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from bige_osim.osim.reading.bones import Mesh
from bige_osim.report.viewer.packing import Packer, Reference
from bige_osim.report.viewer.shown_motion import Muscle, ShownMotion

Layout = Literal["beside", "over"]

MILLIMETRE_TENTH, TURN, ACTIVATION, FORCE = 1e-4, 1e-4, 0.004, 0.5
"""Steps to which places (m), quaternions, activations and forces (N) are rounded."""

UNKNOWN = 1.02
"""Stands for an activation that is not known."""

DIRECTIONS = (
    np.array(
        [d for d in np.ndindex(5, 5, 5) if max(abs(v - 2) for v in d) == 2], dtype=float
    )
    - 2.0
)
"""(98, 3) all round, in which the outermost points are looked for."""

NOBODY = [[-0.5, 0.0, -0.5], [0.5, 1.8, 0.5]]
"""Room (m) that is shown of a motion without bones."""

TRAVELS = 1.0
"""m along the floor; of a body that goes further the camera follows the root."""


def make_scene(motions: Sequence[ShownMotion], *, layout: Layout) -> dict[str, Any]:
    """Make the data of a page; the arrays are packed in ``packed``.

    Parameters
    ----------
    motions : to be shown, in this order
    layout : ``beside`` each other or ``over`` each other
    """
    packer = Packer()
    meshes: dict[int, Reference] = {}
    rows = [_make_row(motion, packer, meshes) for motion in motions]
    return {"layout": layout, "motions": rows, "packed": packer.text()}


def _make_row(
    motion: ShownMotion, packer: Packer, meshes: dict[int, Reference]
) -> dict[str, Any]:
    follows = _goes_far(motion)
    return {
        "name": motion.name,
        "start": motion.start,
        "rate": motion.rate,
        "frames": motion.frames,
        "bones": [_pack_mesh(mesh, packer, meshes) for mesh in motion.bones.values()],
        "rotation": packer.add(motion.rotation, step=TURN),
        "position": packer.add(motion.position, step=MILLIMETRE_TENTH),
        "root": packer.add(motion.root, step=MILLIMETRE_TENTH) if follows else None,
        "outline": _outline(motion, follows=follows),
        "muscles": _pack_muscles(motion.muscles, packer),
        "ground": _pack_ground(motion, packer),
        "hips": packer.add(motion.hips, step=MILLIMETRE_TENTH)
        if motion.hips.size
        else None,
        "depth": motion.depth_line(),
        "notes": list(motion.notes),
    }


def _pack_mesh(
    mesh: Mesh, packer: Packer, known: dict[int, Reference]
) -> Mapping[str, Reference]:
    """Pack a mesh once, however many motions share it."""
    if id(mesh) not in known:
        known[id(mesh)] = {
            "vertices": packer.add(mesh.vertices, step=MILLIMETRE_TENTH),
            "faces": packer.add(mesh.faces, step=1.0),
        }
    return known[id(mesh)]


def _pack_muscles(muscles: Sequence[Muscle], packer: Packer) -> dict[str, Any] | None:
    if not muscles:
        return None
    activation = np.stack([muscle.activation for muscle in muscles], axis=1)
    known = bool(np.isfinite(activation).any())
    lines = np.concatenate([muscle.line for muscle in muscles], axis=1)
    return {
        "names": [muscle.name for muscle in muscles],
        "titles": [muscle.title for muscle in muscles],
        "strengths": [round(muscle.strength, 1) for muscle in muscles],
        "counts": [muscle.line.shape[1] for muscle in muscles],
        "points": packer.add(lines, step=2 * MILLIMETRE_TENTH),
        "activation": packer.add(
            np.nan_to_num(activation, nan=UNKNOWN), step=ACTIVATION
        )
        if known
        else None,
    }


def _pack_ground(motion: ShownMotion, packer: Packer) -> dict[str, Any] | None:
    ground = motion.ground
    if ground is None:
        return None
    idle = ~ground.force.any(axis=-1, keepdims=True)
    return {
        "names": list(ground.names),
        "source": ground.source,
        "force": packer.add(ground.force, step=FORCE),
        "point": packer.add(np.where(idle, 0.0, ground.point), step=MILLIMETRE_TENTH),
    }


def _goes_far(motion: ShownMotion) -> bool:
    path = motion.root[:, [0, 2]]
    return bool(np.ptp(path, axis=0).max() > TRAVELS)


def _outline(motion: ShownMotion, *, follows: bool) -> list[list[float]]:
    """Outermost points (m) of the bones in all frames, from the root or not."""
    origin = motion.root * [1.0, 0.0, 1.0] if follows else np.zeros((1, 3))
    outermost = []
    for i, mesh in enumerate(motion.bones.values()):
        local = _find_outermost(mesh.vertices)
        turned = Rotation.from_quat(motion.rotation[:, i]).as_matrix()
        placed = np.einsum("fij,cj->fci", turned, local)
        placed += (motion.position[:, i] - origin)[:, None]
        outermost.append(_find_outermost(placed.reshape(-1, 3)))
    if not outermost:
        return NOBODY
    found: list[list[float]] = (
        _find_outermost(np.concatenate(outermost)).round(3).tolist()
    )
    return found


def _find_outermost(points: Float[np.ndarray, "P 3"]) -> Float[np.ndarray, "K 3"]:
    """Those of the points (m) that lie outermost in some direction."""
    rows = np.unique((points @ DIRECTIONS.T).argmax(axis=0))
    outermost: Float[np.ndarray, "K 3"] = points[rows]
    return outermost
