"""What a guidance term may look at: a batch of motions and all that follows from them.

Units: rad, m, s, activations 0 to 1. Ground frame x forward, y up, z right; the floor
is at y = ``floor``. Every motion spans its own duration over the same number of frames,
so dt = duration / (F - 1) differs between samples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

import torch
from jaxtyping import Float

from bige_osim.errors import GoalError, UnknownNameError
from bige_osim.guidance.kinetics import Kinetics
from bige_osim.guidance.spaces import PlantedMotions
from bige_osim.solving.motion_physics import MotionDynamics


@runtime_checkable
class Kinematics(Protocol):
    """What terms need of :class:`bige_osim.physics.kinematics.skeleton.Skeleton`."""

    def pose(self, q: Float[torch.Tensor, "... C"], names: Sequence[str]) -> Any:
        """Poses of all bodies for coordinates ``q`` (rad, m) of these names."""

    def foot_points(self, pose: Any) -> Float[torch.Tensor, "... P 3"]:
        """Lowest surface point of every contact sphere in ground, m."""

    def center_of_mass(self, pose: Any) -> Float[torch.Tensor, "... 3"]:
        """Whole-body centre of mass in ground, m."""

    def leg_length(self) -> float:
        """Hip to knee to ankle, m."""

    def standing_height(self) -> float:
        """Height of the pelvis above the soles on straight legs, m, NaN if unknown."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Context:
    """A batch of B motions of F frames, their activations and their latents.

    Attributes
    ----------
    motion : (B, F, C) rad or m
    coordinate_names : C names
    duration : (B,) s
    activations : (B, F, M) predicted activations, 0 to 1
    std : (B, F, M) uncertainty of the activations, one standard deviation, same unit
    muscle_names : M names
    skeleton : kinematics of the participant's model, in the motion's dtype
    latents : (B, L, D) before quantisation, no unit; ``None`` for recordings
    training : (N, L, D) latents of the training motions; ``None`` for recordings
    floor : height of the floor, m
    dynamics : of these motions, if they were computed: poses are taken from them
    forces : net moments and residuals, if they are known
    unbounded : (B, F, M) activations as if muscles had no bounds, no unit, if known
    base : (B,) motions to stay near, of the same coordinates; ``None`` without any

    Examples
    --------
    >>> from bige_osim.physics.kinematics.skeleton import Skeleton
    >>> from bige_osim.spec import pendulum
    >>> context = Context(
    ...     motion=torch.tensor([[[0.0], [1.0], [4.0]]]), coordinate_names=("angle",),
    ...     duration=torch.tensor([2.0]), activations=torch.ones(1, 3, 1),
    ...     std=torch.zeros(1, 3, 1), muscle_names=("lift",),
    ...     skeleton=Skeleton(pendulum()))
    >>> angle = context.coordinates(["angle"])
    >>> context.velocity(angle).item(), context.acceleration(angle).item()
    (2.0, 2.0)
    """

    motion: Float[torch.Tensor, "B F C"]
    coordinate_names: tuple[str, ...]
    duration: Float[torch.Tensor, " B"]
    activations: Float[torch.Tensor, "B F M"]
    std: Float[torch.Tensor, "B F M"]
    muscle_names: tuple[str, ...]
    skeleton: Kinematics
    latents: Float[torch.Tensor, "B L D"] | None = None
    training: Float[torch.Tensor, "N L D"] | None = None
    floor: float = 0.0
    dynamics: MotionDynamics | None = None
    forces: Kinetics | None = None
    unbounded: Float[torch.Tensor, "B F M"] | None = None
    base: PlantedMotions | None = None

    @property
    def kinetics(self) -> Kinetics:
        """Net moments and residuals; a ``GoalError`` where they are not known."""
        if self.forces is None:
            raise GoalError(
                "The goal asks for moments or residuals, and this motion comes without"
                " its simulation; pass that, or leave the tables moment and residual"
                " out."
            )
        return self.forces

    def coordinates(self, names: Sequence[str]) -> Float[torch.Tensor, "B F K"]:
        """Coordinates of these names, rad or m; an unknown name is an error."""
        return self.motion[
            ..., _indices(names, self.coordinate_names, kind="coordinate")
        ]

    def muscles(self, names: Sequence[str]) -> Float[torch.Tensor, "B F K"]:
        """Activations predicted of muscles, 0 to 1; an unknown name is an error."""
        return self.activations[..., _indices(names, self.muscle_names, kind="muscle")]

    def uncertainty(self, names: Sequence[str]) -> Float[torch.Tensor, "B F K"]:
        """Uncertainty of these muscles' activations, one standard deviation."""
        return self.std[..., _indices(names, self.muscle_names, kind="muscle")]

    def unbounded_activations(
        self, names: Sequence[str]
    ) -> Float[torch.Tensor, "B F K"]:
        """Activations of muscles as if they had no bounds, as far as is known."""
        if self.unbounded is None:
            return self.muscles(names)
        return self.unbounded[..., _indices(names, self.muscle_names, kind="muscle")]

    def velocity(
        self, values: Float[torch.Tensor, "B F *rest"]
    ) -> Float[torch.Tensor, "B F-2 *rest"]:
        """Central differences per second at the inner frames."""
        return (values[:, 2:] - values[:, :-2]) / (2 * self._step(values))

    def acceleration(
        self, values: Float[torch.Tensor, "B F *rest"]
    ) -> Float[torch.Tensor, "B F-2 *rest"]:
        """Second central differences per second squared at the inner frames."""
        change = values[:, 2:] - 2 * values[:, 1:-1] + values[:, :-2]
        return change / self._step(values) ** 2

    @cached_property
    def pose(self) -> Any:
        """Poses (B, F) of the skeleton, computed once."""
        if self.dynamics is not None:
            return self.dynamics.pose
        return self.skeleton.pose(self.motion, self.coordinate_names)

    @cached_property
    def foot_points(self) -> Float[torch.Tensor, "B F P 3"]:
        """Foot contact points, m above the floor in y."""
        lifted = self.motion.new_tensor([0.0, self.floor, 0.0])
        if self.dynamics is not None:
            return self.dynamics.foot_points - lifted
        return self.skeleton.foot_points(self.pose) - lifted

    @cached_property
    def center_of_mass(self) -> Float[torch.Tensor, "B F 3"]:
        """Whole-body centre of mass, m."""
        if self.dynamics is not None:
            return self.dynamics.center_of_mass
        return self.skeleton.center_of_mass(self.pose)

    def _step(self, values: torch.Tensor) -> torch.Tensor:
        step = self.duration / (self.motion.shape[1] - 1)
        return step.reshape(-1, *[1] * (values.ndim - 1))


def _indices(names: Sequence[str], known: tuple[str, ...], *, kind: str) -> list[int]:
    for name in names:
        if name not in known:
            raise UnknownNameError(kind, name, known, where="The guided motion")
    return [known.index(name) for name in names]
