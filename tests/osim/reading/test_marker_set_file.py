"""Marker sets in OpenSim's XML."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import BigeError, DataError, MissingFileError
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.marker_set_file import (
    complete_marker_set,
    read_opensim_markers,
)
from bige_osim.spec.marker_set import MarkerSet

pytestmark = pytest.mark.opensim


def read_set(path: Path, *, recorded: Sequence[str] = ()) -> MarkerSet:
    markers = read_opensim_markers(path)
    return complete_marker_set(markers, generic=generic_model(), recorded=recorded)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generic model's 66 markers."""
    import opensim

    path = tmp_path_factory.mktemp("markers") / "markers.xml"
    model = opensim.Model(str(generic_model()))  # its markers go when it goes
    model.getMarkerSet().printToXML(str(path))
    return path


def test_markers_keep_their_bodies_and_places(file: Path) -> None:
    found = read_set(file, recorded=())
    assert len(found.markers) == 66
    knee = found.markers[found.names.index("RLFC")]
    assert knee.body == "femur_r"
    np.testing.assert_allclose(knee.location, [0, -0.404, 0.05])
    assert found.measurements == ()  # nothing was recorded
    assert found.markers[found.names.index("LUA1")].region == "arms"


def test_bones_are_measured_between_the_markers_nearest_to_their_joints(
    file: Path,
) -> None:
    recorded = [
        *("RASI", "LASI", "RPSI", "LPSI", "C7", "RACR", "LACR"),
        *("RHJC", "RLFC", "RLMAL", "RCAL", "RTOE"),
    ]
    found = read_set(file, recorded=recorded)
    pairs = {m.name: m.pairs for m in found.measurements}
    assert pairs["thigh"] == (("RHJC", "RLFC"),)
    assert pairs["shank"] == (("RLFC", "RLMAL"),)
    assert pairs["foot"] == (("RCAL", "RTOE"),)
    assert pairs["pelvis_width"] == (("LASI", "RASI"),)
    assert pairs["shoulders"] == (("LACR", "RACR"),)
    assert {p for pair in pairs["trunk"] for p in pair} == {"C7", "RPSI", "LPSI"}
    assert "forearm" not in pairs
    assert set(found.directions["front"]) == {"RASI", "LASI"}
    assert set(found.directions["back"]) == {"RPSI", "LPSI"}


POINT = """<Marker name="{name}">
<socket_parent_frame>/bodyset/{body}</socket_parent_frame>
<location>{place}</location></Marker>"""


def write_set(path: Path, *points: tuple[str, str, str]) -> Path:
    markers = "".join(POINT.format(name=n, body=b, place=p) for n, b, p in points)
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8" ?><OpenSimDocument Version="40000">'
        f'<MarkerSet name="m"><objects>{markers}</objects></MarkerSet>'
        "</OpenSimDocument>"
    )
    return path


HIPS = (("RHip", "pelvis", "-0.06 -0.08 0.1"), ("LHip", "pelvis", "-0.06 -0.08 -0.1"))


def test_markers_on_bodies_that_the_model_has_not_are_left_out_and_said(
    tmp_path: Path,
) -> None:
    path = write_set(tmp_path / "a.xml", *HIPS, ("Nose", "head", "0.1 0 0"))
    found = read_set(path, recorded=("RHip",))
    assert found.names == ("RHip", "LHip")
    assert found.notes == (
        "Left out, on bodies that Rajagopal2015.osim has not (head): Nose.",
    )
    only = write_set(tmp_path / "b.xml", ("Nose", "head", "0.1 0 0"))
    with pytest.raises(BigeError) as caught:
        read_set(only, recorded=())
    assert str(caught.value) == (
        "The markers of b are on head, bodies that Rajagopal2015.osim has not; pass "
        "another --generic."
    )


def test_hips_alone_show_neither_front_nor_back(tmp_path: Path) -> None:
    path = write_set(tmp_path / "a.xml", *HIPS, ("Neck", "torso", "0 0.45 0"))
    names = ("RHip", "LHip", "Neck")
    found = read_set(path, recorded=names)
    assert found.directions == {"top": ("Neck",)}
    assert {m.name: m.pairs for m in found.measurements}["pelvis_width"] == (
        ("LHip", "RHip"),
    )


@pytest.mark.parametrize("place", ["0 0.1", "0 0.1 x", "0 0 0 0", "", "nan 0 0"])
def test_a_damaged_location_is_refused(place: str, tmp_path: Path) -> None:
    """OpenSim reads all of these, most as 0 0 0."""
    path = write_set(tmp_path / "a.xml", HIPS[0], ("LHip", "pelvis", place))
    with pytest.raises(DataError) as caught:
        read_set(path, recorded=())
    assert str(caught.value) == (
        f"{path}, column LHip: expected a location of three numbers, got "
        f"{place or 'none'}; correct it there."
    )


def test_elements_that_are_no_markers_are_refused(tmp_path: Path) -> None:
    path = write_set(tmp_path / "a.xml", *HIPS)
    text = path.read_text().replace("</objects>", '<Whatever name="q"/></objects>')
    path.write_text(text)
    with pytest.raises(DataError, match="got elements that are no markers"):
        read_set(path, recorded=())


def test_the_bodies_of_a_file_of_opensim_3_are_read(tmp_path: Path) -> None:
    path = write_set(tmp_path / "a.xml", *HIPS)
    text = path.read_text().replace("40000", "30000")
    text = text.replace("socket_parent_frame", "body").replace("/bodyset/", "")
    path.write_text(text)
    found = read_set(path, recorded=())
    assert [marker.body for marker in found.markers] == ["pelvis", "pelvis"]


def test_a_marker_twice_is_refused(tmp_path: Path) -> None:
    path = write_set(tmp_path / "a.xml", HIPS[0], HIPS[0])
    with pytest.raises(DataError, match="got two markers named RHip"):
        read_set(path, recorded=())


def test_what_is_no_marker_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="marker set"):
        read_set(tmp_path / "a.xml", recorded=())
    path = tmp_path / "b.xml"
    path.write_text("<OpenSimDocument/>")
    with pytest.raises(DataError, match="expected a MarkerSet that OpenSim reads"):
        read_set(path, recorded=())
