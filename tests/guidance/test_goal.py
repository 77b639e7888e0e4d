"""Goal files: what they may say, what they may not, and that they survive saving."""

import math
import tomllib
from pathlib import Path

import pytest

from bige_osim.errors import GoalError, MissingFileError
from bige_osim.guidance.goal import Goal, read_goal
from bige_osim.guidance.terms import goal_terms
from bige_osim.guidance.terms.activation import Activation
from bige_osim.guidance.terms.posture import Asymmetry, PelvisTilt
from bige_osim.guidance.terms.tempo import Reference

DESIGN_EXAMPLE = """
[activation]
muscles = ["vasmed_r", "vasmed_l"]
low = 0.35
high = 0.45
statistic = "peak"
weight = 1.0

[pelvis_tilt]
max = 0        # degrees, as a person writes them
min = -35
weight = 0.5

[asymmetry]
weight = 1.0
"""

EVERYTHING = """
[[activation]]
muscles = ["vasti"]
low = 0.2
[[activation]]
muscles = ["hamstrings"]
high = 0.15
statistic = "every"
[pelvis_tilt]
target = -20.5
muscles = ["vasti"]
[asymmetry]
pairs = ["knee_angle"]
[angular_velocity]
motion = "slow.mot"
[reference]
motion = "slow.mot"
start = 1.5
stop = 4
coordinates = ["knee_r", "hip_flexion_l"]
[com_velocity]
center = "body"
[com_acceleration]
weight = 0
[foot_sliding]
[ground]
[proximity]
neighbours = 3
[depth]
min = 90.1
[joint_range]
"""


def read(tmp_path: Path, text: str) -> Goal:
    path = tmp_path / "squat.toml"
    path.write_text(text, encoding="utf-8")
    return read_goal(path)


def test_the_example_of_the_documentation_is_read_in_radians(tmp_path: Path) -> None:
    goal = read(tmp_path, DESIGN_EXAMPLE)
    assert goal.terms == (
        Activation(muscles=("vasmed_r", "vasmed_l"), low=0.35, high=0.45),
        PelvisTilt(min=math.radians(-35), max=0.0, weight=0.5),
        Asymmetry(),
    )
    assert goal.target_muscles == ("vasmed_r", "vasmed_l")


def test_a_goal_of_many_terms_is_read_and_survives_saving(tmp_path: Path) -> None:
    goal = read(tmp_path, EVERYTHING)
    assert {term.name for term in goal.terms} <= goal_terms().keys()
    assert len(goal.terms) == 13
    assert goal.target_muscles == ("vasti", "hamstrings")
    assert Goal.from_dict(goal.to_dict()) == goal


def test_a_saved_goal_says_degrees_as_they_were_written(tmp_path: Path) -> None:
    saved = read(tmp_path, EVERYTHING).to_dict()
    assert saved["pelvis_tilt"]["target"] == -20.5
    assert saved["depth"] == {"weight": 1.0, "min": 90.1}


def test_paths_start_from_the_goal_files_folder(tmp_path: Path) -> None:
    goal = read(tmp_path, '[reference]\nmotion = "slow.mot"')
    assert goal.terms == (Reference(motion=tmp_path / "slow.mot"),)


