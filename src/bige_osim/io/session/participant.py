"""The participant of a session, from OpenCap's YAML or AddBiomechanics' JSON."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bige_osim.io.plausible import mass_fault, stature_fault
from bige_osim.io.session.layout import METADATA_FILES
from bige_osim.paths import AnyPath

_SEXES = dict.fromkeys(("f", "w", "female", "woman"), "female")
_SEXES |= dict.fromkeys(("m", "male", "man"), "male")

_JSON_NAMES = {"massKg": "mass_kg", "heightM": "height_m", "sex": "sex"}
"""Fields of ``_subject.json``, and what OpenCap calls them."""


@dataclass(frozen=True)
class Participant:
    """A participant as the metadata describe it.

    Attributes
    ----------
    name : ``None`` if they do not say
    mass : kg, height : m; ``None`` if they do not say
    sex : ``female``, ``male`` or ``None``
    model_name : of the model that was scaled, "" if they do not say
    synthetic : whether a program made the session
    licence : under which the recordings may be used, "" if they do not say
    derived_from : the participant whose recorded motions were copied, "" if nobody's
        were
    one_camera : whether a single phone recorded them, which gives no markers
    """

    name: str | None = None
    mass: float | None = None
    height: float | None = None
    sex: str | None = None
    model_name: str = ""
    synthetic: bool = False
    licence: str = ""
    derived_from: str = ""
    one_camera: bool = False


def write_participant(folder: AnyPath, fields: Mapping[str, Any]) -> None:
    """Write the file about a session's participant as OpenCap does.

    Parameters
    ----------
    folder : the session's
    fields : ``subjectID``, ``mass_kg``, ``height_m`` and so on, in their order
    """
    folder = Path(folder)
    text = yaml.safe_dump(dict(fields), sort_keys=False, allow_unicode=True)
    (folder / METADATA_FILES[0]).write_text(text, encoding="utf-8")


def read_participant(path: AnyPath) -> tuple[Participant, list[str]]:
    r"""Read the file about a session's participant; faults become sentences.

    Parameters
    ----------
    path : ``sessionMetadata.yaml``, ``metadata.yaml`` or ``_subject.json``

    Returns
    -------
    the participant, and what is wrong with the file

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "_subject.json"
    ...     _ = path.write_text('{"massKg": "61.5", "heightM": 1.71, "sex": "female"}')
    ...     person, problems = read_participant(path)
    >>> person.mass, person.height, person.sex, problems
    (61.5, 1.71, 'female', [])
    """
    path = Path(path)
    fields, problems = _read_fields(path)
    sex = str(fields.get("gender_mf") or fields.get("sex") or "").strip().lower()
    person = Participant(
        name=str(fields["subjectID"]) if fields.get("subjectID") else None,
        mass=_check_positive(fields, "mass_kg", mass_fault, problems),
        height=_check_positive(fields, "height_m", stature_fault, problems),
        sex=_SEXES.get(sex),
        model_name=str(fields.get("openSimModel") or ""),
        synthetic=fields.get("synthetic") is True,
        licence=str(fields.get("licence") or fields.get("license") or "").strip(),
        derived_from=str(fields.get("derivedFrom") or ""),
        one_camera=fields.get("isMono") is True,
    )
    return person, problems


def _read_fields(path: Path) -> tuple[Mapping[str, Any], list[str]]:
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".json":
        try:
            found = json.loads(text)
        except json.JSONDecodeError as error:
            line = f" from line {error.lineno} on"
            return {}, [f"{path} is no JSON{line}; export it again."]
    else:
        try:
            found = yaml.safe_load(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f" from line {mark.line + 1} on" if mark else ""
            return {}, [f"{path} is no YAML{line}; export it again."]
    if not isinstance(found, dict):
        return {}, [f"{path} holds no fields; export it again."]
    if path.suffix == ".json":
        return {new: found.get(old) for old, new in _JSON_NAMES.items()}, []
    return found, []


def _check_positive(
    fields: Mapping[str, Any],
    key: str,
    fault: Callable[[float], str | None],
    problems: list[str],
) -> float | None:
    """Return a positive number of the metadata if it can be; else say why not."""
    value = fields.get(key)
    try:
        number = float(value)  # type: ignore[arg-type]  # None is a TypeError, caught
    except (TypeError, ValueError):
        number = 0.0
    if 0 < number < float("inf"):
        wrong = fault(number)
        if wrong is None:
            return number
        problems.append(f"The metadata give {value} for {key}: {wrong}.")
    elif fields:
        found = "nothing" if value is None else f"{value}"
        problems.append(f"The metadata give {found} for {key}.")
    return None
