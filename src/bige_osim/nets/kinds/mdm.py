"""MDM, a diffusion transformer that makes motions, for comparison."""

import torch
from jaxtyping import Float, Int

from bige_osim.io.tables import Number, TomlTable, WholeNumber
from bige_osim.nets.diffusion import DiffusionConfig, MotionDiffusion
from bige_osim.nets.drawn_scores import DRAWN_SCORES, score_drawn
from bige_osim.nets.foot_contact import FootContact
from bige_osim.nets.motion_training import (
    MotionSettings,
    augment,
    draw_for_body,
    weigh,
)
from bige_osim.nets.net import (
    Augmentation,
    Columns,
    FittingConfig,
    Loss,
    Losses,
    Models,
    Net,
)
from bige_osim.nets.samples import Samples, TrainingData, list_models
from bige_osim.nets.scaling import velocity


class LossWeights(TomlTable):
    """Weights of the losses.

    Attributes
    ----------
    tokens : mean square of the standardised tokens' error
    velocity : mean square of the error of velocities (rad/s; leg lengths/s), in SDs of
        their coordinates
    contact : mean square of the speed of feet that stand, (m/s)²
    """

    tokens: Number = 1.0
    velocity: Number = 0.5
    contact: Number = 1.0


class MdmSettings(MotionSettings):
    """Settings of a diffusion transformer's training.

    Attributes
    ----------
    untold : share of the samples of which nothing is told, for guidance
    contacts : repetitions of a batch whose feet are looked at
    """

    net: DiffusionConfig = DiffusionConfig()
    loss: LossWeights = LossWeights()
    fitting: FittingConfig = FittingConfig(
        epochs=150,
        draws=2560,
        batch_size=64,
        learning_rate=1e-3,
        warmup=0.05,
    )
    untold: Number = 0.1
    contacts: WholeNumber = 4

    @classmethod
    def small(cls, *, repetitions: int = 32) -> "MdmSettings":
        """Choose what trains in half a minute on two cores, as for a demo."""
        return cls(
            net=DiffusionConfig(width=64, layers=2, draw_steps=20),
            fitting=cls().fitting.shorten(300, repetitions=repetitions),
            contacts=1,
        )


class MdmLoss:
    """Losses of the diffusion transformer on repetitions.

    Random in training; in evaluation the steps are spread evenly and the noise is
    always the same, so that weights can be compared.

    Parameters
    ----------
    net : the transformer
    settings : of its training
    contact : of the dataset's models
    """

    def __init__(
        self, net: MotionDiffusion, *, settings: MdmSettings, contact: FootContact
    ) -> None:
        self.net = net
        self.settings = settings
        self.contact = contact
        self.scheduler = net.make_scheduler()

    def __call__(self, samples: Samples) -> Losses:
        """Every part by name, unweighted, and their weighted ``total``."""
        net = self.net
        clean = net.tokens.describe(samples)
        step, noise, untold = self._choose(clean)
        noisy = self.scheduler.add_noise(clean, noise, step)
        made = net(noisy, step, net.condition(samples), untold)
        restored = net.tokens.restore(
            made, samples.body, frames=samples.motion.shape[1]
        )
        scaler = net.tokens.scaler
        rates = [
            velocity(scaler.relative(motion, samples.body), samples.duration)
            for motion in (restored.motion, samples.motion)
        ]
        parts = {
            "tokens": (made - clean).square().mean(),
            "velocity": ((rates[0] - rates[1]) / scaler.velocity_std).square().mean(),
            "contact": self.contact(restored.motion, samples.duration, samples),
        }
        weights = self.settings.loss
        total = torch.stack(
            [getattr(weights, name) * part for name, part in parts.items()]
        ).sum()
        return {"total": total, **parts}

    def _choose(
        self, clean: Float[torch.Tensor, "B P K"]
    ) -> tuple[
        Int[torch.Tensor, " B"], Float[torch.Tensor, "B P K"], torch.Tensor | None
    ]:
        """Choose steps, noise, and of which samples nothing is told."""
        count, steps = len(clean), self.net.config.noise_steps
        if self.net.training:
            step = torch.randint(steps, (count,))
            untold = (torch.rand(count) < self.settings.untold).to(clean.device)
            noise = torch.randn(clean.shape)
        else:
            step = torch.linspace(0, steps - 1, count).round().long()
            untold = None
            noise = torch.randn(
                clean.shape, generator=torch.Generator().manual_seed(count)
            )
        return step.to(clean.device), noise.to(clean), untold


def _build(config: DiffusionConfig, columns: Columns) -> MotionDiffusion:
    return MotionDiffusion(
        config,
        coordinate_names=columns.coordinate_names,
        frames=columns.frames,
        scaling=columns.scaling,
        exercises=columns.exercises,
    )


def _prepare(
    net: MotionDiffusion, data: TrainingData, settings: MdmSettings
) -> tuple[Loss, Augmentation]:
    net.start_at(data.train)
    contact = FootContact(
        list_models(data.dataset), names=net.coordinate_names, most=settings.contacts
    )
    change = augment(
        settings.augmentation,
        coordinate_names=net.coordinate_names,
        scaler=net.tokens.scaler,
    )
    return MdmLoss(net, settings=settings, contact=contact), change


def _score(net: MotionDiffusion, samples: Samples, models: Models) -> dict[str, float]:
    net.eval()
    return score_drawn(
        lambda body, random: net.draw(body, random=random),
        samples,
        scaler=net.tokens.scaler,
    )


NET: Net[MotionDiffusion] = Net(
    kind="mdm",
    settings=MdmSettings,
    config=DiffusionConfig,
    footprints=True,
    build=_build,
    prepare=_prepare,
    weigh=weigh,
    score=_score,
    scores=DRAWN_SCORES,
    draw=draw_for_body,
)
