"""Text tables of curves, whole and damaged."""

from pathlib import Path

import pytest

from bige_osim.errors import DataError
from bige_osim.io.csv_series import read_csv_series
from bige_osim.io.opensim_files.series import read_activations


def write(folder: Path, text: str) -> Path:
    path = folder / "emg.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "time,VM_R,VL_R\n0,0.1,2\n0.5,0.2,3\n",
        '"Time (s)";"VM_R";"VL_R"\n0;0.1;2\n0.5;0.2;3\n',
        "# made by hand\nVM_R\tVL_R\ttime_s\n0.1\t2\t0\n\n0.2\t3\t0.5\n",
    ],
    ids=["commas", "semicolons", "tabs"],
)
def test_a_table_is_read_whatever_separates_its_cells(
    tmp_path: Path, text: str
) -> None:
    found = read_csv_series(write(tmp_path, text))
    assert found.names == ("VM_R", "VL_R")
    assert found.time.tolist() == [0, 0.5]
    assert found.values.tolist() == [[0.1, 2], [0.2, 3]]
    assert found.name == "emg"


def test_activations_are_read_from_it_too(tmp_path: Path) -> None:
    path = write(tmp_path, "time,/forceset/soleus_r/activation,x\n0,0.5,1\n1,0.6,1\n")
    assert read_activations(path).names == ("soleus_r",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "frame,VM_R\n0,0.1\n",
            "emg.csv: expected one column named time, in seconds, got columns frame, "
            "VM_R; name it in the first line.",
        ),
        (
            "time,VM_R\n",
            "emg.csv: expected rows of numbers, got only a first line; export the file "
            "again.",
        ),
        (
            "time,VM_R,VL_R\n0,0.1,0.2\n1,,0.2\n",
            "emg.csv, row 2, column VM_R: expected a number, got an empty cell (line "
            "3); fill the gap or cut the trial.",
        ),
        (
            "time;VM_R\n0,5;0.1\n",
            "emg.csv, row 1, column time: expected a number, got 0,5 (line 2); fill "
            "the gap or cut the trial.",
        ),
        (
            "time,VM_R\n0,0.1\n0,0.2\n",
            "emg.csv, row 2, column time: expected a time after 0.0 s, got 0.0 s (line "
            "3); cut the recording there or sort its rows.",
        ),
        (
            "time,VM_R,VM_R\n0,1,2\n",
            "emg.csv, column VM_R: expected every column name once, got it for columns "
            "2 and 3; rename or remove one of them.",
        ),
    ],
    ids=["no time", "no rows", "a gap", "decimal commas", "time stands", "twice"],
)
def test_damage_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(DataError) as error:
        read_csv_series(write(tmp_path, text))
    assert str(error.value) == f"{tmp_path}/{sentence}"
