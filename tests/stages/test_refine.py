"""``bige guide --from``: a recorded squat, changed until it meets a goal."""

import json
from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import BigeError, GoalError
from bige_osim.io.opensim_files.mot import read_motion, write_motion
from bige_osim.io.opensim_files.series import read_activations
from bige_osim.osim.reading.model import read_model
from bige_osim.solving.contacts import skeleton_with_feet
from bige_osim.stages.refine import NOT_DELIVERED, RefineRequest, guide_from
from bige_osim.stages.validate import validate
from bige_osim.synthetic.squat_motion import SquatMaker
from bige_osim.synthetic.squat_style import SquatStyle

pytestmark = pytest.mark.opensim

LESS = 'muscles = ["vasmed_r", "vasmed_l"]\nhigh = 0.4\n'


@pytest.fixture(scope="module")
def trial(generic_man: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two squats of the generic man."""
    spec = read_model(generic_man)
    style = SquatStyle(repetitions=2, depth=np.radians(85.0))
    maker = SquatMaker(skeleton_with_feet(spec))
    motion = maker.motion(style, rate=60.0, rng=np.random.default_rng(0))
    path = tmp_path_factory.mktemp("trial") / "squats1.mot"
    write_motion(path, motion, spec=spec)
    return path


def request(model: Path, trial: Path, folder: Path, goal: str, **more: object):
    path = folder / "goal.toml"
    path.write_text(goal)
    return RefineRequest(model=model, goal=path, trial=trial, **more)


def test_a_squat_is_changed_a_little_and_passes(
    generic_man: Path, trial: Path, tmp_path: Path
) -> None:
    asked = request(
        generic_man, trial, tmp_path, f"[activation]\n{LESS}", repetition="1"
    )
    output = tmp_path / "guided"
    result = guide_from(asked, output=output)
    assert result.exit_code == 0
    (row,) = json.loads((output / "guide.json").read_text())["motions"]
    assert row["repetition"] == 1
    assert row["holds"]
    assert row["change_deg"]["all"] < 5
    activation, residual, standing, change = row["terms"]
    assert activation["before"] > 0.41
    assert activation["after"] <= 0.401
    assert activation["margin"] > 0
    assert (residual["name"], standing["name"]) == ("residual", "standing")
    assert change["after"] == pytest.approx(row["change_deg"]["all"], abs=0.1)
    found = read_activations(output / "01_activations.sto")
    peaks = found.select(["vasmed_r", "vasmed_l"]).values.max(axis=0)
    assert peaks.max() == pytest.approx(activation["after"], abs=1e-3)
    motion = read_motion(output / "01.mot", spec=read_model(generic_man))
    assert motion.duration == pytest.approx(row["duration"], abs=1e-4)
    checked = validate([output], model=generic_man, output=tmp_path / "validated")
    validation = checked.summary["validation"]
    assert validation["passed"] == 1
    assert validation["overall"]["rmse"] < 0.01


def test_a_goal_that_is_not_reached_is_said_and_nothing_is_delivered(
    generic_man: Path, trial: Path, tmp_path: Path
) -> None:
    asked = request(
        generic_man,
        trial,
        tmp_path,
        '[activation]\nmuscles = ["vasmed_r"]\nhigh = 0.05\n',
        repetition="best",
        steps=1,
    )
    output = tmp_path / "guided"
    result = guide_from(asked, output=output)
    assert result.exit_code == NOT_DELIVERED
    assert result.summary["motions"] == []
    (row,) = result.summary["failed"]
    assert "activation" in row["unsatisfied"]
    assert not list(output.glob("*.mot"))
    assert "0 of 1 repetition of squats1.mot meet the goal" in result.text
    assert "vasmed_r peaks at" in result.text


@pytest.mark.parametrize(
    ("goal", "more", "sentence"),
    [
        (
            f"[activation]\n{LESS}",
            {"repetition": "7"},
            "--repetition: expected all, best or a number from 1 to 2, as many as "
            "squats1.mot holds, got 7; correct it.",
        ),
        (
            "[proximity]\n",
            {},
            "[proximity]: a recording has no latents; leave the table out, or search "
            "with a generator instead of --from.",
        ),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    goal: str,
    more: dict[str, str],
    sentence: str,
    generic_man: Path,
    trial: Path,
    tmp_path: Path,
) -> None:
    asked = request(generic_man, trial, tmp_path, goal, **more)
    with pytest.raises((BigeError, GoalError)) as caught:
        guide_from(asked, output=tmp_path / "guided")
    assert str(caught.value) == sentence
    assert not (tmp_path / "guided").exists()
