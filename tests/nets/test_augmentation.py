"""Changes to training batches."""

import torch

from bige_osim.nets.augmentation import (
    GeneratorAugmentation,
    SurrogateAugmentation,
    augment_generator,
    augment_surrogate,
)
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaling

CPU = torch.device("cpu")


def test_without_any_a_generators_batch_stays_as_it_is(
    samples: Samples, scaling: Scaling
) -> None:
    none = GeneratorAugmentation(mirror=False, blend=0.0, posture_noise=0.0)
    same = augment_generator(none, scaling=scaling, device=CPU)(samples)
    torch.testing.assert_close(same.motion, samples.motion, atol=1e-5, rtol=0)
    torch.testing.assert_close(same.duration, samples.duration)


def test_a_blend_lies_between_two_samples_at_its_own_leg_length(
    samples: Samples, scaling: Scaling, names: tuple[str, ...]
) -> None:
    torch.manual_seed(0)
    config = GeneratorAugmentation(mirror=False, blend=1.0, posture_noise=0.0)
    pair = samples.take(torch.tensor([0, 7]))
    blended = augment_generator(config, scaling=scaling, device=CPU)(pair)
    knee = [s.motion[..., names.index("knee_angle_r")] for s in (pair, blended)]
    lowest, highest = knee[0].amin(dim=0) - 1e-5, knee[0].amax(dim=0) + 1e-5
    assert ((knee[1] >= lowest) & (knee[1] <= highest)).all()
    assert not torch.allclose(knee[0], knee[1])
    height = blended.motion[:, 0, names.index("pelvis_ty")]
    relative = pair.motion[:, 0, names.index("pelvis_ty")] / pair.body[:, 2]
    assert (height / pair.body[:, 2] >= relative.min() - 1e-5).all()
    assert (height / pair.body[:, 2] <= relative.max() + 1e-5).all()
    assert torch.equal(blended.body, pair.body)
    assert torch.equal(blended.model, pair.model)


def test_posture_noise_is_constant_over_a_repetition_and_spares_translations(
    samples: Samples, scaling: Scaling
) -> None:
    torch.manual_seed(0)
    config = GeneratorAugmentation(mirror=False, blend=0.0, posture_noise=0.5)
    noisy = augment_generator(config, scaling=scaling, device=CPU)(samples)
    offset = noisy.motion - samples.motion
    assert offset.std(dim=1).max() < 1e-5
    lengths = torch.tensor(scaling.translational)
    assert offset[..., lengths].abs().max() < 1e-5
    spread = (
        offset[:, 0, ~lengths].std(dim=0) / torch.tensor(scaling.position_std)[~lengths]
    )
    assert 0.3 < spread.mean() < 0.7


def test_body_noise_changes_the_body_and_nothing_else(
    samples: Samples, scaling: Scaling, muscles: tuple[str, ...]
) -> None:
    config = SurrogateAugmentation(mirror=False, body_noise=0.5)
    noisy = augment_surrogate(config, scaling=scaling, muscle_names=muscles)(samples)
    assert not torch.allclose(noisy.body, samples.body)
    assert torch.equal(noisy.motion, samples.motion)
    assert torch.equal(noisy.known_activations, samples.known_activations)
