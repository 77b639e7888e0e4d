"""Feet are named, or called so by habit, or the lowest ends of the legs."""

from dataclasses import replace

import numpy as np
import pytest

from bige_osim.physics.ground.foot_bodies import find_feet
from bige_osim.spec import (
    AxisSpec,
    BodySpec,
    CoordinateSpec,
    FunctionSpec,
    JointSpec,
    ModelSpec,
)

ROOT = ("tilt", "forward", "up", "list", "turn", "side")
LENGTHS = {"forward", "up", "side"}


def joint(parent: str, child: str) -> JointSpec:
    still = AxisSpec((1.0, 0.0, 0.0), None, FunctionSpec("constant", (0.0,)))
    axes = (still, still, still)
    return JointSpec(
        f"to_{child}", "custom", parent, child, np.eye(4), np.eye(4), axes, axes
    )


def model(*pairs: str, root: tuple[str, ...] = ROOT) -> ModelSpec:
    """A model of ``parent>child`` bodies, moved about by the first joint."""
    joints = [joint(*pair.split(">")) for pair in pairs]
    return ModelSpec(
        name="walker",
        sha256="",
        bodies=tuple(
            BodySpec(j.child, 1.0, (0.0, 0.0, 0.0), np.eye(3)) for j in joints
        ),
        joints=tuple(joints),
        coordinates=tuple(
            CoordinateSpec(
                n, joints[0].name, n in LENGTHS, -1.0, 1.0, 0.0, False, False
            )
            for n in root
        ),
        couplers=(),
        markers=(),
        contacts=(),
        muscles=(),
    )


LEGS = (
    "ground>pelvis",
    "pelvis>thigh1",
    "thigh1>shank1",
    "shank1>foot1",
    "foot1>toes1",
    "pelvis>thigh2",
    "thigh2>shank2",
    "shank2>foot2",
    "foot2>toes2",
    "pelvis>trunk",
    "trunk>hand",
)
HEIGHTS = {
    "pelvis": 1.0,
    "trunk": 1.2,
    "hand": 0.75,
    **{f"{n}{i}": h for i in (1, 2) for n, h in
       (("thigh", 0.9), ("shank", 0.5), ("foot", 0.05), ("toes", 0.03))},
}  # fmt: skip
SIDES = {name: -0.1 if name.endswith("1") else 0.1 for name in HEIGHTS}


def test_feet_are_the_lowest_ends_of_both_legs_the_right_one_first() -> None:
    assert find_feet(model(*LEGS), HEIGHTS, SIDES) == ("foot2", "foot1")


def test_bodies_that_are_not_called_feet_are_found_by_their_place() -> None:
    pairs = [p.replace("foot", "block").replace("toes", "tip") for p in LEGS]
    heights = {n.replace("foot", "block").replace("toes", "tip"): h
               for n, h in HEIGHTS.items()}  # fmt: skip
    sides = {n.replace("foot", "block").replace("toes", "tip"): z
             for n, z in SIDES.items()}  # fmt: skip
    assert find_feet(model(*pairs), heights, sides) == ("tip2", "tip1")


def test_named_feet_come_first_and_those_called_so_by_habit_second() -> None:
    spec = model(*LEGS)
    named = replace(spec, feet=("toes2", "toes1"))
    assert find_feet(named, HEIGHTS, SIDES) == ("toes2", "toes1")
    heights = HEIGHTS | {"calcn_r": 0.02, "calcn_l": 0.02}
    assert find_feet(spec, heights, SIDES) == ("calcn_r", "calcn_l")


def test_a_planar_model_with_one_leg_has_one_foot() -> None:
    spec = model(*LEGS[:5], root=("tilt", "forward", "up"))
    assert find_feet(spec, HEIGHTS, SIDES) == ("foot1",)


@pytest.mark.parametrize("root", [(), ("tilt",), ("tilt", "turn", "list")])
def test_what_does_not_move_about_has_no_feet(root: tuple[str, ...]) -> None:
    assert find_feet(model(*LEGS, root=root), HEIGHTS, SIDES) == ()


def test_hands_that_hang_low_are_no_feet() -> None:
    spec = model("ground>pelvis", "pelvis>trunk", "trunk>hand")
    assert find_feet(spec, HEIGHTS, SIDES) == ()
