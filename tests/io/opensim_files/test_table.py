"""The raw reader and writer of .mot and .sto files."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bige_osim.errors import DataError, MissingFileError
from bige_osim.io.opensim_files.table import Table, read_table, write_table

DAMAGED = Path(__file__).parents[1] / "damaged"

FAULTS = {
    "truncated_row.mot": ", row 3, column knee_angle_r: expected 5 cells in the row, "
    "got 3 (line 10); the row is cut off there: export the file again.",
    "long_row.mot": ", row 4, column knee_angle_r_beta: expected 5 cells in the row, "
    "got 6 (line 11); the row goes on after its last column: export the file again.",
    "nan.mot": ", row 3, column knee_angle_r: expected a number, got nan (line 10); "
    "fill the gap or cut the trial.",
    "infinite.mot": ", row 2, column pelvis_tilt: expected a number, got -inf (line 9);"
    " fill the gap or cut the trial.",
    "text_cell.mot": ", row 4, column pelvis_ty: expected a number, got 0.9.2 (line "
    "11); fill the gap or cut the trial.",
    "empty_cell.mot": ", row 2, column knee_angle_r: expected a number, got an empty "
    "cell (line 9); fill the gap or cut the trial.",
    "time_backwards.mot": ", row 4, column time: expected a time after 0.02 s, got "
    "0.015 s (line 11); cut the recording there or sort its rows.",
    "time_repeats.mot": ", row 3, column time: expected a time after 0.01 s, got 0.01 s"
    " (line 10); cut the recording there or sort its rows.",
    "no_endheader.mot": ": expected a line endheader before the column names, got none;"
    " check that it is a .mot or .sto file or export it again.",
    "duplicate_column.mot": ", column pelvis_tilt: expected every column name once, got"
    " it for columns 2 and 5; rename or remove one of them.",
    "unnamed_column.mot": ": expected a name for every column, got none for column 3; "
    "name it or export the file again.",
    "empty.mot": ": expected a table, got an empty file; export it again.",
    "no_rows.mot": ": expected column names and at least one row after endheader, got "
    "no rows; export the file again.",
    "no_time.mot": ": expected a column named time, got columns frame, pelvis_tilt, "
    "pelvis_ty and 2 more; export the file again.",
    "odd_unit.mot": ": expected inDegrees=yes or inDegrees=no, got inDegrees=true; "
    "write the one that holds into the header.",
    "newer_version.mot": ": expected version 1 to 3 of the format, got version 4; "
    "export the file with OpenSim 4.",
    "vector_table.sto": ": expected DataType=double, got DataType=Vec3; flatten the "
    "table in OpenSim before writing it.",
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_damaged_file_is_refused_in_one_sentence(name: str) -> None:
    with pytest.raises(DataError) as caught:
        read_table(DAMAGED / name)
    assert str(caught.value) == f"{DAMAGED / name}{FAULTS[name]}"


MISCOUNTED = {
    "wrong_row_count.mot": ": its header counts 5 rows, there are 4; the end may be "
    "missing.",
    "wrong_column_count.mot": ": its header counts 4 columns, there are 5; all 5 were "
    "read.",
}


@pytest.mark.parametrize("name", MISCOUNTED)
def test_a_header_that_counts_wrong_is_noted_and_the_data_are_read(name: str) -> None:
    table = read_table(DAMAGED / name)
    assert table.values.shape == (4, 4)
    assert table.notes == (f"{name}{MISCOUNTED[name]}",)


@settings(deadline=None)
@given(
    rows=st.one_of(
        st.integers(-9, 10**9).map(str), st.text("0123456789abc.-", max_size=5)
    ),
    columns=st.one_of(st.integers(-9, 10**9).map(str), st.text("4x", max_size=3)),
    keys=st.sampled_from(
        [("nRows=", "nColumns="), ("nr=", "nc="), ("datarows ", "datacolumns ")]
    ),
)
def test_any_count_in_the_header_is_read(
    rows: str, columns: str, keys: tuple[str, str], tmp_path_factory: Any
) -> None:
    path = tmp_path_factory.mktemp("counts") / "a.mot"
    header = f"a\n{keys[0]}{rows}\n{keys[1]}{columns}\ninDegrees=no\nendheader\n"
    path.write_text(header + "time\ta\n0\t1\n0.5\t3\n")
    table = read_table(path)
    assert table.values.tolist() == [[1.0], [3.0]]
    wrong = [float(text) != 2 if is_number(text) else True for text in (rows, columns)]
    if "=" in keys[0]:
        assert len(table.notes) == sum(wrong)


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_a_last_row_cut_short_is_refused_whatever_the_header_counts(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.mot"
    path.write_text("a\nnRows=1\nendheader\ntime\ta\tb\n0\t1\t2\n0.5\t3")
    with pytest.raises(DataError) as caught:
        read_table(path)
    assert str(caught.value) == (
        f"{path}, row 2, column b: expected 3 cells in the row, got 2 (line 6); the "
        "row is cut off there: export the file again."
    )


AS_LABS_HAVE_THEM = {
    "comments": b"a\nendheader\n# made by hand\ntime\ta\n0\t1\n// later\n0.5\t3\n#\n",
    "tabs and spaces": b"a\nendheader\ntime \ta\n 0 \t 1\n0.5\t  3\t\n",
    "an end of file of old systems": b"a\nendheader\ntime a\n0 1\n0.5 3\n\x1a",
    "a byte order mark": b"\xef\xbb\xbfa\nendheader\ntime a\n0 1\n0.5 3\n",
    "UTF-16": "a\nendheader\ntime a\n0 1\n0.5 3\n".encode("utf-16"),
    "old Macintosh lines": b"a\rendheader\rtime a\r0 1\r0.5 3\r",
}


@pytest.mark.parametrize("text", AS_LABS_HAVE_THEM.values(), ids=AS_LABS_HAVE_THEM)
def test_files_as_labs_have_them_are_read(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.mot").write_bytes(text)
    table = read_table(tmp_path / "a.mot")
    assert (table.names, table.notes) == (("a",), ())
    assert table.time.tolist() == [0.0, 0.5]
    assert table.values.tolist() == [[1.0], [3.0]]


def test_western_names_of_columns_are_kept(tmp_path: Path) -> None:
    text = "a\nendheader\ntime Müller\n0 1\n"
    (tmp_path / "a.mot").write_bytes(text.encode("latin-1"))
    assert read_table(tmp_path / "a.mot").names == ("Müller",)


def write_times(path: Path, times: Any) -> Path:
    rows = "\n".join(f"{time}\t1" for time in times)
    path.write_text(f"a\nendheader\ntime\ta\n{rows}\n")
    return path


def test_times_that_repeat_by_rounding_become_those_of_a_constant_rate(
    tmp_path: Path,
) -> None:
    path = write_times(tmp_path / "a.mot", np.round(np.arange(400) / 2000, 3))
    table = read_table(path)
    np.testing.assert_allclose(table.time, np.arange(400) / 2000, atol=0.0005)
    np.testing.assert_allclose(np.diff(table.time), 1 / 2000)
    assert table.notes == (
        "a.mot: its times are rounded so that some repeat; 2000 Hz is taken, which "
        "gives them.",
    )


def test_times_rounded_too_coarsely_are_refused(tmp_path: Path) -> None:
    uneven = np.cumsum(np.random.default_rng(0).uniform(0.0001, 0.001, 200))
    path = write_times(tmp_path / "a.mot", np.round(uneven, 3))
    with pytest.raises(DataError) as caught:
        read_table(path)
    assert str(caught.value).startswith(
        f"{path}, column time: expected times that differ from row to row, got "
    )
    assert str(caught.value).endswith(
        "rounded to 0.001 s; export them with more decimals."
    )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError) as caught:
        read_table(tmp_path / "a.mot")
    assert str(caught.value) == (
        f"The table {tmp_path / 'a.mot'} does not exist; check the path."
    )


HEADERS = {
    "version 1": "Coordinates\nversion=1\nnRows=2\nnColumns=3\ninDegrees=yes\n\n"
    "Units are S.I. units (second, meters, Newtons, ...)\n\nendheader",
    "version 2": "a\nversion=2\ninDegrees=Yes\nendheader",
    "version 3": "nColumns=3\nnRows=2\nDataType=double\nversion=3\nOpenSimVersion=4.1\n"
    "inDegrees = YES\nendheader",
    "fields reversed": "a\ninDegrees=y\n\nnColumns=3\nnRows=2\nversion=1\n\nendheader",
    "SIMM": "name a\ndatacolumns 3\ndatarows 2\nrange 0 0.5\nAngles are in degrees.\n"
    "endheader ",
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("header", HEADERS.values(), ids=list(HEADERS))
def test_every_header_gives_the_same_table(
    header: str, newline: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.mot"
    text = f"{header}\ntime\tb\ta\t\n0\t1\t2\t\n0.5\t3\t4\t\n\n"
    path.write_bytes(text.replace("\n", newline).encode())
    table = read_table(path)
    assert table.names == ("b", "a")
    assert table.time.tolist() == [0.0, 0.5]
    assert table.values.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert table.in_degrees is True


@pytest.mark.parametrize(
    ("field", "expected"),
    [("inDegrees=no", False), ("indegrees = NO", False), ("", None)],
)
def test_the_unit_of_angles_is_what_the_header_says(
    field: str, expected: bool | None, tmp_path: Path
) -> None:
    path = tmp_path / "a.mot"
    path.write_text(f"a\n{field}\nendheader\ntime a\n0 1\n")
    assert read_table(path).in_degrees is expected


def test_the_time_may_be_any_column_and_spaces_may_separate(tmp_path: Path) -> None:
    path = tmp_path / "a.mot"
    path.write_text("a\nendheader\n  a  Time b\n 1 0 2\n\n 3 0.1 4\n")
    table = read_table(path)
    assert table.names == ("a", "b")
    assert table.time.tolist() == [0.0, 0.1]
    assert table.values.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_bytes_of_another_encoding_in_the_header_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.mot"
    path.write_bytes(b"name C:\\M\xfcller\nendheader\ntime a\n0 1\n")
    assert read_table(path).values.tolist() == [[1.0]]


def test_what_was_written_is_read_back_bit_by_bit(tmp_path: Path) -> None:
    time = 0.1 + np.arange(50) / 60
    values = np.random.default_rng(0).normal(size=(50, 3)) * [1e-9, 1.0, 1e6]
    table = Table(time, values, ("a", "b", "c"), None)
    write_table(tmp_path / "a.sto", table, name="a", fields={"source": "estimated"})
    again = read_table(tmp_path / "a.sto")
    assert np.array_equal(again.time, time)
    assert np.array_equal(again.values, values)
    assert again.in_degrees is None
    assert again.header["source"] == "estimated"
    assert (again.header["nrows"], again.header["ncolumns"]) == ("50", "4")


def test_a_value_that_is_not_finite_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.sto"
    table = Table(np.array([0.0, 0.1]), np.array([[1.0], [np.nan]]), ("a",), None)
    with pytest.raises(DataError) as caught:
        write_table(path, table, name="a")
    assert str(caught.value) == (
        f"{path}, row 2, column a: expected a finite number to write, got nan; "
        "find the step that made it; nothing was written."
    )
    assert not path.exists()


def test_a_name_with_white_space_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.sto"
    table = Table(np.array([0.0]), np.array([[1.0]]), ("a b",), None)
    with pytest.raises(DataError) as caught:
        write_table(path, table, name="a")
    assert str(caught.value) == (
        f"{path}, column a b: expected a column name without white space, got 'a b'; "
        "rename the column."
    )


@pytest.mark.recordings
def test_every_recorded_table_is_read_and_written_the_same(
    recordings: Path, tmp_path: Path
) -> None:
    paths = sorted(recordings.glob("*/**/*.mot"))
    assert len(paths) > 40
    for path in paths:
        table = read_table(path)
        write_table(tmp_path / "a.mot", table, name="a")
        again = read_table(tmp_path / "a.mot")
        assert again.names == table.names
        assert np.array_equal(again.time, table.time)
        assert np.array_equal(again.values, table.values)
        assert again.in_degrees == table.in_degrees
