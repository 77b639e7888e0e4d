"""Which columns of a motion's file are coordinates of the model, and which are not."""

from collections.abc import Collection, Sequence
from difflib import get_close_matches
from pathlib import Path

from bige_osim.errors import name_some
from bige_osim.paths import AnyPath
from bige_osim.spec import ModelSpec

LIGHT = 0.01
"""Part of the mass of a model that is moved unnoticed."""

_ALIKE, _NEARLY_SAME = 0.6, 0.85


def coordinate_of(column: str) -> str | None:
    """Name the coordinate whose value a column holds, if any.

    Examples
    --------
    >>> coordinate_of("/jointset/knee_r/knee_angle_r/value")
    'knee_angle_r'
    >>> coordinate_of("/forceset/soleus_r/activation")
    """
    if "/" not in column:
        return column
    parts = column.split("/")
    return parts[-2] if parts[-1] == "value" else None


def foreign_columns(
    names: Sequence[str], *, known: Collection[str], optional: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find columns that are no coordinates: misspelt ones, and others.

    OpenSim passes over every column that it does not know, and gives a coordinate whose
    column it does not find its default value; so a name is taken for a misspelt one if
    it is like that of a coordinate that is not there.

    Parameters
    ----------
    names : of the columns
    known : coordinates of the model
    optional : those of them that a motion may leave out

    Examples
    --------
    >>> columns = ("hip", "knee_angel", "RASI_tx")
    >>> foreign_columns(columns, known=("hip", "knee_angle"), optional=())
    (('knee_angel',), ('RASI_tx',))
    """
    absent = [name.lower() for name in known if name not in names]
    needed = [n.lower() for n in known if n not in names and n not in optional]
    foreign = [name for name in names if name not in known]
    misspelt = tuple(
        name
        for name in foreign
        if get_close_matches(name.lower(), needed, n=1, cutoff=_ALIKE)
        or get_close_matches(name.lower(), absent, n=1, cutoff=_NEARLY_SAME)
    )
    return misspelt, tuple(name for name in foreign if name not in misspelt)


def light_coordinates(spec: ModelSpec) -> frozenset[str]:
    """Find coordinates beyond which less than :data:`LIGHT` of the model's mass moves.

    Toes and hands: many programs weld them, and their motion tells on no other joint.
    """
    masses = {body.name: body.mass for body in spec.bodies}
    for joint in reversed(spec.joints):  # children come after their parents
        if joint.parent in masses:
            masses[joint.parent] += masses[joint.child]
    light = {j.name for j in spec.joints if masses[j.child] < LIGHT * spec.mass}
    return frozenset(c.name for c in spec.coordinates if c.joint in light)


def describe_held(path: AnyPath, names: Sequence[str], *, model: str) -> str:
    """Say which coordinates have no column.

    Examples
    --------
    >>> describe_held("a.mot", ("mtp_angle_r",), model="leg")
    'a.mot has no mtp_angle_r, held at the default of the model leg.'
    """
    where = f"held at the default of the model {model}"
    return f"{Path(path).name} has no {name_some(names)}, {where}."


def describe_left_out(path: AnyPath, names: Sequence[str], *, model: str) -> str:
    """Say which columns are not read.

    Examples
    --------
    >>> describe_left_out("a.mot", ("RASI_tx",), model="leg")
    'a.mot: RASI_tx is no coordinate of the model leg and is not read.'
    """
    what = "is no coordinate" if len(names) == 1 else "are no coordinates"
    read = "is" if len(names) == 1 else "are"
    shown = f"{Path(path).name}: {name_some(names)} {what}"
    return f"{shown} of the model {model} and {read} not read."
