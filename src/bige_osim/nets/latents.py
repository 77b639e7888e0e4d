"""Where training repetitions lie in a generator's latent space."""

from dataclasses import dataclass, fields
from typing import Any

import torch
from jaxtyping import Float, Int

from bige_osim.errors import DatasetError
from bige_osim.nets.checkpoint import read_record, read_tensors, weights_path
from bige_osim.nets.generator import MotionGenerator
from bige_osim.nets.samples import Samples
from bige_osim.paths import AnyPath

KIND = "generator"
"""The kind of net whose checkpoint has them."""


@dataclass(frozen=True)
class Latents:
    """Where the training repetitions lie in a generator's latent space.

    Attributes
    ----------
    z : (N, K, 1) continuous latents, before quantisation
    duration : (N,) s
    body : (N, 3) stature m, mass kg, leg length m
    exercise : (N,) by place among the generator's exercises
    style : (N,) by place among :data:`bige_osim.nets.labels.STYLES`
    """

    z: Float[torch.Tensor, "N K 1"]
    duration: Float[torch.Tensor, " N"]
    body: Float[torch.Tensor, "N 3"]
    exercise: Int[torch.Tensor, " N"]
    style: Int[torch.Tensor, " N"]

    def summary(self) -> dict[str, Any]:
        """Shape, range and spread, for a reader and for the checkpoint's JSON."""
        return {
            "shape": list(self.z.shape),
            "mean": float(self.z.mean()),
            "std": float(self.z.std()),
            "least": float(self.z.min()),
            "greatest": float(self.z.max()),
        }

    def of_exercise(self, exercise: int) -> "Latents":
        """Only those of one exercise, by its place among the generator's."""
        chosen = self.exercise == exercise
        return Latents(**{name: value[chosen] for name, value in vars(self).items()})


def load_latents(folder: AnyPath, *, device: str = "cpu") -> Latents:
    """Load the training latents that a generator's checkpoint has.

    Raises
    ------
    MissingFileError, DatasetError
        if there is no whole checkpoint, or none of a generator
    """
    tensors = read_tensors(folder, read_record(folder, KIND))
    try:
        return Latents(
            **{
                name: tensors[f"latents.{name}"].to(device)
                for name in [field.name for field in fields(Latents)]
            }
        )
    except KeyError as error:
        raise DatasetError(
            f"{weights_path(folder, KIND)} has no {error.args[0]}; train again."
        ) from error


def encode_samples(net: MotionGenerator, samples: Samples) -> Latents:
    """Continuous latents of repetitions read with footprints, on the CPU."""
    assert samples.exercise is not None
    assert samples.style is not None
    with torch.no_grad():
        z = net.encode(samples)
    return Latents(
        z=z.cpu(),
        duration=samples.duration.cpu(),
        body=samples.body.cpu(),
        exercise=samples.exercise.cpu(),
        style=samples.style.cpu(),
    )
