"""What is drawn of both legs: angles, net moments, ground force, muscle groups.

The same functions serve a trial and the repetitions of a dataset: they take columns by
name and give a quantity for each leg.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float

from bige_osim.io.profile import Profile, find_profile
from bige_osim.report.course import Columns
from bige_osim.solution import FULL
from bige_osim.solving.residuals import GRAVITY
from bige_osim.spec import ModelSpec

SIDES = {"right": "_r", "left": "_l"}
"""What names of the right and the left side end with."""

ANGLES = (
    ("hip_flexion", "hip flexion", "hip_flexion"),
    ("knee_flexion", "knee flexion", "knee_angle"),
    ("ankle_dorsiflexion", "ankle dorsiflexion", "ankle_angle"),
)
"""Key, title and coordinate of each angle."""

MOMENTS = (
    ("hip_moment", "hip extension moment", "hip_flexion"),
    ("knee_moment", "knee extension moment", "knee_angle"),
    ("ankle_moment", "ankle plantarflexion moment", "ankle_angle"),
)
"""Likewise of net moments, which are those of muscles: extension is positive."""

GROUPS = (
    "gluteus_maximus", "gluteus_medius", "vasti", "recfem", "hamstrings",
    "adductors", "iliopsoas", "gastrocnemii", "soleus", "tibant",
)  # fmt: skip
"""Groups and muscles that are drawn, from the hip to the ankle."""


@dataclass(frozen=True, eq=False)
class Pair:
    """A quantity of both legs.

    Attributes
    ----------
    key : a word that tells it from others, in files
    title, unit : for a reader
    sides : ``right`` and ``left``, where there is one -> (R, F) in the unit
    saturated : the same -> (R, F), where one of the muscles is saturated

    Examples
    --------
    >>> Pair("a", "knee flexion", "deg", {"right": np.zeros((1, 2))}).label
    'knee flexion (deg)'
    """

    key: str
    title: str
    unit: str
    sides: Mapping[str, Float[np.ndarray, "R F"]]
    saturated: Mapping[str, Bool[np.ndarray, "R F"]] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Title and unit."""
        return f"{self.title} ({self.unit})"


def angle_pairs(motion: Columns, spec: ModelSpec) -> tuple[Pair, ...]:
    """Flexion of hips, knees and ankles, deg; of those that the model has.

    Parameters
    ----------
    motion : coordinate -> (R, F) rad
    spec : the model, in some of which knees bend to negative angles
    """
    pairs = []
    for key, title, stem in ANGLES:
        sides = {
            side: np.degrees(_bend(spec, stem + end) * motion[stem + end])
            for side, end in SIDES.items()
            if stem + end in motion
        }
        pairs.append(Pair(key, title, "deg", sides))
    return tuple(pair for pair in pairs if pair.sides)


def moment_pairs(moments: Columns, spec: ModelSpec) -> tuple[Pair, ...]:
    """Net extension moments of hips, knees and ankles over body mass, N m/kg.

    Parameters
    ----------
    moments : coordinate -> (R, F) N m
    spec : the model, whose mass counts
    """
    pairs = []
    for key, title, stem in MOMENTS:
        sides = {
            side: -_bend(spec, stem + end) * moments[stem + end] / spec.mass
            for side, end in SIDES.items()
            if stem + end in moments
        }
        pairs.append(Pair(key, title, "N m/kg", sides))
    return tuple(pair for pair in pairs if pair.sides)


def force_pair(forces: Columns, spec: ModelSpec) -> Pair:
    """Vertical ground reaction of each foot, % of body weight.

    Parameters
    ----------
    forces : ``right`` and ``left`` -> (R, F) N
    spec : the model, whose mass counts
    """
    weight = spec.mass * GRAVITY
    sides = {side: 100 * force / weight for side, force in forces.items()}
    return Pair("vertical_force", "vertical force", "% body weight", sides)


def group_pairs(activations: Columns, spec: ModelSpec) -> tuple[Pair, ...]:
    """Activations of :data:`GROUPS`; of a model of no known family, of single muscles.

    A group's activation is the mean of its muscles', weighted by their maximal
    isometric forces: the fraction of the group's strength that is used. It counts as
    saturated where one of its muscles is.

    Parameters
    ----------
    activations : muscle -> (R, F), 0 to 1
    spec : the model
    """
    profile = find_profile(spec)
    strength = {m.name: m.max_isometric_force for m in spec.muscles}
    pairs = []
    for group in GROUPS if profile.muscle_groups else _most_active(activations):
        sides, saturated = {}, {}
        for side, end in SIDES.items():
            names = profile.muscle_groups.get(group + end, (group + end,))
            if not all(name in activations and name in strength for name in names):
                continue
            values = np.stack([activations[name] for name in names])
            weights = np.array([strength[name] for name in names])
            sides[side] = np.average(values, axis=0, weights=weights)
            saturated[side] = np.asarray((values >= FULL).any(axis=0))
        title = profile.full_name(group)
        pairs.append(Pair(group, title, "0 to 1", sides, saturated))
    return tuple(pair for pair in pairs if pair.sides)


def name_muscle(profile: Profile, name: str) -> str:
    """Write a muscle as a reader finds it: in full, with its code.

    Examples
    --------
    >>> name_muscle(Profile("", (), {}, {"soleus": "soleus"}), "soleus_r")
    'soleus, right (soleus_r)'
    """
    return f"{profile.full_name(name)} ({name})"


def _bend(spec: ModelSpec, name: str) -> float:
    """1 if flexion is positive, -1 for a knee that bends to negative angles."""
    if not name.startswith("knee"):
        return 1.0
    coordinate = spec.coordinate(name)
    return 1.0 if coordinate.maximum >= -coordinate.minimum else -1.0


def _most_active(activations: Columns) -> tuple[str, ...]:
    """Names without side of the muscles that reach most."""
    peaks: dict[str, float] = {}
    for name, values in activations.items():
        if name.endswith(tuple(SIDES.values())):
            peaks[name[:-2]] = max(peaks.get(name[:-2], 0.0), float(values.max()))
    return tuple(sorted(peaks, key=lambda stem: -peaks[stem])[: len(GROUPS)])
