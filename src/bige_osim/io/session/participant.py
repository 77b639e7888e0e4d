"""The participant of a session, from OpenCap's YAML or AddBiomechanics' JSON."""

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bige_osim.io.plausible import mass_fault, stature_fault
from bige_osim.io.session.layout import METADATA_FILES
from bige_osim.io.tables import refuse
from bige_osim.paths import AnyPath

_SEXES = dict.fromkeys(("f", "w", "female", "woman"), "female")
_SEXES |= dict.fromkeys(("m", "male", "man"), "male")

_JSON_NAMES = {"massKg": "mass_kg", "heightM": "height_m", "sex": "sex"}
"""Fields of ``_subject.json``, and what OpenCap calls them."""


def _measure(fault: Callable[[float], str | None]) -> BeforeValidator:
    """Take a positive number, perhaps in quotes, in which ``fault`` finds nothing."""

    def check(value: Any) -> float:
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = 0.0
        if not 0 < number < math.inf:
            refuse("", value)
        if wrong := fault(number):
            refuse(f": {wrong}", value)
        return number

    return BeforeValidator(check)


Mass = Annotated[float | None, _measure(mass_fault)]
Height = Annotated[float | None, _measure(stature_fault)]
Text = Annotated[str, BeforeValidator(lambda value: str(value or "").strip())]
Flag = Annotated[bool, BeforeValidator(lambda value: value is True)]


class Participant(BaseModel):
    """A participant as the metadata describe it; their other fields are passed over.

    Attributes
    ----------
    name : "" if they do not say
    mass : kg, height : m; ``None`` if they do not say
    sex : ``female``, ``male`` or ``None``
    model_name : of the model that was scaled, "" if they do not say
    synthetic : whether a program made the session
    licence : under which the recordings may be used, "" if they do not say
    derived_from : the participant whose recorded motions were copied, "" if nobody's
        were
    one_camera : whether a single phone recorded them, which gives no markers
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", protected_namespaces=(), validate_by_name=True
    )

    name: Text = Field(default="", alias="subjectID")
    mass: Mass = Field(default=None, alias="mass_kg")
    height: Height = Field(default=None, alias="height_m")
    sex: str | None = None
    model_name: Text = Field(default="", alias="openSimModel")
    synthetic: Flag = False
    licence: Text = ""
    derived_from: Text = Field(default="", alias="derivedFrom")
    one_camera: Flag = Field(default=False, alias="isMono")


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
    fields, problems = _read_fields(Path(path))
    if not fields:
        return Participant(), problems
    sex = str(fields.get("gender_mf") or fields.get("sex") or "").strip().lower()
    values = {
        "mass_kg": None,
        "height_m": None,
        **fields,
        "sex": _SEXES.get(sex),
        "licence": fields.get("licence") or fields.get("license"),
    }
    try:
        return Participant.model_validate(
            values, by_alias=True, by_name=False
        ), problems
    except ValidationError as faults:
        for fault in faults.errors():
            key, found = fault["loc"][0], fault["input"]
            given = "nothing" if found is None else found
            problems.append(f"The metadata give {given} for {key}{fault['msg']}.")
            del values[str(key)]
    return Participant.model_validate(values, by_alias=True, by_name=False), problems


def _read_fields(path: Path) -> tuple[Mapping[str, Any], list[str]]:
    """Read the fields by OpenCap's names; none, and why, of a file that has none."""
    text = path.read_text(encoding="utf-8", errors="replace")
    is_json = path.suffix == ".json"
    try:
        found = json.loads(text) if is_json else yaml.safe_load(text)
    except (json.JSONDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)  # of YAML; lines from 0
        line = mark.line + 1 if mark else getattr(error, "lineno", None)
        place = f" from line {line} on" if line else ""
        kind = "JSON" if is_json else "YAML"
        return {}, [f"{path} is no {kind}{place}; export it again."]
    if not isinstance(found, dict):
        return {}, [f"{path} holds no fields; export it again."]
    if is_json:
        found = {new: found.get(old) for old, new in _JSON_NAMES.items()}
    return found, []
