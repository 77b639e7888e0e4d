"""The generator."""

import pytest
import torch

from bige_osim.errors import DatasetError
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaling
from bige_osim.nets.vqvae import Vqvae, VqvaeConfig


def encode(net: Vqvae, samples: Samples) -> torch.Tensor:
    return net.encode(samples.motion, samples.duration, samples.body)


def test_four_frames_make_one_latent_and_latents_make_motion_and_duration(
    generator: Vqvae, samples: Samples
) -> None:
    z = encode(generator, samples)
    quantised = generator.quantise(z)
    motion, duration = generator.decode(quantised.z, samples.body)
    assert z.shape == quantised.z.shape == (18, 12, 8)
    assert quantised.codes.shape == (18, 12)
    assert motion.shape == samples.motion.shape
    assert duration.shape == samples.duration.shape
    assert (duration > 0).all()


def test_samples_do_not_see_each_other(generator: Vqvae, samples: Samples) -> None:
    pair = samples.take(torch.tensor([0, 7]))
    alone = samples.take(torch.tensor([0]))
    z, z_alone = encode(generator, pair), encode(generator, alone)
    torch.testing.assert_close(z[:1], z_alone, atol=1e-5, rtol=0)
    for together, single in zip(
        generator.decode(z, pair.body),
        generator.decode(z_alone, alone.body),
        strict=True,
    ):
        torch.testing.assert_close(together[:1], single, atol=1e-5, rtol=0)


def test_no_gradient_flows_between_samples(generator: Vqvae, samples: Samples) -> None:
    pair = samples.take(torch.tensor([0, 7]))
    motion = pair.motion.clone().requires_grad_()
    made, duration, _ = generator(motion, pair.duration, pair.body)
    (made[0].sum() + duration[0]).backward()
    assert motion.grad is not None
    assert (motion.grad[0] != 0).any()
    assert (motion.grad[1] == 0).all()


def test_frames_see_each_other(generator: Vqvae, samples: Samples) -> None:
    one = samples.take(torch.tensor([0]))
    changed = Samples(
        motion=one.motion.clone(),
        duration=one.duration,
        body=one.body,
        model=one.model,
    )
    changed.motion[:, 20] += 0.3
    moved = (encode(generator, one) - encode(generator, changed)).abs().amax(dim=2)[0]
    assert (moved[[3, 4, 6, 7]] > 0).all()  # frames 12-19 and 24-31

    z = encode(generator, one)
    bent = z.clone()
    bent[:, 6] += 1.0
    before, after = (generator.decode(latent, one.body)[0] for latent in (z, bent))
    assert (before != after).any(dim=2).all()


def test_quantised_latents_are_codes_and_pass_gradients_straight_through(
    generator: Vqvae, samples: Samples
) -> None:
    z = encode(generator, samples).detach().requires_grad_()
    quantised = generator.quantise(z)
    book = generator.codebook.codebook
    torch.testing.assert_close(quantised.z, book[quantised.codes], atol=1e-5, rtol=0)
    nearest = torch.cdist(z.detach(), book.expand(18, -1, -1)).argmin(dim=-1)
    assert torch.equal(nearest, quantised.codes)
    weights = torch.randn_like(z)
    (quantised.z * weights).sum().backward()
    assert torch.equal(z.grad, weights)
    assert quantised.loss > 0
    assert 1 <= quantised.perplexity <= 16


def test_the_codebook_learns_in_training_and_rests_in_use(
    generator: Vqvae, samples: Samples
) -> None:
    before = generator.codebook.codebook.clone()
    generator.quantise(encode(generator, samples))
    assert torch.equal(generator.codebook.codebook, before)
    generator.train()
    generator.quantise(encode(generator, samples))
    assert not torch.equal(generator.codebook.codebook, before)


def test_codes_that_nobody_uses_are_reset_to_latents(
    generator: Vqvae, samples: Samples
) -> None:
    generator.train()
    book = generator.codebook
    book._codebook.embed[:, 0] = 1e3
    book._codebook.embed_avg[:, 0] = 1e3
    book._codebook.cluster_size[:, 0] = 0.1
    generator.quantise(encode(generator, samples))
    assert book.codebook[0].abs().max() < 100


def test_decoded_motions_are_smooth(generator: Vqvae, samples: Samples) -> None:
    z = 3 * torch.randn(4, 12, 8)  # nothing a squat would give
    standard = generator.scaler.standardise(
        generator.decode(z, samples.body[:4])[0], samples.body[:4]
    )
    jerk = standard.diff(dim=1, n=3).abs().amax()
    swing = standard.diff(dim=1, n=1).abs().amax()
    assert jerk < 0.5 * swing  # white noise: about 3 times the swing


def test_longer_legs_lift_the_pelvis_of_the_same_latents(
    generator: Vqvae, samples: Samples, names: tuple[str, ...]
) -> None:
    z = encode(generator, samples)
    short = torch.tensor([[1.7, 70.0, 0.8]]).expand(18, 3)
    tall = torch.tensor([[1.7, 70.0, 0.9]]).expand(18, 3)
    height = names.index("pelvis_ty")
    lifted = [
        generator.decode(z, body)[0][..., height].mean() for body in (short, tall)
    ]
    assert lifted[1] > lifted[0]


def test_frames_that_four_does_not_divide_are_an_error(
    scaling: Scaling, names: tuple[str, ...]
) -> None:
    with pytest.raises(DatasetError) as error:
        Vqvae(VqvaeConfig(), coordinate_names=names, frames=50, scaling=scaling)
    assert str(error.value) == (
        "The generator needs repetitions of at least 16 frames and a multiple of 4, "
        "got 50; collect with another number of frames."
    )
