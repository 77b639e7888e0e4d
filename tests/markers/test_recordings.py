"""Recordings of any format, with the names that laboratories write."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.io.marker_set import find_marker_set
from bige_osim.io.opensim_files.trc import write_markers
from bige_osim.markers.recordings import find_names, read_trial
from bige_osim.motion import Markers
from bige_osim.spec.marker_set import MarkerSet, PlacedMarker

FRAMES = 20
NAMES = ("RASI", "LASI", "RPSI", "LPSI", "C7", "RHEE", "LHEE")
PERSON = np.array(
    [
        *([0.1, 1.0, 0.12], [0.1, 1.0, -0.12], [-0.1, 1.0, 0.05], [-0.1, 1.0, -0.05]),
        *([-0.05, 1.5, 0.0], [-0.1, 0.05, 0.1], [-0.1, 0.05, -0.1]),
    ]
)
"""In OpenSim's frame, with z to the right."""

GAIT = find_marker_set("plug_in_gait_39")


def person(*, aside: float = 0.0) -> np.ndarray:
    return np.repeat(PERSON[None] + [0, 0, aside], FRAMES, axis=0)


def write(path: Path, names: list[str], positions: np.ndarray) -> Path:
    """Write a .trc in m or a .c3d in mm, whichever the ending says."""
    if path.suffix == ".trc":
        time = np.arange(FRAMES) / 100
        write_markers(path, Markers(time, positions, tuple(names)))
        return path
    arrays = path.with_suffix(".npz")
    np.savez(arrays, names=np.array(names), positions=1000 * positions)
    writer = Path(__file__).parents[1] / "io" / "c3d_writer.py"
    command = [sys.executable, str(writer), str(path), "mm", "0", str(arrays)]
    subprocess.run(command, check=True)
    return path


@pytest.mark.parametrize("ending", ["trc", "c3d"])
def test_a_subjects_prefix_is_taken_off_and_said(ending: str, tmp_path: Path) -> None:
    labels = [f"P01:{name}" for name in NAMES] + ["*12", "P01:LHipAngles", "V_1"]
    extra = np.repeat([[[0.0, 3, 0], [40, -70, 20], [0, 0, 9]]], FRAMES, axis=0)
    positions = np.concatenate([person(), extra], axis=1)
    found = read_trial(write(tmp_path / f"a.{ending}", labels, positions), GAIT)
    assert found.markers.names == NAMES
    np.testing.assert_allclose(found.markers.positions[5], PERSON, atol=1e-6)
    assert found.notes[0] == "The prefix P01: was taken off the marker names."
    assert found.subject == "P01"


@pytest.mark.parametrize("ending", ["trc", "c3d"])
def test_only_the_markers_of_the_subject_asked_for_are_read(
    ending: str, tmp_path: Path
) -> None:
    labels = [f"{who}:{name}" for who in ("P01", "P02") for name in NAMES]
    both = np.concatenate([person(), person(aside=2.0)], axis=1)
    path = write(tmp_path / f"a.{ending}", labels, both)
    with pytest.raises(BigeError, match=r"2 subjects \(P01, P02\); choose one with"):
        read_trial(path, GAIT)
    with pytest.raises(BigeError, match="no subject P03; it has P01, P02"):
        read_trial(path, GAIT, subject="P03")
    found = read_trial(path, GAIT, subject="P02")
    np.testing.assert_allclose(found.markers.positions[0], person(aside=2.0)[0])


def test_a_second_subject_who_was_never_seen_is_nobody(tmp_path: Path) -> None:
    labels = [f"{who}:{name}" for who in ("P01", "P02") for name in NAMES]
    positions = np.concatenate([person(), np.full((FRAMES, 7, 3), np.nan)], axis=1)
    path = write(tmp_path / "a.trc", labels, positions)
    assert read_trial(path, GAIT).subject == "P01"
    assert find_names(path, GAIT).subjects == ("P01",)


def test_markers_never_seen_are_not_recorded(tmp_path: Path) -> None:
    positions = person()
    positions[:, 2] = np.nan
    found = read_trial(write(tmp_path / "a.trc", list(NAMES), positions), GAIT)
    assert "RPSI" not in found.markers.names
    note = "Not recorded: RPSI, RTHI, LTHI, RKNE, LKNE, RTIB and 27 more."
    assert found.notes == (note,)


def hips_and_shoulders(directions: dict[str, tuple[str, ...]]) -> MarkerSet:
    places = {
        "RHip": ("pelvis", (0.0, 0.0, 0.1)),
        "LHip": ("pelvis", (0.0, 0.0, -0.1)),
        "RShoulder": ("torso", (0.0, 0.4, 0.2)),
        "LShoulder": ("torso", (0.0, 0.4, -0.2)),
        "RAnkle": ("tibia_r", (0.0, -0.4, 0.0)),
    }
    markers = [
        PlacedMarker(name=name, body=body, location=location)
        for name, (body, location) in places.items()
    ]
    return MarkerSet(
        name="points", title="joints", markers=tuple(markers), directions=directions
    )


def test_a_person_is_turned_by_left_and_right(tmp_path: Path) -> None:
    """Facing -z of a laboratory with y up: right is its +x."""
    points = hips_and_shoulders({})
    places = [[0.1, 1, 0], [-0.1, 1, 0], [0.2, 1.4, 0], [-0.2, 1.4, 0], [0.1, 0.1, 0]]
    positions = np.repeat([places], FRAMES, axis=0)
    found = read_trial(write(tmp_path / "a.trc", list(points.names), positions), points)
    np.testing.assert_allclose(found.markers.marker("RHip")[0], [0, 1, 0.1])
    assert found.notes == ("Turned to x forward, y up, z right: its axes -z y x.",)


def test_axes_that_nothing_shows_are_taken_as_they_are_and_said(tmp_path: Path) -> None:
    points = hips_and_shoulders({})
    names = ["RHip", "RShoulder", "RAnkle"]
    positions = np.repeat([[[0.0, 1, 0], [0, 1.4, 0], [0, 0, 0]]], FRAMES, axis=0)
    path = write(tmp_path / "a.trc", names, positions)
    assert read_trial(path, points).notes[-1] == (
        "No marker shows which way is up and forward; the axes are taken as x "
        "forward, y up, z right."
    )
    front = {"front": ("LHip",), "back": ("LHip",), "top": (), "bottom": ()}
    with pytest.raises(BigeError, match="none of the markers LHip that show its back"):
        read_trial(path, hips_and_shoulders(front))
