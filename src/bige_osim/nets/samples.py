"""A dataset's repetitions as tensors, chosen by participant."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import numpy as np
import torch
import xarray as xr
from jaxtyping import Float, Int

from bige_osim.dataset.dataset import BODY, read_models
from bige_osim.dataset.split import Split
from bige_osim.errors import DatasetError, name_some
from bige_osim.nets.footprints import stand_in_the_middle
from bige_osim.nets.labels import find_styles, list_exercises
from bige_osim.nets.scaling import Scaling, fit_scaling
from bige_osim.spec import ModelSpec


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
    footprints : (N, 10) m and rad, as :mod:`bige_osim.nets.footprints` has them, with
        x = z = 0 in the middle of the ankles; ``None`` where they are not needed, as
        the next two
    exercise : (N,) by place among :func:`~bige_osim.nets.labels.list_exercises`
    style : (N,) by place among :data:`~bige_osim.nets.labels.STYLES`
    """

    motion: Float[torch.Tensor, "N F C"]
    duration: Float[torch.Tensor, " N"]
    body: Float[torch.Tensor, "N 3"]
    model: Int[torch.Tensor, " N"]
    activations: Float[torch.Tensor, "N F M"] | None = None
    footprints: Float[torch.Tensor, "N 10"] | None = None
    exercise: Int[torch.Tensor, " N"] | None = None
    style: Int[torch.Tensor, " N"] | None = None

    @property
    def known_footprints(self) -> Float[torch.Tensor, "N 10"]:
        """Footprints, m and rad; a ``ValueError`` where they were not measured."""
        if self.footprints is None:
            raise ValueError("these samples were read without footprints")
        return self.footprints

    @property
    def known_activations(self) -> Float[torch.Tensor, "N F M"]:
        """Activations, 0 to 1; a ``ValueError`` where they were not read."""
        if self.activations is None:
            raise ValueError("these samples were read without activations")
        return self.activations

    def __len__(self) -> int:
        """Count the repetitions."""
        return len(self.duration)

    def take(self, places: Int[torch.Tensor, " K"]) -> "Samples":
        """Only the repetitions at these places."""
        return self._map(lambda values: values[places])

    def batches(
        self, size: int, *, order: Int[torch.Tensor, " K"] | None = None
    ) -> list["Samples"]:
        """Repetitions in batches of ``size``: all, or those at the places ``order``."""
        places = torch.arange(len(self)) if order is None else order
        return [self.take(places[at : at + size]) for at in range(0, len(places), size)]

    def to(self, device: torch.device) -> "Samples":
        """Copy to a device."""
        return self._map(lambda values: values.to(device))

    def _map(self, change: Callable[[torch.Tensor], torch.Tensor]) -> "Samples":
        known = {name: value for name, value in vars(self).items() if value is not None}
        return Samples(**{name: change(value) for name, value in known.items()})


@dataclass(frozen=True, kw_only=True)
class TrainingData:
    """What one training sees.

    Attributes
    ----------
    dataset : as ``dataset.make_dataset`` makes it
    train, validation : repetitions of these participants; ``None`` if there are none
    scaling : fitted on ``train``
    repetitions : how many there are of each, and how many were left out because an
        activation is missing
    """

    dataset: xr.Dataset
    train: Samples
    validation: Samples | None
    scaling: Scaling
    repetitions: dict[str, int]

    @property
    def deciding(self) -> Samples:
        """The repetitions whose loss chooses the weights."""
        return self.train if self.validation is None else self.validation

    @property
    def device(self) -> torch.device:
        """Where the tensors are."""
        return self.train.motion.device


def read_training_data(
    dataset: xr.Dataset,
    split: Split,
    *,
    activations: bool,
    footprints: bool = False,
    device: torch.device,
) -> TrainingData:
    """Read the repetitions of the training and validation participants.

    Parameters
    ----------
    dataset, activations, footprints : as for :func:`read_samples`
    split : participants by use
    device : where the tensors are wanted

    Raises
    ------
    DatasetError
        if a participant is used twice or unknown, or no training repetition is left
    """
    check_split(dataset, split)
    train, validation = (
        read_samples(dataset, names, activations=activations, footprints=footprints)
        for names in (split.train, split.validation)
    )
    if not len(train):
        raise DatasetError(
            "The dataset leaves nothing to train on: its training participants "
            f"({name_some(split.train)}) have no complete repetition; collect more "
            "sessions or hold out fewer participants."
        )
    used = {*split.train, *split.validation}
    found = len(places(dataset, used, activations=False))
    return TrainingData(
        dataset=dataset,
        train=train.to(device),
        validation=validation.to(device) if len(validation) else None,
        scaling=fit_scaling(
            train.motion,
            train.duration,
            train.body,
            coordinate_names=names_along(dataset, "coordinate"),
            translational=_find_translational(dataset),
        ),
        repetitions={
            "train": len(train),
            "validation": len(validation),
            "left_out": found - len(train) - len(validation),
        },
    )


