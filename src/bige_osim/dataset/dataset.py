"""The dataset: repetitions of many participants as one labelled set of arrays."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import xarray as xr

from bige_osim.dataset.align import check_same_names
from bige_osim.dataset.content_hash import (
    MODEL,
    MODEL_HASH,
    MODEL_JSON,
    content_hash,
    read_stored_models,
)
from bige_osim.dataset.sample import Sample
from bige_osim.errors import DatasetError
from bige_osim.io.manifest import versions
from bige_osim.spec import ModelSpec, spec_from_json, spec_to_json

BODY = ("height_m", "mass_kg", "leg_length_m")
"""Body descriptors, in the order the nets take them."""

ROOT = (
    "pelvis_tilt",
    "pelvis_list",
    "pelvis_rotation",
    "pelvis_tx",
    "pelvis_ty",
    "pelvis_tz",
)
"""Coordinates at which what the ground does not explain shows as a residual."""

AXES = ("x", "y", "z")

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
        for what, names in _names_of_sample(sample).items():
            check_same_names(
                what,
                first.labels.session,
                sample.labels.session,
                _names_of_sample(first)[what],
                names,
            )
    models = {s.spec.sha256: s.spec for s in samples}
    dataset = xr.Dataset(
        {
            **{name: _variable(name, samples) for name in DIMENSIONS},
            **{name: _per_repetition(name, samples) for name in _scalars()},
            **{name: ("repetition", _texts(name, samples)) for name in LABELS},
            MODEL_HASH: (MODEL, _names(list(models))),
            MODEL_JSON: (MODEL, _names([spec_to_json(m) for m in models.values()])),
        },
        coords={
            "coordinate": _names(first.motion.names),
            "muscle": _names(first.activations.names),
            "residual": _names(ROOT),
            "foot": _names(first.ground.names),
            "axis": _names(AXES),
            "cycle": ("frame", np.linspace(0.0, 100.0, len(first.motion.time))),
        },
        attrs={
            "title": "Repetitions with simulated muscle activations",
            "versions": json.dumps(versions(), sort_keys=True),
            "cutoff_hz": cutoff,
        },
    )
    dataset["cycle"].attrs["units"] = "%"
    dataset.attrs["content_hash"] = content_hash(dataset)
    return dataset


def read_models(dataset: xr.Dataset) -> dict[str, ModelSpec]:
    """Models of the participants, by the hash of their ``.osim``."""
    return {
        sha: spec_from_json(text) for sha, text in read_stored_models(dataset).items()
    }


def _names_of_sample(sample: Sample) -> dict[str, tuple[str, ...]]:
    return {
        "coordinates": sample.motion.names,
        "muscles": sample.activations.names,
        "feet": sample.ground.names,
    }


def _scalars() -> tuple[str, ...]:
    return tuple(name for name in UNITS if name not in DIMENSIONS)


def _variable(name: str, samples: Sequence[Sample]) -> tuple[Any, ...]:
    values = np.stack([_array(name, sample) for sample in samples])
    return DIMENSIONS[name], values, {"units": UNITS[name]}


def _array(name: str, sample: Sample) -> np.ndarray:
    arrays = {
        "motion": lambda: sample.motion.values,
        "activations": lambda: sample.activations.values,
        "moments": lambda: sample.moments.values,
        "residuals": lambda: sample.moments.select(ROOT).values,
        "ground_force": lambda: sample.ground.force,
        "ground_point": lambda: sample.ground.point,
        "ground_moment": lambda: sample.ground.moment,
        "origin": lambda: sample.origin,
    }
    return np.asarray(arrays[name](), dtype=np.float32)


def _facts(sample: Sample) -> dict[str, Any]:
    return {
        **asdict(sample.repetition),
        **asdict(sample.labels),
        "duration": sample.repetition.duration,
        "model": sample.spec.sha256,
        "ground": sample.ground.source,
    }


def _per_repetition(name: str, samples: Sequence[Sample]) -> tuple[Any, ...]:
    values = np.array([float(_facts(sample)[name]) for sample in samples])
    return "repetition", values, {"units": UNITS[name]}


def _texts(name: str, samples: Sequence[Sample]) -> np.ndarray:
    return _names([str(_facts(sample)[name]) for sample in samples])


def _names(names: Sequence[str]) -> np.ndarray:
    return np.array(names, dtype=object)
