"""A squat taken over by another body: feet planted, angles and balance kept."""

from pathlib import Path

import numpy as np
import pytest
import torch

from bige_osim.errors import SimulationError
from bige_osim.evaluation.physics_check import check_physics
from bige_osim.motion import Motion
from bige_osim.osim.anthropometry import (
    SUBTALAR,
    generic_model,
    segment_factors,
    typical_body,
)
from bige_osim.osim.reading.model import read_model
from bige_osim.osim.tools.scaling import scale_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.contacts import contact_spheres
from bige_osim.synthetic.retargeting import Variation, retarget
from bige_osim.synthetic.squat_motion import SquatMaker
from bige_osim.synthetic.squat_style import SquatStyle

pytestmark = pytest.mark.opensim


def somebody(folder: Path, *, stature: float, mass: float) -> Skeleton:
    path = folder / "somebody.osim"
    body = typical_body("male", stature=stature, mass=mass)
    scale_model(
        generic_model(),
        factors=segment_factors(body),
        mass=mass,
        path=path,
        unlocked=SUBTALAR,
    )
    spec = read_model(path)
    return Skeleton(spec, contacts=contact_spheres(spec))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Skeleton:
    return somebody(tmp_path_factory.mktemp("small"), stature=1.65, mass=62.0)


@pytest.fixture(scope="module")
def tall(tmp_path_factory: pytest.TempPathFactory) -> Skeleton:
    return somebody(tmp_path_factory.mktemp("tall"), stature=1.92, mass=90.0)


@pytest.fixture(scope="module")
def squat(small: Skeleton) -> Motion:
    style = SquatStyle(repetitions=1, shift=0.03, depth=1.5)
    return SquatMaker(small).motion(style, rate=60.0, rng=np.random.default_rng(0))


def test_a_persons_own_squat_is_left_as_it_is(small: Skeleton, squat: Motion):
    found = retarget(squat, source=small, target=small)
    np.testing.assert_allclose(
        found.values, squat.select(found.names).values, atol=2e-3
    )


def test_a_tall_person_bends_alike_on_a_wider_stance(
    small: Skeleton, tall: Skeleton, squat: Motion
):
    found = retarget(squat, source=small, target=tall)
    for name in ("knee_angle_r", "knee_angle_l", "pelvis_tilt", "hip_flexion_r"):
        off = found.column(name) - squat.column(name)
        assert np.abs(off).max() < np.radians(6.0), name
    ratio = tall.leg_length() / small.leg_length()
    assert ratio > 1.1
    apart = [
        float((ankles[0] - ankles[1]).norm())
        for ankles in (ankles_of(tall, found), ankles_of(small, squat))
    ]
    assert apart[0] / apart[1] == pytest.approx(ratio, rel=0.01)


def test_what_physics_allowed_it_still_allows(
    small: Skeleton, tall: Skeleton, squat: Motion
):
    found = retarget(squat, source=small, target=tall)
    assert check_physics(found, tall).reasons == ()


def test_depth_tempo_and_lean_vary_as_asked(
    small: Skeleton, tall: Skeleton, squat: Motion
):
    plain = retarget(squat, source=small, target=tall)
    varied = retarget(
        squat,
        source=small,
        target=tall,
        variation=Variation(depth=0.9, tempo=1.5, lean=0.1),
    )
    assert varied.duration == pytest.approx(1.5 * plain.duration)
    depths = [np.ptp(m.column("knee_angle_r")) for m in (plain, varied)]
    assert depths[1] / depths[0] == pytest.approx(0.9, abs=0.02)
    trunk = [
        -(m.column("pelvis_tilt") + m.column("lumbar_extension")).min()
        for m in (plain, varied)
    ]
    assert trunk[1] - trunk[0] > 0.05


def test_who_faces_elsewhere_squats_there(
    small: Skeleton, tall: Skeleton, squat: Motion
):
    turned = squat.values.copy()
    angle = np.radians(20.0)
    x, z = (squat.column(f"pelvis_t{axis}") for axis in "xz")
    turned[:, squat.index("pelvis_tx")] = np.cos(angle) * x + np.sin(angle) * z
    turned[:, squat.index("pelvis_tz")] = -np.sin(angle) * x + np.cos(angle) * z
    # Of the pelvis' turns that about the vertical is the last, so only about upright.
    upright = squat.column("pelvis_tilt")[0]
    assert abs(upright) < 0.1
    standing = Motion(squat.time[:6], turned[:6], squat.names)
    standing.values[:, standing.index("pelvis_rotation")] += angle
    found = retarget(standing, source=small, target=tall)
    heading = found.column("pelvis_rotation")
    np.testing.assert_allclose(heading, angle, atol=0.02)
    assert check_physics(found, tall).feet is not None


def test_what_the_other_body_cannot_do_is_an_error(
    small: Skeleton, tall: Skeleton, squat: Motion
):
    with pytest.raises(SimulationError, match="cannot do the recorded motion"):
        retarget(squat, source=small, target=tall, variation=Variation(depth=1.6))


def ankles_of(skeleton: Skeleton, motion: Motion) -> torch.Tensor:
    """Ankle centres (2, 3) in the first frame, m."""
    values = torch.from_numpy(np.ascontiguousarray(motion.values[:1]))
    pose = skeleton.pose(values, motion.names)
    return torch.stack([pose.body(f"talus_{s}")[1][0] for s in "rl"])
