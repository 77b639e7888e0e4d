"""Masses fitted to force plates: known people, and real ones."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.session.read import read_session
from bige_osim.motion import FOOT_BODIES, GroundReaction, Motion
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.dynamics.inverse_dynamics import inverse_dynamics
from bige_osim.physics.dynamics.newton_euler import Dynamics
from bige_osim.physics.ground.estimate import estimate_ground, root_wrench
from bige_osim.physics.ground.feet import locate_feet
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.calibration import (
    Calibration,
    PlateTrial,
    calibrate_masses,
    standing_mass,
)
from bige_osim.solving.contacts import contact_spheres
from bige_osim.solving.residuals import GRAVITY
from bige_osim.solving.solution import SolveConfig
from bige_osim.spec import ModelSpec

pytestmark = pytest.mark.opensim


def scale(
    *, kilograms: float, noise: float = 0.0, seconds: float = 2.0
) -> GroundReaction:
    """A force plate with a person on it."""
    time = np.arange(round(100 * seconds)) / 100
    force = np.zeros((len(time), 1, 3))
    force[:, 0, 1] = kilograms * GRAVITY
    force[:, 0, 1] += noise * GRAVITY * np.sin(40 * time)
    none = np.zeros_like(force)
    return GroundReaction(time, force, none, none, ("plate",), "measured")


def test_the_quietest_standing_says_what_a_person_weighs():
    restless, quiet = scale(kilograms=63.0, noise=0.9), scale(kilograms=60.0)
    found = standing_mass([restless, quiet], expected=62.0)
    assert found == pytest.approx(60.0, abs=0.05)


def test_a_jump_or_another_person_is_no_quiet_standing():
    assert standing_mass([scale(kilograms=60.0, noise=20.0)], expected=62.0) is None
    quiet = scale(kilograms=60.0, noise=0.0)
    first = quiet.at(quiet.time[:1])
    assert standing_mass([first], expected=62.0) is None  # one frame says nothing
    assert standing_mass([scale(kilograms=90.0)], expected=62.0) is None
    assert standing_mass([], expected=62.0) is None


def leaning(spec: ModelSpec) -> Motion:
    """Five seconds of slow bows on straight legs."""
    skeleton = Skeleton(spec)
    time = np.arange(300) / 60
    names = skeleton.coordinate_names
    values = np.tile(skeleton.coordinates.default.numpy(), (len(time), 1))
    bow = 0.5 - 0.5 * np.cos(2 * np.pi * 0.4 * time)
    values[:, names.index("lumbar_extension")] = -0.9 * bow
    values[:, names.index("pelvis_ty")] = 0.95
    return skeleton.coordinates.complete(Motion(time, values, names))


def on_plates(person: ModelSpec, motion: Motion) -> PlateTrial:
    """What plates would measure under a person with these masses, half a foot each."""
    skeleton = Skeleton(person, contacts=contact_spheres(person))
    feet = locate_feet(skeleton, motion)
    wrench = root_wrench(skeleton, motion, inverse_dynamics(Dynamics(skeleton), motion))
    height = np.full(len(motion.time), feet.floor)
    point = wrench.pressure_point(height, otherwise=np.zeros_like(wrench.force))
    halves = [
        np.stack([0.5 * half] * 2, axis=1)
        for half in (wrench.force, wrench.about(point))
    ]
    ground = GroundReaction(
        motion.time, halves[0], np.stack([point] * 2, axis=1), halves[1], FOOT_BODIES,
        "measured",
    )  # fmt: skip
    return PlateTrial("bows", motion, ground, feet)


def test_a_trunk_that_differs_from_the_model_is_found():
    spec = read_model(generic_model())
    bodies = tuple(
        replace(b, mass_center=(b.mass_center[0] + 0.02, b.mass_center[1] - 0.06, 0.0))
        if b.name == "torso"
        else b
        for b in spec.bodies
    )
    person = replace(spec, bodies=bodies)
    trial = on_plates(person, leaning(spec))
    found = calibrate_masses(
        spec, [trial], standing=[scale(kilograms=0.95 * spec.mass)]
    )
    assert found is not None
    assert found.mass == pytest.approx(0.95 * spec.mass, rel=1e-3)
    assert found.pressure < 0.4 * found.pressure_before
    assert found.trunk_center[1] < -0.02


def test_nothing_is_fitted_where_plates_never_carry_the_whole_person():
    spec = read_model(generic_model())
    trial = on_plates(spec, leaning(spec))
    ground = replace(trial.ground, force=0.5 * trial.ground.force)
    assert calibrate_masses(spec, [replace(trial, ground=ground)]) is None


@pytest.fixture(scope="module")
def lab(sessions: Path) -> tuple[ModelSpec, dict[str, PlateTrial], Calibration]:
    """lab_s4, its masses fitted to sitting and standing up, not to the squats."""
    session = read_session(sessions / "lab_s4")
    assert session.model is not None
    spec = read_model(session.model)
    skeleton = Skeleton(spec, contacts=contact_spheres(spec))
    trials = {}
    for name in ("STS1", "STSAsym1", "squats1"):
        trial = session.trial(name)
        assert trial.motion is not None
        assert trial.forces is not None
        trials[name] = PlateTrial.of(
            name,
            read_motion(trial.motion, spec=spec),
            plates=read_ground_reaction(trial.forces),
            skeleton=skeleton,
            config=SolveConfig(),
        )
    static = session.trial("static1").forces
    assert static is not None
    found = calibrate_masses(
        spec,
        [trials["STS1"], trials["STSAsym1"]],
        standing=[read_ground_reaction(static)],
    )
    assert found is not None
    return spec, trials, found


def estimated(spec: ModelSpec, trial: PlateTrial) -> GroundReaction:
    """Ground reaction from the motion alone."""
    skeleton = Skeleton(spec, contacts=contact_spheres(spec))
    moments = inverse_dynamics(Dynamics(skeleton), trial.motion)
    wrench = root_wrench(skeleton, trial.motion, moments)
    return estimate_ground(trial.feet, wrench)[0]


def rms(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.sqrt((values**2).mean(axis=0)))


@pytest.mark.recordings
def test_after_calibration_on_other_trials_the_squats_agree_with_the_plates(
    lab: tuple[ModelSpec, dict[str, PlateTrial], Calibration],
):
    _, trials, found = lab
    squats = trials["squats1"]
    off = (estimated(found.spec, squats).force - squats.ground.force)[..., 1]
    weight = found.mass * GRAVITY
    assert np.all(rms(off) < 0.03 * weight)
    assert rms(off.sum(axis=1)) < 0.02 * weight
    away = (estimated(found.spec, squats).point - squats.ground.point)[..., [0, 2]]
    assert np.all(rms(np.linalg.norm(away, axis=-1)) < 0.025)


@pytest.mark.recordings
def test_the_person_weighs_what_the_plates_say(
    lab: tuple[ModelSpec, dict[str, PlateTrial], Calibration],
):
    spec, _, found = lab
    assert spec.mass == pytest.approx(62.6, abs=0.05)
    assert found.mass == pytest.approx(60.05, abs=0.1)
    assert found.quiet
    assert found.pressure < 0.4 * found.pressure_before
    assert found.spec.mass == pytest.approx(found.mass)


@pytest.mark.recordings
def test_a_seat_is_not_spread_over_the_feet(
    lab: tuple[ModelSpec, dict[str, PlateTrial], Calibration],
):
    _, trials, found = lab
    rising = trials["STS1"]
    plates = rising.ground.force[..., 1].sum(axis=1)
    ours = estimated(found.spec, rising).force[..., 1].sum(axis=1)
    weight = found.mass * GRAVITY
    seated = plates < 0.5 * weight
    assert seated.mean() > 0.2
    assert np.all(ours[plates < 0.3 * weight] < 0.6 * weight)
    assert rms(ours - plates) < 0.08 * weight


@pytest.mark.recordings
def test_standing_up_on_one_leg_more_is_not_shared_evenly(
    lab: tuple[ModelSpec, dict[str, PlateTrial], Calibration],
):
    _, trials, found = lab
    rising = trials["STSAsym1"]
    weight = found.mass * GRAVITY
    stands = rising.ground.force[..., 1].sum(axis=1) > 0.9 * weight
    plates = rising.ground.force[stands, :, 1]
    ours = estimated(found.spec, rising).force[stands, :, 1]
    assert np.all(rms(ours - plates) < 0.06 * weight)
    even = plates.mean(axis=1, keepdims=True)
    assert np.all(rms(even - plates) > 0.2 * weight)
