"""The models of a session: which one belongs to which trial, and whose mass it has."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bige_osim.errors import BigeError, name_some
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.opensim_files.osim_header import ModelOutline, read_outline
from bige_osim.io.plausible import mass_difference, mass_fault
from bige_osim.io.session.addbiomechanics import FITTED
from bige_osim.io.session.layout import Layout
from bige_osim.io.session.participant import Participant


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


LARGEST_MASS_ERROR = 0.02
"""Part of the participant's mass by which the model's may differ unmentioned."""


def trial_models(
    layout: Layout, person: Participant, notes: list[str]
) -> dict[str, Path]:
    """Choose a model for each trial that has some of its own."""
    chosen = {}
    for name, models in layout.trial_models.items():
        motions = {name: layout.motions[name]}
        model, others = choose_model(models, motions=motions, wanted=person.model_name)
        if model is not None:
            chosen[name] = model
            notes += [
                f"{other.relative_to(layout.root)} is there too; trial {name} is read "
                f"with {model.name}."
                for other in others
            ]
    return chosen


def outlines(
    models: Mapping[str, Path], problems: list[str]
) -> dict[str, ModelOutline]:
    """Read the outlines of the trials' own models; one that is damaged is a problem."""
    found = {}
    for name, model in models.items():
        try:
            found[name] = read_outline(model)
        except BigeError as error:
            problems.append(str(error))
    return found


def model_mass(
    outline: ModelOutline, notes: list[str], problems: list[str]
) -> float | None:
    """Take the model's mass for the participant's, if it can be."""
    fault = mass_fault(outline.mass)
    if fault is not None:
        problems.append(f"The model {outline.name} has an odd mass: {fault}.")
        return None
    notes.append(
        f"Nothing says who the participant is: the mass of {outline.mass:.1f} kg is "
        f"the "
        "model's, height and sex are unknown."
    )
    return outline.mass


def mass_differences(
    mass: float | None,
    outline: ModelOutline | None,
    outlines: Mapping[str, ModelOutline],
) -> Iterator[str]:
    """Say which models have another mass than the metadata say."""
    found = {f"model of trial {name}": own for name, own in outlines.items()}
    if outline is not None:
        found = {"model": outline, **found}
    for whose, own in found.items():
        if mass and own.mass and abs(own.mass / mass - 1) > LARGEST_MASS_ERROR:
            yield mass_difference(mass, own.mass, whose=whose)


def outline_of(
    layout: Layout,
    model: Path | None,
    own: Mapping[str, Path],
    problems: list[str],
) -> ModelOutline | None:
    """Read the outline of the session's model; say where one is missing."""
    if model is None:
        without = [name for name in layout.motions if name not in own]
        if own and without:
            problems.append(
                f"There is no model (.osim) of {name_some(without)} in "
                f"{layout.model_place}; pass one with --model."
            )
        elif not own:
            problems.append(
                f"There is no model (.osim) in {layout.model_place}; pass one with "
                "--model."
            )
        return None
    try:
        return read_outline(model)
    except BigeError as error:
        problems.append(str(error))
        return None
