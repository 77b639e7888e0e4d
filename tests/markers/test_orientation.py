import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.markers.orientation import find_turn, turn_ground, turn_markers
from bige_osim.motion import GroundReaction, Markers

NAMES = ("ASIS", "PSIS", "C7", "HEEL")
PLACES = {"front": ["ASIS"], "back": ["PSIS"], "top": ["C7"], "bottom": ["HEEL"]}
PERSON = np.array([[0.1, 1.0, 0.1], [-0.1, 1.0, 0.0], [0, 1.5, 0], [-0.1, 0.05, 0.1]])
"""In OpenSim's frame, with z to the right."""

TO_LABORATORY = {
    "z up, facing x": np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]),
    "z up, facing -x": np.array([[-1.0, 0, 0], [0, 0, 1], [0, 1, 0]]),
    "z up, facing y": np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]]),
    "y up, facing z": np.array([[0.0, 0, -1], [0, 1, 0], [1, 0, 0]]),
    "OpenSim's own": np.eye(3),
}


@pytest.mark.parametrize("laboratory", TO_LABORATORY)
def test_a_person_is_turned_forward_from_any_laboratory(laboratory: str) -> None:
    rotation = TO_LABORATORY[laboratory]
    assert np.linalg.det(rotation) == pytest.approx(1.0)
    seen = np.repeat((PERSON @ rotation.T)[None], 3, axis=0)
    seen[1, 0] = np.nan  # a gap
    markers = Markers(np.arange(3) / 100, seen, NAMES)
    turn = find_turn(markers, PLACES)
    np.testing.assert_allclose(turn, rotation.T, atol=1e-12)
    np.testing.assert_allclose(turn_markers(markers, turn).positions[0], PERSON)


def test_a_person_who_faces_ten_degrees_aside_stays_so() -> None:
    angle = np.radians(10)
    aside = np.array(
        [
            [np.cos(angle), 0, np.sin(angle)],
            [0, 1, 0],
            [-np.sin(angle), 0, np.cos(angle)],
        ]
    )
    markers = Markers(np.zeros(1), (PERSON @ aside.T)[None], NAMES)
    np.testing.assert_array_equal(find_turn(markers, PLACES), np.eye(3))


def test_a_place_without_markers_is_named() -> None:
    markers = Markers(np.zeros(1), PERSON[None, 1:], NAMES[1:])
    with pytest.raises(BigeError, match="none of the markers ASIS that show its front"):
        find_turn(markers, PLACES)


SIDES = {"right": ["R"], "left": ["L"], "top": ["TOP"], "bottom": ["HEEL"]}


@pytest.mark.parametrize("laboratory", TO_LABORATORY)
def test_left_and_right_show_which_way_is_forward(laboratory: str) -> None:
    rotation = TO_LABORATORY[laboratory]
    places = np.array([[0, 1.0, 0.1], [0.02, 1, -0.1], [0, 1.5, 0], [-0.1, 0.05, 0.1]])
    seen = np.repeat((places @ rotation.T)[None], 3, axis=0)
    seen[1, 0] = np.nan  # a gap
    markers = Markers(np.arange(3) / 100, seen, ("R", "L", "TOP", "HEEL"))
    np.testing.assert_allclose(find_turn(markers, SIDES), rotation.T, atol=1e-12)


def test_places_never_seen_together_are_named() -> None:
    seen = np.repeat(PERSON[None], 2, axis=0)
    seen[0, 2], seen[1, 3] = np.nan, np.nan
    markers = Markers(np.arange(2) / 100, seen, NAMES)
    with pytest.raises(BigeError) as caught:
        find_turn(markers, PLACES)
    assert str(caught.value) == (
        "Markers at bottom and top are never seen together (HEEL; C7), so that the "
        "laboratory's axes are not known; fill their gaps."
    )
    markers = Markers(np.arange(2) / 100, seen, ("R", "TOP", "L", "HEEL"))
    with pytest.raises(BigeError, match=r"right marker is ever seen .* \(L; HEEL\)"):
        find_turn(markers, {**PLACES, "right": ["L"], "left": ["HEEL"]} | TOP)


TOP = {"top": ["TOP"], "bottom": ["R"]}


def test_a_missing_place_is_never_an_empty_list() -> None:
    markers = Markers(np.zeros(1), PERSON[None], NAMES)
    with pytest.raises(BigeError) as caught:
        find_turn(markers, {"top": ["C7"], "bottom": ["HEEL"]})
    assert str(caught.value) == (
        "No recorded marker of the set shows the back of the body, and no right and "
        "left ones its heading; pass another --markerset."
    )


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_ground_carries_whichever_force_was_recorded(sign: float) -> None:
    rotation = TO_LABORATORY["z up, facing x"]
    force = sign * np.tile([10.0, 0.0, 700.0], (4, 1, 1))
    ground = GroundReaction(
        time=np.arange(4) / 100,
        force=force,
        point=np.tile([0.1, 0.2, 0.0], (4, 1, 1)),
        moment=sign * np.tile([0.0, 0.0, 5.0], (4, 1, 1)),
        names=("ground_force_1",),
        source="measured",
    )
    turned = turn_ground(ground, rotation.T)
    np.testing.assert_allclose(turned.force[0, 0], [10.0, 700.0, 0.0])
    np.testing.assert_allclose(turned.point[0, 0], [0.1, 0.0, -0.2])
    np.testing.assert_allclose(turned.moment[0, 0], [0.0, 5.0, 0.0])
