"""Bodies drawn from the ANSUR II survey, and how a generic model is scaled to them.

The survey's public tables (4082 men and 1986 women of the US Army; Gordon et al. 2014,
2012 Anthropometric Survey of U.S. Army Personnel, NATICK/TR-15/007) and the
Rajagopal2015 model (Rajagopal et al. 2016, IEEE Trans Biomed Eng 63, 2068) come with
the ``nimblephysics`` wheel; they are read from there without importing it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd
from jaxtyping import Float

from bige_osim.errors import BigeError, MissingFileError
from bige_osim.paths import AnyPath

Sex = Literal["female", "male"]

GENERIC_STATURE = 1.70
"""Stature of the man whom Rajagopal2015 and models made from it represent, m."""

GENERIC_MASS = 75.337
"""Sum of the body masses in these models, kg."""

MALLEOLUS = "RLMAL"
"""Rajagopal2015's marker on the right lateral malleolus."""

SUBTALAR = ("subtalar_angle_r", "subtalar_angle_l")
"""Coordinates that Rajagopal2015 locks; without them no foot stands flat."""

_WIDEST = 2.5  # standard deviations; draws beyond are drawn again
_LEANEST, _HEAVIEST = 17.0, 35.0  # body mass index, kg/m²

_COLUMNS = {
    "stature": "stature",
    "mass": "weightkg",
    "trochanterion_height": "trochanterionheight",
    "epicondyle_height": "lateralfemoralepicondyleheight",
    "malleolus_height": "lateralmalleolusheight",
    "foot_length": "footlength",
    "foot_breadth": "footbreadthhorizontal",
    "pelvis_breadth": "bicristalbreadth",
    "shoulder_breadth": "biacromialbreadth",
    "neck_height": "cervicaleheight",
    "upper_arm_length": "acromionradialelength",
    "forearm_length": "radialestylionlength",
    "hand_length": "handlength",
}


@dataclass(frozen=True)
class Body:
    """A participant's measures, standing: lengths and heights m, mass kg.

    Heights are above the floor: of the greater trochanter, the lateral femoral
    epicondyle, the lateral malleolus and the seventh cervical vertebra.

    Examples
    --------
    >>> body = typical_body("female", stature=1.65)
    >>> round(body.leg_length / body.stature, 2)
    0.48
    """

    sex: Sex
    stature: float
    mass: float
    trochanterion_height: float
    epicondyle_height: float
    malleolus_height: float
    foot_length: float
    foot_breadth: float
    pelvis_breadth: float
    shoulder_breadth: float
    neck_height: float
    upper_arm_length: float
    forearm_length: float
    hand_length: float

    @property
    def leg_length(self) -> float:
        """Trochanter (the height of the hip centre) to lateral malleolus, m."""
        return self.trochanterion_height - self.malleolus_height


def generic_model() -> Path:
    """Path of the Rajagopal2015 model (80 muscles, 75.3 kg, 1.70 m)."""
    return _find_shipped("Rajagopal2015.osim")


def bone_folder() -> Path:
    """Folder of that model's bone meshes, as binary ``.ply``."""
    return generic_model().parent / "Geometry"


def typical_body(
    sex: Sex, *, stature: float | None = None, mass: float | None = None
) -> Body:
    """Mean body of a sex, or of those who have this stature (m) and mass (kg).

    Examples
    --------
    >>> typical_body("female", stature=1.65, mass=60.0).mass
    60.0
    """
    mean, _ = _conditional(sex, _given_measures(stature, mass))
    return Body(sex, *map(float, mean))


def draw_body(
    sex: Sex,
    *,
    rng: np.random.Generator,
    stature: float | None = None,
    mass: float | None = None,
) -> Body:
    """Draw a body from the survey's statistics.

    All measures follow one multivariate normal distribution fitted to each sex, so
    they are correlated as in participants and no row of the tables is reproduced. A
    draw with a measure beyond 2.5 standard deviations, or with a body mass index
    outside 17 to 35 kg/m² unless both were asked for, is drawn again.

    Parameters
    ----------
    rng : source of randomness; the same state gives the same body
    stature, mass : m and kg; drawn too unless given

    Raises
    ------
    BigeError
        when no plausible body of that stature and mass comes up

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> draw_body("male", rng=rng, stature=1.80).stature
    1.8
    """
    known = _given_measures(stature, mass)
    mean, covariance = _conditional(sex, known)
    deviation = np.sqrt(np.diag(covariance))
    for _ in range(1000):
        values = rng.multivariate_normal(mean, covariance, method="eigh")
        values[list(known)] = list(known.values())
        likely = bool(np.all(np.abs(values - mean) <= _WIDEST * deviation + 1e-9))
        index = values[1] / values[0] ** 2
        if likely and (len(known) == 2 or _LEANEST <= index <= _HEAVIEST):
            return Body(sex, *map(float, values))
    raise BigeError(
        f"No plausible {sex} body with stature {stature} m and mass {mass} kg was found"
        " in 1000 draws; ask for a stature and a mass that occur together."
    )


