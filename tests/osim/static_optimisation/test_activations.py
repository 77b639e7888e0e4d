"""Activations: two muscles on one hinge, and a participant without a floor."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bige_osim.errors import BigeError, SimulationError
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.motion import GroundReaction, Motion, Series, is_translation
from bige_osim.osim.static_optimisation import activations as static_module
from bige_osim.osim.static_optimisation.activations import static_optimisation
from bige_osim.osim.static_optimisation.frames import StaticOptimisationConfig
from bige_osim.osim.tools.inverse_dynamics import inverse_dynamics
from bige_osim.osim.tools.prepared_model import (
    add_reserves,
    massless_ends,
    prepare_model,
)
from bige_osim.osim.tools.states import complete_motion
from bige_osim.osim.tools.storage import read_storage, write_storage
from bige_osim.solution import StaticSolution

pytestmark = pytest.mark.opensim

EXACT = StaticOptimisationConfig(physiology=False, tolerance=1e-8)
"""Muscles as strong as they are, whatever their length."""


def test_two_muscles_on_one_hinge_share_as_their_moments_do(pendulum: Path, swing: Any):
    config = replace(EXACT, rate=10.0, reserve=2.0)
    found = static_optimisation(
        pendulum, swing.motion, ground=swing.free(), config=config
    )
    rows, inner = slice(None, None, 10), slice(1, -1)
    muscles = swing.muscle_moments()[rows]
    moments = np.column_stack([muscles, np.full(len(muscles), 2.0)])
    # The least sum of squares that gives the moment, no activation being at a limit.
    whole = found.moments.column("angle")[rows]
    shares = moments * (whole / (moments**2).sum(axis=1))[:, None]
    assert found.failed == ()
    np.testing.assert_allclose(found.activations.time, swing.motion.time[rows])
    np.testing.assert_allclose(
        found.activations.values[inner], shares[inner, :2], atol=1e-4
    )
    np.testing.assert_allclose(
        found.forces.values[inner], shares[inner, :2] * [500.0, 1000.0], atol=0.1
    )
    np.testing.assert_allclose(
        found.reserves.column("angle")[inner], 2.0 * shares[inner, 2], atol=1e-3
    )
    assert found.residuals.names == ()


def test_spans_rates_and_processes_leave_the_answer_unchanged(
    pendulum: Path, make_swing: Any
):
    swing = make_swing(seconds=0.8)
    whole = static_optimisation(
        pendulum, swing.motion, ground=swing.free(), config=EXACT
    )
    told: list[tuple[str, int, int]] = []
    parts = static_optimisation(
        pendulum,
        swing.motion,
        ground=swing.free(),
        config=replace(EXACT, rate=25.0),
        spans=[(0.1, 0.3), (0.2, 0.38), (0.6, 0.68)],
        jobs=2,
        progress=lambda *step: told.append(step),
    )
    expected = np.concatenate([np.arange(12, 39, 4), np.arange(60, 69, 4)])
    np.testing.assert_allclose(parts.activations.time, swing.motion.time[expected])
    np.testing.assert_allclose(
        parts.activations.values, whole.activations.values[expected], atol=1e-6
    )
    assert told[-1] == ("static optimisation", 10, 10)
    assert len(parts.moments.time) == len(swing.motion.time)


def analyze(model: Path, motion: Motion, *, folder: Path) -> Series:
    """Forces and activations by OpenSim's ``AnalyzeTool`` alone, of every frame.

    It gets coordinates, as from its graphical interface.
    """
    import opensim

    write_storage(
        folder / "c.sto", motion.time, values=motion.values, names=motion.names
    )
    loaded = prepare_model(model)
    add_reserves(loaded, reserve=1.0, residual=1.0)
    analysis = opensim.StaticOptimization()
    analysis.setConvergenceCriterion(StaticOptimisationConfig().tolerance)
    analysis.setStartTime(motion.time[0])
    analysis.setEndTime(motion.time[-1])
    loaded.addAnalysis(analysis)
    analysis.thisown = False
    tool = opensim.AnalyzeTool()
    tool.setName("theirs")
    tool.setModel(loaded)
    tool.setCoordinatesFileName(str(folder / "c.sto"))
    tool.setLowpassCutoffFrequency(-1)
    tool.setInitialTime(motion.time[0])
    tool.setFinalTime(motion.time[-1])
    tool.setSolveForEquilibrium(False)
    tool.setResultsDir(str(folder))
    tool.setLoadModelAndInput(True)
    tool.run()
    return read_storage(folder / "theirs_StaticOptimization_activation.sto")


def test_states_give_what_opensims_own_coordinates_give(
    pendulum: Path, swing: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    ours = static_optimisation(pendulum, swing.motion, ground=swing.free())
    theirs = analyze(pendulum, swing.motion, folder=tmp_path)
    capfd.readouterr()
    np.testing.assert_allclose(
        ours.activations.values, theirs.select(("near", "far")).values, atol=1e-6
    )


def add_limits(model: Any, rod: Any) -> None:
    """Add what holds the hinge beyond 28 degrees, twice, with 0.05 N m per degree."""
    import opensim

    for name in ("limit", "second_limit"):
        limit = opensim.CoordinateLimitForce(
            "angle", 28.0, 0.05, -90.0, 0.05, 0.01, 2.0, True
        )
        limit.setName(name)
        model.addForce(limit)


def add_springs(model: Any, rod: Any) -> None:
    """Add every other kind of passive force that writes columns of its own."""
    import opensim

    ground, down = model.getGround(), opensim.Vec3(0, -0.2, 0)
    generalised = opensim.SpringGeneralizedForce("angle")
    generalised.setName("generalised")
    generalised.setStiffness(0.5)
    bushing = opensim.BushingForce("bushing", ground, rod)
    bushing.set_rotational_stiffness(opensim.Vec3(0.3))
    near = opensim.PointToPointSpring(ground, opensim.Vec3(0.1), rod, down, 2.0, 0.1)
    near.setName("point_to_point")
    expression = opensim.ExpressionBasedCoordinateForce("angle", "-0.2*q-0.1*qdot")
    expression.setName("expression")
    points = opensim.ExpressionBasedPointToPointForce(
        "ground", opensim.Vec3(0.1, 0.2, 0), "rod", down, "2*d"
    )
    points.setName("points")
    off = opensim.SpringGeneralizedForce("angle")
    off.setName("off")
    off.setStiffness(100.0)
    off.set_appliesForce(False)
    ligament = opensim.Ligament()
    ligament.setName("ligament")
    ligament.setRestingLength(0.25)
    ligament.set_pcsa_force(5.0)
    ligament.updGeometryPath().appendNewPathPoint("o", ground, opensim.Vec3(-0.1, 0, 0))
    ligament.updGeometryPath().appendNewPathPoint("i", rod, down)
    band = opensim.PathSpring("band", 0.2, 5.0, 0.1)
    path = opensim.GeometryPath.safeDownCast(band.updPath())
    path.appendNewPathPoint("o", ground, opensim.Vec3(-0.1, 0.1, 0))
    path.appendNewPathPoint("i", rod, down)
    for force in (
        generalised, bushing, near, expression, points, off, ligament, band,
    ):  # fmt: skip
        model.addForce(force)


@pytest.mark.parametrize("add", [add_limits, add_springs])
def test_passive_forces_count_as_in_opensims_own_tool(
    make_pendulum: Callable[..., Path],
    pendulum: Path,
    swing: Any,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    add: Callable[[Any, Any], None],
):
    model = make_pendulum(add=add)
    ours = static_optimisation(model, swing.motion, ground=swing.free())
    theirs = analyze(model, swing.motion, folder=tmp_path)
    capfd.readouterr()
    np.testing.assert_allclose(
        ours.activations.values, theirs.select(("near", "far")).values, atol=1e-6
    )
    # They are none of the net moment, and take their part of it from the muscles.
    without = static_optimisation(pendulum, swing.motion, ground=swing.free())
    np.testing.assert_allclose(ours.moments.values, without.moments.values)
    assert np.abs(ours.activations.values - without.activations.values).max() > 0.01


def test_nothing_is_printed_and_nothing_left_behind(
    pendulum: Path,
    swing: Any,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    config = replace(EXACT, rate=10.0)
    static_optimisation(pendulum, swing.motion, ground=swing.free(), config=config)
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def give_up(pendulum: Path, swing: Any) -> StaticSolution:
    """Let the optimiser take one step only."""
    return static_optimisation(
        pendulum,
        swing.motion,
        ground=swing.free(),
        config=replace(EXACT, iterations=1),
        spans=[(0.1, 0.12)],
    )


def test_frames_that_the_optimiser_gives_up_on_are_tried_again(
    pendulum: Path, swing: Any
):
    found = give_up(pendulum, swing)
    assert (found.failed, found.warnings) == ((), ())


def test_frames_that_are_tried_again_follow_the_frame_before_them():
    runs = static_module._runs_with_start(np.array([0, 2, 8, 10, 13]), 2)
    assert [run.tolist() for run in runs] == [[0, 2], [6, 8, 10], [13]]


def test_if_no_frame_is_solved_opensims_reason_is_told(
    pendulum: Path, swing: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(static_module, "_loosen", lambda config: config)
    with pytest.raises(SimulationError) as caught:
        give_up(pendulum, swing)
    assert str(caught.value) == (
        f"OpenSim's static optimisation with model {pendulum} solved no frame (3 of 3 "
        "frames were not solved, so their activations are missing: at 0.10, 0.11, 0.12 "
        "s (Maximum iterations exceeded, model appears unsuitable)); check the forces, "
        "or raise the optimal force of the reserves."
    )


def add_band_over_ball(model: Any, rod: Any, *, angle: float) -> None:
    """Add a spring without force whose end is inside what it wraps over at an angle.

    OpenSim throws there.
    """
    import opensim

    center = opensim.Vec3(0.4 * np.sin(angle), -0.4 * np.cos(angle), 0)
    ball = opensim.ContactSphere(0.002, center, model.getGround())
    model.addContactGeometry(ball)
    band = opensim.PathSpring("band", 1.0, 10.0, 0.0)
    band.set_path(opensim.Scholz2015GeometryPath())
    path = opensim.Scholz2015GeometryPath.safeDownCast(band.updPath())
    path.appendPathPoint(model.getGround(), opensim.Vec3(0, 0.3, 0.05))
    path.appendObstacle(ball, opensim.Vec3(0, 0, 0.002))
    path.appendPathPoint(rod, opensim.Vec3(0, -0.4, 0))
    model.addForce(band)


def test_a_frame_at_which_opensim_throws_is_the_only_one_lost(
    make_pendulum: Callable[..., Path], pendulum: Path, swing: Any
):
    inside = partial(add_band_over_ball, angle=swing.angle[8])
    settings: dict[str, Any] = {"ground": swing.free(), "spans": [(0.05, 0.12)]}
    found = static_optimisation(
        make_pendulum(add=inside), swing.motion, config=EXACT, **settings
    )
    alone = static_optimisation(pendulum, swing.motion, config=EXACT, **settings)
    assert found.failed == (0.08,)
    kept = np.arange(8) != 3
    np.testing.assert_allclose(
        found.activations.values[kept], alone.activations.values[kept], atol=1e-6
    )
    assert found.warnings == (
        "1 of 8 frames were not solved, so their activations are missing: at 0.08 s "
        "(Next point lies inside the surface).",
    )


def test_if_opensim_throws_at_every_frame_its_reason_is_told(
    make_pendulum: Callable[..., Path], swing: Any
):
    model = make_pendulum(add=partial(add_band_over_ball, angle=swing.angle[8]))
    with pytest.raises(SimulationError) as caught:
        static_optimisation(
            model, swing.motion, ground=swing.free(), spans=[(0.08, 0.08)]
        )
    assert str(caught.value) == (
        f"OpenSim's static optimisation with model {model} failed (Next point lies "
        "inside the surface); check that motion, forces and model belong together."
    )


def test_a_locked_coordinate_that_is_given_moves_and_gets_a_reserve(
    make_pendulum: Callable[..., Path], swing: Any
):
    both = np.column_stack([swing.angle, swing.angle])
    motion = Motion(swing.motion.time, both, ("angle", "wrist_angle"))
    found = static_optimisation(
        make_pendulum(locked=True),
        motion,
        ground=swing.free(),
        config=replace(EXACT, rate=10.0),
    )
    assert found.reserves.names == ("angle", "wrist_angle")


def test_net_moments_are_what_muscles_reserves_and_springs_do_together(
    make_pendulum: Callable[..., Path], swing: Any
):
    import opensim

    def add_spring(model: Any, rod: Any) -> None:
        spring = opensim.SpringGeneralizedForce("angle")
        spring.setName("spring")
        spring.setStiffness(3.0)
        model.addForce(spring)

    found = static_optimisation(
        make_pendulum(add=add_spring),
        swing.motion,
        ground=swing.free(),
        config=replace(EXACT, rate=10.0),
    )
    rows, inner = slice(None, None, 10), slice(1, None)
    muscles = (swing.muscle_moments()[rows] * found.activations.values).sum(axis=1)
    together = muscles + found.reserves.column("angle") - 3.0 * swing.angle[rows]
    np.testing.assert_allclose(
        together[inner], found.moments.column("angle")[rows][inner], atol=1e-3
    )


def test_muscles_without_states_are_activated_as_others(
    make_pendulum: Callable[..., Path], pendulum: Path, swing: Any
):
    import opensim

    def make_rigid(model: Any, rod: Any) -> None:
        for name in ("near", "far"):
            force = model.updForceSet().get(name)
            muscle = opensim.Millard2012EquilibriumMuscle.safeDownCast(force)
            muscle.set_ignore_activation_dynamics(True)
            muscle.set_ignore_tendon_compliance(True)

    settings: dict[str, Any] = {"ground": swing.free(), "spans": [(0.1, 0.12)]}
    found = static_optimisation(
        make_pendulum(add=make_rigid), swing.motion, config=EXACT, **settings
    )
    others = static_optimisation(pendulum, swing.motion, config=EXACT, **settings)
    np.testing.assert_allclose(
        found.activations.values, others.activations.values, atol=1e-6
    )


def test_a_prescribed_coordinate_may_be_missing(
    make_pendulum: Callable[..., Path], swing: Any
):
    import opensim

    def prescribe(model: Any, rod: Any) -> None:
        wrist = model.getJointSet().get("wrist").updCoordinate()
        wrist.setDefaultLocked(False)
        wrist.setPrescribedFunction(opensim.LinearFunction(2.0, 0.1))
        wrist.setDefaultIsPrescribed(True)

    model = make_pendulum(locked=True, add=prescribe)
    full = complete_motion(prepare_model(model), swing.motion)
    np.testing.assert_allclose(
        full.column("wrist_angle"), 2 * swing.motion.time + 0.1, atol=1e-12
    )
    found = static_optimisation(
        model, swing.motion, ground=swing.free(), spans=[(0.1, 0.1)]
    )
    assert found.reserves.names == ("angle",)


def test_a_muscle_that_is_switched_off_has_no_activation(
    make_pendulum: Callable[..., Path], swing: Any
):
    def switch_off(model: Any, rod: Any) -> None:
        model.updForceSet().get("far").set_appliesForce(False)

    found = static_optimisation(
        make_pendulum(add=switch_off),
        swing.motion,
        ground=swing.free(),
        spans=[(0.1, 0.1)],
    )
    assert found.activations.names == ("near",)
    assert found.failed == ()


@pytest.mark.parametrize("switched_on", [True, False])
def test_an_actuator_of_the_model_that_is_called_as_ours_does_not_rename_it(
    make_pendulum: Callable[..., Path], swing: Any, switched_on: bool
):
    import opensim

    def add_namesake(model: Any, rod: Any) -> None:
        actuator = opensim.TorqueActuator(model.getGround(), rod, opensim.Vec3(0, 0, 1))
        actuator.setName("reserve_angle")
        actuator.set_appliesForce(switched_on)
        model.addForce(actuator)

    found = static_optimisation(
        make_pendulum(add=add_namesake),
        swing.motion,
        ground=swing.free(),
        spans=[(0.1, 0.1)],
    )
    assert found.reserves.names == ("angle",)


def test_a_model_without_muscles_is_carried_by_its_reserves(
    make_pendulum: Callable[..., Path], swing: Any
):
    model = make_pendulum(add=lambda model, rod: model.updForceSet().clearAndDestroy())
    found = static_optimisation(
        model, swing.motion, ground=swing.free(), config=replace(EXACT, rate=10.0)
    )
    inner, whole = slice(1, None), found.moments.column("angle")[::10]
    np.testing.assert_allclose(
        found.reserves.column("angle")[inner], whole[inner], atol=1e-3
    )


def test_times_outside_the_motion_are_refused(pendulum: Path, swing: Any):
    with pytest.raises(BigeError) as caught:
        static_optimisation(
            pendulum, swing.motion, ground=swing.free(), spans=[(2.0, 3.0)]
        )
    assert str(caught.value) == (
        "There is no frame between 2.000 and 3.000 s in a motion of 0.000 to 0.390 s; "
        "choose other times."
    )


def test_settings_that_cannot_be_meant_are_refused():
    with pytest.raises(BigeError, match=r"needs a positive reserve, got -1\.0"):
        StaticOptimisationConfig(reserve=-1.0)


@pytest.mark.recordings
@pytest.mark.parametrize(
    ("session", "trial", "light"),
    [
        ("video_s2", "Kinematics/squats1.mot", ()),
        ("field_study_0", "IK/Squats_0.mot", ("patella_r", "patella_l")),
    ],
)
def test_contact_spheres_of_the_model_do_not_push_a_second_time(
    sessions: Path, session: str, trial: str, light: tuple[str, ...]
):
    folder = sessions / session / "OpenSimData"
    model = next((folder / "Model").glob("*contacts.osim"))
    motion = read_motion(folder / trial).filter(6.0).between(0.5, 1.5)
    none = np.zeros((len(motion.time), 0, 3))
    bare = inverse_dynamics(model, motion)
    found = static_optimisation(
        model,
        motion,
        ground=GroundReaction(motion.time, none, none, none, (), "measured"),
        spans=[(1.0, 1.0 + 0.5 / motion.rate)],
    )
    # With no ground at all the residuals have to carry the whole participant.
    row = np.flatnonzero(np.isclose(motion.time, found.residuals.time[0]))[0]
    for name in found.residuals.names:
        # Wrapped muscles of OpenSim's do not quite pull equally at both ends.
        slack = 0.05 if is_translation(name) else 5.0
        expected = bare.column(name)[row]
        assert found.residuals.column(name)[0] == pytest.approx(expected, abs=slack)
    assert found.residuals.column("pelvis_ty")[0] > 400.0
    assert massless_ends(prepare_model(model)) == light
    assert found.warnings == tuple(
        f"{', '.join(light)} of model {model.name} had no mass, with which OpenSim "
        "cannot solve; 1 g each was taken."
        for _ in light[:1]
    )
