"""Repetitions of a dataset that stand behind a trial's curves, as mean and SD."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr
from jaxtyping import Float

from bige_osim.dataset.dataset import read_stored_models
from bige_osim.dataset.netcdf_read import read_blocks
from bige_osim.errors import count_nouns
from bige_osim.motion import FOOT_BODIES
from bige_osim.paths import AnyPath
from bige_osim.repetitions.exercises import EXERCISES
from bige_osim.report.course import FRAMES, Columns
from bige_osim.report.formatting import join_names
from bige_osim.report.quantities import (
    SIDES,
    Pair,
    angle_pairs,
    force_pair,
    group_pairs,
    moment_pairs,
)
from bige_osim.spec import ModelSpec, spec_from_json

Spread = tuple[Float[np.ndarray, " F"], Float[np.ndarray, " F"]]
"""Mean and standard deviation of a quantity over the cycle, in its unit."""

Kind = tuple[str, str]
"""Exercise and side of repetitions."""


@dataclass(frozen=True)
class Reference:
    """What the repetitions of one kind do.

    Attributes
    ----------
    label : which repetitions, how many, of how many participants
    spreads : key of a quantity -> mean and SD over all repetitions, both legs alike
        where both do the same
    """

    label: str
    spreads: Mapping[str, Mapping[str, Spread]]

    def find(self, key: str, side: str) -> Spread | None:
        """Find the spread of a quantity for a side, ``None`` if there is none."""
        return self.spreads.get(key, {}).get(side)


def read_references(path: AnyPath, kinds: set[Kind]) -> dict[Kind, Reference]:
    """Read the repetitions of these kinds from a dataset; kinds without any are left out.

    Parameters
    ----------
    path : of a dataset of ``bige collect``
    kinds : exercise and side, as :class:`~bige_osim.repetitions.repetition.Repetition`
        has them

    Raises
    ------
    MissingFileError, DatasetError
        as :func:`~bige_osim.dataset.netcdf_read.read_blocks`
    """
    curves: dict[Kind, dict[tuple[str, str], list[Float[np.ndarray, "1 F"]]]] = {}
    who: dict[Kind, dict[str, set[str]]] = {}
    counts: dict[Kind, int] = defaultdict(int)
    specs: dict[str, ModelSpec] = {}
    for block in read_blocks(path):
        exercises, sides = block["exercise"].values, block["side"].values
        for place, kind in enumerate(zip(map(str, exercises), map(str, sides))):
            if kind not in kinds:
                continue
            counts[kind] += 1
            one = block.isel(repetition=place)
            origin = _say_origin(one)
            who.setdefault(kind, defaultdict(set))[origin].add(
                str(one["person"].item())
            )
            own = curves.setdefault(kind, defaultdict(list))
            for pair in _pairs(one, _find_spec(block, one, specs)):
                for side, values in pair.sides.items():
                    own[pair.key, side].append(values)
    return {
        kind: Reference(
            _label(kind, counts[kind], who[kind], Path(path).name),
            _spread(curves[kind], alike=kind[1] == "both"),
        )
        for kind in curves
    }


def count_repetitions(count: int, exercise: str) -> str:
    """Say how many repetitions of an exercise there are.

    Examples
    --------
    >>> count_repetitions(1, "drop-jump"), count_repetitions(5, "squat")
    ('1 drop jump', '5 squats')
    """
    known = EXERCISES.get(exercise)
    many = known.plural if known else f"{exercise}s"
    return f"{count} {(exercise if count == 1 else many).replace('-', ' ')}"


def _pairs(one: xr.Dataset, spec: ModelSpec) -> Iterator[Pair]:
    """Quantities of one repetition of a dataset."""
    motion = _columns(one, "motion", "coordinate")
    yield from angle_pairs(motion, spec)
    yield from moment_pairs(_columns(one, "moments", "coordinate"), spec)
    yield from group_pairs(_columns(one, "activations", "muscle"), spec)
    force = one["ground_force"].sel(axis="y")
    feet = [str(name) for name in force["foot"].values]
    forces = {
        side: _resample(force.values[:, feet.index(body)])
        for side, body in zip(SIDES, FOOT_BODIES, strict=True)
        if body in feet
    }
    yield force_pair(forces, spec)


def _columns(one: xr.Dataset, variable: str, dimension: str) -> Columns:
    values = one[variable].values
    return {
        str(name): _resample(values[:, column])
        for column, name in enumerate(one[dimension].values)
    }


def _resample(values: Float[np.ndarray, " N"]) -> Float[np.ndarray, "1 F"]:
    old, new = np.linspace(0, 1, len(values)), np.linspace(0, 1, FRAMES)
    return np.asarray(np.interp(new, old, values))[None]


def _find_spec(
    block: xr.Dataset, one: xr.Dataset, specs: dict[str, ModelSpec]
) -> ModelSpec:
    sha = str(one["model"].item())
    if sha not in specs:
        specs[sha] = spec_from_json(read_stored_models(block)[sha])
    return specs[sha]


def _spread(
    curves: Mapping[tuple[str, str], list[Float[np.ndarray, "1 F"]]], *, alike: bool
) -> dict[str, dict[str, Spread]]:
    """Mean and SD of every quantity; of both legs together where they do the same."""
    found: dict[str, dict[str, Spread]] = defaultdict(dict)
    for key in dict.fromkeys(key for key, _ in curves):
        own = {side: rows for (name, side), rows in curves.items() if name == key}
        every = [row for rows in own.values() for row in rows]
        for side, rows in own.items():
            values = np.concatenate(every if alike else rows)
            found[key][side] = values.mean(axis=0), values.std(axis=0)
    return dict(found)


def _say_origin(one: xr.Dataset) -> str:
    if str(one["source"].item()) == "measured":
        return "recorded"
    return "synthetic" if not str(one["derived_from"].item()) else "retargeted"


def _label(kind: Kind, count: int, who: Mapping[str, set[str]], name: str) -> str:
    """Say which repetitions these are.

    Examples
    --------
    >>> _label(("squat", "both"), 47, {"recorded": {"a", "b"}}, "labs.nc")
    '47 squats of 2 recorded participants (labs.nc)'
    """
    exercise, side = kind
    leg = "" if side == "both" else f" with the {side} leg"
    whose = [
        count_nouns(len(names), f"{origin} participant")
        for origin, names in sorted(who.items())
    ]
    repetitions = count_repetitions(count, exercise)
    return f"{repetitions}{leg} of {join_names(whose)} ({name})"
