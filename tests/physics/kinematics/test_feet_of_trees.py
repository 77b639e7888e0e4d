"""Feet are named, or called so by habit, or the lowest ends of the legs."""

from dataclasses import replace

import pytest
from tests import models
from tests.models import X, Y, Z

from bige_osim.physics.kinematics.tree import find_feet
from bige_osim.spec import ModelSpec

ROOT = ("tilt", "list", "turn", "forward", "up", "side")


def model(*pairs: str, root: tuple[str, ...] = ROOT) -> ModelSpec:
    """A model of ``parent>child`` bodies, moved about by the first joint."""
    joints = [models.joint(*pair.split(">")) for pair in pairs]
    turns = [name for name in root if name in ROOT[:3]]
    slides = [name for name in root if name in ROOT[3:]]
    axes = models.axes(turns, (Z, X, Y)), models.axes(slides, (X, Y, Z))
    joints[0] = models.joint(*pairs[0].split(">"), *axes)
    return models.model(*joints, name="walker")


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
