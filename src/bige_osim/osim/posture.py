"""Postures with both feet planted and the centre of mass above them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.optimize import least_squares

from bige_osim.errors import SimulationError
from bige_osim.motion import FOOT_BODIES
from bige_osim.osim.loaded import LoadedModel

LEG = ("hip_flexion", "hip_adduction", "hip_rotation", "knee_angle", "ankle_angle",
       "subtalar_angle")  # fmt: skip
FREE = (
    "pelvis_tx",
    "pelvis_ty",
    *(f"{name}_r" for name in LEG),
    *(f"{name}_l" for name in LEG),
)
"""Coordinates a posture is solved for; all others are prescribed."""

_POINTS = ((0.0, 0.0, 0.0), (0.2, 0.0, 0.0), (0.0, 0.0, 0.1))  # m, on each calcaneus
_TOLERANCE = 1e-4  # m and rad; far below what a motion shows


@dataclass(frozen=True)
class PostureTargets:
    """What a posture must meet.

    Attributes
    ----------
    feet : (2, 4, 4) placement of calcn_r and calcn_l in ground, m
    center : forward position (x) of the whole-body centre of mass, m
    knee : mean flexion of both knees, rad
    coordinates : prescribed values, rad and m; whatever is neither here nor in
        :data:`FREE` has its default
    """

    feet: Float[np.ndarray, "2 4 4"]
    center: float
    knee: float
    coordinates: Mapping[str, float]


def solve_posture(
    loaded: LoadedModel,
    targets: PostureTargets,
    *,
    start: Mapping[str, float],
    yielding: str | None = None,
    limits: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Find the posture that meets the targets within the model's joint ranges.

    Six coordinates of each leg and the pelvis' two in the sagittal plane are as many
    as the constraints on the feet, the knees and the balance; they are found by a
    bounded Gauss–Newton method on OpenSim's kinematics.

    Parameters
    ----------
    loaded : the person's model, with the subtalar joints free
    targets : what to meet
    start : first guess of the coordinates in :data:`FREE`, such as the posture before
    yielding : a prescribed coordinate that may leave its value where a joint would
        pass its range otherwise
    limits : upper bounds (rad) tighter than the model's, by coordinate

    Returns
    -------
    every coordinate of the model by name, coupled ones included

    Raises
    ------
    SimulationError
        no such posture exists; names the coordinate that is at its limit
    """
    names = FREE + ((yielding,) if yielding else ())
    lower, upper = _bounds(loaded, names, limits or {})
    guess = np.array([start.get(n, targets.coordinates.get(n, 0.0)) for n in names])
    margin = 1e-6 * (upper - lower)
    setter = _Setter(loaded, targets, names)
    solution = least_squares(
        setter.residual,
        np.clip(guess, lower + margin, upper - margin),
        bounds=(lower, upper),
        xtol=1e-12,
        ftol=1e-12,
        gtol=1e-12,
    )
    missed = np.abs(setter.residual(solution.x)[: setter.count]).max()
    if missed > _TOLERANCE * (10 if yielding else 1):
        at_limit = (solution.x - lower < 1e-3) | (upper - solution.x < 1e-3)
        stuck = ", ".join(n for n, at in zip(names, at_limit, strict=True) if at)
        raise SimulationError(
            f"No posture of {loaded.path.name} with planted feet has a knee flexion of "
            f"{np.degrees(targets.knee):.0f} degrees (at the limit: "
            f"{stuck or 'none'}); ask for less depth, more trunk lean, or other feet."
        )
    return setter.posture(solution.x)


class _Setter:
    """Places the model and measures what is missing to the targets."""

    def __init__(
        self, loaded: LoadedModel, targets: PostureTargets, names: tuple[str, ...]
    ) -> None:
        import opensim

        self.loaded, self.targets, self.names = loaded, targets, names
        self.points = [opensim.Vec3(*point) for point in _POINTS]
        self.feet = [loaded.model.getBodySet().get(name) for name in FOOT_BODIES]
        local = np.c_[np.array(_POINTS), np.ones(len(_POINTS))]
        self.wanted = np.einsum("fij,pj->fpi", targets.feet, local)[..., :3].ravel()
        self.count = self.wanted.size + 2  # equations that must hold
        self.fixed = {
            name: coordinate.getDefaultValue()
            for name, coordinate in loaded.coordinates.items()
        } | dict(targets.coordinates)
        loaded.place(self.fixed)

    def residual(self, values: Float[np.ndarray, " N"]) -> Float[np.ndarray, " R"]:
        """Feet (m), balance (m) and knees (rad); then what has yielded, lightly."""
        coordinates = dict(zip(self.names, values.tolist(), strict=True))
        self.loaded.place(coordinates)
        state = self.loaded.state
        found = [
            foot.findStationLocationInGround(state, point)
            for foot in self.feet
            for point in self.points
        ]
        placed = np.array([[p.get(0), p.get(1), p.get(2)] for p in found]).ravel()
        center = self.loaded.model.calcMassCenterPosition(state).get(0)
        knee = (coordinates["knee_angle_r"] + coordinates["knee_angle_l"]) / 2
        yielded = [
            1e-3 * (coordinates[name] - self.targets.coordinates.get(name, 0.0))
            for name in self.names
            if name not in FREE
        ]
        return np.concatenate(
            [
                placed - self.wanted,
                [center - self.targets.center, knee - self.targets.knee],
                yielded,
            ]
        )

    def posture(self, values: Float[np.ndarray, " N"]) -> dict[str, float]:
        """All coordinates, coupled ones computed."""
        found = dict(zip(self.names, values.tolist(), strict=True))
        return self.loaded.coupled(self.fixed | found)


def _bounds(
    loaded: LoadedModel, names: tuple[str, ...], limits: Mapping[str, float]
) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:
    ranges = np.array([loaded.limits(name) for name in names])
    lower, upper = ranges[:, 0], ranges[:, 1]
    for name, limit in limits.items():
        column = names.index(name)
        upper[column] = min(upper[column], limit)
    return lower, upper
