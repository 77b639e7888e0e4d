"""Curves of systems that make motions, against those of the reference.

Every motion is one repetition, drawn out to 0-100 % of its own time; a participant's
curve is the mean over the participant's motions, and of the two legs where there are
two. Participants are pairs. Where there are six of them, curves are
tested over the whole cycle (:mod:`bige_osim.evaluation.curve_tests`); with fewer no
difference can be found at 5 %, however large, so that there is no test.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from jaxtyping import Float

from bige_osim.evaluation.comparison import name_unit
from bige_osim.evaluation.curve_tests import (
    LEAST_PAIRS,
    CurveTest,
    compare_paired_curves,
)
from bige_osim.evaluation.estimate import Estimate, estimate
from bige_osim.evaluation.paired_curves import FRAMES
from bige_osim.evaluation.scores import REFERENCE
from bige_osim.io.output import finite
from bige_osim.io.profile import SIDES, find_profile_of_muscles
from bige_osim.motion import Activations, Motion

ANGLES = {
    "pelvis_tilt": "pelvis tilt",
    "lumbar_extension": "lumbar extension",
    "hip_flexion": "hip flexion",
    "knee_angle": "knee angle",
    "ankle_angle": "ankle angle",
}
"""Coordinates that are compared, without side, and what they are called."""

MUSCLES = {
    "gluteus_maximus": "gluteus maximus",
    "vasti": "vasti",
    "recfem": "rectus femoris",
    "bflh": "biceps femoris, long head",
    "soleus": "soleus",
}
"""Muscles, or groups of them, likewise."""

Kind = Literal["angle", "activation"]

SystemMotions = Mapping[str, Mapping[str, Sequence[tuple[Motion, Activations | None]]]]
"""System -> participant -> motions, each one repetition, with the activations that
static optimisation found on the motion's clock, or ``None``."""


@dataclass(frozen=True)
class CurveQuantity:
    """What curves are of.

    Attributes
    ----------
    key, title : its name, and what a reader calls it
    kind : angle, shown in deg, or activation, 0 to 1
    columns : coordinates or muscles whose mean it is
    """

    key: str
    title: str
    kind: Kind
    columns: tuple[str, ...]

    @property
    def unit(self) -> str:
        """For a reader."""
        return "deg" if self.kind == "angle" else "0 to 1"


@dataclass(frozen=True, eq=False, kw_only=True)
class CurveComparison:
    """One quantity of one system against the reference.

    Attributes
    ----------
    quantity : what curves are of
    system : its key
    participants : of the rows
    reference, compared : (N, F) in the quantity's unit over 0-100 %
    rms : RMS difference over the cycle, over participants, in that unit
    test : of the curves; ``None`` below :data:`LEAST_PAIRS`
    """

    quantity: CurveQuantity
    system: str
    participants: tuple[str, ...]
    reference: Float[np.ndarray, "N F"]
    compared: Float[np.ndarray, "N F"]
    rms: Estimate
    test: CurveTest | None

    @property
    def mean_difference(self) -> Float[np.ndarray, " F"]:
        """Over participants, compared minus reference, in the quantity's unit."""
        mean: Float[np.ndarray, " F"] = (self.compared - self.reference).mean(axis=0)
        return mean

    @property
    def sd_difference(self) -> Float[np.ndarray, " F"] | None:
        """Standard deviation of the same, same unit; ``None`` of one participant."""
        if len(self.participants) < 2:
            return None
        sd: Float[np.ndarray, " F"] = (self.compared - self.reference).std(
            axis=0, ddof=1
        )
        return sd

    def describe(self) -> str:
        """Say what the test found, or why there is none."""
        count = len(self.participants)
        if self.test is None:
            return f"not tested: {count} of at least {LEAST_PAIRS} participants"
        where = [
            f"{c.start:.0f} to {c.stop:.0f}" if c.stop > c.start else f"{c.start:.0f}"
            for c in self.test.clusters
        ]
        return f"differs at {', '.join(where)} %" if where else "no difference found"

    def to_dict(self) -> dict[str, Any]:
        """Plain data, units in the keys."""
        unit = name_unit(self.quantity.unit)
        plain: dict[str, Any] = finite(
            {
                "quantity": self.quantity.key,
                "columns": self.quantity.columns,
                "system": self.system,
                "participants": self.participants,
                f"rms_difference_{unit}": self.rms.to_dict(),
                f"mean_difference_{unit}": self.mean_difference,
                f"sd_difference_{unit}": self.sd_difference,
                "test": None if self.test is None else self.test.to_dict(),
                "said": self.describe(),
            }
        )
        return plain


