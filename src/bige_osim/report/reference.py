"""Repetitions of a dataset that stand behind a trial's curves, as mean and SD."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

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

if TYPE_CHECKING:  # half a second to load, for pages that may have no reference
    import xarray as xr

Spread = tuple[Float[np.ndarray, " F"], Float[np.ndarray, " F"]]
"""Mean and standard deviation of a quantity over the cycle, in its unit."""

Curves = dict[tuple[str, str], list[Float[np.ndarray, "R F"]]]
"""Quantities by key and leg, as they were read."""

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
    """Read the repetitions of these kinds from a dataset; kinds it lacks are left out.

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
    from bige_osim.dataset.dataset import read_stored_models
    from bige_osim.dataset.netcdf_read import read_blocks

    curves: dict[Kind, Curves] = {}
    who: dict[Kind, dict[str, set[str]]] = {}
    counts: dict[Kind, int] = defaultdict(int)
    specs: dict[str, ModelSpec] = {}
    for block in read_blocks(path):
        labels = [block[name].values.astype(str) for name in ("exercise", "side")]
        models = block["model"].values.astype(str)
        rows = defaultdict(list)
        for row, (exercise, side, model) in enumerate(
            zip(*labels, models, strict=True)
        ):
            if (exercise, side) in kinds:
                rows[exercise, side, model].append(row)
        for (exercise, side, model), places in rows.items():
            kind, own = (exercise, side), block.isel(repetition=places)
            counts[kind] += len(places)
            _add_origins(who.setdefault(kind, defaultdict(set)), own)
            if model not in specs:
                specs[model] = spec_from_json(read_stored_models(block)[model])
            found = curves.setdefault(kind, defaultdict(list))
            for pair in _pairs(own, specs[model]):
                for leg, values in pair.sides.items():
                    found[pair.key, leg].append(values)
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


def _pairs(block: "xr.Dataset", spec: ModelSpec) -> Iterator[Pair]:
    """Quantities of repetitions of a dataset that were made with one model."""
    motion = _columns(block, "motion", "coordinate")
    yield from angle_pairs(motion, spec)
    yield from moment_pairs(_columns(block, "moments", "coordinate"), spec)
    yield from group_pairs(_columns(block, "activations", "muscle"), spec)
    upward = block["ground_force"].sel(axis="y")
    feet = _columns(block.assign(upward=upward), "upward", "foot")
    forces = {
        side: feet[body]
        for side, body in zip(SIDES, FOOT_BODIES, strict=True)
        if body in feet
    }
    yield force_pair(forces, spec)


def _columns(block: "xr.Dataset", variable: str, dimension: str) -> Columns:
    """Columns (R, F) of a variable, resampled over the cycle."""
    from scipy.interpolate import interp1d

    array = block[variable].transpose("repetition", "frame", dimension)
    values = array.values.astype(np.float64)
    old, new = np.linspace(0, 1, values.shape[1]), np.linspace(0, 1, FRAMES)
    sampled = interp1d(old, values, axis=1)(new)
    names = [str(name) for name in block[dimension].values]
    return {name: sampled[..., column] for column, name in enumerate(names)}


def _spread(curves: Curves, *, alike: bool) -> dict[str, dict[str, Spread]]:
    """Mean and SD of every quantity; of both legs together where they do the same."""
    found: dict[str, dict[str, Spread]] = defaultdict(dict)
    for key in dict.fromkeys(key for key, _ in curves):
        own = {side: rows for (name, side), rows in curves.items() if name == key}
        every = [row for rows in own.values() for row in rows]
        for side, rows in own.items():
            values = np.concatenate(every if alike else rows)
            width = values.std(axis=0, ddof=1) if len(values) > 1 else 0 * values[0]
            found[key][side] = values.mean(axis=0), width
    return dict(found)


def _add_origins(who: dict[str, set[str]], block: "xr.Dataset") -> None:
    """Add the participants of repetitions to those of the same origin."""
    names = (
        block[key].values.astype(str) for key in ("source", "derived_from", "person")
    )
    for source, derived_from, name in zip(*names, strict=True):
        made = "retargeted" if derived_from else "synthetic"
        who["recorded" if source == "measured" else made].add(name)


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
