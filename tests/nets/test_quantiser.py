"""Codes of latents."""

import pytest
import torch

from bige_osim.errors import DatasetError
from bige_osim.nets.quantiser import REACH, Quantiser, QuantiserConfig


def make(**settings: object) -> Quantiser:
    torch.manual_seed(0)
    return Quantiser(QuantiserConfig.model_validate(settings), components=6).eval()


def latents(count: int = 32) -> torch.Tensor:
    random = torch.Generator().manual_seed(1)
    return torch.randn(count, 6, 1, generator=random).requires_grad_()


@pytest.mark.parametrize("levels", [5, 64])
def test_finite_scalar_codes_are_levels_of_the_bent_latents(levels: int) -> None:
    z = latents()
    found = make(kind="fsq", levels=levels)(z)
    step = 2 * REACH / (levels - 1)
    bent = REACH * torch.tanh(z / REACH)
    assert (found.z - bent).abs().max() <= step / 2 + 1e-5
    torch.testing.assert_close(found.z, step * found.codes[..., None] - REACH)
    assert found.codes.min() >= 0
    assert found.codes.max() < levels
    assert found.loss == 0


def test_finite_scalar_gradients_are_those_of_what_is_rounded() -> None:
    z = latents()
    weights = torch.randn(32, 6, 1)
    (make(kind="fsq", levels=5)(z).z * weights).sum().backward()
    slope = 1 - torch.tanh(z.detach() / REACH) ** 2
    torch.testing.assert_close(z.grad, weights * slope)


def test_residual_codes_add_up_and_gradients_pass_straight_through() -> None:
    z = latents()
    quantiser = make(kind="rvq", codebooks=3, codes=16)
    found = quantiser(z)
    books = quantiser.book.codebooks  # (3, 16, 6)
    total = sum(books[i][found.codes[:, i]] for i in range(3))
    torch.testing.assert_close(found.z[..., 0], total)
    weights = torch.randn(32, 6, 1)
    (found.z * weights).sum().backward()
    assert torch.equal(z.grad, weights)
    expected = (z.detach() - found.z.detach()).square().mean()
    torch.testing.assert_close(found.loss.detach(), expected)


@pytest.mark.parametrize("kind", ["fsq", "rvq"])
def test_codes_can_be_looked_up(kind: str) -> None:
    quantiser = make(kind=kind)
    found = quantiser(latents())
    torch.testing.assert_close(quantiser.look_up(found.codes), found.z)


def test_codebooks_learn_in_training_and_rest_in_use() -> None:
    quantiser = make(kind="rvq", codebooks=2, codes=8)
    before = quantiser.book.codebooks.clone()
    quantiser(latents())
    assert torch.equal(quantiser.book.codebooks, before)
    quantiser.train()
    quantiser(latents())
    assert not torch.equal(quantiser.book.codebooks, before)


def test_without_a_quantiser_latents_stay_as_they_are() -> None:
    quantiser, z = make(kind="none"), latents()
    found = quantiser(z)
    assert found.z is z
    assert found.codes.shape == (32, 0)
    with pytest.raises(DatasetError, match="does not quantise has no codes"):
        quantiser.look_up(found.codes)


def test_two_levels_are_too_few() -> None:
    with pytest.raises(DatasetError, match="needs 3 levels or more, got 2"):
        make(kind="fsq", levels=2)
