"""The marker sets that come with the program, and their files."""

from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import BigeError, DataError, UnknownNameError
from bige_osim.io.marker_set import (
    find_marker_set,
    read_marker_set,
    rename_markers,
    shipped_marker_sets,
)
from bige_osim.io.opensim_files.trc import read_marker_header
from bige_osim.io.session.ui_prmd import MARKERS
from bige_osim.motion import Markers
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.open_model import OpenModel

SETS = ("opencap_study", "opencap_video", "plug_in_gait_39")

SMALL = """
name = "small"
title = "Three markers"
[[markers]]
names = ["RASI", "LASI"]
aliases = [["right"], ["left"]]
body = "pelvis"
location = [0.01, 0.02, 0.13]
[[markers]]
names = ["RKNE", "LKNE"]
body = "femur"
location = [0.0, -0.4, 0.05]
weight = 2.0
[[measurements]]
name = "thigh"
pairs = [["RASI", "RKNE"], ["LASI", "LKNE"]]
scales = { femur = "xyz" }
"""


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_sets_that_come_with_the_program() -> None:
    assert tuple(shipped_marker_sets()) == SETS
    counts = [len(find_marker_set(name).markers) for name in SETS]
    assert counts == [43, 20, 39]
    assert set(find_marker_set("plug_in_gait_39").names) == set(MARKERS)


@pytest.mark.opensim
@pytest.mark.parametrize("name", SETS)
def test_every_marker_sits_on_a_bone_of_the_generic_model(name: str) -> None:
    loaded = OpenModel(generic_model())
    loaded.place({})
    bodies = {body.getName() for body in loaded.model.getBodySet()}
    found = find_marker_set(name)
    scaled = {body for m in found.measurements for body in m.scales}
    assert scaled <= bodies
    assert {body for group in found.refined for body in group} <= bodies
    for marker in found.markers:
        assert marker.body in bodies
        frame = loaded.placement(marker.body)
        height = (frame[:3, :3] @ np.array(marker.location) + frame[:3, 3])[1]
        assert 0.0 < height < 1.75, marker.name


@pytest.mark.parametrize("name", SETS)
def test_both_sides_are_mirror_images(name: str) -> None:
    markers = find_marker_set(name).markers
    left = {m.body.removesuffix("_l") for m in markers if m.body.endswith("_l")}
    right = {m.body.removesuffix("_r") for m in markers if m.body.endswith("_r")}
    assert left == right
    paired = [m for m in markers if m.location[2] != 0 and m.name != "RBAK"]
    places = {(m.body, m.location, m.weight, m.placement) for m in paired}
    assert len(places) == len(paired)
    for marker in paired:
        x, y, z = marker.location
        other = {"_r": "_l", "_l": "_r"}
        body = marker.body[:-2] + other.get(marker.body[-2:], marker.body[-2:])
        assert (body, (x, y, -z), marker.weight, marker.placement) in places


@pytest.mark.parametrize("name", SETS)
def test_measurements_are_of_both_sides_alike(name: str) -> None:
    for measured in find_marker_set(name).measurements:
        scaled = {body[:-2] for body in measured.scales if body.endswith("_r")}
        assert scaled == {b[:-2] for b in measured.scales if b.endswith("_l")}


def test_one_entry_is_a_marker_of_each_side(tmp_path: Path) -> None:
    found = read_marker_set(write(tmp_path / "a.toml", SMALL))
    assert found.names == ("RASI", "LASI", "RKNE", "LKNE")
    assert [m.body for m in found.markers] == ["pelvis", "pelvis", "femur_r", "femur_l"]
    assert found.markers[3].location == (0.0, -0.4, -0.05)
    assert found.markers[2].weight == found.markers[3].weight == 2.0
    assert found.measurements[0].scales == {"femur_r": "xyz", "femur_l": "xyz"}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("title", "titel", "column titel: expected the keys"),
        ('["RASI", "LASI"]', '["RKNE", "LASI"]', "column RKNE: expected every marker"),
        (
            "0.13]",
            "0.13, 1]",
            "column location of markers 1: expected three numbers in",
        ),
        (
            'femur = "xyz"',
            'femur = "xyw"',
            "femur of measurements 1: expected axes",
        ),
        ('[["RASI", "RKNE"]', '[["RASO", "RKNE"]', "column RASO: expected a marker of"),
        ("name =", "name", "expected TOML, got"),
    ],
)
def test_a_mistake_in_a_file_is_named(
    old: str, new: str, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=reason.replace("[", r"\[")):
        read_marker_set(write(tmp_path / "a.toml", SMALL.replace(old, new, 1)))


def test_an_unknown_set_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        find_marker_set("plug_in_gait")
    assert str(caught.value) == (
        "The program has no marker set named plug_in_gait; did you mean "
        "plug_in_gait_39?"
    )


def recorded(*names: str) -> Markers:
    places = np.arange(3.0 * len(names)).reshape(1, -1, 3)
    return Markers(np.zeros(1), places, names)


def test_recorded_markers_go_by_the_sets_own_names(tmp_path: Path) -> None:
    small = read_marker_set(write(tmp_path / "a.toml", SMALL))
    markers = recorded("extra", "right", "RKNE", "left", "LASI")
    found = rename_markers(markers, small)
    assert set(found.names) == {"RASI", "RKNE", "LASI"}
    assert np.array_equal(found.marker("RASI"), markers.marker("right"))
    assert np.array_equal(found.marker("LASI"), markers.marker("LASI"))


def test_a_recording_of_other_markers_is_refused(tmp_path: Path) -> None:
    small = read_marker_set(write(tmp_path / "a.toml", SMALL))
    with pytest.raises(BigeError, match="has 1 of the 4 markers of small, at least 3"):
        rename_markers(recorded("A", "B", "RASI"), small)


@pytest.mark.recordings
def test_names_are_those_of_real_files(sessions: Path) -> None:
    for path, name in (
        ("field_study_0/MarkerData/neutral.trc", "opencap_study"),
        ("field_study_0/MarkerData/neutral.trc", "opencap_video"),
        ("video_s2/MarkerData/squats_keypoints.trc", "opencap_video"),
    ):
        header = read_marker_header(sessions / path)
        assert set(find_marker_set(name).names) <= set(header.names)
    laboratory = read_marker_header(sessions / "lab_s4/MarkerData/static1.trc").names
    found = rename_markers(recorded(*laboratory), find_marker_set("opencap_study"))
    assert len(found.names) == 43
