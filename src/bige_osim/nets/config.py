"""Everything that decides how a net is trained, in one frozen dataclass each."""

import math
from dataclasses import dataclass, field, replace

from bige_osim.nets.augmentation import (
    GeneratorAugmentation,
    SurrogateAugmentation,
)
from bige_osim.nets.fitting import FittingConfig
from bige_osim.nets.losses import LossWeights
from bige_osim.nets.surrogate import SurrogateConfig
from bige_osim.nets.vqvae import VqvaeConfig


@dataclass(frozen=True)
class GeneratorTraining:
    """Settings of ``train_generator``: the net, its losses, the fitting.

    Examples
    --------
    From a settings file, where what is not named keeps its default:

    >>> from bige_osim.nets.settings import from_dict
    >>> from_dict(GeneratorTraining, {"fitting": {"epochs": 5}}, where="a.toml").fitting
    FittingConfig(epochs=5, ...)
    """

    net: VqvaeConfig = field(default_factory=VqvaeConfig)
    loss: LossWeights = field(default_factory=LossWeights)
    fitting: FittingConfig = field(default_factory=FittingConfig)
    augmentation: GeneratorAugmentation = field(default_factory=GeneratorAugmentation)

    @classmethod
    def small(cls, *, repetitions: int = 32) -> "GeneratorTraining":
        """Choose what trains in half a minute on two cores, as for a demo.

        ``repetitions`` of the training participants decide the epochs: the steps stay
        alike.
        """
        return cls(
            net=VqvaeConfig(width=64, codes=128),
            loss=LossWeights(pose_stride=8),
            fitting=_brief(FittingConfig(), 600, repetitions),
        )


@dataclass(frozen=True)
class SurrogateTraining:
    """Settings of ``train_surrogate``: the net and the fitting."""

    net: SurrogateConfig = field(default_factory=SurrogateConfig)
    fitting: FittingConfig = field(
        default_factory=lambda: FittingConfig(
            epochs=150, learning_rate=1e-3, weight_decay=0.05
        )
    )
    augmentation: SurrogateAugmentation = field(default_factory=SurrogateAugmentation)

    @classmethod
    def small(cls, *, repetitions: int = 32) -> "SurrogateTraining":
        """Choose what trains in half a minute on two cores, as for a demo.

        ``repetitions`` of the training participants decide the epochs: the steps stay
        alike.
        """
        brief = FittingConfig(learning_rate=1e-3, weight_decay=0.05)
        return cls(
            net=SurrogateConfig(width=48), fitting=_brief(brief, 400, repetitions)
        )


def _brief(config: FittingConfig, steps: int, repetitions: int) -> FittingConfig:
    """As many epochs as make about so many steps, at least 5."""
    per_epoch = max(1, math.ceil(repetitions / config.batch_size))
    return replace(config, epochs=max(5, round(steps / per_epoch)))
