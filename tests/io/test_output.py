"""Nothing half-written, nothing overwritten."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from bige_osim.errors import ExistingOutputError
from bige_osim.io.output import new_file, new_folder, write_json


def test_a_new_file_appears_whole(tmp_path: Path):
    target = tmp_path / "sub" / "a.txt"
    with new_file(target) as temporary:
        temporary.write_text("whole")
        assert not target.exists()
    assert target.read_text() == "whole"
    assert [p.name for p in target.parent.iterdir()] == ["a.txt"]


def test_an_error_leaves_no_file_and_keeps_the_old_one(tmp_path: Path):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def write_half():
        with new_file(target, force=True) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.txt", "old")]


def test_an_existing_file_is_kept_without_force(tmp_path: Path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(ExistingOutputError), new_file(target):
        raise AssertionError("the block must not run")
    with new_file(target, force=True) as temporary:
        temporary.write_text("new")
    assert target.read_text() == "new"


def test_a_new_folder_leaves_results_of_other_steps_alone(tmp_path: Path):
    target = tmp_path / "out"
    target.mkdir()
    (target / "guide.json").write_text("{}")
    with new_folder(target, landmark="solve.json") as temporary:
        (temporary / "a.sto").write_text("a")
        write_json(temporary / "solve.json", {"frames": 1})
    assert sorted(p.name for p in target.iterdir()) == [
        "a.sto",
        "guide.json",
        "solve.json",
    ]
    with (
        pytest.raises(ExistingOutputError) as error,
        new_folder(target, landmark="solve.json"),
    ):
        raise AssertionError("the block must not run")
    assert str(error.value) == (
        f"The output {target / 'solve.json'} exists already; "
        "pass --force to replace it."
    )


def test_the_current_folder_can_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    with new_folder(Path(), landmark="solve.json") as temporary:
        write_json(temporary / "solve.json", {})
    assert [p.name for p in tmp_path.iterdir()] == ["solve.json"]


def test_a_folder_that_failed_leaves_nothing(tmp_path: Path):
    def write_half():
        with new_folder(tmp_path / "out", landmark="solve.json") as temporary:
            (temporary / "a.sto").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert list(tmp_path.iterdir()) == []


def test_numbers_that_json_does_not_know_become_null(tmp_path: Path):
    write_json(tmp_path / "a.json", {"x": float("inf"), "y": [float("nan"), 1.0]})
    assert (tmp_path / "a.json").read_text() == (
        '{\n  "x": null,\n  "y": [\n    null,\n    1.0\n  ]\n}\n'
    )


@pytest.fixture(params=[0o022, 0o027])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes_in(folder: Path) -> dict[str, str]:
    return {p.name: f"{p.stat().st_mode & 0o777:o}" for p in folder.rglob("*")}


def test_a_group_may_read_what_the_umask_lets_it_read(umask: int, tmp_path: Path):
    """safetensors makes files of mode 600, and a copy keeps the mode it had."""
    with new_file(tmp_path / "new" / "net.safetensors") as temporary:
        save_file({"weights": torch.zeros(1)}, temporary)
    with new_folder(tmp_path / "out", landmark="solve.json") as folder:
        (folder / "inner").mkdir()
        (folder / "inner" / "copy.osim").touch(mode=0o400)
        write_json(folder / "solve.json", {})
    file, inner = f"{0o666 & ~umask:o}", f"{0o777 & ~umask:o}"
    assert modes_in(tmp_path) == {
        "new": inner,
        "net.safetensors": file,
        "out": inner,
        "inner": inner,
        "copy.osim": file,
        "solve.json": file,
    }
