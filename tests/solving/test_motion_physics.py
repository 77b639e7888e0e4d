"""Batches of motions to net moments and activations, against the single motion."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bige_osim.errors import BigeError, ModelError
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.session.read import read_session
from bige_osim.motion import Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.dynamics.inverse_dynamics import States, loads_at, net_moments
from bige_osim.physics.ground.estimate import estimate_ground, root_wrench
from bige_osim.physics.ground.feet import locate_feet
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.static_optimisation.solve import static_optimisation
from bige_osim.solving.contacts import contact_spheres
from bige_osim.solving.engines import Engine, make_engine
from bige_osim.solving.motion_physics import MotionPhysics
from bige_osim.solving.solution import SolveConfig
from bige_osim.solving.solve import smooth_motion, solve_motion
from bige_osim.spec import ModelSpec, pendulum
from bige_osim.synthetic.squat_motion import SquatMaker
from bige_osim.synthetic.squat_style import SquatStyle

pytestmark = pytest.mark.opensim

FRAMES, COARSE = 98, 49
ENDS = 10
"""Frames at each end in which two ways to accelerations differ."""

UNFILTERED = SolveConfig(cutoff=1e3)


@dataclass(frozen=True)
class Squats:
    """A participant and three squats: to both sides alike, to the right, deep."""

    engine: Engine
    motions: tuple[Motion, ...]

    @property
    def skeleton(self) -> Skeleton:
        return self.engine.skeleton

    def sample(self, frames: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Motions (3, F, I) and durations (3,)."""
        even = [spread(motion, frames) for motion in self.motions]
        values = [m.select(self.skeleton.coordinate_names).values for m in even]
        lasting = [float(motion.time[-1]) for motion in even]
        return torch.from_numpy(np.stack(values)), torch.tensor(lasting).double()

    def physics(
        self, frames: int, *, dtype: torch.dtype = torch.float64, strength: float = 1.0
    ) -> MotionPhysics:
        """The participant, muscles stronger or weaker."""
        spec = self.skeleton.spec
        muscles = tuple(
            replace(m, max_isometric_force=strength * m.max_isometric_force)
            for m in spec.muscles
        )
        spec = replace(spec, muscles=muscles)
        skeleton = Skeleton(spec, contacts=contact_spheres(spec), dtype=dtype)
        return MotionPhysics(skeleton, frames=frames)


def spread(motion: Motion, frames: int) -> Motion:
    """The motion at so many times, evenly from 0 s on."""
    first, last = motion.time[[0, -1]]
    at = motion.at(np.clip(np.linspace(first, last, frames), first, last))
    return replace(at, time=np.linspace(0.0, last - first, frames))


@pytest.fixture(scope="module")
def squats(generic_man: Path) -> Squats:
    engine = make_engine("fast", model=generic_man, spec=read_model(generic_man))
    maker, random = SquatMaker(engine.skeleton), np.random.default_rng(0)
    styles = [
        SquatStyle(repetitions=1, variation=0.0),
        SquatStyle(repetitions=1, variation=0.0, shift=0.05, descent=1.6),
        SquatStyle(repetitions=1, variation=0.0, depth=np.radians(110.0)),
    ]
    motions = [maker.motion(style, rate=100.0, rng=random) for style in styles]
    return Squats(
        engine,
        tuple(m.between(m.time[0] + 0.3, m.time[-1] - 0.3) for m in motions),
    )


def test_a_batch_is_solved_as_single_motions_are(squats: Squats):
    # Step by step with what solves recordings, but accelerations of one kind.
    skeleton, static = squats.skeleton, squats.engine.fast
    assert static is not None
    physics = MotionPhysics(skeleton, frames=COARSE, floor=None)
    with torch.no_grad():
        moved = physics(*squats.sample(COARSE))
        effort = physics.activate(moved)
    for i, given in enumerate(squats.motions):
        motion = spread(given, COARSE)
        states = States.of(motion, static.names).as_static_optimisation(motion.time)
        bare = net_moments(static.dynamics, motion, states=states, loads=None)
        ground, _ = estimate_ground(
            locate_feet(skeleton, motion), root_wrench(skeleton, motion, bare)
        )
        tau = net_moments(
            static.dynamics,
            motion,
            states=states,
            loads=loads_at(ground, motion.time),
        )
        solution = static_optimisation(static, motion, ground=ground)
        for found, expected, near in (
            (moved.ground.force[i], ground.force, 1e-2),  # N; the low-pass is a table
            (moved.ground.point[i], ground.point, 1e-5),
            (moved.tau[i], tau.select(static.names).values, 1e-2),
            (moved.demand[i], solution.demand.values, 1e-2),
            (effort.activations[i], solution.activations.values, 1e-4),
        ):
            np.testing.assert_allclose(found.numpy(), expected, rtol=0.0, atol=near)


