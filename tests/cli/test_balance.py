"""``bige balance``."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bige_osim.cli import main
from bige_osim.stages.result import StageResult


def test_what_is_asked_reaches_the_stage(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: dict[str, Any] = {}

    def run(data: Path, **given: Any) -> StageResult:
        asked.update(given, data=data)
        return StageResult({"repetitions": {"settled": 3}}, "Balanced 3 of 3 squats.")

    monkeypatch.setattr("bige_osim.stages.balance.balance", run)
    output = tmp_path / "balanced.nc"
    arguments = ["balance", "squats.nc", "-o", str(output), "--jobs", "3", "--force"]
    said = CliRunner().invoke(main, arguments)
    assert said.exit_code == 0, said.stderr
    assert said.stdout == "Balanced 3 of 3 squats.\n"
    assert asked.pop("progress") is not None
    assert asked == {
        "data": Path("squats.nc"), "output": output, "jobs": 3, "force": True,
    }  # fmt: skip
    plain = CliRunner().invoke(main, [*arguments, "--json"])
    assert json.loads(plain.stdout) == {"repetitions": {"settled": 3}}


def test_a_dataset_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    output = tmp_path / "balanced.nc"
    said = CliRunner().invoke(main, ["balance", "none.nc", "-o", str(output)])
    assert said.exit_code == 1
    assert "none.nc" in said.stderr
    assert "run bige collect first" in said.stderr
    assert not output.exists()
