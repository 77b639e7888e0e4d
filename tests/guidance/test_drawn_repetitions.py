"""Repetitions that a generator draws, made ready to be refined."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.drawn_squats import make_draws

from bige_osim.guidance.activations import ExactActivations
from bige_osim.guidance.drawn_repetitions import DrawnRepetitions, Draws
from bige_osim.guidance.judge import Evaluation, Judge, LatentSpace
from bige_osim.guidance.spaces import PlantedMotions, Starts
from bige_osim.guidance.terms.proximity import Proximity
from bige_osim.nets.mixtures import TrainingLatents
from bige_osim.solving.motion_physics import MotionPhysics

pytestmark = pytest.mark.opensim

FRAMES = 33
MAIN = 5
"""Latents that move a squat most; planting the feet changes the others as much."""


@pytest.fixture(scope="module")
def draws(generic_man: Path) -> Draws:
    return make_draws(generic_man)


@pytest.fixture(scope="module")
def draw(draws: Draws) -> Callable[..., DrawnRepetitions]:
    def make(
        count: int = 3, *, seed: int = 0, noise: float = 0.1, of: Draws = draws
    ) -> DrawnRepetitions:
        random = torch.Generator().manual_seed(seed)
        return of.draw(count, noise=noise, random=random)

    return make


def plant(drawn: DrawnRepetitions, *, frames: int = FRAMES) -> PlantedMotions:
    return drawn.space(list(range(len(drawn))), frames, points=10).base


def test_latents_of_what_was_drawn_come_back(
    draws: Draws, draw: Callable[..., DrawnRepetitions]
) -> None:
    drawn = replace(draw(), depth=torch.ones(3))
    assert isinstance(draws, LatentSpace)
    with torch.no_grad():
        found = draws.encode(plant(drawn))
    error = (found - drawn.z)[..., 0]
    assert error[:, :MAIN].abs().max() < 0.15
    assert error.square().mean().sqrt() < 0.5 * float(draws.known.spread)


def test_the_same_seed_draws_the_same(draw: Callable[..., DrawnRepetitions]) -> None:
    assert torch.equal(draw(seed=4).z, draw(seed=4).z)
    assert not torch.equal(draw(seed=4).z, draw(seed=5).z)


def test_a_drawn_repetition_stands_with_its_feet_on_the_floor(
    draws: Draws, draw: Callable[..., DrawnRepetitions]
) -> None:
    base, skeleton = plant(draw()), draws.skeleton
    pose = skeleton.pose(base.motion, skeleton.coordinate_names)
    points = skeleton.foot_points(pose)
    assert points[..., 1].amin(-1).abs().max() < 1e-3
    assert float((points - points[:, :1]).abs().max()) < 2e-3
    knees = [skeleton.coordinate_names.index(f"knee_angle_{side}") for side in "rl"]
    ends = base.motion[:, [0, -1]][..., knees]
    assert ends.max() < np.radians(12)


def test_a_descent_starts_at_the_drawn_motion(
    draw: Callable[..., DrawnRepetitions],
) -> None:
    drawn = draw()
    space = drawn.space([0, 1, 2], FRAMES, points=10)
    found = space(space.start())
    torch.testing.assert_close(found.motion, space.base.motion, atol=1e-7, rtol=0)
    given = drawn.given([0, 1, 2], FRAMES)
    assert (space.base.motion - given).abs().max() < np.radians(15)


def test_a_shallower_repetition_goes_a_part_of_the_way_with_its_arms_as_they_were(
    draws: Draws, draw: Callable[..., DrawnRepetitions]
) -> None:
    names = draws.skeleton.coordinate_names
    whole, half = (replace(draw(), depth=torch.full((3,), part)) for part in (1.0, 0.5))
    deep, shallow = (one.given([0, 1, 2], FRAMES) for one in (whole, half))
    torch.testing.assert_close(shallow[:, [0, -1]], deep[:, [0, -1]])
    knee, arm = names.index("knee_angle_r"), names.index("arm_flex_r")
    bent = [(m[..., knee] - m[:, :1, knee]).amax(1) for m in (deep, shallow)]
    torch.testing.assert_close(bent[1], 0.5 * bent[0], rtol=0.02, atol=0)
    torch.testing.assert_close(shallow[..., arm], deep[..., arm])
    durations = [plant(one).duration for one in (whole, half)]
    torch.testing.assert_close(durations[1], 0.5**0.5 * durations[0])


def test_half_of_what_is_drawn_goes_all_the_way(
    draw: Callable[..., DrawnRepetitions],
) -> None:
    depth = draw(200).depth
    assert 0.4 <= float(depth.min()) < 0.45
    assert 80 < int((depth == 1).sum()) < 120


def test_rows_are_the_repetitions_of_the_whole_draw(
    draw: Callable[..., DrawnRepetitions],
) -> None:
    drawn = draw()
    assert isinstance(drawn, Starts)
    assert len(drawn) == 3
    every, two = plant(drawn), drawn.space([2, 0], FRAMES, points=10)
    torch.testing.assert_close(two.base.motion, every.motion[[2, 0]], atol=1e-6, rtol=0)
    torch.testing.assert_close(two.base.duration, every.duration[[2, 0]])
    # One basis for all of a draw: variables mean the same whoever is refined with whom.
    torch.testing.assert_close(
        two.basis, drawn.space([1], FRAMES, points=10).basis, atol=1e-12, rtol=0
    )


def judge_proximity(draws: Draws, motions: PlantedMotions) -> Evaluation:
    physics = MotionPhysics(draws.skeleton, frames=FRAMES)
    judge = Judge(
        physics=physics,
        source=ExactActivations(physics),
        terms=(Proximity(),),
        latents=draws,
    )
    return judge(motions)


def test_proximity_is_the_distance_from_training_latents(
    draws: Draws, draw: Callable[..., DrawnRepetitions]
) -> None:
    """A training squat is nearer to itself than to what remains without it."""
    first = DrawnRepetitions(draws, draws.known.values[:1], torch.ones(1))
    others = TrainingLatents(draws.known.values[4:], draws.known.bodies[4:])
    motions = plant(first)
    with torch.no_grad():
        near = judge_proximity(draws, motions).measures()[0]
        far = judge_proximity(replace(draws, known=others), motions).measures()[0]
        z = draws.encode(motions)
    assert near.item() < 0.5
    assert far.item() > 2 * near.item()
    distances = (z - others.values).square().mean((1, 2)) / others.spread**2
    assert far.item() == pytest.approx(float(distances.min().sqrt()), rel=1e-3)


def test_proximity_has_gradients_by_the_motion(
    draws: Draws, draw: Callable[..., DrawnRepetitions]
) -> None:
    space = draw(1, noise=0.5).space([0], FRAMES, points=10)
    z = space.start().requires_grad_()
    cost = judge_proximity(draws, space(z)).cost
    (gradient,) = torch.autograd.grad(cost.sum(), z)
    assert gradient.isfinite().all()
    step = 1e-3 * gradient / gradient.norm()
    with torch.no_grad():
        less = judge_proximity(draws, space(z - step)).cost
    slope = float((cost - less).detach()) / 1e-3
    assert slope == pytest.approx(float(gradient.norm()), rel=0.05)
