"""Latents that are drawn."""

import pytest
import torch

from bige_osim.errors import DatasetError
from bige_osim.nets.mixtures import TrainingLatents, start_latents

BODY = torch.tensor([1.7, 65.0, 0.85])


def known(
    bodies: torch.Tensor, *, styles: torch.Tensor | None = None, near: bool = False
) -> TrainingLatents:
    """Training latents far from each other, or all at one place if they are near."""
    values = torch.eye(len(bodies))[..., None]
    return TrainingLatents(torch.ones_like(values) if near else values, bodies, styles)


def draw(
    latents: TrainingLatents, *, count: int, noise: float, seed: int = 0
) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    return start_latents(latents, BODY, count=count, noise=noise, random=random)


def test_a_start_is_a_mixture_of_three_motions_its_own_first() -> None:
    drawn = draw(known(BODY.expand(60, 3)), count=600, noise=0.0)[..., 0]
    torch.testing.assert_close(drawn.sum(dim=1), torch.ones(600))
    assert ((drawn > 0).sum(dim=1) <= 3).all()
    assert (drawn >= 0).all()
    # Every motion's own weight is 1/2, and it may be among its own neighbours.
    own = drawn.reshape(10, 60, 60).sum(dim=0).diagonal() / 10
    assert 0.4 < drawn.amax(dim=1).mean() < 0.7
    assert drawn.mean(dim=0).max() < 0.1
    assert own.shape == (60,)


def test_every_motion_is_drawn_before_any_is_drawn_again() -> None:
    """A motion that is far from one other has only itself and that one near."""
    latents = known(BODY.expand(5, 3))
    drawn = draw(latents, count=200, noise=0.0)[..., 0]
    assert drawn.mean(dim=0).tolist() == pytest.approx([0.2] * 5, abs=0.03)


def test_a_mixture_is_made_of_neighbours() -> None:
    """Two clouds of 50 motions each: nothing lies between them."""
    values = torch.cat([torch.zeros(50), torch.ones(50)])
    values = values[:, None, None] + 0.001 * torch.arange(100)[:, None, None]
    drawn = draw(TrainingLatents(values, BODY.expand(100, 3)), count=100, noise=0.0)
    assert ((drawn < 0.05) | (drawn > 1.05)).all()
    assert 30 < (drawn > 1).sum() < 70


def test_motions_of_similar_bodies_are_preferred() -> None:
    other = torch.tensor([1.9, 95.0, 0.95])
    bodies = torch.cat([BODY.expand(50, 3), other.expand(50, 3)])
    values = torch.cat([torch.zeros(50, 1, 1), torch.ones(50, 1, 1)])
    latents = TrainingLatents(values, bodies)
    drawn = torch.cat(
        [draw(latents, count=5, noise=0.0, seed=seed) for seed in range(20)]
    )
    assert (drawn == 0).float().mean() > 0.9


def test_a_third_of_what_is_drawn_is_near_synthetic_motions() -> None:
    styles = torch.tensor([0, 1] * 100 + [2] * 600)
    values = (styles == 2).float()[:, None, None]
    latents = TrainingLatents(values, BODY.expand(800, 3), styles)
    drawn = draw(latents, count=150, noise=0.0)
    assert 0.2 < drawn.mean() < 0.45
    bodies = BODY.expand(4, 3)
    alone = draw(known(bodies, styles=torch.full((4,), 2)), count=50, noise=0.0)
    assert (alone[..., 0].mean(dim=0) > 0.1).all()


def test_noise_is_in_standard_deviations_of_the_latents() -> None:
    latents = known(BODY.expand(40, 3))
    still = draw(latents, count=40, noise=0.0)
    blurred = draw(latents, count=40, noise=0.5)
    ratio = (blurred - still).std() / latents.spread
    assert ratio.item() == pytest.approx(0.5, rel=0.1)


def test_the_same_seed_draws_the_same() -> None:
    latents = known(BODY.expand(9, 3))
    first, second = (draw(latents, count=6, noise=0.2, seed=4) for _ in range(2))
    assert torch.equal(first, second)
    assert not torch.equal(first, draw(latents, count=6, noise=0.2, seed=5))


def test_no_training_motion_is_an_error() -> None:
    with pytest.raises(DatasetError, match="needs training latents to start from"):
        TrainingLatents(torch.zeros(0, 4, 2), torch.zeros(0, 3))
