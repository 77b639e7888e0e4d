import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.markers.static_pose import choose_standing, find_standing
from bige_osim.motion import Markers


def person(height: np.ndarray, *, rate: float = 100.0) -> Markers:
    """A hip at some heights and a heel that stays; both sway while they stand."""
    positions = np.zeros((len(height), 3, 3))
    positions[:, 0, 1] = height
    positions[:, 1, 1] = 0.5 + height / 2
    time = np.arange(len(height)) / rate
    return Markers(time, positions, ("hip", "back", "heel"))


def test_the_stillest_upright_stretch_is_found() -> None:
    time = np.arange(500) / 100
    height = 0.9 - 0.4 * np.sin(np.pi * np.clip(time - 1, 0, 2) / 2) ** 2
    height[:100] += 0.005 * np.sin(30 * time[:100])  # fidgets before the squat
    found = find_standing(person(height), pelvis=["hip"], feet=["heel"])
    assert found.start >= 2.9  # after it
    assert found.still
    assert found.height == pytest.approx(0.9, abs=0.001)
    assert found.pose.names == ("hip", "back", "heel")
    assert found.pose.positions.shape == (1, 3, 3)
    assert found.pose.marker("hip")[0, 1] == pytest.approx(0.9, abs=0.001)


def test_sitting_still_is_not_standing() -> None:
    time = np.arange(600) / 100
    height = 0.5 + 0.4 * np.clip(time - 4, 0, 1)  # sits 4 s, rises, stands
    moving = height + 0.001 * np.sin(20 * time) * (time > 5)
    found = find_standing(person(moving), pelvis=["hip"], feet=["heel"])
    assert found.start > 4.9


def test_standing_on_a_box_is_no_higher_than_on_the_floor() -> None:
    markers = person(np.full(200, 0.9))
    markers.positions[:100, :, 1] += 0.3  # a box
    found = find_standing(markers, pelvis=["hip"], feet=["heel"])
    assert found.height == pytest.approx(0.9)


def test_a_marker_not_seen_while_standing_is_not_in_the_pose() -> None:
    markers = person(np.full(50, 0.9))
    markers.positions[:, 1] = np.nan
    found = find_standing(markers, pelvis=["hip", "absent"], feet=["heel"])
    assert found.pose.names == ("hip", "heel")


def test_a_pelvis_marker_that_was_never_seen_does_not_hide_the_others() -> None:
    markers = person(np.full(50, 0.9))
    markers.positions[:, 1] = np.nan
    found = find_standing(markers, pelvis=["hip", "back"], feet=["heel"])
    assert found.height == pytest.approx(0.9)


def test_pelvis_markers_that_are_seen_in_turn_show_standing() -> None:
    markers = person(np.full(60, 0.9))
    markers.positions[:30, 0] = np.nan
    markers.positions[30:, 1] = np.nan
    markers.positions[:, 1, 1] += 0.9 - markers.positions[0, 1, 1]
    found = find_standing(markers, pelvis=["hip", "back"], feet=["heel"])
    assert found.height == pytest.approx(0.9)


def test_a_person_who_never_stands_still_is_said_to_move() -> None:
    markers = person(np.full(100, 0.9))
    markers.positions[..., 0] += markers.time[:, None]  # 1 m/s
    assert not find_standing(markers, pelvis=["hip"], feet=["heel"]).still


def test_what_cannot_show_standing_is_refused() -> None:
    with pytest.raises(BigeError, match="none of the markers RASI, LASI"):
        find_standing(person(np.ones(50)), pelvis=["RASI", "LASI"], feet=["heel"])
    with pytest.raises(BigeError, match=r"at least 0\.05 s of recording, got 5"):
        find_standing(person(np.ones(5)), pelvis=["hip"], feet=["heel"])
    lost = person(np.ones(50))
    lost.positions[:, 0] = np.nan
    with pytest.raises(BigeError, match="never seen together"):
        find_standing(lost, pelvis=["hip"], feet=["heel"])


def test_the_stillest_of_the_recordings_with_the_most_markers_is_chosen() -> None:
    moving = person(np.full(100, 0.9))
    moving.positions[..., 0] += 0.05 * moving.time[:, None]
    still = person(np.full(100, 0.9))
    fewer = Markers(still.time, still.positions[:, ::2], ("hip", "heel"))
    sitting = person(np.full(100, 0.5))
    recordings = {"fewer": fewer, "moving": moving, "sitting": sitting}
    places = {"pelvis": ["hip"], "feet": ["heel"]}
    assert choose_standing(recordings, **places)[0] == "moving"
    assert choose_standing({**recordings, "still": still}, **places)[0] == "still"
