"""Ground reaction shared between two feet: known answers, and real force plates."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.motion import FOOT_BODIES, GroundReaction
from bige_osim.osim.reading.model import read_model
from bige_osim.osim.tools.inverse_dynamics import inverse_dynamics
from bige_osim.physics.dynamics.wrench import Wrench, wrench_at
from bige_osim.physics.ground.estimate import GroundConfig, estimate_ground, root_wrench
from bige_osim.physics.ground.feet import Feet, locate_feet
from bige_osim.physics.ground.plates import assign_plates
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.contacts import contact_spheres

FLOOR, HALF = 0.01, 0.15  # m: height of the floor, half the distance of the feet
CENTRES = np.array([[0.1, FLOOR, HALF], [0.1, FLOOR, -HALF]])  # right, left
PLAIN = GroundConfig(aim=0.0)
NEAR = {"rtol": 1e-4, "atol": 1e-3}  # N, N m: what the soft balance leaves


def standing(frames: int = 60) -> Feet:
    """Feet 0.24 m long and 0.1 m wide that point along x; hips above their insides."""
    hips = CENTRES + np.array([[0.0, 0.8, -0.05], [0.0, 0.8, 0.05]])
    return Feet(
        names=FOOT_BODIES,
        time=np.arange(frames) / 100,
        centres=np.tile(CENTRES, (frames, 1, 1)),
        headings=np.tile([1.0, 0.0], (frames, 2, 1)),
        reaches=np.tile([[-0.12, 0.12], [-0.05, 0.05]], (frames, 2, 1, 1)),
        heights=np.zeros((frames, 2)),
        speeds=np.zeros((frames, 2)),
        hips=np.tile(hips, (frames, 1, 1)),
        floor=FLOOR,
        points=np.tile(corners(), (frames, 1, 1)),
        sides=np.repeat([0, 1], 4),
        compliance=np.ones(8),
        standing=np.array([FLOOR, FLOOR]),
    )


def corners() -> np.ndarray:
    """Four contact points (8, 3) at the corners of each foot."""
    offsets = [[x, 0.0, z] for x in (-0.12, 0.12) for z in (-0.05, 0.05)]
    return np.concatenate([centre + np.array(offsets) for centre in CENTRES])


def lift(feet: Feet, foot: int, height: float | np.ndarray) -> None:
    """Raise a foot (0 right, 1 left) by so many metres."""
    feet.heights[:, foot] += height
    own = feet.sides == foot
    feet.points[:, own, 1] += np.broadcast_to(height, feet.time.shape)[:, None]


def pressing(
    feet: Feet,
    force: list[float],
    *,
    x: float = 0.1,
    z: float = 0.0,
    twist: float = 0.0,
) -> Wrench:
    """A constant force (N) through a point of the floor (m), with a twist (N m)."""
    every = np.ones((len(feet.time), 1))
    point = np.array([x, FLOOR, z])
    return wrench_at(every * force, every * point, every * np.array([0.0, twist, 0.0]))


def total(ground: GroundReaction) -> Wrench:
    """What both feet get together."""
    moment = ground.moment + np.cross(ground.point, ground.force)
    return Wrench(ground.force.sum(axis=1), moment.sum(axis=1))


def assert_whole(ground: GroundReaction, wrench: Wrench) -> None:
    found = total(ground)
    np.testing.assert_allclose(found.force, wrench.force, **NEAR)
    np.testing.assert_allclose(found.moment, wrench.moment, **NEAR)


def test_a_load_in_the_middle_is_carried_by_both_feet_alike():
    feet = standing()
    wrench = pressing(feet, [0.0, 600.0, 0.0])
    ground, warnings = estimate_ground(feet, wrench, config=PLAIN)
    np.testing.assert_allclose(ground.force[:, :, 1], 300.0, **NEAR)
    np.testing.assert_allclose(ground.point, feet.centres, **NEAR)
    assert ground.names == ("calcn_r", "calcn_l")
    assert (ground.source, warnings) == ("estimated", ())


def test_a_load_nearer_to_one_foot_is_shared_by_the_law_of_the_lever():
    feet = standing()
    wrench = pressing(feet, [0.0, 600.0, 0.0], z=HALF / 2)
    ground, _ = estimate_ground(feet, wrench, config=PLAIN)
    np.testing.assert_allclose(ground.force[:, 0, 1], 450.0, atol=0.5)
    np.testing.assert_allclose(ground.force[:, 1, 1], 150.0, atol=0.5)
    assert_whole(ground, wrench)


@pytest.mark.parametrize("aim", [0.0, 1.0])
def test_both_feet_together_do_what_the_whole_body_needs(aim: float):
    feet = standing()
    wrench = pressing(feet, [30.0, 650.0, -40.0], x=0.15, z=-0.1, twist=-7.0)
    config = GroundConfig(aim=aim)
    ground, _ = estimate_ground(feet, wrench, config=config)
    assert_whole(ground, wrench)
    # The load is 0.05 m ahead of the feet's centres: so is each centre of pressure.
    np.testing.assert_allclose(ground.point[:, :, 0], 0.15, atol=2e-3)
    np.testing.assert_allclose(ground.moment[..., [0, 2]], 0.0)
    assert not np.signbit(ground.moment[..., [0, 2]]).any()  # files say 0.0, not -0.0


def test_the_feet_push_apart_so_that_their_forces_point_at_the_hips():
    feet = standing()
    ground, _ = estimate_ground(feet, pressing(feet, [0.0, 600.0, 0.0]))
    towards = feet.hips - ground.point
    across = np.cross(ground.force, towards)
    np.testing.assert_allclose(across, 0.0, atol=1e-2)
    # 300 N over hips 0.05 m further in at a height of 0.8 m.
    np.testing.assert_allclose(ground.force[:, 0, 2], -300.0 * 0.05 / 0.8, **NEAR)


def test_the_split_follows_the_moment_slowly_and_the_whole_is_kept():
    feet = standing(400)
    wrench = pressing(feet, [0.0, 600.0, 0.0])
    shake = 60.0 * np.sin(2 * np.pi * 12 * feet.time)  # N m, noise at 12 Hz
    noisy = Wrench(wrench.force, wrench.moment + np.outer(shake, [1.0, 0.0, 0.0]))
    loose, _ = estimate_ground(feet, noisy, config=GroundConfig(aim=0.0, cutoff=None))
    tight, _ = estimate_ground(feet, noisy, config=GroundConfig(aim=0.0, cutoff=3.0))
    inner = slice(100, 300)
    assert np.ptp(loose.force[inner, 0, 1]) > 300.0
    # 60 N m of noise would lie 0.1 m beside the soles: some of it leaks.
    assert np.ptp(tight.force[inner, 0, 1]) < 15.0
    np.testing.assert_allclose(total(tight).force, noisy.force, atol=3.0)


def test_a_lifted_foot_carries_nothing():
    feet = standing()
    lift(feet, 1, 0.2)
    wrench = pressing(feet, [0.0, 600.0, 0.0], z=0.1)
    ground, warnings = estimate_ground(feet, wrench)
    np.testing.assert_allclose(ground.force[:, 1], 0.0, atol=1e-12)
    np.testing.assert_allclose(ground.force[:, 0, 1], 600.0, **NEAR)
    np.testing.assert_allclose(ground.point[:, 0, 2], 0.1, **NEAR)
    assert_whole(ground, wrench)
    assert warnings == ()


def test_a_foot_that_comes_down_takes_its_part_without_a_step():
    feet = standing(200)
    lift(feet, 1, np.linspace(0.15, 0.0, 200))
    ground, _ = estimate_ground(feet, pressing(feet, [0.0, 600.0, 0.0]), config=PLAIN)
    left = ground.force[:, 1, 1]
    assert (left[0], left[-1]) == (0.0, pytest.approx(300.0, rel=1e-4))
    assert np.abs(np.diff(left)).max() < 30.0


def test_nobody_pushes_a_person_in_the_air_and_nothing_pulls_down():
    feet = standing()
    lift(feet, 0, 0.3)
    lift(feet, 1, 0.3)
    ground, _ = estimate_ground(feet, pressing(feet, [0.0, 600.0, 0.0]))
    assert not ground.force.any()
    assert not ground.moment.any()
    pulled, _ = estimate_ground(standing(), pressing(feet, [0.0, -50.0, 0.0]))
    assert not pulled.force.any()


def test_feet_slide_rather_than_push_sideways_beyond_friction():
    feet = standing()
    wrench = pressing(feet, [900.0, 600.0, 0.0])
    ground, _ = estimate_ground(
        feet, wrench, config=GroundConfig(friction=0.5, aim=0.0)
    )
    np.testing.assert_allclose(total(ground).force, [[300.0, 600.0, 0.0]] * 60, **NEAR)


def test_pressure_stays_within_the_feet_and_a_chair_behind_them_is_told():
    feet = standing()
    wrench = pressing(feet, [0.0, 600.0, 0.0], x=-0.3)  # 0.4 m behind the centres
    ground, warnings = estimate_ground(feet, wrench)
    edge = (
        0.1 - 0.12 - 0.03 * 0.12 / np.hypot(0.12, 0.05)
    )  # corners reach 0.03 m further
    np.testing.assert_allclose(ground.point[:, :, 0], edge, atol=1e-6)
    assert warnings == (
        "The centre of pressure is up to 0.25 m outside the base of support from 0.00 "
        "to 0.59 s: missing external force (a chair, a hand?), or too noisy a motion.",
    )


def test_settings_that_cannot_be_meant_are_refused():
    with pytest.raises(BigeError, match="must lift above the height of contact"):
        GroundConfig(contact=0.2)
    with pytest.raises(BigeError, match="must not be negative"):
        GroundConfig(margin=-0.1)


def test_the_pressure_point_of_a_tilted_force_is_where_its_line_meets_the_floor():
    force, above = np.array([[100.0, 500.0, -50.0]]), np.array([[0.3, 1.01, 0.2]])
    wrench = wrench_at(force, above, np.zeros((1, 3)))
    point = wrench.pressure_point(np.array([FLOOR]), otherwise=np.zeros((1, 3)))
    np.testing.assert_allclose(point, [[0.3 - 0.2, FLOOR, 0.2 + 0.1]])
    np.testing.assert_allclose(wrench.about(point), 0.0, atol=1e-9)


def real(sessions: Path, trial: str) -> tuple[GroundReaction, GroundReaction, float]:
    """Plates and estimate of a trial of lab_s4, and the model's weight, N."""
    folder = sessions / "lab_s4"
    model = next((folder / "OpenSimData" / "Model").glob("*.osim"))
    spec = read_model(model)
    path = folder / "OpenSimData" / "Kinematics" / f"{trial}.mot"
    motion = read_motion(path, spec=spec).filter(6.0)
    skeleton = Skeleton(spec, contacts=contact_spheres(spec))
    feet = locate_feet(skeleton, motion)
    wrench = root_wrench(skeleton, motion, inverse_dynamics(model, motion))
    plates = read_ground_reaction(folder / "ForceData" / f"{trial}_forces.mot")
    measured, _ = assign_plates(plates, feet)
    return measured, estimate_ground(feet, wrench)[0], spec.mass * 9.80665


