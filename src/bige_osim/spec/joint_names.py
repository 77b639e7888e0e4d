"""Joints of the bodies that generators of motion use, and how they are called.

SMPL's order (Loper et al. 2015, ACM Trans Graph 34, 248); HumanML3D's 22 joints (Guo et
al. 2022, CVPR, 5152) are its first ones.
"""

import re
from collections.abc import Sequence

from bige_osim.errors import BigeError, UnknownNameError, name_some

HUMANML3D = (
    "pelvis", "left_hip", "right_hip", "spine1", "left_knee", "right_knee", "spine2",
    "left_ankle", "right_ankle", "spine3", "left_foot", "right_foot", "neck",
    "left_collar", "right_collar", "head", "left_shoulder", "right_shoulder",
    "left_elbow", "right_elbow", "left_wrist", "right_wrist",
)  # fmt: skip
"""22 joints of HumanML3D."""

SMPL = (*HUMANML3D, "left_hand", "right_hand")
"""24 joints of SMPL."""

BODIES = {"humanml3d": HUMANML3D, "smpl": SMPL}
"""Orders of joints that have a name."""

IGNORED = "none"
"""What a column is called that is no joint."""

NEEDED = tuple(
    f"{side}_{joint}"
    for side in ("right", "left")
    for joint in ("hip", "knee", "ankle")
)
"""Joints without which a clip has neither size nor heading."""

_SIDES = {"l": "left", "r": "right", "left": "left", "right": "right"}
_OTHERS = {"toe": "foot", "toes": "foot", "upleg": "hip", "root": "pelvis"}


def spell_joint(text: str) -> str:
    """Spell a joint's name as it is spelt here, whatever its case and its side's place.

    Examples
    --------
    >>> [spell_joint(t) for t in ("LHip", "knee_r", "RightToe", "Spine 1", "root")]
    ['left_hip', 'right_knee', 'right_foot', 'spine1', 'pelvis']
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=^[LR])(?=[A-Z])", "_", text.strip())
    words = [word for word in re.split(r"[^a-z0-9]+", apart.lower()) if word]
    sides = [_SIDES[word] for word in words if word in _SIDES]
    rest = "".join(word for word in words if word not in _SIDES)
    return "_".join([*sides[:1], _OTHERS.get(rest, rest)])


def check_joints(names: Sequence[str], *, where: str) -> tuple[str, ...]:
    """Spell the names of a clip's columns, and refuse what is none.

    Parameters
    ----------
    names : of the columns, in their order; :data:`IGNORED` for those that are no joint
    where : file that has them, for errors

    Raises
    ------
    UnknownNameError
        A name is no joint of :data:`SMPL`.
    BigeError
        A joint is named twice, or one of :data:`NEEDED` is not there.

    Examples
    --------
    >>> check_joints(["LeftWaist"], where="names.txt")
    Traceback (most recent call last):
    bige_osim.errors.UnknownNameError: names.txt has no joint named LeftWaist; did you \
mean left_wrist?
    """
    spelt = tuple(spell_joint(name) for name in names)
    for name, known in zip(names, spelt, strict=True):
        if known not in (*SMPL, IGNORED):
            close = UnknownNameError("joint", known, SMPL, where=where)
            close.args = (str(close).replace(f"named {known[:60]}", f"named {name}"),)
            raise close
    twice = {n for n in spelt if n != IGNORED and spelt.count(n) > 1}
    if twice:
        raise BigeError(
            f"{where} names {name_some(sorted(twice))} more than once; call columns "
            f"that are no joint {IGNORED}."
        )
    missing = [name for name in NEEDED if name not in spelt]
    if missing:
        raise BigeError(
            f"{where} lacks {name_some(missing)}; hips, knees and ankles are needed."
        )
    return spelt
