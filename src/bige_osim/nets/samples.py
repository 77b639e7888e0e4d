"""A dataset's repetitions as tensors, chosen by participant."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr
from jaxtyping import Float, Int

from bige_osim.dataset.dataset import BODY
from bige_osim.errors import DatasetError


@dataclass(frozen=True)
class Samples:
    """Repetitions for a net, float32 and SI.

    Attributes
    ----------
    motion : (N, F, C) rad or m
    duration : (N,) s
    body : (N, 3) stature m, mass kg, leg length m
    model : (N,) which of the dataset's models, by place
    activations : (N, F, M) 0 to 1, or ``None`` where they are not needed
    """

    motion: Float[torch.Tensor, "N F C"]
    duration: Float[torch.Tensor, " N"]
    body: Float[torch.Tensor, "N 3"]
    model: Int[torch.Tensor, " N"]
    activations: Float[torch.Tensor, "N F M"] | None = None

    @property
    def known_activations(self) -> Float[torch.Tensor, "N F M"]:
        """Activations of samples that were read with them."""
        if self.activations is None:
            raise ValueError("these samples were read without activations")
        return self.activations

    def __len__(self) -> int:
        """Count the repetitions."""
        return len(self.duration)

    def take(self, places: Int[torch.Tensor, " K"]) -> "Samples":
        """Only the repetitions at these places."""
        return Samples(
            motion=self.motion[places],
            duration=self.duration[places],
            body=self.body[places],
            model=self.model[places],
            activations=None if self.activations is None else self.activations[places],
        )

    def batches(
        self, size: int, *, order: Int[torch.Tensor, " N"] | None = None
    ) -> list["Samples"]:
        """All repetitions in batches of ``size``, in this order."""
        places = torch.arange(len(self)) if order is None else order
        return [self.take(places[at : at + size]) for at in range(0, len(self), size)]

    def to(self, device: torch.device) -> "Samples":
        """Copy to a device."""
        return Samples(
            motion=self.motion.to(device),
            duration=self.duration.to(device),
            body=self.body.to(device),
            model=self.model.to(device),
            activations=None
            if self.activations is None
            else self.activations.to(device),
        )


def read_samples(
    dataset: xr.Dataset, people: Collection[str], *, activations: bool
) -> Samples:
    """Repetitions of these participants, in the dataset's order.

    Parameters
    ----------
    dataset : as ``data.dataset.make_dataset`` makes it
    people : whose repetitions
    activations : take the muscle activations too, and leave out repetitions in which
        any of them is missing

    Raises
    ------
    DatasetError
        if a motion, duration or body descriptor is not a finite number
    """
    chosen = dataset.isel(repetition=places(dataset, people, activations=activations))
    order = ("repetition", "frame", "coordinate", "muscle", ...)
    chosen = chosen.transpose(*order, missing_dims="ignore")
    _check_finite(chosen)
    hashes = model_hashes(dataset)
    model = [hashes.index(str(name)) for name in chosen["model"].values]
    body = np.stack([chosen[name].values for name in BODY], axis=-1)
    return Samples(
        motion=_tensor(chosen["motion"].values),
        duration=_tensor(chosen["duration"].values),
        body=_tensor(body),
        model=torch.tensor(model, dtype=torch.int64),
        activations=_tensor(chosen["activations"].values) if activations else None,
    )


def model_hashes(dataset: xr.Dataset) -> list[str]:
    """Models of the dataset in the order that ``Samples.model`` counts in."""
    return sorted({str(name) for name in dataset["model"].values})


def places(
    dataset: xr.Dataset, people: Collection[str], *, activations: bool
) -> Int[np.ndarray, " K"]:
    """Places of the repetitions that :func:`read_samples` takes."""
    kept = np.isin(dataset["person"].values.astype(str), sorted(people))
    if activations:
        values = dataset["activations"].transpose("repetition", "frame", "muscle")
        kept &= np.isfinite(values.values).all(axis=(1, 2))
    return np.flatnonzero(kept)


def _check_finite(dataset: xr.Dataset) -> None:
    for name in ("motion", "duration", *BODY):
        values = dataset[name].values
        bad = ~np.isfinite(values).all(axis=tuple(range(1, values.ndim)))
        if bad.any():
            place = int(np.flatnonzero(bad)[0])
            person = str(dataset["person"].values[place])
            raise DatasetError(
                f"The dataset's {name} has a value that is not a number in repetition "
                f"{place} of participant {person}; collect that session again."
            )


def _tensor(values: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.array(values, dtype=np.float32))
