"""The demo, as `make demo` runs it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.test_goals import GOALS, written

from bige_osim.cli import main
from bige_osim.io.session.read import read_session
from bige_osim.stages.guide import GuideRequest, guide
from bige_osim.stages.validate import validate

TUTORIAL = "docs/first_session.md, 0"
"""Where the tutorial's goal is, which a squat meets in ``tests/test_tutorial.py``."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that the demo makes, with its summary beside."""
    folder = tmp_path_factory.mktemp("whole")
    arguments = ["demo", "-o", str(folder / "demo"), "--json"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    (folder / "summary.json").write_text(result.stdout)
    return folder / "demo"


@pytest.mark.slow
def test_the_demo_goes_the_whole_way(made: Path):
    summary = json.loads((made.parent / "summary.json").read_text())
    assert summary["target"] == "synth_011"
    assert (made / "report.html").stat().st_size > 100_000
    assert (made / "view.html").stat().st_size > 1_000_000
    judged = json.loads((made / "validated" / "validate.json").read_text())
    overall = judged["validation"]["overall"]
    # What refinement computes is what simulation finds, but for the filter.
    assert overall["rmse"] < 0.02
    guided = json.loads((made / "guided" / "guide.json").read_text())
    assert guided["activations"] == "exact"
    assert judged["validation"]["passed"] == len(judged["validation"]["motions"]) == 2
    trained = json.loads((made / "surrogate" / "train.json").read_text())
    assert "synth_011" not in trained["people"]["train"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "place", [one for one in GOALS if one not in {"the demo", TUTORIAL}]
)
def test_a_goal_can_be_met_by_the_nets_of_the_demo(
    place: str, made: Path, tmp_path: Path
) -> None:
    """By a person in no training: all of four motions are delivered, and pass."""
    target = read_session(made / "people" / "synth_011")
    assert target.model is not None
    request = GuideRequest(
        model=target.model,
        goal=written(GOALS[place], tmp_path),
        generator=made / "generator",
        height=target.height,
    )
    found = guide(request, output=tmp_path / "guided")
    assert found.exit_code == 0, found.text
    judged = validate(
        [tmp_path / "guided"], model=target.model, output=tmp_path / "validated"
    )
    assert judged.summary["validation"]["passed"] == 4


def test_a_demo_is_not_written_over_another(tmp_path: Path):
    (tmp_path / "report.html").write_text("mine")
    result = CliRunner().invoke(main, ["demo", "-o", str(tmp_path)])
    assert result.exit_code == 1
    assert "pass --force to replace it" in result.stderr
    assert (tmp_path / "report.html").read_text() == "mine"
