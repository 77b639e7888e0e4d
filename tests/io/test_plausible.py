"""Statures, masses and forces: what they are taken for."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bige_osim.errors import DataError
from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.plausible import (
    MASSES,
    STATURES,
    judge_forces,
    mass_difference,
    mass_fault,
    stature_fault,
    weigh,
)
from bige_osim.io.session.participant import read_participant
from bige_osim.motion import GroundReaction


@pytest.mark.parametrize(
    ("height", "advice"),
    [
        (168.0, "168 m is no stature; if it is centimetres, write 1.68"),
        (1680.0, "1680 m is no stature; if it is millimetres, write 1.68"),
        (5.5, "5.5 m is no stature; if it is feet, write 1.68"),
        (
            66.0,
            "66 m is no stature; if it is centimetres, write 0.66, if it is inches, "
            "write 1.68",
        ),
        (0.01, "0.01 m is no stature; write one from 0.4 to 2.5"),
    ],
)
def test_a_height_in_another_unit_is_no_stature(height: float, advice: str) -> None:
    assert stature_fault(height) == advice


def test_a_mass_in_another_unit_is_no_participants() -> None:
    assert mass_fault(62600.0) == (
        "62600 kg is no participant's mass; if it is grams, write 62.6"
    )
    assert mass_fault(614.0) == (
        "614 kg is no participant's mass; if it is pounds, write 279, if it is "
        "newtons, write 62.6"
    )


@given(st.floats(*STATURES), st.floats(*MASSES))
def test_people_of_all_sizes_pass(height: float, mass: float) -> None:
    assert stature_fault(height) is None
    assert mass_fault(mass) is None


def test_a_mass_in_pounds_is_told_by_the_model() -> None:
    assert mass_difference(138.0, 62.6) == (
        "The model has a mass of 62.6 kg, the metadata say 138.0 kg; if those are "
        "pounds, write 62.6."
    )


@pytest.mark.parametrize("name", ["sessionMetadata.yaml", "_subject.json"])
def test_metadata_are_judged_in_every_format(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    keys = ("massKg", "heightM") if path.suffix == ".json" else ("mass_kg", "height_m")
    path.write_text(f'{{"{keys[0]}": 62600, "{keys[1]}": 168}}')
    person, problems = read_participant(path)
    assert (person.mass, person.height) == (None, None)
    assert problems == [
        "The metadata give 62600 for mass_kg: 62600 kg is no participant's mass; if it "
        "is grams, write 62.6.",
        "The metadata give 168 for height_m: 168 m is no stature; if it is centimetres,"
        " write 1.68.",
    ]


MASS = 62.6
WEIGHT = MASS * 9.80665
TIME = np.arange(400) / 100


def squat() -> GroundReaction:
    """A participant who stands a second, squats for two and stands, on two plates."""
    moving = np.where((TIME > 1) & (TIME < 3), np.sin(2 * np.pi * (TIME - 1)), 0.0)
    force, point = np.zeros((400, 2, 3)), np.zeros((400, 2, 3))
    for plate, side in enumerate((0.15, -0.15)):
        force[:, plate, 1] = WEIGHT * (0.5 + 0.1 * moving)
        force[:, plate, 0] = 10 + 5 * moving
        force[:, plate, 2] = -20 * np.sign(side) + 4 * moving
        point[:, plate] = np.stack([0.02 * moving, 0 * TIME, side + 0 * TIME], axis=1)
    moment = np.zeros_like(force)
    moment[..., 1] = (2 + moving)[:, None]
    return GroundReaction(TIME, force, point, moment, ("a", "b"), "measured")


FORCES = {
    "N": 1.0,
    "kN": 1e-3,
    "mN": 1e3,
    "body weights": 1 / WEIGHT,
    "N per kg": 1 / MASS,
    "pounds": 1 / 4.4482216,
    "kilograms": 1 / 9.80665,
}
POINTS = {"m": 1.0, "mm": 1e3, "cm": 1e2}
AXES = {"y": [0, 1, 2], "z": [2, 0, 1], "x": [1, 2, 0]}


@settings(deadline=None)
@given(
    signs=st.tuples(st.sampled_from([1, -1]), st.sampled_from([1, -1])),
    force=st.sampled_from(list(FORCES)),
    point=st.sampled_from(list(POINTS)),
    up=st.sampled_from(list(AXES)),
)
def test_forces_of_any_sign_unit_and_axes_are_right_or_named(
    signs: tuple[int, int], force: str, point: str, up: str
) -> None:
    true = squat()
    signed = np.array(signs)[None, :, None]
    away = np.array([1.0, 0.0, 3.0])  # of the laboratory's origin
    given_forces = GroundReaction(
        TIME,
        (signed * true.force * FORCES[force])[..., AXES[up]],
        ((true.point + away) * POINTS[point])[..., AXES[up]],
        (signed * true.moment * FORCES[force] * POINTS[point])[..., AXES[up]],
        true.names,
        "measured",
    )
    try:
        found = judge_forces("a.mot", given_forces)
    except DataError as error:
        said = str(error)
        assert (force, point, up) != ("N", "m", "y")
        assert len(said) < 300
        named = {
            f"forces along {up}": up != "y",
            "expected forces in N,": force in ("kN", "mN", "body weights", "N per kg"),
            "expected points where forces act in m": point != "m",
        }
        assert any(right and sentence in said for sentence, right in named.items())
        return
    assert (up, point) == ("y", "m")
    assert len(found.notes) == (-1 in signs)
    weighed = weigh(found, MASS)
    if force == "N":
        assert weighed == ()
        np.testing.assert_allclose(found.force, true.force)
        np.testing.assert_allclose(found.moment, true.moment)
        np.testing.assert_allclose(found.point, true.point + away)
    else:
        assert force in weighed[0]


def test_forces_that_point_down_are_turned_round_with_their_moments() -> None:
    true = squat()
    down = GroundReaction(
        TIME, -true.force, true.point, -true.moment, true.names, "measured"
    )
    found = judge_forces("down.mot", down)
    assert np.array_equal(found.force, true.force)
    assert np.array_equal(found.moment, true.moment)
    assert np.array_equal(found.point, true.point)
    assert found.notes == (
        "down.mot: its forces point down, as those on the plates do; they and their "
        "free moments were turned round.",
    )


def test_one_plate_that_points_down_is_turned_round_alone() -> None:
    true = squat()
    sign = np.array([1.0, -1.0])[None, :, None]
    mixed = GroundReaction(
        TIME, sign * true.force, true.point, sign * true.moment, true.names, "measured"
    )
    found = judge_forces("a.mot", mixed)
    assert np.array_equal(found.force, true.force)
    assert found.notes[0].startswith("a.mot: its forces of b point down")


def test_a_plate_that_nobody_stands_on_says_nothing() -> None:
    true = squat()
    force = np.concatenate([true.force, np.full((400, 1, 3), [0.0, -3.0, 1.0])], axis=1)
    zero = np.zeros((400, 1, 3))
    idle = GroundReaction(
        TIME,
        force,
        np.concatenate([true.point, zero], axis=1),
        np.concatenate([true.moment, zero], axis=1),
        ("a", "b", "c"),
        "measured",
    )
    found = judge_forces("a.mot", idle)
    assert found.notes == ()
    assert found.force is force


def test_a_participant_on_a_seat_or_beside_the_plates_is_not_weighed() -> None:
    true = squat()
    for share in (0.35, 0.5, 0.8):
        less = GroundReaction(
            TIME, share * true.force, true.point, true.moment, true.names, "measured"
        )
        assert weigh(less, MASS) == ()
    assert weigh(true, 1.6 * MASS) == ()  # 63 %: the rest may be beside
    assert "check the unit" in weigh(true, 0.5 * MASS)[0]


def test_a_file_of_forces_down_is_read_as_forces_up(tmp_path: Path) -> None:
    names = "time " + " ".join(
        f"ground_force_1_{kind}{axis}" for kind in "vpm" for axis in "xyz"
    )
    rows = [f"{time:.2f} 5 -600 3 0.1 0 {time:.3f} 0 1.5 0" for time in TIME[:50]]
    path = tmp_path / "a.mot"
    path.write_text("\n".join(["a", "inDegrees=no", "endheader", names, *rows]) + "\n")
    found = read_ground_reaction(path)
    assert found.force[0].tolist() == [[-5.0, 600.0, -3.0]]
    assert found.moment[0, 0, 1] == -1.5
    assert found.notes[0].startswith("a.mot: its forces point down")


def test_points_in_millimetres_are_named(tmp_path: Path) -> None:
    true = squat()
    far = GroundReaction(
        TIME, true.force, 1000 * true.point, true.moment, true.names, "measured"
    )
    with pytest.raises(DataError) as caught:
        judge_forces("a.mot", far)
    assert str(caught.value) == (
        "a.mot: expected points where forces act in m, got points 150 from the origin; "
        "if they are mm, divide them by 1000 (and moments in N mm too); if cm, by 100."
    )


@pytest.mark.recordings
def test_real_plates_are_what_they_are(sessions: Path) -> None:
    paths = sorted((sessions / "lab_s4" / "ForceData").glob("*.mot"))
    assert len(paths) == 10
    for path in paths:
        plates: Any = read_ground_reaction(path)
        assert plates.notes == weigh(plates, MASS) == ()