def segment_factors(
    body: Body, *, generic: AnyPath | None = None
) -> dict[str, tuple[float, float, float]]:
    """Scale factors (forward, up, sideways) of every body of a generic model.

    The model has Rajagopal2015's bodies and represents the same man; it is that model
    itself for ``None``.

    Thigh, shank and ankle height are set so that the model's hip and knee centres and
    lateral malleoli stand at the participant's heights, the sole being at the model's
    floor (y = 0 in its default pose). Every other length is multiplied by the
    participant's measure over that of the mean man of the generic model's stature and
    mass. Long bones scale alike in all directions, so that wrapping cylinders stay
    round.

    Examples
    --------
    >>> man = typical_body("male", stature=GENERIC_STATURE, mass=GENERIC_MASS)
    >>> [round(f, 3) for f in segment_factors(man)["torso"]]
    [1.0, 1.0, 1.0]
    """
    man = typical_body("male", stature=GENERIC_STATURE, mass=GENERIC_MASS)
    thigh, shank, ankle = _leg_factors(body, Path(generic or generic_model()))
    trunk = (body.neck_height - body.trochanterion_height) / (
        man.neck_height - man.trochanterion_height
    )
    forearm = body.forearm_length / man.forearm_length
    foot = (
        body.foot_length / man.foot_length,
        ankle,
        body.foot_breadth / man.foot_breadth,
    )
    pairs = {
        "femur": (thigh,) * 3,
        "patella": (thigh,) * 3,
        "tibia": (shank,) * 3,
        "talus": foot,
        "calcn": foot,
        "toes": foot,
        "humerus": (body.upper_arm_length / man.upper_arm_length,) * 3,
        "ulna": (forearm,) * 3,
        "radius": (forearm,) * 3,
        "hand": (body.hand_length / man.hand_length,) * 3,
    }
    factors = {f"{name}_{side}": f for side in "rl" for name, f in pairs.items()}
    factors["pelvis"] = (trunk, trunk, body.pelvis_breadth / man.pelvis_breadth)
    factors["torso"] = (trunk, trunk, body.shoulder_breadth / man.shoulder_breadth)
    return factors


def _leg_factors(body: Body, generic: Path) -> tuple[float, float, float]:
    """Factors of thigh length, shank length and ankle height."""
    heights = _generic_heights(generic)
    thigh = (body.trochanterion_height - body.epicondyle_height) / (
        heights["hip"] - heights["knee"]
    )
    shank = (body.epicondyle_height - body.malleolus_height) / (
        heights["knee"] - heights["malleolus"]
    )
    below_malleolus = shank * (heights["malleolus"] - heights["ankle"])
    return thigh, shank, (body.malleolus_height - below_malleolus) / heights["ankle"]


def _find_shipped(name: str) -> Path:
    spec = find_spec("nimblephysics")
    folders = spec.submodule_search_locations if spec else None
    path = Path(next(iter(folders or ["nimblephysics"])), "models/rajagopal_data", name)
    if not path.is_file():
        raise MissingFileError(
            path,
            what="file of the nimblephysics package",
            remedy="install nimblephysics 0.10.52.1",
        )
    return path


def _given_measures(stature: float | None, mass: float | None) -> dict[int, float]:
    return {i: v for i, v in enumerate((stature, mass)) if v is not None}


@cache
def _statistics(sex: Sex) -> tuple[Float[np.ndarray, " M"], Float[np.ndarray, "M M"]]:
    """Mean (M,) and covariance (M, M) of the measures, in m and kg."""
    if sex not in get_args(Sex):
        raise BigeError(f"The tables hold female and male bodies, not {sex}; ask so.")
    path = _find_shipped(f"ANSUR_II_{sex.upper()}_Public.csv")
    columns = list(_COLUMNS.values())
    table = pd.read_csv(path, encoding="latin-1", usecols=columns)[columns]
    values = table.to_numpy(dtype=float) / 1000  # mm
    values[:, columns.index("weightkg")] *= 100  # recorded in 0.1 kg
    return values.mean(axis=0), np.cov(values, rowvar=False)


def _conditional(
    sex: Sex, known: Mapping[int, float]
) -> tuple[Float[np.ndarray, " M"], Float[np.ndarray, "M M"]]:
    """Condition the distribution of the measures on those that are known."""
    mean, covariance = _statistics(sex)
    if not known:
        return mean, covariance
    given = list(known)
    gain = np.linalg.solve(covariance[np.ix_(given, given)], covariance[given]).T
    mean = mean + gain @ (np.array(list(known.values())) - mean[given])
    covariance = covariance - gain @ covariance[given]
    return mean, (covariance + covariance.T) / 2


@cache
def _generic_heights(generic: Path) -> dict[str, float]:
    """Heights (m) above its floor of leg landmarks in a generic model's default pose.

    The malleolus of a model without markers is as far from its ankle as in
    Rajagopal2015.
    """
    from bige_osim.osim.reading.open_model import OpenModel

    opened = OpenModel(generic)
    bodies = {"hip": "femur_r", "knee": "tibia_r", "ankle": "talus_r"}
    heights = {n: float(opened.placement(body)[1, 3]) for n, body in bodies.items()}
    markers = opened.model.getMarkerSet()
    if markers.contains(MALLEOLUS):
        place = markers.get(MALLEOLUS).getLocationInGround(opened.state)
        return {**heights, "malleolus": float(place.get(1))}
    usual = _generic_heights(generic_model())
    malleolus = heights["ankle"] + usual["malleolus"] - usual["ankle"]
    return {**heights, "malleolus": malleolus}
