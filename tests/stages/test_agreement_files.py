"""Which files belong together."""

from pathlib import Path

import pytest

from bige_osim.errors import BigeError, MissingFileError
from bige_osim.stages.agreement_files import list_methods


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def test_files_of_the_same_name_are_pairs_with_their_participants(
    tmp_path: Path,
) -> None:
    a = touch(
        tmp_path / "a",
        "ann/squats1_activations.sto", "ann/squats1_forces.sto",
        "bob/squats1_activations.sto", "walk_activations.mot",
    )  # fmt: skip
    b = touch(
        tmp_path / "b",
        "ann/squats1_activations.csv", "bob/squats1_activations.sto",
        "bob/squats2_activations.sto", "walk_activations.sto",
    )  # fmt: skip
    (method,) = list_methods([a, b])
    assert method.name == "b"
    assert [(p.participant, p.trial, p.compared.suffix) for p in method.pairs] == [
        ("ann", "squats1", ".csv"),
        ("bob", "squats1", ".sto"),
        ("", "walk", ".sto"),
    ]
    assert method.unmatched == ("bob/squats2",)


def test_envelopes_are_paired_with_activations(tmp_path: Path) -> None:
    a = touch(tmp_path / "a", "squats1_emg.csv", "squats1_activations.sto")
    b = touch(tmp_path / "b", "squats1_activations.sto")
    (method,) = list_methods([a, b], envelopes=True)
    assert method.pairs[0].reference.name == "squats1_emg.csv"
    assert list_methods([a, b])[0].pairs[0].reference.name == "squats1_activations.sto"


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    touch(tmp_path, "a/x.sto", "b/x.sto", "c/y.sto")
    paths = [tmp_path / name for name in ("a/x.sto", "b/x.sto", "c/y.sto")]
    assert [method.name for method in list_methods(paths)] == ["b/x", "y"]


def test_folders_without_a_common_trial_are_an_error(tmp_path: Path) -> None:
    a = touch(tmp_path / "a", "squats1_activations.sto")
    b = touch(tmp_path / "b", "squats2_activations.sto")
    with pytest.raises(BigeError) as error:
        list_methods([a, b])
    assert str(error.value) == (
        f"{a} and {b} have no trial in common, expected NAME_activations.sto of the "
        "same NAME, got squats1 and squats2; rename the files."
    )


def test_a_folder_among_files_is_an_error(tmp_path: Path) -> None:
    touch(tmp_path, "a/x.sto", "b.sto")
    with pytest.raises(BigeError, match="Expected files only or folders only"):
        list_methods([tmp_path / "b.sto", tmp_path / "a"])


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    touch(tmp_path, "a.sto")
    with pytest.raises(MissingFileError, match=r"file of activations .*b\.sto"):
        list_methods([tmp_path / "a.sto", tmp_path / "b.sto"])


def test_one_source_is_nothing_to_compare(tmp_path: Path) -> None:
    with pytest.raises(BigeError, match="are two sources, got 1"):
        list_methods([tmp_path])
