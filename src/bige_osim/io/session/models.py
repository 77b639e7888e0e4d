"""The models of a session: which belongs to which trial, and whose mass they have."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bige_osim.errors import BigeError, name_some
from bige_osim.io.opensim_files.osim_header import ModelOutline, read_outline
from bige_osim.io.plausible import mass_difference, mass_fault
from bige_osim.io.session.layout import Layout
from bige_osim.io.session.model_choice import choose_model
from bige_osim.io.session.participant import Participant

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