def test_a_synthetic_squat_is_solved_as_solve_motion_does(squats: Squats):
    # Ground reaction there is of other accelerations, which part near the ends and
    # where the jerk jumps.
    physics = MotionPhysics(squats.skeleton, frames=FRAMES, floor=None)
    with torch.no_grad():
        effort = physics.activate(physics(*squats.sample(FRAMES)))
    for motion, found in zip(squats.motions, effort.activations, strict=True):
        off = compare_with_solve_motion(squats.engine, spread(motion, FRAMES), found)
        assert off.max() < 0.01


def compare_with_solve_motion(
    engine: Engine, motion: Motion, activations: torch.Tensor
) -> np.ndarray:
    """Largest difference of activations in every frame (F,)."""
    solution = solve_motion(engine, motion, config=UNFILTERED)
    off = np.abs(solution.activations.values - activations.numpy())
    return np.asarray(off.max(axis=1))


@pytest.mark.recordings
@pytest.mark.parametrize(
    ("session", "name", "start", "near"),
    [
        ("lab_s4", "squats1", 3.1, 1e-3),
        ("lab_s6", "squats1", 4.0, 1e-3),
        ("field_study_0", "Squats_0", 4.0, 1e-2),  # video: rougher accelerations
    ],
)
def test_a_recorded_squat_is_solved_as_solve_motion_does(
    sessions: Path, session: str, name: str, start: float, near: float
):
    recording = read_session(sessions / session)
    spec = read_model(recording.model)
    engine = make_engine("fast", model=recording.model, spec=spec)
    whole = read_motion(recording.trial(name).motion, spec=spec)
    smooth = smooth_motion(whole, engine.skeleton, cutoff=4.0)
    first = smooth.time[0] + start
    motion = spread(smooth.between(first, first + 2.5), FRAMES)
    names = engine.skeleton.coordinate_names
    given = torch.from_numpy(motion.select(names).values)[None]
    physics = MotionPhysics(engine.skeleton, frames=FRAMES, floor=None)
    with torch.no_grad():
        moved = physics(given, torch.tensor(motion.time[-1:].copy()))
        (found,) = physics.activate(moved).activations
    off = compare_with_solve_motion(engine, motion, found)
    assert off[ENDS:-ENDS].max() < near
    assert off.max() < 0.1


def test_motions_do_not_see_each_other(squats: Squats):
    physics = squats.physics(COARSE)
    motions, durations = squats.sample(COARSE)
    with torch.no_grad():
        together = physics(motions, durations)
        alone = physics(motions[1:2], durations[1:2])
    torch.testing.assert_close(together.demand[1:2], alone.demand)
    torch.testing.assert_close(together.ground.force[1:2], alone.ground.force)


def test_the_ground_carries_what_moves_and_nothing_is_left_at_the_root(squats: Squats):
    physics = squats.physics(COARSE)
    motions, durations = squats.sample(COARSE)
    with torch.no_grad():
        moved = physics(motions, durations)
    spec = squats.skeleton.spec
    # The centre of mass falls as the ground lets it.
    matrix = physics.rates[COARSE:]
    fall = (matrix @ moved.center_of_mass)[..., 1] / durations[:, None] ** 2
    carried = moved.ground.force[..., 1].sum(dim=-1)
    # OpenSim's rotations in the knees are not quite exact: 0.4 N.
    torch.testing.assert_close(carried, spec.mass * (fall + 9.80665), atol=1.0, rtol=0)
    assert float(moved.residual_force.max()) < 1e-3
    assert float(moved.residual_moment.max()) < 1e-3
    names = squats.skeleton.coordinates.names
    root = [names.index(name) for name in squats.skeleton.root_names()]
    assert float(moved.tau[..., root].abs().max()) < 1e-3


def test_single_precision_gives_the_same_net_moments(squats: Squats):
    motions, durations = squats.sample(FRAMES)
    with torch.no_grad():
        exact = squats.physics(FRAMES)(motions, durations)
        single = squats.physics(FRAMES, dtype=torch.float32)(
            motions.float(), durations.float()
        )
    assert single.demand.dtype == torch.float32
    assert float((single.demand - exact.demand).abs().max()) < 0.05  # N m, N