def list_quantities(
    coordinates: Sequence[str], muscles: Sequence[str]
) -> tuple[CurveQuantity, ...]:
    """List what can be compared with these coordinates and muscles.

    Examples
    --------
    >>> for one in list_quantities(["knee_angle_r", "pelvis_tilt"], ["soleus_r"]):
    ...     print(one.title, one.columns)
    pelvis tilt ('pelvis_tilt',)
    knee angle ('knee_angle_r',)
    soleus ('soleus_r',)
    """
    groups = find_profile_of_muscles(muscles).muscle_groups if muscles else {}
    found = []
    for key, title in ANGLES.items():
        names = tuple(n for n in (key, *_add_sides(key)) if n in coordinates)
        found.append(CurveQuantity(key, title, "angle", names))
    for key, title in MUSCLES.items():
        names = tuple(
            muscle
            for name in _add_sides(key)
            for muscle in groups.get(name, (name,))
            if muscle in muscles
        )
        found.append(CurveQuantity(key, title, "activation", names))
    return tuple(one for one in found if one.columns)


def compare_system_curves(
    motions: SystemMotions,
    *,
    generated: Sequence[str],
    reference: str = REFERENCE,
    seed: int = 0,
) -> tuple[CurveComparison, ...]:
    """Compare the curves of generated systems with the reference's.

    A motion without activations counts in angles only. A system without a participant
    in common with the reference is left out.

    Parameters
    ----------
    motions : of every system, the reference among them, rad and 0 to 1
    generated : keys of the systems that are compared with it
    reference : key of the reference
    seed : of permutations and resampling

    Raises
    ------
    BigeError
        A coordinate or an activation is no number.
    """
    known = [name for name in generated if name in motions]
    every = [
        pair
        for name in (reference, *known)
        for own in motions.get(name, {}).values()
        for pair in own
    ]
    coordinates = _find_common([motion.names for motion, _ in every])
    muscles = _find_common([a.names for _, a in every if a is not None])
    return tuple(
        comparison
        for quantity in list_quantities(coordinates, muscles)
        for name in known
        for comparison in _compare(
            quantity, name, motions.get(reference, {}), motions[name], seed=seed
        )
    )


def _compare(
    quantity: CurveQuantity,
    system: str,
    reference: Mapping[str, Sequence[tuple[Motion, Activations | None]]],
    compared: Mapping[str, Sequence[tuple[Motion, Activations | None]]],
    *,
    seed: int,
) -> Iterator[CurveComparison]:
    both = {
        name: (_average(quantity, reference[name]), _average(quantity, compared[name]))
        for name in reference
        if name in compared
    }
    rows = {n: (a, b) for n, (a, b) in both.items() if a is not None and b is not None}
    if not rows:
        return
    first, second = (np.stack([pair[i] for pair in rows.values()]) for i in (0, 1))
    squares = ((second - first) ** 2).mean(axis=1)
    tested = len(rows) >= LEAST_PAIRS
    yield CurveComparison(
        quantity=quantity,
        system=system,
        participants=tuple(rows),
        reference=first,
        compared=second,
        rms=estimate(np.sqrt(squares).tolist(), seed=seed),
        test=compare_paired_curves(first, second, seed=seed) if tested else None,
    )


def _average(
    quantity: CurveQuantity, motions: Sequence[tuple[Motion, Activations | None]]
) -> Float[np.ndarray, " F"] | None:
    """Mean curve (F,) of a participant, in the quantity's unit; ``None`` of nothing."""
    curves = []
    for motion, activations in motions:
        series = motion if quantity.kind == "angle" else activations
        if series is None:
            continue
        own = series.select(quantity.columns).require_finite()
        cycle = np.linspace(motion.time[0], motion.time[-1], FRAMES)
        mean = own.values.mean(axis=1)
        curves.append(np.interp(cycle, own.time, mean))
    if not curves:
        return None
    average: Float[np.ndarray, " F"] = np.mean(curves, axis=0)
    if quantity.kind == "angle":
        average = np.degrees(average)
    return average


def _add_sides(name: str) -> list[str]:
    return [name + side for side in SIDES]


def _find_common(names: Sequence[tuple[str, ...]]) -> list[str]:
    if not names:
        return []
    common = set(names[0]).intersection(*names[1:])
    return [name for name in names[0] if name in common]
