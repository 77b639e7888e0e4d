"""Every goal in the docs, the pipelines and the demo is one that can be met."""

import re
import tomllib
from pathlib import Path

import pytest

from bige_osim.guidance.binding import Binding
from bige_osim.guidance.goal import Goal, read_goal
from bige_osim.guidance.terms import goal_terms
from bige_osim.io.profile import find_profile
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.model import read_model
from bige_osim.stages import demo

ROOT = Path(__file__).resolve().parents[1]
FEET = {"foot_sliding", "ground"}


def goals() -> dict[str, str]:
    """Text of every goal that a user is shown, by where it stands."""
    found = {"the demo": demo.GOAL}
    for path in (ROOT / "pipelines" / "goals").glob("*.toml"):
        found[f"pipelines/goals/{path.name}"] = path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        for place, block in enumerate(re.findall(r"```toml\n(.*?)```", text, re.S)):
            shown = block in found.values()
            if not shown and goal_terms().keys() & tomllib.loads(block).keys():
                found[f"{path.relative_to(ROOT).as_posix()}, {place}"] = block
    return found


GOALS = goals()


def written(text: str, folder: Path) -> Path:
    path = folder / "goal.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def binding() -> Binding:
    """A person of the family that the demo is made of."""
    spec = read_model(generic_model())
    return Binding(
        spec=spec,
        coordinate_names=spec.independent_names,
        muscle_names=spec.muscle_names,
        groups=find_profile(spec).muscle_groups,
        frames=196,
    )


def test_the_readme_and_the_pipelines_show_goals() -> None:
    assert {name.partition(",")[0] for name in GOALS} >= {
        "README.md",
        "pipelines/goals/vasti_moderate.toml",
        "the demo",
    }


@pytest.mark.opensim
@pytest.mark.parametrize("text", GOALS.values(), ids=GOALS.keys())
def test_a_goal_names_what_there_is_and_keeps_the_feet(
    text: str, binding: Binding, tmp_path: Path
) -> None:
    goal = read_goal(written(text, tmp_path))
    assert len(goal.bind(binding)) == len(goal.terms)
    assert {term.name for term in goal.terms} >= FEET


def test_how_muscles_are_judged_is_one_of_three_words() -> None:
    table = {"muscles": ["vasti"], "high": 0.4}
    usual = Goal.from_dict({"activation": table})
    assert Goal.from_dict({"activation": table | {"over": "each"}}) == usual
    assert "over" not in usual.to_dict()["activation"]
    for over in ("mean", "max"):
        goal = Goal.from_dict({"activation": table | {"over": over}})
        assert goal.to_dict()["activation"]["over"] == over
        assert Goal.from_dict(goal.to_dict()) == goal
    with pytest.raises(Exception, match="expected one of each, mean, max, got median"):
        Goal.from_dict({"activation": table | {"over": "median"}})