def lean_back(squats: Squats) -> tuple[torch.Tensor, torch.Tensor]:
    """Stand with the body 0.25 m behind the feet for 2 s: falling, but for a chair."""
    motions, _ = squats.sample(COARSE)
    names = squats.skeleton.coordinate_names
    seated = motions[:1, COARSE // 2 : COARSE // 2 + 1].repeat(1, COARSE, 1)
    for side in "rl":
        seated[..., names.index(f"ankle_angle_{side}")] -= 0.45
    seated[..., names.index("pelvis_tilt")] += 0.45
    return seated, torch.tensor([2.0]).double()


def test_who_leans_back_is_carried_by_a_chair_only_if_there_may_be_one(squats: Squats):
    given = lean_back(squats)
    with torch.no_grad():
        falling = MotionPhysics(squats.skeleton, frames=COARSE, floor=None)(*given)
        seated = MotionPhysics(squats.skeleton, frames=COARSE, floor=None, chairs=True)(
            *given
        )
    middle = COARSE // 2
    assert float(falling.ground.chair.abs().max()) < 1e-9
    assert float(falling.ground.beyond[0, middle]) > 0.03
    assert float(falling.residual_moment[0, middle]) > 20.0
    assert float(seated.ground.chair[0, middle]) > 50.0
    assert float(seated.residual_force[0, middle]) > 50.0


def peaks(
    physics: MotionPhysics, motions: torch.Tensor, durations: torch.Tensor
) -> torch.Tensor:
    """Sum of the vasti's peak activations, and of unbounded ones where saturated."""
    effort = physics.activate(physics(motions, durations))
    names = physics.static.muscle_names
    vasti = [i for i, name in enumerate(names) if name.startswith("vas")]
    return effort.unbounded[..., vasti].amax(dim=1).sum()


def test_gradients_of_peak_activation_are_those_of_differences(squats: Squats):
    physics = squats.physics(COARSE)
    motions, durations = squats.sample(COARSE)
    motions.requires_grad_()
    durations.requires_grad_()
    peak = peaks(physics, motions, durations)
    by_motion, by_duration = torch.autograd.grad(peak, (motions, durations))
    names = list(squats.skeleton.coordinate_names)
    places = [
        (i, frame, names.index(name))
        for i, frame in ((0, 20), (1, 24), (2, 27))
        for name in ("knee_angle_r", "hip_flexion_l", "pelvis_tilt", "pelvis_tx")
    ]
    for place in places:
        slope = differ(physics, motions, durations, place=place, step=1e-6)
        assert float(by_motion[place]) == pytest.approx(slope, rel=1e-3, abs=1e-4)
    for i in range(3):
        slope = differ(physics, motions, durations, place=(i,), step=1e-5)
        assert float(by_duration[i]) == pytest.approx(slope, rel=1e-3)


@torch.no_grad()
def differ(
    physics: MotionPhysics,
    motions: torch.Tensor,
    durations: torch.Tensor,
    *,
    place: tuple[int, ...],
    step: float,
) -> float:
    """Central difference by one value of the motions, or by one duration."""
    sides = []
    for sign in (1, -1):
        moved = [motions.clone(), durations.clone()]
        moved[len(place) == 1][place] += sign * step
        sides.append(float(peaks(physics, moved[0], moved[1])))
    return (sides[0] - sides[1]) / (2 * step)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_gradients_are_finite_and_go_on_where_muscles_are_saturated(
    squats: Squats, dtype: torch.dtype
):
    physics = squats.physics(COARSE, dtype=dtype, strength=0.25)
    motions, durations = squats.sample(COARSE)
    motions = torch.cat([motions, lean_back(squats)[0]]).requires_grad_()
    durations = torch.cat([durations, durations[:1] * 0.4]).requires_grad_()
    effort = physics.activate(physics(motions, durations))
    saturated = effort.activations >= 1.0
    assert int(saturated.sum()) > 1000
    assert bool((effort.unbounded[saturated] >= 1.0).all())
    free = (effort.activations < 1.0) & (effort.activations > 0.011)
    assert torch.equal(effort.unbounded[free], effort.activations[free])
    for values in (effort.activations, effort.unbounded, effort.controls):
        slopes = torch.autograd.grad(
            values.sum(), (motions, durations), retain_graph=True
        )
        assert all(bool(torch.isfinite(slope).all()) for slope in slopes)
    knee = physics.static.muscle_names.index("vasmed_r")
    stuck = saturated[2, :, knee].nonzero()[0, 0]
    (by_bounded,) = torch.autograd.grad(
        effort.activations[2, stuck, knee], motions, retain_graph=True
    )
    (by_unbounded,) = torch.autograd.grad(effort.unbounded[2, stuck, knee], motions)
    assert float(by_bounded.abs().max()) == 0.0
    assert float(by_unbounded.abs().max()) > 0.1


def test_other_frames_and_models_without_feet_are_refused(squats: Squats):
    motions, durations = squats.sample(COARSE)
    with pytest.raises(BigeError) as caught:
        squats.physics(FRAMES)(motions, durations)
    assert str(caught.value) == (
        "Motions of 98 frames were expected, got 49; resample them, or make the "
        "physics for as many."
    )
    fixed: ModelSpec = pendulum(foot=True)
    with pytest.raises(ModelError) as refused:
        MotionPhysics(Skeleton(fixed, contacts=fixed.contacts), frames=9)
    assert str(refused.value) == (
        "pendulum, root joint and feet: 0 coordinates and 1 feet, where ground "
        "reaction is estimated from six and two; use a model of a whole body."
    )
