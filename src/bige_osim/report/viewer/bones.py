"""Bones of a model: meshes by name, of the session or of the nimblephysics wheel."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bige_osim.osim.anthropometry import bone_folder
from bige_osim.osim.reading.bones import (
    Mesh,
    join_meshes,
    read_bones,
    read_mesh,
)
from bige_osim.paths import AnyPath
from bige_osim.spec import BoneSpec

OTHER_NAMES = {
    "pat": "r_patella",
    "l_pat": "l_patella",
    "hat_ribs": "hat_ribs_scap",
    "pelvis_rv": "r_pelvis",
    "pelvis_lv": "l_pelvis",
}
"""What Rajagopal2015 calls bones that other models of its descent call otherwise."""

LEG_BONES = "pelvis|femur|tibia|fibula|patella|talus|foot|bofoot"
"""Bones that these models name with the side before, behind or, on the right, not at
all; their meshes are the same."""


@dataclass(frozen=True, eq=False)
class Bones:
    """The bones of a model.

    Attributes
    ----------
    meshes : of the bodies that have any, in the bodies' frames, m
    missing : files of which no mesh was found or could be read
    """

    meshes: dict[str, Mesh] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def find_bones(model: AnyPath, *, geometry: Sequence[AnyPath] = ()) -> Bones:
    """Find the meshes of a model.

    Parameters
    ----------
    model : the ``.osim``, which names them
    geometry : folders that are looked into first; then that of the model, its folder
        ``Geometry``, and the bones of Rajagopal2015 in the nimblephysics wheel

    Raises
    ------
    MissingFileError
        There is no such model.
    DataError
        A mesh that is there cannot be read.

    Examples
    --------
    >>> from bige_osim.osim.anthropometry import generic_model
    >>> bones = find_bones(generic_model())
    >>> len(bones.meshes), bones.missing
    (22, ())
    """
    beside = Path(model).resolve().parent
    folders = [*map(Path, geometry), beside, beside / "Geometry"]
    parts: dict[str, list[Mesh]] = defaultdict(list)
    missing = []
    for bone in read_bones(model):
        path = _find_file(bone.file, folders)
        if path is None:
            missing.append(bone.file)
        else:
            parts[bone.body].append(_place(read_mesh(path), bone))
    meshes = {body: join_meshes(own) for body, own in parts.items() if body != "ground"}
    return Bones(meshes, tuple(dict.fromkeys(missing)))


def _find_file(name: str, folders: Sequence[Path]) -> Path | None:
    name = Path(name.replace("\\", "/")).name
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    shipped = bone_folder()
    stems = (Path(name).stem, rename_bone(Path(name).stem))
    found = (shipped / f"{stem}.vtp.ply" for stem in stems)
    return next((path for path in found if path.is_file()), None)


def rename_bone(stem: str) -> str:
    """Call a bone as Rajagopal2015 does; one that is not known stays.

    Examples
    --------
    >>> [rename_bone(name) for name in ("femur_l", "talus_rv", "bofoot", "hat_skull")]
    ['l_femur', 'r_talus', 'r_bofoot', 'hat_skull']
    """
    if stem in OTHER_NAMES:
        return OTHER_NAMES[stem]
    parts = re.fullmatch(rf"({LEG_BONES})(?:_([rl])v?)?", stem)
    return f"{parts[2] or 'r'}_{parts[1]}" if parts else stem


def _place(mesh: Mesh, bone: BoneSpec) -> Mesh:
    """Scale a mesh and put it into the frame of its body."""
    turned = (mesh.vertices * bone.scale) @ bone.frame[:3, :3].T
    mirrored = np.prod(bone.scale) < 0
    faces = mesh.faces[:, ::-1] if mirrored else mesh.faces
    return Mesh(turned + bone.frame[:3, 3], np.ascontiguousarray(faces))
