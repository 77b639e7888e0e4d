"""Static optimisation of whole motions at once: the muscle activations of every frame.

Per frame the sum of squared activations and controls is minimised while every free
coordinate gets the net moment that inverse dynamics asks for, as OpenSim's
``StaticOptimization`` does it: muscles without passive force and with rigid tendons,
reserves at the coordinates, residual actuators at the root (Anderson and Pandy 2001, J
Biomech 34, 153). All of it is exact, so activations can be differentiated with respect
to the motion.
"""

from dataclasses import dataclass, fields

import torch
from jaxtyping import Float
from torch import nn

from bige_osim.errors import BigeError
from bige_osim.physics.dynamics.newton_euler import Dynamics, Loads
from bige_osim.physics.kinematics.jacobians import Jacobians
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
    """What muscles and actuators do at frames, B in a row if not reshaped.

    Attributes
    ----------
    activations : (..., M) 0 to 1
    unbounded : (..., M) activations as if muscles had no bounds, with the multipliers
        of the bounded optimum; no unit. They are the activations where a muscle is at
        no bound; beyond one they say how far, and have a gradient where the activation
        has none. Where all muscles of a coordinate are saturated, its reserve carries
        what is missing and they grow with that over the reserve's square: to thousands,
        with reserves of 1 N m
    forces : (..., M) N, tendon forces
    controls : (..., U) of :attr:`StaticOptimisation.actuators`, in their order: ratio
        of force to optimal force
    moments : (..., A) net generalised forces of all coordinates, N m or N
    demand : (..., I) N m or N, the same at the independent coordinates, coupled ones
        included
    muscle_moments : (..., I) N m or N, what muscles do of it
    imbalance : (...) N m or N, by which a frame misses the conditions of the optimum
    """

    activations: Float[torch.Tensor, "*batch M"]
    unbounded: Float[torch.Tensor, "*batch M"]
    forces: Float[torch.Tensor, "*batch M"]
    controls: Float[torch.Tensor, "*batch U"]
    moments: Float[torch.Tensor, "*batch A"]
    demand: Float[torch.Tensor, "*batch I"]
    muscle_moments: Float[torch.Tensor, "*batch I"]
    imbalance: Float[torch.Tensor, "*batch"]

    def reshape(self, *batch: int) -> "Effort":
        """Take other batch dimensions."""
        parts = {f.name: getattr(self, f.name) for f in fields(self)}
        columns = self.activations.ndim - 1
        return Effort(
            **{name: t.reshape(*batch, *t.shape[columns:]) for name, t in parts.items()}
        )


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

    Examples
    --------
    Half of the reserve's optimal force holds 1 N m:

    >>> from bige_osim.spec import pendulum
    >>> model = StaticOptimisation(Skeleton(pendulum()), reserve=2.0)
    >>> still = torch.zeros(1, 1, dtype=torch.float64)
    >>> level = still + torch.asin(torch.tensor(1 / 9.80665).double())
    >>> model(level, still, still).controls.round(decimals=6).tolist()
    [[0.5]]
    """

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
        self.actuation = Actuation(
            spec.muscles,
            self.actuators,
            names=skeleton.coordinates.independent,
            pairs=list(
                zip(
                    self.paths.pair_muscles.tolist(),
                    self.pair_rows.tolist(),
                    strict=True,
                )
            ),
            weakly_coupled=skeleton.root_names(),
            dtype=dtype,
        )

    def forward(
        self,
        q: Float[torch.Tensor, "B A"],
        qd: Float[torch.Tensor, "B A"],
        qdd: Float[torch.Tensor, "B A"],
        *,
        loads: Loads | None = None,
    ) -> Effort:
        """Solve B frames; differentiable.

        Coordinates that the model clamps are clamped to their ranges, as by OpenSim's
        tools when they assemble the model.

        Parameters
        ----------
        q, qd, qdd : all coordinates, in the order of ``skeleton.coordinates.names``,
            rad or m, and their time derivatives
        loads : forces on bodies
        """
        q = self.skeleton.coordinates.clamp(q)
        pose = self.skeleton.place(q)
        jacobians = self.skeleton.axes.jacobians(q, pose)
        tau = self.dynamics.inverse(
            q, qd, qdd, pose=pose, jacobians=jacobians, loads=loads
        )
        return self.share_moments(q, qd, tau, pose=pose, jacobians=jacobians)

    def share_moments(
        self,
        q: Float[torch.Tensor, "B A"],
        qd: Float[torch.Tensor, "B A"],
        tau: Float[torch.Tensor, "B A"],
        *,
        pose: Pose,
        jacobians: Jacobians,
    ) -> Effort:
        """Solve B frames whose net moments are known; differentiable.

        Parameters
        ----------
        q, qd : all coordinates, in the order of ``skeleton.coordinates.names``, rad or
            m, and their speeds; within the ranges that the model clamps them to
        tau : net generalised forces in the same order, N m or N
        pose, jacobians : of these coordinates
        """
        coordinates = self.skeleton.coordinates
        path = self.paths(pose, jacobians.J)
        speed = self.paths.lengthening_speed(path, qd)
        strength = self.muscles(path.length, speed)
        # What a muscle does to a coupled coordinate counts at the one that drives it.
        gradients = coordinates.coupler_gradients(q)[:, self.paths.pair_coordinates]
        arms = path.moment_arm * gradients * strength[:, self.paths.pair_muscles]
        demand = coordinates.fold(q, tau)
        carried = self.actuation(arms, demand)
        delivered = arms * carried.activations[:, self.paths.pair_muscles]
        rows = self.pair_rows.to(arms.device)
        return Effort(
            activations=carried.activations,
            unbounded=carried.unbounded,
            forces=carried.activations * strength,
            controls=carried.controls,
            moments=tau,
            demand=demand,
            muscle_moments=torch.zeros_like(demand).index_add(1, rows, delivered),
            imbalance=carried.imbalance,
        )


def refuse_unsupported(
    spec: ModelSpec, *, remedy: str = "use --engine opensim"
) -> None:
    """Raise an error that names an element that only OpenSim can simulate.

    Raises
    ------
    BigeError
        There is one.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> refuse_unsupported(pendulum())
    """
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
    return tuple(
        ActuatorSpec(
            name=(RESIDUAL if name in root else RESERVE) + name,
            coordinate=name,
            optimal_force=residual if name in root else reserve,
        )
        for name in skeleton.coordinates.independent
        if name not in driven
    )
