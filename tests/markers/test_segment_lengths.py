"""Bone lengths fitted to a movement, on a leg of two rods."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bige_osim.markers.segment_lengths import choose_poses, refine
from bige_osim.motion import Markers, Motion
from bige_osim.osim.reading.open_model import OpenModel
from bige_osim.spec.marker_set import MarkerSet, PlacedMarker

pytestmark = pytest.mark.opensim

PLACES = {"thigh": ((0.05, 0.0), (0.0, -0.2)), "shank": ((0.02, -0.1), (0.0, -0.4))}
MARKERS = tuple(
    PlacedMarker(name=f"{body}{number}", body=body, location=(*place, 0.02))
    for body, places in PLACES.items()
    for number, place in enumerate(places)
)
LEG = MarkerSet(name="leg", title="two rods", markers=MARKERS, refined=(("thigh",),))
PELVIS = ("thigh0",)  # its height says how deep a pose is


def write_leg(path: Path, multiplied: dict[str, float]) -> None:
    """Write a thigh of 0.4 m, or longer, and a shank that hangs from it."""
    import opensim

    opensim.Logger.setLevelString("Off")
    model = opensim.Model()
    model.setName("leg")
    end = opensim.Vec3(0, -0.4 * multiplied.get("thigh", 1.0), 0)
    none, parent, place = opensim.Vec3(0), model.getGround(), opensim.Vec3(0)
    for name in PLACES:
        body = opensim.Body(name, 1.0, none, opensim.Inertia(0.1, 0.1, 0.1, 0, 0, 0))
        model.addBody(body)
        joint: Any = opensim.PinJoint(
            f"{name}_pin", parent, place, none, body, none, none
        )
        joint.updCoordinate().setName(f"{name}_angle")
        model.addJoint(joint)
        parent, place = body, end
    for marker in MARKERS:
        body = model.getBodySet().get(marker.body)
        model.addMarker(
            opensim.Marker(marker.name, body, opensim.Vec3(*marker.location))
        )
    model.finalizeConnections()
    model.printToXML(str(path))


@pytest.fixture(scope="module")
def squat(tmp_path_factory: pytest.TempPathFactory) -> Markers:
    """A leg that folds, of a person whose thigh is 8 % longer than was measured."""
    path = tmp_path_factory.mktemp("leg") / "long.osim"
    write_leg(path, {"thigh": 1.08})
    time = np.arange(41) / 20
    bend = 1.2 * np.sin(np.pi * time / 2) ** 2
    motion = Motion(
        time, np.stack([bend, -2 * bend], 1), ("thigh_angle", "shank_angle")
    )
    markers = OpenModel(path).markers(motion)
    return markers


def test_a_length_that_was_measured_wrong_is_found(squat: Markers) -> None:
    found = refine(write_leg, marker_set=LEG, trials=[squat], pelvis=PELVIS)
    assert found is not None
    assert found.multipliers["thigh"] == pytest.approx(1.08, abs=0.02)
    assert found.after < 0.5 * found.before
    assert found.sentence().startswith("Lengths fitted to the movement (")


def test_a_set_that_asks_for_nothing_is_left_alone(squat: Markers) -> None:
    measured = MarkerSet(name="leg", title="two rods", markers=MARKERS)
    assert refine(write_leg, marker_set=measured, trials=[squat], pelvis=PELVIS) is None
    assert refine(write_leg, marker_set=LEG, trials=[squat], pelvis=["gone"]) is None


def test_a_marker_seen_in_no_pose_changes_nothing(squat: Markers) -> None:
    """Gaps at the pelvis too: no frame of a hidden pelvis is a pose."""
    extra = Markers(
        squat.time,
        np.concatenate([squat.positions, np.full((len(squat.time), 1, 3), np.nan)], 1),
        (*squat.names, "lost"),
    )
    extra.positions[1:6, extra.names.index("thigh0")] = np.nan
    lost = PlacedMarker(name="lost", body="shank", location=(0.0, -0.3, 0.0))
    leg = MarkerSet(
        name="leg", title="two rods", markers=(*MARKERS, lost), refined=(("thigh",),)
    )
    found = refine(write_leg, marker_set=leg, trials=[extra], pelvis=PELVIS)
    assert found is not None
    assert found.multipliers["thigh"] == pytest.approx(1.08, abs=0.02)


def test_a_body_that_no_marker_shows_stays_as_it_is_and_is_said(squat: Markers) -> None:
    leg = MarkerSet(
        name="leg", title="two rods", markers=MARKERS, refined=(("thigh",), ("foot_r",))
    )
    found = refine(write_leg, marker_set=leg, trials=[squat], pelvis=PELVIS)
    assert found is not None
    assert set(found.multipliers) == {"thigh"}
    assert found.left == ("foot_r",)
    assert "left as they are, without markers: foot_r." in found.sentence()
    foot = MarkerSet(
        name="leg", title="two rods", markers=MARKERS, refined=(("foot_r",),)
    )
    assert refine(write_leg, marker_set=foot, trials=[squat], pelvis=PELVIS) is None


def test_poses_go_from_the_highest_to_the_lowest() -> None:
    height = 1.0 - 0.5 * np.sin(np.linspace(0, np.pi, 101))
    positions = np.zeros((101, 1, 3))
    positions[:, 0, 1] = height
    trial = Markers(np.arange(101) / 100, positions, ("hip",))
    poses = choose_poses([trial] * 10, pelvis=["hip"])
    assert poses is not None
    assert poses.positions.shape == (24, 1, 3)  # four poses of six trials
    down = poses.positions[:4, 0, 1]
    np.testing.assert_allclose(down, [1.0, 0.8, 0.65, 0.5], atol=0.01)
