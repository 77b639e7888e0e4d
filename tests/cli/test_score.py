"""``bige score``."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bige_osim.cli import main
from bige_osim.cli.collect import EXERCISES
from bige_osim.repetitions import exercises
from bige_osim.stages.result import StageResult
from bige_osim.stages.score import ScoreRequest


def test_what_is_asked_reaches_the_stage(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: dict[str, Any] = {}

    def run(request: ScoreRequest, **given: Any) -> StageResult:
        asked.update(given, request=request)
        return StageResult({"systems": []}, "Nothing much.")

    monkeypatch.setattr("bige_osim.stages.score.score", run)
    arguments = [
        *("score", "guided/s4", "guided/s6", "-o", str(tmp_path)),
        *("--reference", "squats.nc", "--reference", "solved"),
        *("--goal", "goal.toml", "--center", "body", "--no-arms", "--seed", "3"),
    ]
    said = CliRunner().invoke(main, arguments)
    assert said.exit_code == 0, said.stderr
    assert said.stdout == "Nothing much.\n"
    assert asked.pop("progress") is not None
    assert asked.pop("request") == ScoreRequest(
        paths=(Path("guided/s4"), Path("guided/s6")),
        reference=(Path("squats.nc"), Path("solved")),
        goal=Path("goal.toml"),
        center="body",
        arms=False,
    )
    assert asked == {"output": tmp_path, "seed": 3, "force": False}
    plain = CliRunner().invoke(main, [*arguments, "--json"])
    assert json.loads(plain.stdout) == {"systems": []}


def test_a_motion_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    output = tmp_path / "scores"
    said = CliRunner().invoke(main, ["score", "none.mot", "-o", str(output)])
    assert said.exit_code == 1
    assert said.stderr == "Error: The motion none.mot does not exist; check the path.\n"
    assert not output.exists()


def test_every_exercise_may_be_scored() -> None:
    assert set(EXERCISES) == set(exercises.EXERCISES)
