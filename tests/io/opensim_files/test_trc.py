"""Markers in .trc files."""

from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import DataError, MissingFileError
from bige_osim.io.opensim_files.trc import (
    read_marker_header,
    read_markers,
    write_markers,
)
from bige_osim.motion import Markers

DAMAGED = Path(__file__).parents[1] / "damaged"
KEYS = "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\t"
KEYS += "OrigDataStartFrame\tOrigNumFrames"


def write(
    path: Path,
    *rows: str,
    units: str = "m",
    first: str = "PathFileType\t4\t(X/Y/Z)\ta.trc",
    blank: str = "\n",
    newline: str = "\n",
) -> Path:
    values = f"100\t100\t{len(rows)}\t2\t{units}\t100\t1\t{len(rows)}"
    names, axes = "Frame#\tTime\tRASI\t\t\tLASI\t\t", "\t\tX1\tY1\tZ1\tX2\tY2\tZ2"
    text = "\n".join([first, KEYS, values, names, axes]) + "\n" + blank
    text += "\n".join(rows) + "\n"
    path.write_bytes(text.replace("\n", newline).encode())
    return path


ROWS = ("1\t0.0\t100\t900\t-200\t400\t500\t600", "2\t0.01\t1\t2\t3\t4\t5\t6")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("blank", ["", "\n", "\t\t\n"])
@pytest.mark.parametrize("first", ["PathFileType  4\t(X/Y/Z) C:/a", "PathFileType\t4"])
def test_every_header_gives_the_same_markers(
    first: str, blank: str, newline: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.trc", *ROWS, first=first, blank=blank, newline=newline)
    markers = read_markers(path)
    assert markers.names == ("RASI", "LASI")
    assert markers.time.tolist() == [0.0, 0.01]
    assert markers.positions[1].tolist() == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


@pytest.mark.parametrize(("units", "scale"), [("mm", 1000), ("cm", 100), ("M", 1)])
def test_positions_are_in_metres_whatever_the_file_has(
    units: str, scale: float, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.trc", *ROWS, units=units)
    markers = read_markers(path)
    assert markers.names == ("RASI", "LASI")
    assert markers.time.tolist() == [0.0, 0.01]
    assert (markers.marker("RASI")[0] * scale).tolist() == [100.0, 900.0, -200.0]
    assert (markers.marker("LASI")[1] * scale).tolist() == [4.0, 5.0, 6.0]


def test_a_marker_that_was_not_seen_is_nan(tmp_path: Path) -> None:
    rows = (
        "1\t0.0\t\t\t\t4\t5\t6",
        "2\t0.01\t1\t2\t3\t\t\t",
        "3\t0.02\tnan\tnan\tnan\t4\t\t6\t",
    )
    markers = read_markers(write(tmp_path / "a.trc", *rows))
    seen = ~np.isnan(markers.positions)
    assert seen.all(axis=2).tolist() == [[False, True], [True, False], [False, False]]
    assert seen.any(axis=2).tolist() == seen.all(axis=2).tolist()


FAULTS = {
    "truncated_row.trc": ", row 2, column LASI y: expected 8 cells in the row, got 6 "
    "(line 8); the row is cut off there: export the file again.",
    "time_backwards.trc": ", row 3, column time: expected a time after 0.01 s, got "
    "0.005 s (line 9); cut the recording there or sort its rows.",
    "text_cell.trc": ", row 2, column RASI z: expected a number, got x (line 8); fill "
    "the gap or cut the trial.",
    "infinite.trc": ", row 1, column LASI z: expected a number, got inf (line 7); fill "
    "the gap or cut the trial.",
    "untimed_row.trc": ", row 2, column time: expected a number, got an empty cell "
    "(line 8); fill the gap or cut the trial.",
    "unknown_unit.trc": ": expected Units m, cm or mm, got inch; correct the third line"
    " of the file.",
    "missing_field.trc": ": expected a value for each of the 8 keys of its second line,"
    " got 7; correct the third line of the file.",
    "duplicate_marker.trc": ", column RASI: expected every marker name once, got it for"
    " markers 1 and 2; rename or remove one of them.",
    "not_markers.trc": ": expected a marker file that begins with PathFileType, got "
    "'Coordinates'; check that it is a .trc file or export it again.",
    "no_rows.trc": ": expected at least one row of positions, got none; export the file"
    " again.",
    "empty.mot": ": expected a marker file, got an empty file; export it again.",
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_damaged_file_is_refused_in_one_sentence(name: str) -> None:
    with pytest.raises(DataError) as caught:
        read_markers(DAMAGED / name)
    assert str(caught.value) == f"{DAMAGED / name}{FAULTS[name]}"


MISCOUNTED = {
    "wrong_frame_count.trc": ": its header says NumFrames 4, there are 3; the end may "
    "be missing.",
    "wrong_marker_count.trc": ": its header says NumMarkers 3, there are 2.",
    "odd_frame_count.trc": ": its header says NumFrames many, there are 3.",
    "wrong_axis_count.trc": ": its fifth line has 9 axes, its 2 markers have 6; its "
    "rows were read as they are.",
}


@pytest.mark.parametrize("name", MISCOUNTED)
def test_a_header_that_counts_wrong_is_noted_and_the_data_are_read(name: str) -> None:
    markers = read_markers(DAMAGED / name)
    assert markers.positions.shape == (3, 2, 3)
    assert markers.notes == (f"{name}{MISCOUNTED[name]}",)
    assert read_marker_header(DAMAGED / name).notes == markers.notes


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError) as caught:
        read_markers(tmp_path / "a.trc")
    assert str(caught.value) == (
        f"The marker file {tmp_path / 'a.trc'} does not exist; check the path."
    )


def some_markers() -> Markers:
    positions = np.random.default_rng(0).normal(size=(9, 3, 3))
    positions[2, 0] = positions[3, 2] = np.nan
    return Markers(np.arange(9) / 60, positions, ("C7", "RASI", "R.Heel"))


def test_markers_are_read_back_bit_by_bit(tmp_path: Path) -> None:
    markers = some_markers()
    write_markers(tmp_path / "a.trc", markers)
    again = read_markers(tmp_path / "a.trc")
    assert again.names == markers.names
    assert np.array_equal(again.time, markers.time)
    assert np.array_equal(again.positions, markers.positions, equal_nan=True)
    first = (tmp_path / "a.trc").read_bytes()
    write_markers(tmp_path / "a.trc", again)
    assert (tmp_path / "a.trc").read_bytes() == first


def test_the_written_header_counts_frames_and_markers(tmp_path: Path) -> None:
    write_markers(tmp_path / "a.trc", some_markers())
    line = (tmp_path / "a.trc").read_text().split("\n")[2]
    assert line.split("\t") == ["60.00", "60.00", "9", "3", "m", "60.00", "1", "9"]


def test_an_infinite_position_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.trc"
    markers = some_markers()
    markers.positions[4, 1, 2] = np.inf
    with pytest.raises(DataError) as caught:
        write_markers(path, markers)
    assert str(caught.value) == (
        f"{path}, row 5, column RASI z: expected a finite number to write, got inf; "
        "find the step that made it; nothing was written."
    )
    assert not path.exists()


@pytest.mark.recordings
def test_every_recorded_marker_file_is_read_in_metres(recordings: Path) -> None:
    paths = sorted(recordings.glob("*/**/*.trc"))
    assert len(paths) > 20
    for path in paths:
        markers = read_markers(path)
        assert markers.names == read_marker_header(path).names
        assert 0.5 < np.nanmax(markers.positions[..., 1]) < 2.5, path


@pytest.mark.recordings
def test_recorded_markers_survive_reading_writing_and_reading(
    sessions: Path, tmp_path: Path
) -> None:
    for name in ("lab_s4/MarkerData/walking1.trc", "lab_s6/MarkerData/walking1.trc"):
        markers = read_markers(sessions / name)
        write_markers(tmp_path / "a.trc", markers)
        again = read_markers(tmp_path / "a.trc")
        assert np.array_equal(again.positions, markers.positions, equal_nan=True)
        assert np.array_equal(again.time, markers.time)


@pytest.mark.opensim
def test_opensim_reads_what_was_written(tmp_path: Path) -> None:
    opensim = pytest.importorskip("opensim")
    opensim.Logger.setLevelString("Off")
    markers = some_markers()
    write_markers(tmp_path / "a.trc", markers)
    table = opensim.TimeSeriesTableVec3(str(tmp_path / "a.trc"))
    assert tuple(table.getColumnLabels()) == markers.names
    assert np.array_equal(table.getIndependentColumn(), markers.time)
    rows = [table.getRowAtIndex(frame) for frame in range(9)]
    read = [[[row[m][axis] for axis in range(3)] for m in range(3)] for row in rows]
    assert np.array_equal(read, markers.positions, equal_nan=True)
