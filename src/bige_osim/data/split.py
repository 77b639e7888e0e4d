"""Split a dataset by person, so that no net is tested on somebody it knows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from bige_osim.errors import DatasetError, UnknownNameError


@dataclass(frozen=True)
class Split:
    """Who is used for what; nobody is used twice.

    Attributes
    ----------
    train : people whose repetitions fit the weights
    validation : people whose repetitions choose among the weights; may be empty
    test : people kept out of both
    warnings : sentences about what could not be had
    """

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def split_people(
    dataset: xr.Dataset,
    *,
    test: Sequence[str] = (),
    validation_share: float = 0.2,
    seed: int = 0,
) -> Split:
    """Split the people of a dataset.

    Validation gets that share of the people who are left after the test people, at
    least one, drawn at random; with fewer than two left there is none.

    Parameters
    ----------
    dataset : with the variable ``person``
    test : people to keep out
    validation_share : 0 to 1
    seed : of the draw

    Raises
    ------
    UnknownNameError
        if a test person is not in the dataset
    DatasetError
        if nobody is left to train on
    """
    people = sorted({str(name) for name in dataset["person"].values})
    for name in test:
        if name not in people:
            raise UnknownNameError("person", name, people, where="The dataset")
    rest = [name for name in people if name not in test]
    if not rest:
        raise DatasetError(
            f"All people of the dataset ({', '.join(people)}) are held out, nobody is "
            "left to train on; hold out fewer."
        )
    held_out = tuple(sorted(set(test)))
    if validation_share <= 0:
        return Split(tuple(rest), (), held_out)
    if len(rest) < 2:
        return Split(
            tuple(rest),
            (),
            held_out,
            (
                f"Only {', '.join(rest)} can be trained on, so that nobody is left to "
                "choose the weights by; the training loss chooses them.",
            ),
        )
    count = min(max(1, round(validation_share * len(rest))), len(rest) - 1)
    drawn = np.random.default_rng(seed).permutation(rest)[:count]
    validation = tuple(sorted(str(name) for name in drawn))
    return Split(
        tuple(name for name in rest if name not in validation), validation, held_out
    )
