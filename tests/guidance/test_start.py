"""Where the search starts."""

import pytest
import torch

from bige_osim.errors import DatasetError
from bige_osim.guidance.start import TrainingLatents, start_latents

BODY = torch.tensor([1.7, 65.0, 0.85])


def known(bodies: torch.Tensor) -> TrainingLatents:
    """Training latents that hold the number of their motion."""
    numbers = torch.arange(len(bodies)).float()
    return TrainingLatents(numbers[:, None, None].expand(-1, 4, 2), bodies)


def draw(
    latents: TrainingLatents, *, count: int, noise: float, seed: int = 0
) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    return start_latents(latents, BODY, count=count, noise=noise, random=random)


def test_every_motion_is_drawn_before_any_is_drawn_again() -> None:
    drawn = draw(known(BODY.expand(5, 3)), count=12, noise=0.0)
    counts = torch.bincount(drawn[:, 0, 0].long())
    assert counts.sum() == 12
    assert counts.min() >= 2


def test_motions_of_similar_bodies_are_preferred() -> None:
    other = torch.tensor([1.9, 95.0, 0.95])
    bodies = torch.cat([BODY.expand(20, 3), other.expand(20, 3)])
    drawn = torch.cat(
        [draw(known(bodies), count=5, noise=0.0, seed=seed) for seed in range(20)]
    )
    alike = (drawn[:, 0, 0] < 20).float().mean()
    assert alike > 0.9


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
