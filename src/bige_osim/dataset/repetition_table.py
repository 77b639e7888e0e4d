"""A dataset as a table: one row a repetition, with what its arrays come down to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
import xarray as xr

from bige_osim.dataset.dataset import LABELS, NUMBERS, ROOT, read_stored_models
from bige_osim.errors import BigeError, DatasetError, name_some
from bige_osim.motion import Motion
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.planted_ik import KNEES
from bige_osim.repetitions.squat_features import SquatMeasures, measure_squat
from bige_osim.solving.contacts import skeleton_with_feet
from bige_osim.solving.residuals import GRAVITY, rms
from bige_osim.spec import spec_from_json

MEASURES = tuple(SquatMeasures.__dataclass_fields__)
"""Columns that are known of squats only."""

_STEP = 14
"""The height of the centre of mass is taken of one frame in so many."""


@dataclass(frozen=True)
class RepetitionTable:
    """The repetitions of a dataset.

    Attributes
    ----------
    rows : labels and numbers of the dataset in SI; ``residual_force``, the largest over
        the largest ground reaction, and ``residual_moment``, over that times the mean
        height of the centre of mass (Hicks et al. 2015); ``force_rms`` over body weight
        and ``moment_rms``, N m; of squats :data:`MEASURES`. Moments are those at the
        pelvis' rotations, within 2 % of the moment vector's
    peaks : largest activation, a column for each muscle
    """

    rows: pd.DataFrame
    peaks: pd.DataFrame


def repetition_table(blocks: Iterable[xr.Dataset]) -> RepetitionTable:
    """Read a dataset block by block; its arrays are not kept.

    Parameters
    ----------
    blocks : as :func:`~bige_osim.dataset.netcdf_read.read_blocks` gives them

    Raises
    ------
    DatasetError
        if the dataset was made before one of its columns existed
    """
    rows: list[dict[str, Any]] = []
    peaks: list[pd.DataFrame] = []
    known: dict[str, Skeleton] = {}
    for block in blocks:
        _check_columns(block)
        hashes = {str(name) for name in block["model"].values}
        known = {sha: skeleton for sha, skeleton in known.items() if sha in hashes}
        texts = read_stored_models(block)
        known |= {
            sha: skeleton_with_feet(spec_from_json(texts[sha]))
            for sha in hashes - known.keys()
        }
        rows += _rows(block, known)
        peaks.append(
            pd.DataFrame(
                block["activations"].max("frame").values,
                columns=[str(name) for name in block["muscle"].values],
            )
        )
    return RepetitionTable(
        pd.DataFrame(rows),
        pd.concat(peaks, ignore_index=True) if peaks else pd.DataFrame(),
    )


def _check_columns(block: xr.Dataset) -> None:
    missing = [name for name in (*LABELS, *NUMBERS) if name not in block]
    if missing:
        raise DatasetError(
            f"The dataset has no variable {name_some(missing)}, an older version of "
            "bige made it; collect it again."
        )


def _rows(
    block: xr.Dataset, skeletons: Mapping[str, Skeleton]
) -> Iterator[dict[str, Any]]:
    names = tuple(str(name) for name in block["coordinate"].values)
    # as plain arrays: looking into a dataset takes a hundred times as long
    arrays = {str(name): block[name].values for name in block.data_vars}
    roots = [[str(n) for n in block["residual"].values].index(name) for name in ROOT]
    for place in range(block.sizes["repetition"]):
        row: dict[str, Any] = {name: str(arrays[name][place]) for name in LABELS}
        row |= {name: float(arrays[name][place]) for name in NUMBERS}
        values = arrays["motion"][place].astype(np.float64)
        time = np.linspace(0.0, row["duration"], len(values))
        motion, skeleton = Motion(time, values, names), skeletons[row["model"]]
        ground = arrays["ground_force"][place].sum(axis=1)
        force = np.linalg.norm(ground, axis=1).max()
        moment, push = np.split(arrays["residuals"][place][:, roots], 2, axis=1)
        lever = force * _center_height(motion, skeleton)
        pushes, moments = (np.linalg.norm(part, axis=1) for part in (push, moment))
        row["residual_force"] = float(pushes.max() / force)
        row["residual_moment"] = float(moments.max() / lever)
        row["force_rms"] = rms(pushes) / (skeleton.spec.mass * GRAVITY)
        row["moment_rms"] = rms(moments)
        yield row | _squat(motion, skeleton, row["exercise"])


def _center_height(motion: Motion, skeleton: Skeleton) -> float:
    """Mean height of the centre of mass above the floor, m."""
    values = torch.from_numpy(motion.values[::_STEP])
    pose = skeleton.pose(values, motion.names)
    return float(skeleton.center_of_mass(pose)[:, 1].mean())


def _squat(motion: Motion, skeleton: Skeleton, exercise: str) -> dict[str, float]:
    """Measure a squat; nothing is known of other exercises and unusual models."""
    unknown = {name: float("nan") for name in MEASURES if name != "depth"}
    if exercise != "squat":
        return unknown
    try:
        knees = motion.select(KNEES).values.mean(axis=1)
        found = measure_squat(
            motion,
            skeleton,
            start=0.0,
            bottom=float(motion.time[int(knees.argmax())]),
            stop=float(motion.time[-1]),
        )
    except BigeError:
        return unknown
    return asdict(found)
