"""Whether repetitions of two sessions can be in one dataset."""

from collections.abc import Sequence

import xarray as xr

from bige_osim.errors import DatasetError, name_some

NAMED = {"coordinate": "coordinates", "muscle": "muscles", "foot": "feet"}
"""Dimensions whose names all repetitions share, and what a reader calls them."""


def align_repetitions(
    first: xr.Dataset, other: xr.Dataset
) -> tuple[xr.Dataset, list[str]]:
    """Bring repetitions into the order of others, with which they are to be joined.

    Coordinates that only the new ones have are dropped: models with and without wrists
    go into one dataset.

    Parameters
    ----------
    first : what is in the dataset
    other : what is to be added

    Returns
    -------
    ``other`` with the coordinates, muscles and feet of ``first``, and the names of the
    coordinates that were dropped

    Raises
    ------
    DatasetError
        if they cannot be in one dataset; the sentence names the sessions
    """
    sessions = str(first["session"].values[0]), str(other["session"].values[0])
    dropped: list[str] = []
    for dimension, what in NAMED.items():
        expected, got = ([str(n) for n in d[dimension].values] for d in (first, other))
        if expected == got:
            continue
        extra = [name for name in got if name not in expected]
        missing = [name for name in expected if name not in got]
        if missing and not extra and dimension == "coordinate":
            raise DatasetError(
                f"The model of {sessions[1]} has no {name_some(missing)}, the model of "
                f"{sessions[0]} has; collect {sessions[1]} before {sessions[0]}, and "
                "the dataset leaves them out."
            )
        if missing or (extra and dimension != "coordinate"):
            check_same_names(what, *sessions, expected, got)
        dropped += extra
        other = other.sel({dimension: expected})
    _check_alike(first, other, *sessions)
    return other, dropped


def _check_alike(
    first: xr.Dataset, other: xr.Dataset, one_session: str, other_session: str
) -> None:
    if first.sizes["frame"] != other.sizes["frame"]:
        raise DatasetError(
            f"The repetitions of {other_session} and {one_session} have "
            f"{other.sizes['frame']} and {first.sizes['frame']} frames; collect them "
            "with the same version of bige."
        )
    check_same_names(
        "variables",
        one_session,
        other_session,
        sorted(map(str, first)),
        sorted(map(str, other)),
    )
    cutoffs = other.attrs["cutoff_hz"], first.attrs["cutoff_hz"]
    if cutoffs[0] != cutoffs[1]:
        raise DatasetError(
            f"The motions of {other_session} and {one_session} were low-passed at "
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
        f"{word} {name_some(names, 3)}"
        for word, names in (("without", missing), ("with", extra))
        if names
    )
    raise DatasetError(
        f"The {what} of {other} and {first} differ ({difference or 'in their order'}); "
        "collect sessions of one model family into one dataset."
    )
