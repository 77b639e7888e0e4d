"""A run that replaces another leaves nothing of it, and nothing else is touched."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bige_osim.processes import stopping
from bige_osim.stages.leftovers import former_results, remove_leftovers_after


def made(summary: Mapping[str, Any]) -> list[str]:
    return list(summary["made"])


def test_what_only_the_former_run_made_is_removed(tmp_path: Path) -> None:
    for name in ("01.mot", "02.mot", "mine.txt", "people/a.mot", "runs/02/a.mot"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    landmark = tmp_path / "guide.json"
    names = ["01.mot", "02.mot", "people", "runs/02", "gone"]
    landmark.write_text(json.dumps({"made": names}))
    former = former_results(landmark, made)
    with remove_leftovers_after(tmp_path, former, ["01.mot"]):
        pass
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["01.mot", "guide.json", "mine.txt", "runs"]
    assert not list((tmp_path / "runs").iterdir())


def test_nothing_outside_the_folder_is_removed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.touch()
    landmark = tmp_path / "out" / "guide.json"
    landmark.parent.mkdir()
    names = ["../outside.txt", "a/../../outside.txt", str(outside), "..", ".", ""]
    landmark.write_text(json.dumps({"made": names}))
    assert former_results(landmark, made) == []


def test_a_folder_without_readable_results_has_no_former_run(tmp_path: Path) -> None:
    landmark = tmp_path / "guide.json"
    assert former_results(landmark, made) == []
    for text in ("{", "[]", "{}", '{"made": 3}'):
        landmark.write_text(text)
        assert former_results(landmark, made) == []


def test_a_stop_while_results_are_moved_waits_until_leftovers_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "_state", stopping._State())
    (tmp_path / "02.mot").touch()

    def move() -> None:
        with remove_leftovers_after(tmp_path, ["02.mot"], []):
            stopping.request(2)
            stopping.raise_if_requested()

    with pytest.raises(stopping.Stopped):
        move()
    assert not list(tmp_path.iterdir())


def test_results_that_could_not_be_moved_leave_the_former_run(tmp_path: Path) -> None:
    (tmp_path / "02.mot").touch()
    with (
        pytest.raises(OSError, match="no room"),
        remove_leftovers_after(tmp_path, ["02.mot"], []),
    ):
        raise OSError("no room")
    assert [path.name for path in tmp_path.iterdir()] == ["02.mot"]
