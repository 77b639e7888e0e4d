"""One training of one net: its data by participant, its random state, its record."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import xarray as xr
from torch import nn

from bige_osim.dataset.split import Split
from bige_osim.errors import DatasetError, name_some
from bige_osim.io.manifest import versions
from bige_osim.nets.augmentation import Augmentation
from bige_osim.nets.checkpoint import FORMAT, Record
from bige_osim.nets.config import GeneratorTraining, SurrogateTraining
from bige_osim.nets.fitting import Progress, fit
from bige_osim.nets.losses import Loss
from bige_osim.nets.models import translational
from bige_osim.nets.samples import Samples, places, read_samples
from bige_osim.nets.scaling import Scaling, fit_scaling
from bige_osim.nets.settings import to_dict
from bige_osim.nets.state import TrainingState, state_path


@dataclass(frozen=True)
class TrainingData:
    """What one training sees.

    Attributes
    ----------
    train, validation : repetitions of these participants; ``None`` if there are none
    scaling : fitted on ``train``
    repetitions : how many there are of each, and how many were left out because an
        activation is missing
    """

    train: Samples
    validation: Samples | None
    scaling: Scaling
    repetitions: dict[str, int]

    @property
    def deciding(self) -> Samples:
        """The repetitions whose loss chooses the weights."""
        return self.train if self.validation is None else self.validation


@dataclass(frozen=True)
class Run:
    """One training of one net.

    Attributes
    ----------
    kind : ``generator`` or ``surrogate``
    dataset : as ``data.dataset.make_dataset`` makes it
    split : participants by use
    config : settings
    seed : of every random choice
    folder : where everything is written
    """

    kind: str
    dataset: xr.Dataset
    split: Split
    config: GeneratorTraining | SurrogateTraining
    seed: int
    folder: Path

    def names(self, dimension: str) -> tuple[str, ...]:
        """Coordinate or muscle names of the dataset."""
        return tuple(str(name) for name in self.dataset[dimension].values)

    def read(self, device: torch.device, *, activations: bool) -> TrainingData:
        """Repetitions of the training and validation participants, on a device.

        Raises
        ------
        DatasetError
            if a participant is used twice or unknown, or no training repetition is left
        """
        self._check_split()
        people = {"train": self.split.train, "validation": self.split.validation}
        samples = {
            use: read_samples(self.dataset, names, activations=activations)
            for use, names in people.items()
        }
        counts = {use: len(part) for use, part in samples.items()}
        if not counts["train"]:
            raise DatasetError(
                f"The dataset leaves nothing to train the {self.kind} on: its training "
                f"participants ({name_some(self.split.train)}) have no complete "
                "repetition; collect more sessions or hold out fewer participants."
            )
        used = {*self.split.train, *self.split.validation}
        found = len(places(self.dataset, used, activations=False))
        train = samples["train"]
        return TrainingData(
            train=train.to(device),
            validation=samples["validation"].to(device)
            if counts["validation"]
            else None,
            scaling=fit_scaling(
                train.motion,
                train.duration,
                train.body,
                coordinate_names=self.names("coordinate"),
                translational=translational(self.dataset),
            ),
            repetitions={**counts, "left_out": found - sum(counts.values())},
        )

    def fit(
        self,
        net: nn.Module,
        *,
        loss: Loss,
        data: TrainingData,
        augment: Augmentation,
        progress: Progress,
        force: bool,
    ) -> TrainingState:
        """Fit the net, from where an interrupted run stopped unless ``force``."""
        path = state_path(self.folder, self.kind)
        if force:
            path.unlink(missing_ok=True)
        state = fit(
            net,
            loss=loss,
            train=data.train,
            validation=data.validation,
            augment=augment,
            config=self.config.fitting,
            seed=self.seed,
            state_path=path,
            fingerprint={
                "settings": to_dict(self.config),
                "dataset": self.dataset.attrs["content_hash"],
                "split": self._participants(),
                "seed": self.seed,
            },
            progress=progress,
        )
        state.history.write(self.folder, self.kind)
        return state

    def record(
        self,
        state: TrainingState,
        *,
        data: TrainingData,
        metrics: Mapping[str, Any],
        latents: Mapping[str, Any] | None = None,
    ) -> Record:
        """Say what the checkpoint's JSON says of this run."""
        settings = to_dict(self.config)
        return Record(
            format=FORMAT,
            kind=self.kind,
            net=settings.pop("net"),
            training=settings,
            coordinate_names=self.names("coordinate"),
            muscle_names=self.names("muscle") if self.kind == "surrogate" else (),
            frames=self.dataset.sizes["frame"],
            scaling=data.scaling,
            data_sha256=self.dataset.attrs["content_hash"],
            versions=versions(),
            **{f"{use}_people": names for use, names in self._participants().items()},
            selected_on="training" if data.validation is None else "validation",
            seed=self.seed,
            epoch=state.best_epoch,
            epochs=self.config.fitting.epochs,
            repetitions=data.repetitions,
            metrics=dict(metrics),
            latents=dict(latents or {}),
            weights_sha256="",
        )

    def _participants(self) -> dict[str, tuple[str, ...]]:
        return {
            use: tuple(sorted(getattr(self.split, use)))
            for use in ("train", "validation", "test")
        }

    def _check_split(self) -> None:
        """Refuse a participant who is used twice, or is not in the dataset."""
        known = {str(person) for person in self.dataset["person"].values}
        seen: dict[str, str] = {}
        for use, names in self._participants().items():
            for person in names:
                if person in seen:
                    raise DatasetError(
                        f"Participant {person} is among the {seen[person]} and the "
                        f"{use} "
                        "participants; use each participant once."
                    )
                if person not in known:
                    raise DatasetError(
                        f"The dataset has no participant {person} for {use}; it has "
                        f"{name_some(sorted(known))}."
                    )
                seen[person] = use