def test_a_saved_goal_is_toml_data(tmp_path: Path) -> None:
    saved = read(tmp_path, DESIGN_EXAMPLE).to_dict()
    assert saved["activation"] == tomllib.loads(DESIGN_EXAMPLE)["activation"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "",
            "a goal needs a term, got none; add one of activation, angular_velocity, ",
        ),
        ("[asymetry]", "unknown term asymetry; did you mean asymmetry?"),
        ("[force]", "unknown term force; it can be activation, angular_velocity, "),
        (
            "asymmetry = 1",
            "asymmetry: expected a table, got 1; write [asymmetry] on a line of its own"
            " and its keys below.",
        ),
        (
            '[activation]\nmucles = ["a"]',
            "[activation]: unknown key mucles; did you mean muscles?",
        ),
        (
            "[ground]\nspeed = 1",
            "[ground]: unknown key speed; it can be weight.",
        ),
        (
            "[ground]\nweight = -1",
            "[ground], weight: expected 0 or more, got -1; use 0 to switch the term"
            " off.",
        ),
        (
            "[ground]\nweight = true",
            "[ground], weight: expected a number, got True; correct the value.",
        ),
        (
            "[ground]\nweight = nan",
            "[ground], weight: expected a finite number, got nan; correct the value.",
        ),
        (
            '[ground]\nweight = "much"',
            "[ground], weight: expected a number, got much; correct the value.",
        ),
        (
            "[activation]\nlow = 0.2",
            '[activation], muscles: expected names, got none; use ["vasmed_r"].',
        ),
        (
            '[activation]\nmuscles = "vasmed_r"\nlow = 0.2',
            '[activation], muscles: expected a list of names such as ["a", "b"], got'
            " vasmed_r; correct the value.",
        ),
        (
            '[activation]\nmuscles = ["a", "a"]\nlow = 0.2',
            "[activation], muscles: expected names that differ, got a more than once;"
            " correct the value.",
        ),
        (
            '[activation]\nmuscles = ["a"]',
            "[activation], low or high: expected a bound, got none; add one.",
        ),
        (
            '[activation]\nmuscles = ["a"]\nlow = 0.5\nhigh = 0.4',
            "[activation], low 0.5 is above high 0.4; swap them.",
        ),
        (
            '[activation]\nmuscles = ["a"]\nhigh = 45',
            "[activation], low and high: expected activations from 0 to 1, got 0 and"
            " 45; correct them.",
        ),
        (
            '[activation]\nmuscles = ["a"]\nlow = 0.5\nstatistic = "max"',
            "[activation], statistic: expected one of peak, mean, every, got max;"
            " correct the value.",
        ),
        (
            "[pelvis_tilt]\nmax = 0",
            "[pelvis_tilt]: expected muscles whose peak gives the moment of the tilt,"
            " got none; name them in its key muscles or add an [activation] table.",
        ),
        ("[depth]\nmin = 9\nmax = 8", "[depth], min is above max; swap them."),
        (
            "[depth]\nmin = 9\ntarget = 8",
            "[depth], target stands beside min or max; keep one or the other.",
        ),
        (
            "[depth]",
            "[depth], expected min, max or target, got none; add one.",
        ),
        (
            "[reference]",
            "[reference], motion: expected a path, got none; add the key motion.",
        ),
        (
            "[reference]\nmotion = 3",
            "[reference], motion: expected a path in quotes, got 3; correct the value.",
        ),
        (
            '[reference]\nmotion = "a.mot"\nstart = 2\nstop = 1',
            "[reference], start is not before stop; correct the times.",
        ),
        (
            "[angular_velocity]\nstart = 2",
            "[angular_velocity], start and stop belong to a motion; add the key"
            " motion.",
        ),
        (
            "[proximity]\nneighbours = 0",
            "[proximity], neighbours: expected 1 or more, got 0; correct it.",
        ),
        (
            "[proximity]\nneighbours = 1.5",
            "[proximity], neighbours: expected a whole number, got 1.5; correct the"
            " value.",
        ),
        (
            "[asymmetry]\npairs = []",
            '[asymmetry], pairs: expected names, got none; use ["knee_angle"].',
        ),
    ],
)
def test_a_goal_that_makes_no_sense_is_one_sentence(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(GoalError) as caught:
        read(tmp_path, text)
    whole = f"{tmp_path / 'squat.toml'}, {sentence}"
    message = str(caught.value)
    assert message.startswith(whole) if sentence.endswith(" ") else message == whole


def test_a_file_that_is_not_toml_says_where(tmp_path: Path) -> None:
    with pytest.raises(GoalError, match=r"squat\.toml is not a TOML file: .*line 2"):
        read(tmp_path, "[depth]\nmin = 90°\n")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "squat.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(GoalError, match="is not a TOML file"):
        read_goal(path)


def test_a_missing_goal_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError) as caught:
        read_goal(tmp_path / "none.toml")
    path = tmp_path / "none.toml"
    assert str(caught.value) == f"The goal file {path} does not exist; check the path."
