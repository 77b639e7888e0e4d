"""The models of a session: which one belongs to which trial, and whose mass it has."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bige_osim.errors import BigeError, name_some
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.opensim_files.osim_header import OsimHeader, read_osim_header
from bige_osim.io.plausible import mass_difference, mass_fault
from bige_osim.io.session.addbiomechanics import FITTED
from bige_osim.io.session.layout import Layout

LARGEST_MASS_ERROR = 0.02
"""Part of the participant's mass by which the model's may differ unmentioned."""


@dataclass(frozen=True)
class SessionModels:
    """The models that the trials are read with.

    Attributes
    ----------
    model, osim : of the session, and its header; ``None`` without (a readable) one
    own : models of trials that have some of their own, and their headers, likewise
    """

    model: Path | None
    osim: OsimHeader | None
    own: Mapping[str, tuple[Path, OsimHeader | None]]

    def of(self, trial: str) -> tuple[Path | None, OsimHeader | None]:
        """Return a trial's own model, if any, and the header that it is read with."""
        return self.own.get(trial, (None, self.osim))

    @property
    def any_osim(self) -> OsimHeader | None:
        """Of the session's model, else of the first trial's that has one."""
        found = (self.osim, *(osim for _, osim in self.own.values()))
        return next((osim for osim in found if osim), None)

    def mass_differences(self, mass: float | None) -> Iterator[str]:
        """Say which models have another mass, kg, than the metadata say."""
        found = {"model": self.osim}
        found |= {f"model of trial {name}": own for name, (_, own) in self.own.items()}
        for whose, osim in found.items():
            if not mass or osim is None or not osim.mass:
                continue
            if abs(osim.mass / mass - 1) > LARGEST_MASS_ERROR:
                yield mass_difference(mass, osim.mass, whose=whose)


def read_models(
    layout: Layout, *, wanted: str, problems: list[str], notes: list[str]
) -> SessionModels:
    """Choose the session's model and those of trials, and read their headers.

    Parameters
    ----------
    layout : the files
    wanted : the generic model's name by the metadata, "" if they do not say
    problems, notes : sentences on missing, damaged and unused models are added
    """
    model, others = choose_model(layout.models, motions=layout.motions, wanted=wanted)
    for other in others:
        place = other.relative_to(layout.root)
        notes.append(f"{place} is there too; {model and model.name} is used.")
    own: dict[str, Path] = {}
    for name, models in layout.trial_models.items():
        motions = {name: layout.motions[name]}
        chosen, others = choose_model(models, motions=motions, wanted=wanted)
        if chosen is None:
            continue
        own[name] = chosen
        for other in others:
            place = other.relative_to(layout.root)
            notes.append(
                f"{place} is there too; trial {name} is read with {chosen.name}."
            )
    without = [name for name in layout.motions if name not in own]
    if model is None and (without or not own):
        whose = f" of {name_some(without)}" if own else ""
        problems.append(
            f"There is no model (.osim){whose} in {layout.model_place}; pass one with "
            "--model."
        )
    osim = _read_header(model, problems)
    read = {name: (path, _read_header(path, problems)) for name, path in own.items()}
    return SessionModels(model, osim, read)


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


def model_mass(
    osim: OsimHeader, *, notes: list[str], problems: list[str]
) -> float | None:
    """Take the model's mass, kg, for the participant's, if it can be."""
    fault = mass_fault(osim.mass)
    if fault is not None:
        problems.append(f"The model {osim.name} has an odd mass: {fault}.")
        return None
    notes.append(
        f"Nothing says who the participant is: the mass of {osim.mass:.1f} kg is "
        "the model's, height and sex are unknown."
    )
    return osim.mass


def _read_header(model: Path | None, problems: list[str]) -> OsimHeader | None:
    """Read a header; damage is a problem."""
    try:
        return None if model is None else read_osim_header(model)
    except BigeError as error:
        problems.append(str(error))
        return None


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
        osim = read_osim_header(model)
    except BigeError:
        return len(columns)
    unknown = set(columns) - set(osim.coordinates)
    return len(unknown) + len(osim.missing(columns)) if columns else 0
