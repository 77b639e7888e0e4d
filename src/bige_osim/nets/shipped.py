"""Nets that are shipped with the package, and how a net is chosen."""

from pathlib import Path

from bige_osim.errors import MissingFileError
from bige_osim.nets.checkpoint import weights_path
from bige_osim.paths import AnyPath

SHIPPED = Path(__file__).parent / "weights"
"""Run folder of the shipped nets; ``pipelines/shipped_nets.py`` makes it."""


def find_run(kind: str, run: AnyPath | None = None) -> Path:
    """Run folder of a net: the one that was named, or the shipped one.

    Parameters
    ----------
    kind : of net
    run : folder that a user named; ``None`` for the shipped net

    Raises
    ------
    MissingFileError
        No net of this kind is shipped.

    Examples
    --------
    >>> find_run("generator", "runs/mine")
    PosixPath('runs/mine')
    """
    if run is not None:
        return Path(run)
    if not is_shipped(kind):
        raise MissingFileError(
            weights_path(SHIPPED, kind),
            what=f"shipped {kind}",
            remedy=f"train with `bige train {kind} DATA.nc -o RUN` and name RUN",
        )
    return SHIPPED


def is_shipped(kind: str) -> bool:
    """Whether a net of this kind comes with the package.

    Examples
    --------
    >>> is_shipped("mean")
    False
    """
    return weights_path(SHIPPED, kind).is_file()
