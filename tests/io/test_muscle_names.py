"""Tables of names that stand for muscles."""

from pathlib import Path

import pytest

from bige_osim.errors import DataError, MissingFileError
from bige_osim.io.muscle_names import read_muscle_names

EXPECTED = {"VM_R": ("vasmed_r",), "HAM_R": ("semimem_r", "semiten_r")}


def test_both_kinds_of_file_say_the_same(tmp_path: Path) -> None:
    toml, lines = tmp_path / "names.toml", tmp_path / "names.csv"
    toml.write_text(
        '[muscles]\nVM_R = "vasmed_r"\nHAM_R = ["semimem_r", "semiten_r"]\n'
    )
    lines.write_text('# EMG\nVM_R,vasmed_r,\n"HAM_R", semimem_r, semiten_r\n')
    assert read_muscle_names(toml) == EXPECTED
    assert read_muscle_names(lines) == EXPECTED


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        (
            "names.csv",
            "VM_R\n",
            "names.csv, column VM_R: expected a name and the muscles that it stands "
            "for, got no muscle; write, for example, VM_R and vasmed_r.",
        ),
        (
            "names.csv",
            "VM_R,a\nVM_R,b\n",
            "names.csv, row 2: expected every name once, and every muscle once beside "
            "it, got VM_R,b; put all muscles of a name into one line.",
        ),
        (
            "names.toml",
            "[muscles]\nVM_R = 3\n",
            'names.toml, column VM_R: expected a list of names such as ["a", "b"], got '
            "3; correct it there.",
        ),
        (
            "names.toml",
            "[muscle]\n",
            "names.toml, column muscle: expected the keys muscles, got muscle; write "
            "muscles if it is meant.",
        ),
        (
            "names.toml",
            "[muscles]\n",
            "names.toml: expected a name and the muscles that it stands for, got none; "
            "write, for example, VM_R and vasmed_r.",
        ),
    ],
)
def test_damage_is_named(tmp_path: Path, file: str, text: str, sentence: str) -> None:
    path = tmp_path / file
    path.write_text(text)
    with pytest.raises(DataError) as error:
        read_muscle_names(path)
    assert str(error.value) == f"{tmp_path}/{sentence}"


def test_a_table_that_is_not_there_is_named() -> None:
    with pytest.raises(MissingFileError, match=r"table of names nowhere\.toml"):
        read_muscle_names("nowhere.toml")
