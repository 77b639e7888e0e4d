"""Static optimisation of whole motions at once: the muscle activations of every frame.

Per frame the sum of squared activations and controls is minimised while every free
coordinate gets the net moment that inverse dynamics asks for, as OpenSim's
``StaticOptimization`` does it: muscles without passive force and with rigid tendons,
reserves at the coordinates, residual actuators at the root (Anderson and Pandy 1999, J
Biomech 32, 153). All of it is exact, so activations can be differentiated with respect
to the motion.
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import nn

from bige_osim.errors import BigeError
from bige_osim.physics.dynamics.newton_euler import Dynamics, Loads
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.muscles.millard import MuscleForces
from bige_osim.physics.muscles.paths import MusclePaths
from bige_osim.physics.static_optimisation.actuation import Actuation
from bige_osim.solution import StaticOptimisationConfig
from bige_osim.spec import ActuatorSpec, ModelSpec

RESERVE, RESIDUAL = "reserve_", "residual_"
"""How the actuators added here are called, before the name of their coordinate."""


@dataclass(frozen=True)
class Effort:
    """What muscles and actuators do at B frames.

    Attributes
    ----------
    activations : (B, M) 0 to 1
    forces : (B, M) N, tendon forces
    controls : (B, U) of the actuators, in the order of ``StaticOptimisation.actuators``
    moments : (B, A) net generalised forces of all coordinates, N m or N
    demand : (B, I) the same at the independent coordinates, coupled ones included
    muscle_moments : (B, I) what muscles do of it
    imbalance : (B,) N m or N, by which a frame misses the conditions of the optimum
    """

    activations: Float[torch.Tensor, "B M"]
    forces: Float[torch.Tensor, "B M"]
    controls: Float[torch.Tensor, "B U"]
    moments: Float[torch.Tensor, "B A"]
    demand: Float[torch.Tensor, "B I"]
    muscle_moments: Float[torch.Tensor, "B I"]
    imbalance: Float[torch.Tensor, " B"]

    @property
    def objective(self) -> Float[torch.Tensor, " B"]:
        """What is minimised: the sum of squared activations and controls."""
        return (self.activations**2).sum(dim=1) + (self.controls**2).sum(dim=1)


class StaticOptimisation(nn.Module):
    """Muscle activations of a model that moves.

    Parameters
    ----------
    skeleton : of the model
    reserve : optimal force of the reserve at each coordinate that the model does not
        drive itself, N m or N
    residual : optimal force of the residuals at the root, N m or N

    Attributes
    ----------
    config : what it was made with
    actuators : coordinate actuators: the model's own, then reserves and residuals
    muscle_names : in the model's order

    Raises
    ------
    BigeError
        The model has elements that only OpenSim can simulate; the message names one.
    """

    strength: torch.Tensor

    def __init__(
        self, skeleton: Skeleton, *, reserve: float = 1.0, residual: float = 100.0
    ) -> None:
        super().__init__()
        spec = skeleton.spec
        refuse_unsupported(spec)
        self.skeleton = skeleton
        self.config = StaticOptimisationConfig(reserve=reserve, residual=residual)
        self.names = skeleton.coordinates.names
        dtype = skeleton.mass.dtype
        self.dynamics = Dynamics(skeleton)
        self.paths = MusclePaths(spec, names=self.names, dtype=dtype)
        self.muscles = MuscleForces(spec.muscles, dtype=dtype)
        self.muscle_names = spec.muscle_names
        self.actuators = spec.actuators + _add_actuators(skeleton, reserve, residual)
        driver = torch.tensor(skeleton.coordinates.driver)
        self.pair_rows = driver[self.paths.pair_coordinates]
        independent = skeleton.coordinates.independent
        self.actuation = Actuation(
            spec.muscles,
            self.actuators,
            names=independent,
            pairs=list(
                zip(
                    self.paths.pair_muscles.tolist(),
                    self.pair_rows.tolist(),
                    strict=True,
                )
            ),
            hardly=skeleton.root_names(),
            dtype=dtype,
        )

    def forward(
        self,
        values: Float[torch.Tensor, "B A"],
        speeds: Float[torch.Tensor, "B A"],
        accelerations: Float[torch.Tensor, "B A"],
        *,
        loads: Loads | None = None,
    ) -> Effort:
        """Solve B frames; differentiable.

        Coordinates that the model clamps are held within their ranges, as OpenSim's
        tools hold them when they assemble the model.

        Parameters
        ----------
        values, speeds, accelerations : of all coordinates, in the order of
            ``skeleton.coordinates.names``; rad or m, and their time derivatives
        loads : forces on bodies
        """
        coordinates = self.skeleton.coordinates
        values = coordinates.clamp(values)
        pose = self.skeleton.place(values)
        screws = self.skeleton.axes.screws(values, pose)
        moments = self.dynamics.inverse(
            values, speeds, accelerations, pose=pose, screws=screws, loads=loads
        )
        arms, strength = self.capacity(values, speeds, pose=pose, twists=screws.twists)
        demand = coordinates.fold(values, moments)
        carried = self.actuation(arms, demand)
        turned = arms * carried.activations[:, self.paths.pair_muscles]
        rows = self.pair_rows.to(arms.device)
        return Effort(
            carried.activations,
            carried.activations * strength,
            carried.controls,
            moments,
            demand,
            torch.zeros_like(demand).index_add(1, rows, turned),
            carried.imbalance,
        )

    def capacity(
        self,
        values: Float[torch.Tensor, "B A"],
        speeds: Float[torch.Tensor, "B A"],
        *,
        pose: Pose,
        twists: Float[torch.Tensor, "B A 6"],
    ) -> tuple[Float[torch.Tensor, "B K"], Float[torch.Tensor, "B M"]]:
        """Moments and forces of saturated muscles.

        Returns
        -------
        arms : (B, K) moment of each pair of muscle and coordinate, N m; what a muscle
            does to a coupled coordinate counts at the one that drives it
        strength : (B, M) tendon force, N
        """
        path = self.paths(pose, twists)
        on, muscle = self.paths.pair_coordinates, self.paths.pair_muscles
        speed = self.paths.lengthening_speed(path, speeds)
        strength = self.muscles(path.length, speed)
        gears = self.skeleton.coordinates.coupler_gradients(values)
        return path.moment_arm * gears[:, on] * strength[:, muscle], strength


def refuse_unsupported(
    spec: ModelSpec, *, remedy: str = "use --engine opensim"
) -> None:
    """Raise an error that names an element that only OpenSim can simulate."""
    if not spec.unsupported:
        return
    first, others = spec.unsupported[0], len(spec.unsupported) - 1
    more = f" (and {others} more)" if others else ""
    raise BigeError(
        f"Model {spec.name}, {first.element}{more}: {first.problem}; {remedy}."
    )


def _add_actuators(
    skeleton: Skeleton, reserve: float, residual: float
) -> tuple[ActuatorSpec, ...]:
    """Residuals at the root; reserves where the model has no actuator of its own."""
    driven = {actuator.coordinate for actuator in skeleton.spec.actuators}
    root = skeleton.root_names()
    bounds = (-math.inf, math.inf)
    return tuple(
        ActuatorSpec(
            (RESIDUAL if name in root else RESERVE) + name,
            name,
            residual if name in root else reserve,
            bounds,
        )
        for name in skeleton.coordinates.independent
        if name not in driven
    )
