"""Changes to training batches that leave them true, or nearly so.

All random numbers are torch's, which the training seeds per epoch.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float

from bige_osim.nets.mirror import Mirror, make_mirror
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaler, Scaling

Augmentation = Callable[[Samples], Samples]
"""Changes a training batch."""


@dataclass(frozen=True)
class GeneratorAugmentation:
    """What the generator is shown beside the repetitions as they are.

    With few participants it learns little else than those participants; blends of two
    of them and slightly other postures fill the space between.

    Attributes
    ----------
    mirror : left and right change places in half of the samples
    blend : share of the samples that go a random part of the way to another of the
        batch (mixup: Zhang et al. 2018), at their own body and model
    posture_noise : standard deviation of an offset, constant over a repetition, on each
        rotation, in its spread
    """

    mirror: bool = True
    blend: float = 1.0
    posture_noise: float = 0.2


@dataclass(frozen=True)
class SurrogateAugmentation:
    """What the surrogate is shown beside the repetitions as they are.

    Attributes
    ----------
    mirror : left and right change places in half of the samples
    body_noise : standard deviation of noise on the body descriptors, in their spread;
        keeps the net from knowing the few participants by their measures
    """

    mirror: bool = True
    body_noise: float = 0.3


def augment_generator(
    config: GeneratorAugmentation, *, scaling: Scaling, device: torch.device
) -> Augmentation:
    """Augmentation of motions alone."""
    mirror = _mirror(config.mirror, scaling.coordinate_names, ())
    scaler = Scaler(scaling).to(device)

    def augment(samples: Samples) -> Samples:
        samples = mirror.some(samples) if mirror else samples
        samples = _blend(samples, scaler=scaler, share=config.blend)
        return _offset(samples, scaler=scaler, noise=config.posture_noise)

    return augment


def augment_surrogate(
    config: SurrogateAugmentation, *, scaling: Scaling, muscle_names: Sequence[str]
) -> Augmentation:
    """Augmentation of motions with their activations."""
    mirror = _mirror(config.mirror, scaling.coordinate_names, muscle_names)
    spread = config.body_noise * torch.tensor(scaling.body_std)

    def augment(samples: Samples) -> Samples:
        samples = mirror.some(samples) if mirror else samples
        noise = spread * torch.randn(len(samples), 3)
        return replace(samples, body=samples.body + noise.to(samples.body.device))

    return augment


def _mirror(
    wanted: bool, coordinate_names: Sequence[str], muscle_names: Sequence[str]
) -> Mirror | None:
    return make_mirror(coordinate_names, muscle_names) if wanted else None


def _blend(samples: Samples, *, scaler: Scaler, share: float) -> Samples:
    """Move samples towards others of the batch, each at its own leg length."""
    count, device = len(samples), samples.motion.device
    part = torch.rand(count) * (torch.rand(count) < share)
    part, other = part.to(device), torch.randperm(count).to(device)
    standard = scaler.standardise(samples.motion, samples.body)
    motion = standard + part[:, None, None] * (standard[other] - standard)
    seconds = samples.duration.log()
    return replace(
        samples,
        motion=scaler.restore(motion, samples.body),
        duration=(seconds + part * (seconds[other] - seconds)).exp(),
    )


def _offset(samples: Samples, *, scaler: Scaler, noise: float) -> Samples:
    """Add an offset, constant over the repetition, to every rotation."""
    rotations: Float[torch.Tensor, " C"] = ~scaler.translational * scaler.position_std
    shape = (len(samples), 1, len(rotations))
    offset = noise * torch.randn(shape).to(samples.motion.device) * rotations
    return replace(samples, motion=samples.motion + offset)
