"""Names in a goal become muscles, coordinates and data of one model."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bige_osim.errors import GoalError, MissingFileError, UnknownNameError
from bige_osim.guidance.binding import Binding
from bige_osim.guidance.goal import Goal
from bige_osim.guidance.term import Term
from bige_osim.guidance.terms.activation import Activation
from bige_osim.guidance.terms.posture import Asymmetry, JointRange, PelvisTilt
from bige_osim.guidance.terms.tempo import AngularVelocity, Reference
from bige_osim.io.opensim_files.mot import write_motion
from bige_osim.motion import Motion
from bige_osim.spec import CouplerSpec, ModelSpec

LEGS = tuple(
    f"{joint}_{side}"
    for side in "rl"
    for joint in ("hip_flexion", "knee_angle", "ankle_angle")
)
GROUPS = {"vasti": ("vasmed_r", "vasmed_l"), "calf": ("soleus_r",)}


@pytest.fixture
def binding(spec: ModelSpec) -> Binding:
    return Binding(
        spec=spec,
        coordinate_names=spec.independent_names,
        muscle_names=spec.muscle_names,
        groups=GROUPS,
        frames=5,
    )


def make(binding: Binding, **tables: dict[str, object]) -> Term:
    return Goal.from_dict(tables).bind(binding)[-1]


def test_a_group_stands_for_its_muscles_each_once(binding: Binding) -> None:
    asked = {"muscles": ["vasmed_l", "vasti", "bflh_r"], "low": 0.2, "high": 0.4}
    expected = Activation(muscles=("vasmed_l", "vasmed_r", "bflh_r"), low=0.2, high=0.4)
    assert make(binding, activation=asked) == expected


def test_the_tilt_takes_the_muscles_of_the_activation_terms(binding: Binding) -> None:
    activation = {"muscles": ["vasti"], "low": 0.2}
    tilt = make(binding, activation=activation, pelvis_tilt={})
    assert tilt == PelvisTilt(muscles=GROUPS["vasti"])
    own = make(binding, activation=activation, pelvis_tilt={"muscles": ["bflh_r"]})
    assert own == PelvisTilt(muscles=("bflh_r",))


def test_weights_and_order_are_the_goals(binding: Binding) -> None:
    bound = Goal.from_dict({"ground": {"weight": 2}, "asymmetry": {}}).bind(binding)
    assert [(term.name, term.weight) for term in bound] == [
        ("ground", 2.0),
        ("asymmetry", 1.0),
    ]


def test_terms_of_every_kind_can_be_bound(
    binding: Binding, tmp_path: Path, spec: ModelSpec
) -> None:
    path = recording(tmp_path, spec)
    names = ("pelvis_tilt", "asymmetry", "angular_velocity", "com_velocity")
    names += ("com_acceleration", "foot_sliding", "ground", "proximity", "joint_range")
    tables: dict[str, dict[str, object]] = {name: {} for name in names}
    tables["activation"] = {"muscles": ["vasti"], "low": 0.1}
    tables["reference"] = {"motion": str(path)}
    tables["depth"] = {"min": 80}
    bound = Goal.from_dict(tables).bind(binding)
    assert [term.name for term in bound] == list(tables)


def test_a_joint_stands_for_its_coordinates(binding: Binding) -> None:
    term = make(binding, joint_range={"coordinates": ["knee_r", "hip_flexion_l"]})
    assert term == JointRange(
        coordinates=("knee_angle_r", "hip_flexion_l"),
        minimum=(-1.5, -1.5),
        maximum=(2.0, 2.0),
    )


def test_the_root_has_velocity_but_no_range(binding: Binding) -> None:
    ranges = make(binding, joint_range={})
    speeds = make(binding, angular_velocity={})
    assert isinstance(ranges, JointRange)
    assert isinstance(speeds, AngularVelocity)
    assert ranges.coordinates == LEGS
    rotations = ("pelvis_tilt", "pelvis_list", "pelvis_rotation", *LEGS)
    assert speeds.coordinates == rotations


def test_a_coupled_coordinate_is_not_looked_at(
    binding: Binding, spec: ModelSpec
) -> None:
    coupler = CouplerSpec(dependent="knee_angle_l", independent="knee_angle_r")
    coupled = replace(binding, spec=replace(spec, couplers=(coupler,)))
    term = make(coupled, joint_range={})
    assert isinstance(term, JointRange)
    assert term.coordinates == tuple(n for n in LEGS if n != "knee_angle_l")


def recording(folder: Path, spec: ModelSpec) -> Path:
    """Write 4 s in which the knee bends by 0.1 rad a second."""
    time = np.linspace(0, 4, 81)
    values = np.zeros((81, len(spec.independent_names)))
    values[:, spec.independent_names.index("knee_angle_r")] = 0.1 * time
    path = folder / "slow.mot"
    write_motion(path, Motion(time, values, spec.independent_names))
    return path


def test_a_recorded_repetition_is_read_at_the_guided_frames(
    binding: Binding, tmp_path: Path, spec: ModelSpec
) -> None:
    path = str(recording(tmp_path, spec))
    asked = {"motion": path, "start": 1, "stop": 3, "coordinates": ["knee_angle_r"]}
    term = make(binding, reference=asked)
    assert isinstance(term, Reference)
    assert term.repetition is not None
    assert term.repetition.duration == 2
    expected = torch.tensor([[0.1], [0.15], [0.2], [0.25], [0.3]]).double()
    torch.testing.assert_close(term.repetition.values, expected, rtol=0, atol=1e-7)
    velocity = term.repetition.velocity
    assert velocity.flatten().tolist() == pytest.approx([0.1] * 3)


def test_a_repetition_beyond_the_recording_is_refused(
    binding: Binding, tmp_path: Path, spec: ModelSpec
) -> None:
    path = recording(tmp_path, spec)
    with pytest.raises(GoalError) as caught:
        make(binding, reference={"motion": str(path), "start": 1, "stop": 5})
    assert str(caught.value) == (
        f"[reference]: expected start and stop within the 0 to 4 s of {path}, got 1 and"
        " 5; correct them."
    )


def test_a_missing_recording_is_named(binding: Binding) -> None:
    with pytest.raises(MissingFileError, match=r"none\.mot does not exist"):
        make(binding, reference={"motion": "none.mot"})


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        (
            {"activation": {"muscles": ["vasmed"], "low": 0.2}},
            "The surrogate for the model two_legs has no muscle or muscle group named"
            " vasmed; did you mean vasmed_r?",
        ),
        (
            {"activation": {"muscles": ["calf"], "low": 0.2}},
            "The surrogate for the model two_legs has no muscle or muscle group named"
            " soleus_r; it has bflh_r, calf, vasmed_l, vasmed_r, vasti",
        ),
        (
            {"joint_range": {"coordinates": ["knee_angel_r"]}},
            "The model two_legs has no rotational coordinate or joint named"
            " knee_angel_r; did you mean knee_angle_r?",
        ),
        (
            {"angular_velocity": {"coordinates": ["pelvis_ty"]}},
            "The model two_legs has no rotational coordinate or joint named pelvis_ty;",
        ),
        (
            {"asymmetry": {"pairs": ["knee"]}},
            "The model two_legs has no coordinate named knee_r;",
        ),
    ],
)
def test_a_name_that_the_model_does_not_have_is_one_sentence(
    binding: Binding, tables: dict[str, dict[str, object]], sentence: str
) -> None:
    with pytest.raises(UnknownNameError) as caught:
        make(binding, **tables)
    assert str(caught.value).startswith(sentence)


def test_bounds_arrive_in_radians(binding: Binding) -> None:
    tilt = {"min": -35, "max": 0, "muscles": ["vasti"]}
    term = make(binding, pelvis_tilt=tilt)
    assert isinstance(term, PelvisTilt)
    assert term.min == math.radians(-35)
    assert term.max == 0
    assert make(binding, asymmetry={"pairs": ["knee_angle"]}) == Asymmetry(
        pairs=("knee_angle",)
    )
