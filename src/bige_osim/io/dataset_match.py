"""Whether repetitions of two sessions can be in one dataset."""

from collections.abc import Sequence

import xarray as xr

from bige_osim.errors import DatasetError

NAMED = {"coordinate": "coordinates", "muscle": "muscles", "foot": "feet"}
"""Dimensions whose names all repetitions share, and what a person calls them."""


def check_alike(first: xr.Dataset, other: xr.Dataset) -> None:
    """Check that two datasets can be one; sentences name the sessions.

    Raises
    ------
    DatasetError
        if they cannot
    """
    sessions = str(first["session"].values[0]), str(other["session"].values[0])
    for dimension, what in NAMED.items():
        check_same_names(
            what,
            *sessions,
            [str(n) for n in first[dimension].values],
            [str(n) for n in other[dimension].values],
        )
    if first.sizes["frame"] != other.sizes["frame"]:
        raise DatasetError(
            f"The repetitions of {sessions[1]} and {sessions[0]} have "
            f"{other.sizes['frame']} and {first.sizes['frame']} frames; collect them "
            "with the same version of bige."
        )
    check_same_names(
        "variables", *sessions, sorted(map(str, first)), sorted(map(str, other))
    )
    cutoffs = other.attrs["cutoff_hz"], first.attrs["cutoff_hz"]
    if cutoffs[0] != cutoffs[1]:
        raise DatasetError(
            f"The motions of {sessions[1]} and {sessions[0]} were low-passed at "
            f"{cutoffs[0]:g} and {cutoffs[1]:g} Hz; collect them with the same "
            "--cutoff."
        )


def check_same_names(
    what: str,
    first: str,
    other: str,
    expected: Sequence[str],
    got: Sequence[str],
) -> None:
    """Check that two sessions have the same names in the same order.

    Parameters
    ----------
    what : the names are of
    first, other : names of the sessions
    expected, got : names of the first and the other one

    Raises
    ------
    DatasetError
        if they have not
    """
    if tuple(expected) == tuple(got):
        return
    missing = [name for name in expected if name not in got]
    extra = [name for name in got if name not in expected]
    difference = "; ".join(
        f"{word} {', '.join(names)}"
        for word, names in (("without", missing), ("with", extra))
        if names
    )
    raise DatasetError(
        f"The {what} of {other} and {first} differ ({difference or 'in their order'}); "
        "collect sessions of one model family into one dataset."
    )
