"""The dataset: repetitions of many participants as one labelled set of arrays.

Its hash says what it holds, not how it was written: a dataset that was written at once,
joined from parts or added to has the same if the same repetitions are in the same
order.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import xarray as xr

from bige_osim.dataset.sample import Sample
from bige_osim.errors import DatasetError, name_some
from bige_osim.io.manifest import versions
from bige_osim.spec import ModelSpec, spec_from_json, spec_to_json

BODY = ("height_m", "mass_kg", "leg_length_m")
"""Body descriptors, in the order the nets take them."""

ROOT = (
    "pelvis_tilt", "pelvis_list", "pelvis_rotation",
    "pelvis_tx", "pelvis_ty", "pelvis_tz",
)  # fmt: skip
"""Coordinates of the pelvis residuals."""

REPETITION = "repetition"
"""The dimension that grows."""

MODEL = "osim"
"""The dimension of the models that travel in a dataset."""

MODEL_HASH, MODEL_JSON = "model_hash", "model_json"
"""SHA-256 of each model's ``.osim``, and its specification."""

UNITS = {
    "motion": "rad or m",
    "duration": "s",
    "activations": "1",
    "moments": "N m or N",
    "residuals": "N m or N",
    "ground_force": "N",
    "ground_point": "m",
    "ground_moment": "N m",
    "origin": "m",
    "start": "s",
    "depth": "rad",
    "quality": "1",
    "height_m": "m",
    "mass_kg": "kg",
    "leg_length_m": "m",
    "marker_error": "m",
    "balance_change": "rad",
}
"""Unit of every variable that is a number."""

DIMENSIONS = {
    "motion": ("repetition", "frame", "coordinate"),
    "activations": ("repetition", "frame", "muscle"),
    "moments": ("repetition", "frame", "coordinate"),
    "residuals": ("repetition", "frame", "residual"),
    "ground_force": ("repetition", "frame", "foot", "axis"),
    "ground_point": ("repetition", "frame", "foot", "axis"),
    "ground_moment": ("repetition", "frame", "foot", "axis"),
    "origin": ("repetition", "axis"),
}
"""Dimensions of every variable that is more than one value a repetition."""

NUMBERS = tuple(name for name in UNITS if name not in DIMENSIONS)
"""Variables that are one number a repetition."""

LABELS = (
    "person", "session", "trial", "exercise", "side", "source", "derived_from", "sex",
    "licence", "engine", "model", "ground",
)  # fmt: skip
"""Variables that are text, one a repetition."""


def make_dataset(samples: Sequence[Sample], *, cutoff: float) -> xr.Dataset:
    """Join repetitions that share coordinates, muscles and feet.

    Parameters
    ----------
    samples : at least one
    cutoff : of the low-pass the motions were solved with, Hz

    Returns
    -------
    xr.Dataset
        dimensions ``repetition, frame, coordinate, muscle, residual, foot, axis``;
        variables as in ``UNITS`` and ``LABELS``, arrays over frames in float32, and
        ``model_hash`` and ``model_json`` (dimension ``osim``), the
        :class:`ModelSpec` of every ``.osim``; attributes ``cutoff_hz``,
        ``content_hash``, ``versions``

    Raises
    ------
    DatasetError
        if there is no sample, or their names differ
    """
    if not samples:
        raise DatasetError(
            "A dataset needs at least one repetition, got none; see `bige collect "
            "--dry-run` for what was rejected."
        )
    first = samples[0]
    for sample in samples:
        _check_sample_names(first, sample)
    models = {sample.spec.sha256: sample.spec for sample in samples}
    arrays = [_arrays(sample) for sample in samples]
    facts = [_facts(sample) for sample in samples]
    dataset = xr.Dataset(
        {
            **{
                name: (
                    dimensions,
                    np.stack([one[name] for one in arrays], dtype=np.float32),
                    {"units": UNITS[name]},
                )
                for name, dimensions in DIMENSIONS.items()
            },
            **{
                name: (
                    REPETITION,
                    np.array([float(one[name]) for one in facts]),
                    {"units": UNITS[name]},
                )
                for name in NUMBERS
            },
            **{name: (REPETITION, _texts(o[name] for o in facts)) for name in LABELS},
            MODEL_HASH: (MODEL, _texts(models)),
            MODEL_JSON: (MODEL, _texts(map(spec_to_json, models.values()))),
        },
        coords={
            "coordinate": _texts(first.motion.names),
            "muscle": _texts(first.activations.names),
            "residual": _texts(ROOT),
            "foot": _texts(first.ground.names),
            "axis": _texts("xyz"),
            "cycle": (
                "frame",
                np.linspace(0.0, 100.0, len(first.motion.time)),
                {"units": "%"},
            ),
        },
        attrs={
            "title": "Repetitions with simulated muscle activations",
            "versions": json.dumps(versions(), sort_keys=True),
            "cutoff_hz": cutoff,
        },
    )
    dataset.attrs["content_hash"] = content_hash(dataset)
    return dataset


