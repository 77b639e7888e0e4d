"""Split a dataset by participant, so that no net is tested on somebody it knows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from bige_osim.errors import DatasetError, UnknownNameError, name_some


@dataclass(frozen=True)
class Split:
    """Who is used for what; nobody is used twice.

    Attributes
    ----------
    train : participants whose repetitions fit the weights
    validation : participants whose repetitions choose among the weights; may be empty
    test : participants kept out of both
    warnings : sentences about what could not be had
    """

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def split_participants(
    dataset: xr.Dataset,
    *,
    test: Sequence[str] = (),
    validation_share: float = 0.2,
    seed: int = 0,
) -> Split:
    """Split the participants of a dataset.

    Validation gets that share of the participants who are left after the test
    participants, at least one, drawn at random; with fewer than two left there is
    none. Copies of a participant's recorded motions on other bodies go where that
    participant goes; those of test participants, and whom test participants are copies
    of, are left out altogether.

    Parameters
    ----------
    dataset : with the variables ``person`` and ``derived_from``
    test : participants to keep out
    validation_share : 0 to 1
    seed : of the draw

    Raises
    ------
    UnknownNameError
        if a test participant is not in the dataset
    DatasetError
        if nobody is left to train on

    Examples
    --------
    >>> people = xr.Dataset({"person": ("repetition", ["ada", "bob", "cem"])})
    >>> split_participants(people, test=["bob"]).test
    ('bob',)
    """
    origins = _origins(dataset)
    for name in test:
        if name not in origins:
            raise UnknownNameError("participant", name, origins, where="The dataset")
    tested = {origins[name] for name in test}
    rest = [name for name in origins if origins[name] not in tested]
    if not rest:
        raise DatasetError(
            f"All participants of the dataset ({name_some(origins)}) are held out, "
            "nobody is left to train on; hold out fewer."
        )
    held_out = tuple(sorted(set(test)))
    warnings = _describe_copies([n for n in origins if n not in (*rest, *held_out)])
    if validation_share <= 0:
        return Split(tuple(rest), (), held_out, warnings)
    families = sorted({origins[name] for name in rest})
    if len(families) < 2:
        lonely = (
            f"Only {name_some(rest)} can be trained on, which leaves nobody for "
            "validation; the training loss chooses the weights.",
        )
        return Split(tuple(rest), (), held_out, warnings + lonely)
    count = min(max(1, round(validation_share * len(families))), len(families) - 1)
    drawn = np.random.default_rng(seed).permutation(families)[:count]
    return Split(
        tuple(name for name in rest if origins[name] not in drawn),
        tuple(name for name in rest if origins[name] in drawn),
        held_out,
        warnings,
    )


def _origins(dataset: xr.Dataset) -> dict[str, str]:
    """Whose motions each participant does: their own, if they are no copies."""
    people = dataset["person"].values.astype(str)
    origins = {name: name for name in sorted(set(people.tolist()))}
    if "derived_from" in dataset:
        copied = dataset["derived_from"].values.astype(str)
        origins |= {p: c for p, c in zip(people, copied, strict=True) if c}
    return origins


def _describe_copies(copies: Sequence[str]) -> tuple[str, ...]:
    if not copies:
        return ()
    return (
        f"{name_some(copies)} {'copies' if len(copies) == 1 else 'copy'} a held-out "
        f"participant, and {'is' if len(copies) == 1 else 'are'} left out.",
    )
