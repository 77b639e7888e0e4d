"""Bones of a model: which meshes it draws where, and the meshes themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from struct import error as StructError
from struct import unpack_from
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from bige_osim.errors import DataError
from bige_osim.osim.reading.bodies import base_name, offset_in_base
from bige_osim.osim.reading.open_model import open_osim
from bige_osim.paths import AnyPath
from bige_osim.spec import BoneSpec


@dataclass(frozen=True, eq=False)
class Mesh:
    """A surface of triangles.

    Attributes
    ----------
    vertices : (V, 3) m
    faces : (F, 3) positions among the vertices, counterclockwise seen from outside
    """

    vertices: Float[np.ndarray, "V 3"]
    faces: Int[np.ndarray, "F 3"]


def join_meshes(parts: Sequence[Mesh]) -> Mesh:
    """Make one mesh (m) of several.

    Examples
    --------
    >>> one = Mesh(np.eye(3), np.array([[0, 1, 2]]))
    >>> join_meshes([one, one]).faces.tolist()
    [[0, 1, 2], [3, 4, 5]]
    """
    starts = np.cumsum([0, *(len(part.vertices) for part in parts)])
    faces = [part.faces + s for part, s in zip(parts, starts[:-1], strict=True)]
    return Mesh(
        np.concatenate([part.vertices for part in parts]), np.concatenate(faces)
    )


def read_bones(path: AnyPath) -> tuple[BoneSpec, ...]:
    """Find the meshes that a model draws on its bodies, whether or not they are there.

    Raises
    ------
    MissingFileError
        There is no such ``.osim``.

    Examples
    --------
    >>> from bige_osim.osim.anthropometry import generic_model
    >>> bones = read_bones(generic_model())
    >>> len(bones), bones[0].body, bones[0].file
    (81, 'pelvis', 'r_pelvis.vtp')
    """
    import opensim

    model = open_osim(path)
    model.finalizeConnections()
    meshes = (opensim.Mesh.safeDownCast(part) for part in model.getComponentsList())
    return tuple(_read_bone(mesh) for mesh in meshes if mesh is not None)


def _read_bone(mesh: Any) -> BoneSpec:
    frame = mesh.getFrame()
    x, y, z = mesh.get_scale_factors().to_numpy().tolist()
    return BoneSpec(
        file=mesh.get_mesh_file(),
        body=base_name(frame),
        frame=offset_in_base(frame),
        scale=(x, y, z),
    )


def read_mesh(path: AnyPath) -> Mesh:
    """Read a mesh: ``.vtp``, ``.obj``, ``.stl`` by Simbody, ``.ply`` as of VTK.

    Faces of more than three corners become fans of triangles.

    Raises
    ------
    DataError
        It is damaged, or of another kind.
    """
    path = Path(path)
    try:
        if path.suffix.lower() == ".ply":
            return _read_ply(path.read_bytes())
        return _read_by_simbody(path)
    except (RuntimeError, ValueError, IndexError, StructError) as error:
        raise DataError(
            path,
            expected="a mesh (.vtp, .obj, .stl, binary .ply)",
            got="a damaged file or one of another kind",
            remedy="export it again, or leave it out",
        ) from error


def _read_by_simbody(path: Path) -> Mesh:
    import opensim

    mesh: Any = opensim.PolygonalMesh()
    mesh.loadFile(str(path))
    vertices = [
        mesh.getVertexPosition(i).to_numpy() for i in range(mesh.getNumVertices())
    ]
    corners = (
        [mesh.getFaceVertex(f, k) for k in range(mesh.getNumVerticesForFace(f))]
        for f in range(mesh.getNumFaces())
    )
    return Mesh(np.array(vertices, dtype=float).reshape(-1, 3), _split(corners))


def _read_ply(content: bytes) -> Mesh:
    """Read a binary PLY of three floats a vertex.

    Source: Turk 1994, The PLY Polygon File Format; VTK's ``vtkPLYWriter`` writes
    nothing else.
    """
    head, _, body = content.partition(b"end_header\n")
    header = head.decode("ascii").split("\n")
    if "format binary_little_endian 1.0" not in header:
        raise ValueError("no binary PLY")
    sizes = {w[1]: int(w[2]) for w in map(str.split, header) if w[:1] == ["element"]}
    place = sizes["vertex"] * 12
    vertices = np.frombuffer(body[:place], "<f4").reshape(-1, 3)
    faces = []
    for _ in range(sizes["face"]):
        count = body[place]
        faces.append(unpack_from(f"<{count}i", body, place + 1))
        place += 1 + 4 * count
    return Mesh(vertices.astype(float), _split(faces))


def _split(faces: Iterable[Sequence[int]]) -> Int[np.ndarray, "F 3"]:
    """Split faces into fans of triangles."""
    split = [
        (face[0], face[k], face[k + 1])
        for face in faces
        for k in range(1, len(face) - 1)
    ]
    return np.array(split, dtype=np.int64).reshape(-1, 3)
