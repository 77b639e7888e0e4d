"""Which meshes a model gets, and what stands in for those that are not there."""

import re
from pathlib import Path

import numpy as np
import pytest
from tests.osim.reading.test_bones import SQUARE

from bige_osim.osim.anthropometry import generic_model
from bige_osim.report.viewer.bones import find_bones
from bige_osim.report.viewer.sticks import RADIUS, make_stick

pytestmark = pytest.mark.opensim


def rename(folder: Path, old: str, new: str) -> Path:
    """Copy the generic model with another name for one of its meshes."""
    text = generic_model().read_text(encoding="utf-8")
    path = folder / "model.osim"
    path.write_text(re.sub(rf"\b{old}\b", new, text), encoding="utf-8")
    return path


def test_a_bone_under_another_name_is_the_same(tmp_path: Path) -> None:
    usual = find_bones(generic_model())
    other = find_bones(rename(tmp_path, "r_femur.vtp", "femur_r.vtp"))
    assert other.missing == ()
    assert np.array_equal(
        other.meshes["femur_r"].vertices, usual.meshes["femur_r"].vertices
    )


def test_a_bone_that_nobody_has_is_named(tmp_path: Path) -> None:
    bones = find_bones(rename(tmp_path, "r_femur.vtp", "prosthesis.vtp"))
    assert bones.missing == ("prosthesis.vtp",)
    assert "femur_r" not in bones.meshes


def test_the_sessions_own_meshes_come_first(tmp_path: Path) -> None:
    (tmp_path / "Geometry").mkdir()
    (tmp_path / "Geometry" / "r_femur.vtp").write_text(SQUARE)
    bones = find_bones(rename(tmp_path, "r_femur.vtp", "r_femur.vtp"))
    assert len(bones.meshes["femur_r"].faces) == 2


def test_a_stick_reaches_from_end_to_end() -> None:
    start, end = np.array([0.1, 0.2, 0.3]), np.array([0.1, -0.2, 0.3])
    stick = make_stick(start, end)
    assert stick.vertices[:, 1].max() == pytest.approx(0.2 + RADIUS)
    assert stick.vertices[:, 1].min() == pytest.approx(-0.2 - RADIUS)
    away = np.linalg.norm(stick.vertices[:, [0, 2]] - [0.1, 0.3], axis=1)
    assert away.max() == pytest.approx(RADIUS)
    normals = np.cross(*(np.diff(stick.vertices[stick.faces], axis=1)).swapaxes(0, 1))
    outside = stick.vertices[stick.faces].mean(axis=1) - [0.1, 0.0, 0.3]
    assert ((normals * outside).sum(axis=1) > -1e-12).all()
