"""Marker sets in OpenSim's XML."""

from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import DataError, MissingFileError
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.marker_set_file import read_opensim_marker_set

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generic model's 66 markers."""
    import opensim

    path = tmp_path_factory.mktemp("markers") / "markers.xml"
    model = opensim.Model(str(generic_model()))  # its markers go when it goes
    model.getMarkerSet().printToXML(str(path))
    return path


def test_markers_keep_their_bodies_and_places(file: Path) -> None:
    found = read_opensim_marker_set(file, generic=generic_model(), recorded=())
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
    found = read_opensim_marker_set(file, generic=generic_model(), recorded=recorded)
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


def test_what_is_no_marker_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="marker set"):
        read_opensim_marker_set(
            tmp_path / "a.xml", generic=generic_model(), recorded=()
        )
    path = tmp_path / "b.xml"
    path.write_text("<OpenSimDocument/>")
    with pytest.raises(DataError, match="expected a MarkerSet that OpenSim reads"):
        read_opensim_marker_set(path, generic=generic_model(), recorded=())
