"""What the page asks for, as commands of ``bige``."""

from datetime import datetime
from pathlib import Path

import click
import pytest

from bige_osim.cli import main
from bige_osim.stages.studio_bodies import Body, OwnMotion
from bige_osim.stages.studio_goal import MuscleRange, StudioGoal
from bige_osim.stages.studio_plans import Wanted, look_path, plan_guide, plan_look

NOW = datetime(2026, 5, 4, 9, 30, 12)
GOAL = StudioGoal((MuscleRange("vasti", 0.3, 0.6),))
OWN = {"number": 2, "start_s": 1.5, "stop_s": 3.25}


@pytest.fixture
def body(tmp_path: Path) -> Body:
    """A participant with a recording."""
    for name in ("s4.osim", "squats1.mot"):
        (tmp_path / name).write_text(name)
    motion = OwnMotion("squats1", tmp_path / "squats1.mot")
    return Body(name="s4", model=tmp_path / "s4.osim", height=1.7, motions=(motion,))


def check_options(words: tuple[str, ...]) -> None:
    """Let the command itself read its options."""
    command = main.commands[words[0]]
    command.make_context(words[0], list(words[1:]), parent=click.Context(main))


@pytest.mark.parametrize("change", [False, True])
def test_every_step_is_a_command_that_there_is(body: Body, change: bool) -> None:
    wanted = Wanted(
        body=body, goal=GOAL, change=change, motion=body.motions[0], own=OWN
    )
    plan = plan_guide(wanted, now=NOW)
    assert plan.name == "2026-05-04_093012_s4_vasti"
    for command in (*plan.commands, *plan_look(body, body.motions[0]).commands):
        check_options(command.words)


def test_the_own_squat_is_changed_or_new_ones_are_drawn(body: Body) -> None:
    own = {"motion": body.motions[0], "own": OWN}
    changed = plan_guide(Wanted(body=body, goal=GOAL, change=True, **own), now=NOW)
    drawn = plan_guide(Wanted(body=body, goal=GOAL, change=False, count=3), now=NOW)
    assert changed.commands[0].words[5:9] == (
        "--from",
        str(body.motions[0].file),
        "--repetition",
        "2",
    )
    assert drawn.commands[0].words[5:7] == ("-n", "3")
    assert [command.words[0] for command in drawn.commands] == [
        "guide",
        "validate",
        "report",
        "view",
        "view",
    ]


def test_a_body_is_known_by_what_its_files_hold(body: Body) -> None:
    before = look_path(body, body.motions[0])
    assert look_path(body, body.motions[0]) == before
    assert look_path(body, None) != before
    body.motions[0].file.write_text("other squats")
    assert look_path(body, body.motions[0]) != before
