"""Markers and force plates in .c3d files, written for the tests through ezc3d."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import DataError, MissingFileError
from bige_osim.io.c3d import read_c3d

FRAMES = 20
WRITER = Path(__file__).with_name("c3d_writer.py")


def write(path: Path, *, units: str = "mm", plate: int = 0) -> Path:
    """Two markers at 100 Hz, the second unseen in frame 3; a plate at 1000 Hz."""
    command = [sys.executable, str(WRITER), str(path), units, str(plate)]
    subprocess.run(command, check=True)
    return path


@pytest.mark.parametrize(("units", "metres"), [("mm", 0.1), ("cm", 1.0), ("m", 100.0)])
def test_markers_are_read_in_metres_by_name(
    units: str, metres: float, tmp_path: Path
) -> None:
    found = read_c3d(write(tmp_path / "a.c3d", units=units))
    assert found.markers.names == ("RASI", "C7")
    assert found.markers.rate == pytest.approx(100.0)
    assert len(found.markers.time) == FRAMES
    expected = metres * np.array([1.0, -2.0, 9.0])
    np.testing.assert_allclose(found.markers.marker("RASI")[5], expected, rtol=1e-6)
    assert found.ground is None


def test_a_marker_that_was_not_seen_is_nan(tmp_path: Path) -> None:
    unseen = np.isnan(read_c3d(write(tmp_path / "a.c3d")).markers.positions)
    assert np.argwhere(unseen.any(axis=2)).tolist() == [[3, 1]]
    assert unseen[3, 1].all()


def test_a_plate_gives_force_and_point_in_the_axes_of_the_file(tmp_path: Path) -> None:
    ground = read_c3d(write(tmp_path / "a.c3d", plate=2)).ground
    assert ground is not None
    assert ground.names == ("ground_force_1",)
    assert len(ground.time) == 10 * FRAMES
    assert ground.time[10] == pytest.approx(0.01)
    np.testing.assert_allclose(np.abs(ground.force[50, 0]), [0, 0, 700], atol=1e-3)
    # The centre of the plate is (0.3, 0.2); 0.1 m off it along one of its edges.
    away = np.abs(ground.point[50, 0] - [0.3, 0.2, 0.0])
    assert sorted(away.round(4)) == [0.0, 0.0, 0.1]
    np.testing.assert_allclose(ground.moment, 0.0, atol=1e-6)


def test_plates_of_an_unknown_kind_are_left_out_and_said(tmp_path: Path) -> None:
    found = read_c3d(write(tmp_path / "a.c3d", plate=99))
    assert found.ground is None
    assert found.notes[0].startswith("The force plates of a.c3d are left out: ")
    assert found.markers.names == ("RASI", "C7")


def test_what_is_no_c3d_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.c3d"
    path.write_text("PathFileType 4")
    with pytest.raises(DataError, match=r"a\.c3d: expected a c3d file, got"):
        read_c3d(path)


def test_an_unknown_unit_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.c3d", units="inch")
    with pytest.raises(DataError) as caught:
        read_c3d(path)
    assert str(caught.value) == (
        f"{path}, column POINT:UNITS: expected a unit among m, meters, metres, cm, "
        "mm, millimeters, millimetres, got inch; export the file again from the "
        "laboratory's software."
    )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="does not exist"):
        read_c3d(tmp_path / "a.c3d")


@pytest.mark.opensim
def test_opensim_still_works_where_a_c3d_was_read(tmp_path: Path) -> None:
    opensim = pytest.importorskip("opensim")
    read_c3d(write(tmp_path / "a.c3d"))
    labels = opensim.StdVectorString()
    labels.append("RASI")
    table = opensim.TimeSeriesTableVec3()
    table.setColumnLabels(labels)
    assert tuple(table.getColumnLabels()) == ("RASI",)
