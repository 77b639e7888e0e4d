"""``bige collect``."""

import json
from importlib import import_module
from pathlib import Path

from click.testing import CliRunner

from bige_osim.cli import main
from bige_osim.repetitions.exercises import EXERCISES

collect = import_module("bige_osim.cli.collect")

SQUATS = {"field_study_0": 10, "lab_s4": 5, "lab_s6": 10, "video_s2": 5}
SQUAT_TRIALS = ("Squats_0", "Asym_0", "squats1", "squatsAsym1")


def test_exactly_the_30_real_squats_are_found(sessions: Path, tmp_path: Path) -> None:
    folders = [str(sessions / name) for name in SQUATS]
    output = tmp_path / "a.nc"
    result = CliRunner().invoke(
        main, ["collect", *folders, "-o", str(output), "--dry-run", "--json"]
    )
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    counts = dict.fromkeys(SQUATS, 0)
    for row in found["trials"]:
        counts[row["session"]] += row["accepted"]
        assert row["accepted"] == (5 if row["trial"] in SQUAT_TRIALS else 0)
    assert counts == SQUATS
    assert not output.exists()


def test_a_session_without_squats_is_an_error_that_gives_the_reasons(
    sessions: Path, tmp_path: Path
) -> None:
    walks = sessions / "OpenCapData_2db17660-ae9d-44b4-85ee-ab3193511c6d"
    output = tmp_path / "a.nc"
    result = CliRunner().invoke(main, ["collect", str(walks), "-o", str(output)])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: No squat was found in OpenCapData_2db17660")
    assert list(tmp_path.iterdir()) == []


def test_other_exercises_are_found_by_name_and_drawn(
    sessions: Path, tmp_path: Path
) -> None:
    arguments = ["collect", str(sessions / "video_s2"), "-o", str(tmp_path / "a.nc")]
    several = ["--exercise", "squat", "--exercise", "gait-cycle"]
    plots = ["--dry-run", "--plots", str(tmp_path / "plots")]
    result = CliRunner().invoke(main, [*arguments, *several, *plots, "--json"])
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["exercises"]["squat"]["accepted"] == 5
    assert found["exercises"]["gait-cycle"]["accepted"] == 0
    rows = {(row["trial"], row["exercise"]): row for row in found["trials"]}
    assert len(rows) == 4
    (first, *_) = rows["walking1", "gait-cycle"]["rejected"]
    assert first["reasons"][0] == "the trial starts within it"
    assert first["side"] == "right"
    names = ["video_s2_squats1.png", "video_s2_walking1.png"]
    assert sorted(path.name for path in (tmp_path / "plots").iterdir()) == names
    again = CliRunner().invoke(main, [*arguments, *plots])
    assert again.exit_code == 1
    assert "video_s2_squats1.png" in again.stderr


def test_the_exercises_offered_are_those_of_the_table() -> None:
    assert tuple(EXERCISES) == collect.EXERCISES


def test_an_exercise_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    arguments = ["collect", "x", "-o", str(tmp_path / "a.nc"), "--exercise", "squads"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "sit-to-stand" in result.stderr
