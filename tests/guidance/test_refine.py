"""A synthetic squat, refined until it meets a goal, and simulated as recordings are."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bige_osim.errors import BigeError
from bige_osim.guidance.activations import ExactActivations
from bige_osim.guidance.judge import Judge
from bige_osim.guidance.own_repetitions import OwnRepetitions, take_repetitions
from bige_osim.guidance.project import project, to_motions
from bige_osim.guidance.refine import RefineConfig, refine
from bige_osim.guidance.spaces import OffsetSpace, PlantedMotions, make_offset_space
from bige_osim.guidance.term import Term
from bige_osim.guidance.terms.activation import Activation
from bige_osim.guidance.terms.change import Change
from bige_osim.guidance.terms.residual import Residual
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.repetitions.repetition import Repetition
from bige_osim.solving.contacts import contact_spheres
from bige_osim.solving.engines import Engine, make_engine
from bige_osim.solving.motion_physics import MotionPhysics
from bige_osim.solving.solution import SolveConfig
from bige_osim.solving.solve import SQUAT_CUTOFF, solve_motion
from bige_osim.synthetic.squat_motion import SquatMaker
from bige_osim.synthetic.squat_style import SquatStyle

pytestmark = pytest.mark.opensim

FRAMES = 33
VASTI = ("vasmed_r", "vasmed_l")


@dataclass(frozen=True)
class Participant:
    """The generic man and one squat of his."""

    engine: Engine
    squat: OwnRepetitions

    def skeleton(self, strength: float = 1.0) -> Skeleton:
        """His skeleton, muscles stronger or weaker."""
        spec = self.engine.skeleton.spec
        muscles = tuple(
            replace(m, max_isometric_force=strength * m.max_isometric_force)
            for m in spec.muscles
        )
        spec = replace(spec, muscles=muscles)
        return Skeleton(spec, contacts=contact_spheres(spec), fill=True)

    def space(self, skeleton: Skeleton) -> OffsetSpace:
        squat = self.squat
        return make_offset_space(
            skeleton, squat.motion, squat.duration, places=squat.places
        )


@pytest.fixture(scope="module")
def participant(generic_man: Path) -> Participant:
    engine = make_engine("fast", model=generic_man, spec=read_model(generic_man))
    maker, style = SquatMaker(engine.skeleton), SquatStyle(repetitions=1)
    motion = maker.motion(style, rate=100.0, rng=np.random.default_rng(0))
    whole = Repetition(
        motion.time[0] + 0.3, motion.time[-1] - 0.3, 1.5, style.depth, "squat", 1.0
    )
    squat = take_repetitions(
        motion, [whole], skeleton=engine.skeleton, floor=0.0, frames=FRAMES
    )
    return Participant(engine, squat)


def judge(skeleton: Skeleton, *terms: Term) -> Judge:
    physics = MotionPhysics(skeleton, frames=FRAMES)
    return Judge(physics=physics, source=ExactActivations(physics), terms=terms)


def find_peaks(judge: Judge, motions: PlantedMotions) -> torch.Tensor:
    with torch.no_grad():
        return judge(motions).context.muscles(VASTI).amax(1)[0]


def stay_near(skeleton: Skeleton) -> Change:
    return Change(coordinates=("knee_angle_r", "knee_angle_l"), weight=0.1)


def test_a_fifth_less_activation_is_reached_in_simulation(
    participant: Participant,
) -> None:
    skeleton = participant.engine.skeleton
    space = participant.space(skeleton)
    high = 0.8 * float(find_peaks(judge(skeleton), space.base).min())
    goal = Activation(muscles=VASTI, high=high)
    found = refine(space, judge(skeleton, goal, Residual(), stay_near(skeleton)))
    assert found.reached.tolist() == [True]
    assert 0 < int(found.steps[0]) < 100
    with torch.no_grad():
        planted = project(skeleton, space(found.z))
    motion = to_motions(skeleton, planted)[0]
    change = planted.motion[:, ::195] - space.base.motion[:, ::32]
    assert float(change.abs().max()) < np.radians(10)
    config = SolveConfig(cutoff=SQUAT_CUTOFF)
    solution = solve_motion(participant.engine, motion, config=config)
    peaks = solution.activations.select(VASTI).values.max(axis=0)
    assert (peaks <= high).all()
    assert solution.residual is not None
    assert not solution.residual.warnings()


def test_a_saturated_muscle_is_relieved(participant: Participant) -> None:
    # With three fifths of their strength the vasti are saturated: no gradient.
    skeleton = participant.skeleton(strength=0.6)
    space = participant.space(skeleton)
    terms = (Activation(muscles=VASTI, high=0.9), Residual(), stay_near(skeleton))
    z = space.start().requires_grad_()
    first = judge(skeleton, *terms)(space(z), base=space.base)
    assert first.context.muscles(VASTI).amax() == 1.0
    (gradient,) = torch.autograd.grad(first.losses[0, 0], z)
    assert gradient.isfinite().all()
    assert gradient.abs().max() > 1e-3
    config = RefineConfig(frames=FRAMES, steps=40)
    found = refine(space, judge(skeleton, *terms), config=config)
    with torch.no_grad():
        last = find_peaks(judge(skeleton), space(found.z))
    assert last.max() <= 0.9


def test_gradients_are_finite_at_the_ends_of_ranges(participant: Participant) -> None:
    skeleton = participant.engine.skeleton
    squat = participant.squat
    names = skeleton.coordinate_names
    motion = squat.motion.clone()
    for name in ("lumbar_extension", "arm_flex_r"):
        motion[..., names.index(name)] = skeleton.spec.coordinate(name).maximum + 0.1
    space = make_offset_space(skeleton, motion, squat.duration, places=squat.places)
    z = space.start().requires_grad_()
    found = judge(skeleton, Activation(muscles=VASTI, high=0.2), Residual())(space(z))
    (gradient,) = torch.autograd.grad(found.cost.sum(), z)
    assert gradient.isfinite().all()


def test_candidates_do_not_see_each_other(participant: Participant) -> None:
    skeleton, squat = participant.engine.skeleton, participant.squat
    motion = squat.motion.repeat(2, 1, 1)
    motion[1, :, skeleton.coordinate_names.index("lumbar_extension")] -= 0.1
    space = make_offset_space(
        skeleton, motion, squat.duration.repeat(2), places=squat.places
    )
    goal = judge(skeleton, Activation(muscles=VASTI, high=0.3), Residual())
    config = RefineConfig(frames=FRAMES, steps=4)
    both = refine(space, goal, config=config)
    alone = refine(space.take([1]), goal, config=config)
    torch.testing.assert_close(both.z[1:], alone.z, rtol=1e-6, atol=1e-8)
    assert both.cost_before[1:].tolist() == pytest.approx(alone.cost_before.tolist())


def test_what_is_within_the_goal_is_left_alone(participant: Participant) -> None:
    skeleton = participant.engine.skeleton
    space = participant.space(skeleton)
    goal = judge(skeleton, Activation(muscles=VASTI, high=0.99))
    found = refine(space, goal)
    assert found.steps.tolist() == [0]
    assert not found.z.any()


def test_feet_stay_planted_and_ends_at_rest(participant: Participant) -> None:
    skeleton = participant.engine.skeleton
    space = participant.space(skeleton)
    random = torch.Generator().manual_seed(0)
    z = torch.randn(space.start().shape, generator=random).double()
    with torch.no_grad():
        motions = project(skeleton, space(z), frames=98)
        pose = skeleton.pose(motions.motion, skeleton.coordinate_names)
        points = skeleton.foot_points(pose)[0]
    assert float((points - points[:1]).abs().max()) < 2e-3
    speed = np.gradient(motions.motion[0].numpy(), axis=0) * 97
    assert np.abs(speed[[0, -1]]).max() < 0.05 * np.abs(speed).max()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"steps": -1}, "Refinement needs steps of 0 or more, got -1; correct it."),
        (
            {"learning_rate": 0.0},
            "Refinement needs a learning_rate above 0, got 0; correct it.",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused(
    settings: dict[str, float], sentence: str
) -> None:
    make: Callable[..., RefineConfig] = RefineConfig
    with pytest.raises(BigeError) as caught:
        make(**settings)
    assert str(caught.value) == sentence