def rms(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.sqrt((values**2).mean(axis=0)))


@pytest.mark.opensim
@pytest.mark.recordings
def test_in_squats_the_estimate_is_near_the_plates(sessions: Path):
    measured, found, weight = real(sessions, "squats1")
    off = (found.force - measured.force) / weight
    right, left = rms(off[..., 1])
    assert right == pytest.approx(0.035, abs=0.003)
    assert left == pytest.approx(0.013, abs=0.003)
    whole = off[..., 1].sum(axis=1)
    assert rms(whole) == pytest.approx(0.041, abs=0.003)
    assert whole.std() < 0.013  # the rest is the model's mass
    # Aimed at the hips, the feet push apart as they do on the plates.
    assert np.all(rms(off[..., 2]) < 0.04)
    assert np.all(rms(measured.force[..., 2] / weight) > 0.065)


@pytest.mark.opensim
@pytest.mark.recordings
def test_standing_up_on_one_leg_more_is_not_shared_evenly(sessions: Path):
    measured, found, weight = real(sessions, "STSAsym1")
    stands = measured.force[..., 1].sum(axis=1) > 0.9 * weight
    plates, ours = measured.force[stands, :, 1], found.force[stands, :, 1]
    assert np.all(rms(ours - plates) / weight < 0.07)
    even = ours.mean(axis=1, keepdims=True)
    assert np.all(rms(even - plates) / weight > 0.2)


def test_feet_do_not_push_up_a_person_whom_nothing_has_to_hold_up():
    feet = standing()
    wrench = pressing(feet, [0.0, 600.0, 0.0], twist=5.0)
    falling = slice(20, 30)  # pulled down, turned and pushed aside for a moment
    wrench.force[falling] = [50.0, -200.0, -30.0]
    wrench.moment[falling] = [120.0, 60.0, 80.0]
    ground, _ = estimate_ground(feet, wrench)
    for values in (ground.force, ground.moment):
        np.testing.assert_array_equal(values[falling], 0.0)
    assert np.abs(ground.moment).max() < 10.0


def test_one_foot_alone_needs_force_plates():
    feet = standing()
    one = replace(feet, names=("calcn_r",))
    with pytest.raises(BigeError, match="has only calcn_r; pass force plates"):
        estimate_ground(one, pressing(feet, [0.0, 600.0, 0.0]))