def check_split(dataset: xr.Dataset, split: Split) -> None:
    """Refuse a participant who is used twice, or is not in the dataset.

    Raises
    ------
    DatasetError
        naming the participant
    """
    known = {str(person) for person in dataset["person"].values}
    seen: dict[str, str] = {}
    for use in ("train", "validation", "test"):
        for person in sorted(getattr(split, use)):
            if person in seen:
                raise DatasetError(
                    f"Participant {person} is among the {seen[person]} and the {use} "
                    "participants; use each participant once."
                )
            if person not in known:
                raise DatasetError(
                    f"The dataset has no participant {person} for {use}; it has "
                    f"{name_some(sorted(known))}."
                )
            seen[person] = use


def names_along(dataset: xr.Dataset, dimension: str) -> tuple[str, ...]:
    """Coordinate or muscle names of a dataset."""
    return tuple(str(name) for name in dataset[dimension].values)


def read_samples(
    dataset: xr.Dataset,
    people: Collection[str],
    *,
    activations: bool,
    footprints: bool = False,
) -> Samples:
    """Repetitions of these participants, in the dataset's order.

    Parameters
    ----------
    dataset : as ``data.dataset.make_dataset`` makes it
    people : whose repetitions
    activations : take the muscle activations too, and leave out repetitions in which
        any of them is missing
    footprints : measure where the feet stand, put the motions in their middle, and take
        exercises and styles

    Raises
    ------
    DatasetError
        if a motion, duration or body descriptor is not a finite number; if footprints
        are wanted of a model that has not got two feet
    """
    chosen = dataset.isel(repetition=places(dataset, people, activations=activations))
    order = ("repetition", "frame", "coordinate", "muscle", ...)
    chosen = chosen.transpose(*order, missing_dims="ignore")
    _check_finite(chosen)
    hashes = model_hashes(dataset)
    model = [hashes.index(str(name)) for name in chosen["model"].values]
    body = np.stack([chosen[name].values for name in BODY], axis=-1)
    samples = Samples(
        motion=_tensor(chosen["motion"].values),
        duration=_tensor(chosen["duration"].values),
        body=_tensor(body),
        model=torch.tensor(model, dtype=torch.int64),
        activations=_tensor(chosen["activations"].values) if activations else None,
    )
    if not footprints:
        return samples
    names = names_along(dataset, "coordinate")
    motion, prints = stand_in_the_middle(
        list_models(dataset), samples.motion, samples.model, names=names
    )
    exercises = list_exercises(dataset)
    done = [exercises.index(str(name)) for name in chosen["exercise"].values]
    return replace(
        samples,
        motion=motion,
        footprints=prints,
        exercise=torch.tensor(done, dtype=torch.int64),
        style=torch.tensor(find_styles(chosen), dtype=torch.int64),
    )


def model_hashes(dataset: xr.Dataset) -> list[str]:
    """Models of the dataset in the order that ``Samples.model`` counts in."""
    return sorted({str(name) for name in dataset["model"].values})


def list_models(dataset: xr.Dataset) -> list[ModelSpec]:
    """Models of the dataset in the order that ``Samples.model`` counts in."""
    specs = read_models(dataset)
    return [specs[name] for name in model_hashes(dataset)]


def places(
    dataset: xr.Dataset, people: Collection[str], *, activations: bool
) -> Int[np.ndarray, " K"]:
    """Places of the repetitions that :func:`read_samples` takes."""
    kept = np.isin(dataset["person"].values.astype(str), sorted(people))
    if activations:
        values = dataset["activations"].transpose("repetition", "frame", "muscle")
        kept &= np.isfinite(values.values).all(axis=(1, 2))
    return np.flatnonzero(kept)


def _find_translational(dataset: xr.Dataset) -> tuple[bool, ...]:
    """Tell which of a dataset's coordinates are lengths (m), by its first model."""
    spec = read_models(dataset)[model_hashes(dataset)[0]]
    names = names_along(dataset, "coordinate")
    return tuple(spec.coordinate(name).translational for name in names)


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