def read_models(dataset: xr.Dataset) -> dict[str, ModelSpec]:
    """Models of the participants, by the hash of their ``.osim``."""
    return {
        sha: spec_from_json(text) for sha, text in read_stored_models(dataset).items()
    }


def read_stored_models(dataset: xr.Dataset) -> dict[str, str]:
    """JSON of the models in a dataset, by the hash of their ``.osim``."""
    hashes, texts = (dataset[name].values.tolist() for name in (MODEL_HASH, MODEL_JSON))
    return {str(sha): str(text) for sha, text in zip(hashes, texts, strict=True)}


def check_same_names(
    what: str,
    sessions: tuple[str, str],
    expected: Sequence[str],
    got: Sequence[str],
) -> None:
    """Check that two sessions have the same names in the same order.

    Parameters
    ----------
    what : the names are of
    sessions : names of the first and the other session
    expected, got : names that the first and the other one have

    Raises
    ------
    DatasetError
        if they have not

    Examples
    --------
    >>> check_same_names("feet", ("a", "b"), ["calcn_r"], ["calcn_r"])
    """
    if tuple(expected) == tuple(got):
        return
    missing = [name for name in expected if name not in got]
    extra = [name for name in got if name not in expected]
    difference = "; ".join(
        f"{word} {name_some(names, 3)}"
        for word, names in (("without", missing), ("with", extra))
        if names
    )
    raise DatasetError(
        f"The {what} of {sessions[1]} and {sessions[0]} differ "
        f"({difference or 'in their order'}); collect sessions of one model family "
        "into one dataset."
    )


class ContentHash:
    """SHA-256 over names, dimensions and values, fed block by block."""

    def __init__(self) -> None:
        self._head = b""
        self._repetitions = hashlib.sha256()
        self._models: dict[str, str] = {}

    def add(self, block: xr.Dataset) -> None:
        """Take in repetitions; the names of all blocks must agree."""
        head = hashlib.sha256()
        grown = []
        for name in sorted(str(n) for n in block.variables):
            variable = block[name]
            if REPETITION in variable.dims:
                variable = variable.transpose(REPETITION, ...)
                head.update(f"{name}{variable.dims[1:]}{variable.shape[1:]}".encode())
                grown.append(variable.values)
            elif MODEL not in variable.dims:
                head.update(f"{name}{variable.dims}{variable.shape}".encode())
                head.update(_as_bytes(variable.values))
        self._head = head.digest()
        for place in range(block.sizes[REPETITION]):
            for values in grown:
                self._repetitions.update(_as_bytes(values[place : place + 1]))
        self._models |= read_stored_models(block)

    def hexdigest(self) -> str:
        """Return the hash of what was taken in so far."""
        digest = hashlib.sha256(self._head + self._repetitions.digest())
        for sha, text in sorted(self._models.items()):
            digest.update(f"{sha}\0{text}\0".encode())
        return digest.hexdigest()


def content_hash(dataset: xr.Dataset) -> str:
    """SHA-256 over names, dimensions and values of everything but the attributes."""
    content = ContentHash()
    content.add(dataset)
    return content.hexdigest()


def _check_sample_names(first: Sample, other: Sample) -> None:
    sessions = first.labels.session, other.labels.session
    for what, series in (
        ("coordinates", "motion"), ("muscles", "activations"), ("feet", "ground"),
    ):  # fmt: skip
        expected, got = (getattr(one, series).names for one in (first, other))
        check_same_names(what, sessions, expected, got)


def _arrays(sample: Sample) -> dict[str, np.ndarray]:
    return {
        "motion": sample.motion.values,
        "activations": sample.activations.values,
        "moments": sample.moments.values,
        "residuals": sample.moments.select(ROOT).values,
        "ground_force": sample.ground.force,
        "ground_point": sample.ground.point,
        "ground_moment": sample.ground.moment,
        "origin": sample.origin,
    }


def _facts(sample: Sample) -> dict[str, Any]:
    return {
        **asdict(sample.repetition),
        **asdict(sample.labels),
        "duration": sample.repetition.duration,
        "model": sample.spec.sha256,
        "ground": sample.ground.source,
    }


def _texts(texts: Iterable[Any]) -> np.ndarray:
    return np.array([str(text) for text in texts], dtype=object)


def _as_bytes(values: np.ndarray) -> bytes:
    if values.dtype.kind in "OUST":
        return "\0".join([*(str(v) for v in values.ravel()), ""]).encode()
    return np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<")).tobytes()
