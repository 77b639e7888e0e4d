"""What nets that make motions share: samples, their changes, and how they are asked."""

from pathlib import Path
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float

from bige_osim.io.tables import Number, TomlTable, Truth
from bige_osim.nets.augmentation import blend, make_mirror, vary_arms
from bige_osim.nets.curve_tokens import DrawnMotions
from bige_osim.nets.net import Augmentation
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaler


class SampleWeights(TomlTable):
    """How often a repetition is drawn in training, by its style.

    Attributes
    ----------
    recorded, copies, synthetic : no unit; see :data:`bige_osim.nets.labels.STYLES`
    """

    recorded: Number = 3.0
    copies: Number = 3.0
    synthetic: Number = 1.0


class MotionAugmentation(TomlTable):
    """What a net is shown beside the repetitions as they are.

    With few participants it learns little else than those participants; blends of two
    of them fill the space between.

    Attributes
    ----------
    mirror : left and right change places in half of the samples
    blend : share of the samples that go a random part of the way to another of the
        batch (mixup: Zhang et al. 2018), at their own body and model
    reach : largest part of that way, 0 to 1
    arms : share of the samples whose arms are another's, moved, 0 to 1
    arms_size : how far, in SDs of their coordinates
    """

    mirror: Truth = True
    blend: Number = 0.5
    reach: Number = 0.5
    arms: Number = 0.5
    arms_size: Number = 0.7


class MotionSettings(TomlTable):
    """Settings that the trainings of all nets that make motions have.

    Attributes
    ----------
    augmentation : what a net is shown beside the repetitions
    weights : how often each is drawn
    """

    augmentation: MotionAugmentation = MotionAugmentation()
    weights: SampleWeights = SampleWeights()


def augment(
    config: MotionAugmentation, *, coordinate_names: tuple[str, ...], scaler: Scaler
) -> Augmentation:
    """Make the augmentation of motions with their footprints."""
    mirror = make_mirror(coordinate_names) if config.mirror else None

    def change(samples: Samples) -> Samples:
        samples = mirror.some(samples) if mirror else samples
        samples = vary_arms(
            samples, scaler=scaler, share=config.arms, size=config.arms_size
        )
        return blend(samples, scaler=scaler, share=config.blend, reach=config.reach)

    return change


def weigh(samples: Samples, settings: MotionSettings) -> Float[torch.Tensor, " N"]:
    """How often every repetition is drawn, no unit, by its style."""
    assert samples.style is not None
    each = settings.weights
    by_style = torch.tensor([each.recorded, each.copies, each.synthetic])
    return by_style[samples.style.cpu()]


@runtime_checkable
class DrawsForBodies(Protocol):
    """A net that draws a motion for each body."""

    def draw(
        self, body: Float[torch.Tensor, "B 3"], *, random: torch.Generator
    ) -> DrawnMotions:
        """Draw for bodies: stature m, mass kg, leg length m."""


def draw_for_body(
    net: DrawsForBodies,
    run: Path,
    body: Float[torch.Tensor, " 3"],
    *,
    count: int,
    random: torch.Generator,
) -> DrawnMotions:
    """Draw several motions for one body, as ``draw`` of a kind of net does.

    Parameters
    ----------
    net : in evaluation mode
    run : its folder, of which nothing else is needed
    body : stature m, mass kg, leg length m
    count : motions
    random : source of all choices
    """
    return net.draw(body.expand(count, 3), random=random)
