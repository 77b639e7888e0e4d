"""Meshes of bones: which a model names, and files of each kind."""

from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import DataError
from bige_osim.osim.anthropometry import bone_folder, generic_model
from bige_osim.osim.reading.bones import read_bones, read_mesh

pytestmark = pytest.mark.opensim

SQUARE = """<?xml version="1.0"?>
<VTKFile type="PolyData" version="0.1" byte_order="LittleEndian"><PolyData>
<Piece NumberOfPoints="4" NumberOfVerts="0" NumberOfLines="0" NumberOfStrips="0"
 NumberOfPolys="1"><Points><DataArray type="Float32" NumberOfComponents="3"
 format="ascii">0 0 0 1 0 0 1 1 0 0 1 0</DataArray></Points>
<Polys><DataArray type="Int32" Name="connectivity" format="ascii">0 1 2 3</DataArray>
<DataArray type="Int32" Name="offsets" format="ascii">4</DataArray></Polys>
</Piece></PolyData></VTKFile>
"""


def test_a_square_is_two_triangles(tmp_path: Path) -> None:
    (tmp_path / "square.vtp").write_text(SQUARE)
    mesh = read_mesh(tmp_path / "square.vtp")
    assert mesh.vertices[2].tolist() == [1.0, 1.0, 0.0]
    assert mesh.faces.tolist() == [[0, 1, 2], [0, 2, 3]]


def test_a_femur_is_as_long_as_a_femur() -> None:
    mesh = read_mesh(bone_folder() / "r_femur.vtp.ply")
    assert 0.42 < np.ptp(mesh.vertices[:, 1]) < 0.47
    assert mesh.faces.max() == len(mesh.vertices) - 1


def test_bones_hang_on_bodies_and_are_scaled() -> None:
    bones = {bone.file: bone for bone in read_bones(generic_model())}
    assert bones["r_femur.vtp"].body == "femur_r"
    assert bones["hat_skull.vtp"].body == "torso"
    assert len(bones["r_femur.vtp"].scale) == 3


@pytest.mark.parametrize("name", ["bone.vtp", "bone.ply", "bone.dae"])
def test_a_damaged_mesh_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"no mesh")
    with pytest.raises(DataError, match=rf"{name}: expected a mesh .* leave it out\."):
        read_mesh(tmp_path / name)
