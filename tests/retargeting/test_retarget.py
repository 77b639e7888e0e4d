"""Motions of a model are found again from its joint centres."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.retargeting.made_clip import (
    add_noise,
    angle_errors,
    cut,
    make_motion,
    place_joints,
    scale,
    turn,
)

from bige_osim.errors import BigeError
from bige_osim.motion import Markers, Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.retargeting.placing import place_clip
from bige_osim.retargeting.result import Retargeted
from bige_osim.retargeting.retarget import RetargetConfig, retarget_clip
from bige_osim.solving.contacts import contact_spheres, skeleton_with_feet
from bige_osim.spec import ModelSpec

pytestmark = pytest.mark.opensim

BAR = 3.0
"""deg RMS, for coordinates that joints tell."""

TOLD = {
    "pelvis_tilt", "pelvis_list", "pelvis_rotation",
    *(f"{name}_{side}" for side in "rl" for name in (
        "hip_flexion", "hip_adduction", "knee_angle", "ankle_angle", "arm_flex",
        "arm_add", "elbow_flex")),
    "lumbar_extension", "lumbar_bending", "lumbar_rotation",
}  # fmt: skip
"""What joint centres tell of every posture of the squat."""


@pytest.fixture(scope="module")
def spec(generic_man: Path) -> ModelSpec:
    return read_model(generic_man)


@pytest.fixture(scope="module")
def skeleton(spec: ModelSpec) -> Skeleton:
    return skeleton_with_feet(spec)


@pytest.fixture(scope="module")
def motion(skeleton: Skeleton) -> Motion:
    return make_motion(skeleton)


@pytest.fixture(scope="module")
def clip(spec: ModelSpec, motion: Motion) -> Markers:
    return place_joints(spec, motion)


def follow(clip: Markers, spec: ModelSpec, **how: float) -> Retargeted:
    config = RetargetConfig(**how)  # type: ignore[arg-type]
    return retarget_clip(clip, spec, contacts=contact_spheres(spec), config=config)


@pytest.fixture(scope="module")
def found(clip: Markers, spec: ModelSpec) -> Retargeted:
    return follow(clip, spec)


COPIES: dict[str, tuple[int, Callable[[Markers, int], Markers]]] = {
    "clean": (1, lambda clip, seed: clip),
    "noisy": (3, lambda clip, seed: add_noise(clip, 0.01, seed)),
    "rotated": (1, lambda clip, seed: turn(clip, np.radians(130.0))),
    "smaller": (1, lambda clip, seed: scale(clip, 0.8)),
    "all of these": (
        2,
        lambda clip, seed: add_noise(turn(scale(clip, 0.8), 2.0), 0.008, seed),
    ),
}
"""How many copies, and how each is made; noise of the smaller ones is 1 cm, scaled."""


@pytest.mark.parametrize("copy", COPIES)
def test_known_angles_come_back_within_three_degrees(
    copy: str, clip: Markers, spec: ModelSpec, motion: Motion
) -> None:
    count, make = COPIES[copy]
    results = [follow(make(clip, seed), spec) for seed in range(count)]
    told = set.intersection(*(set(r.names_known_by("joints")) for r in results))
    assert told >= TOLD
    errors = [angle_errors(result.motion, motion, spec) for result in results]
    rms = {
        name: float(np.sqrt(np.mean([one[name] ** 2 for one in errors])))
        for name in told & errors[0].keys()
    }
    assert {name: error for name, error in rms.items() if error > BAR} == {}


def test_a_rescaled_copy_is_scaled_back(clip: Markers, spec: ModelSpec) -> None:
    result = follow(scale(clip, 0.8), spec)
    assert result.scale == pytest.approx(1.25, rel=2e-3)
    assert result.rms() < 0.003


def test_time_stamps_are_true_at_any_rate(clip: Markers, spec: ModelSpec) -> None:
    duration = clip.duration
    for rate in (60.0, 37.0):
        time = follow(clip, spec, rate=rate).motion.time
        np.testing.assert_allclose(np.diff(time), 1 / rate)
        assert duration - 1 / rate < time[-1] <= duration + 1e-9


def test_feet_stand_on_the_floor(found: Retargeted, skeleton: Skeleton) -> None:
    points = skeleton.foot_points(skeleton.pose_of(found.motion))
    lowest = points[..., 1].amin(dim=1).numpy()
    assert np.percentile(lowest, 5) == pytest.approx(0.0, abs=1e-6)


def test_a_clip_above_the_floor_is_put_on_it(
    clip: Markers, spec: ModelSpec, found: Retargeted
) -> None:
    raised = replace(clip, positions=clip.positions + np.array([0, 0.3, 0]))
    result = follow(raised, spec)
    assert result.raised == pytest.approx(found.raised - 0.3, abs=1e-3)


def test_angles_stay_within_the_ranges_of_the_model(
    clip: Markers, spec: ModelSpec
) -> None:
    clip = cut(clip, 20, 50)
    bent_back = clip.positions.copy()
    knee, ankle = (clip.names.index(f"right_{j}") for j in ("knee", "ankle"))
    bent_back[:, ankle, 0] = 2 * bent_back[:, knee, 0] - bent_back[:, ankle, 0]
    result = follow(replace(clip, positions=bent_back), spec)
    for name in result.motion.names:
        coordinate = spec.coordinate(name)
        if name in result.coordinates and not name.startswith("pelvis"):
            column = result.motion.column(name)
            assert column.min() >= coordinate.minimum - 1e-9, name
            assert column.max() <= coordinate.maximum + 1e-9, name


def test_what_no_joint_tells_stays_near_its_default(
    found: Retargeted, spec: ModelSpec
) -> None:
    told_by_none = found.names_known_by("default")
    assert {"pro_sup_r", "pro_sup_l"} <= set(told_by_none)
    for name in ("pro_sup_r", "pro_sup_l"):
        column = found.motion.column(name)
        assert np.ptp(column) < np.radians(15.0)


def test_turning_round_makes_no_jump(spec: ModelSpec, motion: Motion) -> None:
    column = motion.names.index("pelvis_rotation")
    values = motion.values.copy()
    values[:, column] = np.linspace(0.0, 7.0, len(values))
    turning = replace(motion, values=values)
    result = follow(place_joints(spec, turning), spec)
    yaw = result.motion.column("pelvis_rotation")
    assert np.abs(np.diff(yaw)).max() < 0.1
    assert yaw[-1] - yaw[0] == pytest.approx(7.0, abs=0.15)


def test_longer_thighs_are_followed_by_angle(
    clip: Markers, spec: ModelSpec, motion: Motion
) -> None:
    """Thighs a fifth longer: directions are kept, and the feet stay where they are."""
    at = {name: clip.marker(name) for name in clip.names}
    positions = clip.positions.copy()
    for side in ("left", "right"):
        more = 0.2 * (at[f"{side}_knee"] - at[f"{side}_hip"])
        for joint in ("knee", "ankle", "foot"):
            positions[:, clip.names.index(f"{side}_{joint}")] += more
    result = follow(replace(clip, positions=positions), spec)
    errors = angle_errors(result.motion, motion, spec)
    assert max(errors[f"{n}_r"] for n in ("hip_flexion", "knee_angle")) < BAR


def test_swapped_sides_are_an_error(clip: Markers, spec: ModelSpec) -> None:
    swap = {"left": "right", "right": "left"}
    names = tuple(
        "_".join(
            [swap.get(name.split("_")[0], name.split("_")[0]), *name.split("_")[1:]]
        )
        for name in clip.names
    )
    with pytest.raises(BigeError) as error:
        follow(replace(clip, names=names), spec)
    assert str(error.value) == (
        "The toes of squat point backwards, as seen from its hips: its left and right "
        "are swapped, or it is mirrored; name the joints with --names FILE, or mirror "
        "the clip."
    )


def test_a_clip_with_z_up_needs_to_be_said_so(
    clip: Markers, spec: ModelSpec, motion: Motion
) -> None:
    x, y, z = clip.positions.transpose(2, 0, 1)
    upright = replace(clip, positions=np.stack([x, -z, y], axis=2))
    result = retarget_clip(upright, spec, config=RetargetConfig(up="z"))
    errors = angle_errors(result.motion, motion, spec)
    assert max(errors[name] for name in TOLD) < BAR
    assert place_clip(upright).warnings == (
        "The body lies or stands on its head if y is up; if it does not, pass --up z.",
    )


def test_odd_clips_are_reported(clip: Markers, spec: ModelSpec) -> None:
    clip = cut(clip, 0, 44)
    stretched = clip.positions.copy()
    elbow, wrist = clip.names.index("left_elbow"), clip.names.index("left_wrist")
    factors = 1 + 0.3 * np.sin(np.arange(len(stretched)))[:, None]
    stretched[:, wrist] = stretched[:, elbow] + factors * (
        stretched[:, wrist] - stretched[:, elbow]
    )
    stretched[30:] += [1.0, 0.0, 0.0]
    warnings = follow(replace(clip, positions=stretched), spec).warnings
    assert warnings[0].startswith(
        "Segments of the clip change their length (standard deviation: left_wrist 21 %)"
    )
    assert warnings[1].startswith("The clip jumps at 1.50 s;")


def test_joints_that_are_missing_leave_the_others_to_be_followed(
    clip: Markers, spec: ModelSpec, motion: Motion
) -> None:
    names = [n for n in clip.names if not n.endswith(("elbow", "wrist", "collar"))]
    columns = [clip.names.index(name) for name in names]
    part = replace(clip, positions=clip.positions[:, columns], names=tuple(names))
    result = follow(part, spec)
    errors = angle_errors(result.motion, motion, spec)
    assert max(errors[f"{n}_l"] for n in ("hip_flexion", "knee_angle")) < BAR
    assert {"elbow_flex_r", "arm_flex_l"} <= set(result.names_known_by("default"))
