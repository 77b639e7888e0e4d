"""Which of a session's models is the one that its motions were made with."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bige_osim.errors import BigeError
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.opensim_files.osim_header import read_outline
from bige_osim.io.session.addbiomechanics import FITTED


def choose_model(
    models: Sequence[Path], *, motions: Mapping[str, Path], wanted: str
) -> tuple[Path | None, list[Path]]:
    """Choose the model that the motions fit, the plain scaled one over its variants.

    Parameters
    ----------
    models : ``.osim`` files of one participant
    motions : ``.mot`` files by trial, all of the same coordinates
    wanted : the generic model's name by the metadata, "" if they do not say

    Returns
    -------
    the chosen one, ``None`` without any, and the others, the next best first
    """
    if len(models) < 2:
        return next(iter(models), None), []
    columns = _columns(motions)
    ranks = {
        model: (_misfit(model, columns), *_rank(model, wanted)) for model in models
    }
    chosen, *others = sorted(models, key=ranks.__getitem__)
    return chosen, others


def _rank(model: Path, wanted: str) -> tuple[int, int, int, str]:
    stem = model.stem
    named = (stem == f"{wanted}_scaled", stem == wanted, stem.startswith(wanted))
    return (
        FITTED.index(stem) if stem in FITTED else len(FITTED),
        named.index(True) if any(named) else len(named),
        len(stem),
        stem,
    )


def _columns(motions: Mapping[str, Path]) -> tuple[str, ...]:
    """Coordinates of the first motion that can be read."""
    for path in motions.values():
        try:
            return read_motion(path).names
        except BigeError:
            continue  # reading the trial says what is wrong with it
    return ()


def _misfit(model: Path, columns: tuple[str, ...]) -> int:
    """Coordinates that a motion has too many or too few for a model."""
    try:
        outline = read_outline(model)
    except BigeError:
        return len(columns)
    unknown = set(columns) - set(outline.coordinates)
    return len(unknown) + len(outline.missing(columns)) if columns else 0
