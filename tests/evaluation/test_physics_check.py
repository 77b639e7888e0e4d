"""A motion judged by physics alone is judged as validation judges it."""

from pathlib import Path

import numpy as np
import pytest

from bige_osim.evaluation.physics_check import check_physics
from bige_osim.motion import Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.contacts import contact_spheres
from bige_osim.synthetic.squat_motion import SquatMaker
from bige_osim.synthetic.squat_style import SquatStyle

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def maker(generic_man: Path) -> SquatMaker:
    spec = read_model(generic_man)
    return SquatMaker(Skeleton(spec, contacts=contact_spheres(spec)))


@pytest.fixture(scope="module")
def squat(maker: SquatMaker) -> Motion:
    style = SquatStyle(repetitions=1)
    return maker.motion(style, rate=60.0, rng=np.random.default_rng(0))


def changed(motion: Motion, name: str, values: np.ndarray) -> Motion:
    columns = motion.values.copy()
    columns[:, motion.index(name)] += values
    return Motion(motion.time, columns, motion.names)


def test_a_balanced_squat_passes(maker: SquatMaker, squat: Motion) -> None:
    found = check_physics(squat, maker.skeleton)
    assert found.reasons == ()
    assert found.residuals.found.moment_max < 1.0


def test_a_squat_above_the_floor_slides_or_floats(
    maker: SquatMaker, squat: Motion
) -> None:
    up = np.full(len(squat.time), 0.03)
    (reason,) = check_physics(changed(squat, "pelvis_ty", up), maker.skeleton).reasons
    assert reason == (
        "The lowest foot point is 3.0 cm above the floor on average, more than 1 cm."
    )


def test_a_trunk_that_topples_back_is_not_explained_by_the_ground(
    maker: SquatMaker, squat: Motion
) -> None:
    lean = 1.2 * np.sin(np.pi * squat.time / squat.time[-1]) ** 2
    reasons = check_physics(
        changed(squat, "lumbar_extension", lean), maker.skeleton
    ).reasons
    assert any(reason.startswith("The residual moment peaks") for reason in reasons)


def test_a_joint_beyond_its_range_is_named(maker: SquatMaker, squat: Motion) -> None:
    bent = np.full(len(squat.time), np.radians(-20.0))
    reasons = check_physics(
        changed(squat, "elbow_flex_r", bent), maker.skeleton
    ).reasons
    assert any(reason.startswith("elbow_flex_r leaves") for reason in reasons)
