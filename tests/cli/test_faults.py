"""Damaged input: one sentence, exit code 1, nothing half-written."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bige_osim.cli import main
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.model import read_model

Damage = Callable[[list[str]], None]


def motion_lines() -> list[str]:
    """Five frames of the generic model standing still."""
    names = read_model(generic_model()).independent_names
    rows = ["\t".join([f"{t / 60:.4f}", *["0.0"] * len(names)]) for t in range(5)]
    header = [
        "Coordinates",
        "version=1",
        "nRows=5",
        f"nColumns={len(names) + 1}",
        "inDegrees=yes",
        "endheader",
    ]
    return [*header, "\t".join(["time", *names]), *rows]


def cut_row(lines: list[str]) -> None:
    lines[9] = lines[9].rsplit("\t", 1)[0]


def put_nan(lines: list[str]) -> None:
    cells = lines[8].split("\t")
    cells[lines[6].split("\t").index("knee_angle_r")] = "nan"
    lines[8] = "\t".join(cells)


def misspell(lines: list[str]) -> None:
    lines[6] = lines[6].replace("knee_angle_r", "knee_angel_r")


def turn_time_back(lines: list[str]) -> None:
    lines[10] = "0.0100" + lines[10][6:]


@pytest.mark.parametrize(
    ("damage", "parts"),
    [
        (cut_row, ("a.mot, row 3, column wrist_dev_l", "expected 38 cells")),
        (put_nan, ("a.mot, row 2, column knee_angle_r", "nan")),
        (misspell, ("a.mot", "knee_angel_r", "did you mean knee_angle_r?")),
        (turn_time_back, ("a.mot, row 4, column time", "0.01")),
    ],
    ids=["truncated row", "NaN", "misspelt coordinate", "time backwards"],
)
def test_a_damaged_motion_is_named_by_file_row_and_column(
    tmp_path: Path, damage: Damage, parts: tuple[str, ...]
):
    lines = motion_lines()
    damage(lines)
    path = tmp_path / "a.mot"
    path.write_text("\n".join(lines) + "\n")
    output = tmp_path / "out"
    arguments = ["solve", str(path), "--model", str(generic_model()), "-o", str(output)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    for part in parts:
        assert part in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["a.mot"]


def test_a_missing_model_is_named(tmp_path: Path):
    path = tmp_path / "a.mot"
    path.write_text("\n".join(motion_lines()) + "\n")
    model = tmp_path / "none.osim"
    output = tmp_path / "out"
    arguments = ["solve", str(path), "--model", str(model), "-o", str(output)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: The model {model} does not exist; check --model.\n"
    )
    assert not output.exists()


def test_a_session_without_a_model_is_an_error_that_says_what_to_do(tmp_path: Path):
    folder = tmp_path / "session" / "OpenSimData" / "Kinematics"
    folder.mkdir(parents=True)
    (folder / "a.mot").write_text("\n".join(motion_lines()) + "\n")
    output = tmp_path / "out"
    result = CliRunner().invoke(
        main, ["solve", str(tmp_path / "session"), "-o", str(output)]
    )
    assert result.exit_code == 1
    assert "pass one with --model" in result.stderr
    assert not output.exists()


def test_a_goal_with_an_unknown_key_is_an_error(tmp_path: Path):
    from bige_osim.errors import GoalError
    from bige_osim.guidance.goal import read_goal

    goal = tmp_path / "goal.toml"
    goal.write_text("[pelvis_tilt]\nmaxx = 0\n")
    with pytest.raises(GoalError, match="maxx"):
        read_goal(goal)
