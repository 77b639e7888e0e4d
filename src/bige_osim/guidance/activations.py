"""Where guidance has activations from: exact static optimisation, a net, or nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float

from bige_osim.errors import DatasetError, name_some
from bige_osim.nets.amortised import AmortisedSurrogate, ModelSurrogate
from bige_osim.nets.surrogate import Surrogate
from bige_osim.solving.motion_physics import MotionDynamics, MotionPhysics


@dataclass(frozen=True, eq=False)
class Expected:
    """Activations of B motions of F frames.

    Attributes
    ----------
    activations : (B, F, M) 0 to 1
    std : (B, F, M) their predicted standard deviation, same unit
    unbounded : (B, F, M) as if muscles had no bounds, no unit; the activations
        themselves where nothing more is known
    """

    activations: Float[torch.Tensor, "B F M"]
    std: Float[torch.Tensor, "B F M"]
    unbounded: Float[torch.Tensor, "B F M"]


@runtime_checkable
class ActivationSource(Protocol):
    """What gives the activations of motions whose dynamics are known; differentiable.

    Attributes
    ----------
    muscle_names : M names
    """

    muscle_names: tuple[str, ...]

    def __call__(
        self, dynamics: MotionDynamics, duration: Float[torch.Tensor, " B"]
    ) -> Expected:
        """Activations (B, F, M) of motions and their durations, s."""


class ExactActivations:
    """Activations by static optimisation, exactly.

    Parameters
    ----------
    physics : of the participant's model
    """

    def __init__(self, physics: MotionPhysics) -> None:
        self.physics = physics
        self.muscle_names = tuple(physics.static.muscle_names)

    def __call__(
        self, dynamics: MotionDynamics, duration: Float[torch.Tensor, " B"]
    ) -> Expected:
        """Activations (B, F, M) of motions and their durations, s; ``std`` is 0."""
        effort = self.physics.activate(dynamics)
        none = torch.zeros_like(effort.activations)
        return Expected(effort.activations, none, effort.unbounded)


class NoActivations:
    """Activations of no muscle, where no term asks for any: the quickest source."""

    muscle_names: tuple[str, ...] = ()

    def __call__(
        self, dynamics: MotionDynamics, duration: Float[torch.Tensor, " B"]
    ) -> Expected:
        """Nothing (B, F, 0) of motions and their durations, s."""
        none = dynamics.q.new_zeros(*dynamics.q.shape[:2], 0)
        return Expected(none, none, none)


class NetActivations:
    """Activations that a net predicts from kinematics.

    Parameters
    ----------
    net : which wants motions, durations and bodies
    names : coordinates that dynamics have, in their order
    body : (3,) stature m, mass kg, leg length m, in the net's precision

    Raises
    ------
    DatasetError
        The model has not all the coordinates that the net wants.
    """

    def __init__(
        self,
        net: Surrogate,
        *,
        names: Sequence[str],
        body: Float[torch.Tensor, " 3"],
    ) -> None:
        missing = [name for name in net.coordinate_names if name not in names]
        if missing:
            raise DatasetError(
                f"The surrogate needs the coordinates {name_some(missing)}, which the"
                " model does not have; train it on a dataset of such models."
            )
        self.net, self.body = net, body
        self.muscle_names = tuple(net.muscle_names)
        self.columns = [list(names).index(name) for name in net.coordinate_names]

    def __call__(
        self, dynamics: MotionDynamics, duration: Float[torch.Tensor, " B"]
    ) -> Expected:
        """Activations (B, F, M) of motions and their durations, s."""
        motion = dynamics.q[..., self.columns].to(self.body)
        bodies = self.body.expand(len(motion), -1)
        found = self.net(motion, duration.to(self.body), bodies)
        mean, std = (part.to(dynamics.q) for part in (found.mean, found.std))
        return Expected(mean, std, mean)


class FrameActivations:
    """Activations that nets predict from posture, speed and net moments, per frame.

    ``unbounded`` is what the nets say before it is clipped, so that saturated muscles
    have a gradient.

    Parameters
    ----------
    surrogate : of the participant's model

    Attributes
    ----------
    distance : (B, F) of the last motions from what was sampled, no unit; above 1, where
        less than one in a hundred sampled points is
    """

    def __init__(self, surrogate: ModelSurrogate) -> None:
        self.surrogate = surrogate
        self.muscle_names = surrogate.muscle_names
        self.distance = torch.zeros(0, 0)

    def __call__(
        self, dynamics: MotionDynamics, duration: Float[torch.Tensor, " B"]
    ) -> Expected:
        """Activations (B, F, M) of motions; their durations are in the speeds."""
        count = len(self.surrogate.coordinate_names)
        parts = (dynamics.q[..., :count], dynamics.qd[..., :count], dynamics.demand)
        found = self.surrogate(*(part.flatten(0, 1) for part in parts))
        batch = dynamics.q.shape[:2]
        self.distance = found.distance.reshape(batch)
        mean, std, unbounded = (
            part.reshape(*batch, -1).to(dynamics.q)
            for part in (found.activations, found.std, found.unbounded)
        )
        return Expected(mean, std, unbounded)


def make_net_activations(
    net: AmortisedSurrogate | Surrogate,
    physics: MotionPhysics,
    *,
    height: float | None = None,
) -> ActivationSource:
    """Make the source of activations that a net is, whichever method it is of.

    Parameters
    ----------
    net : as :func:`bige_osim.nets.checkpoint.load` loads it
    physics : of the participant's model
    height : stature, m, which a net of kinematics needs

    Raises
    ------
    DatasetError
        The net does not know the model's coordinates or blocks of muscles, or it needs
        the stature.
    """
    net.train(False)
    skeleton = physics.skeleton
    if isinstance(net, AmortisedSurrogate):
        return FrameActivations(ModelSurrogate(net, skeleton))
    if height is None:
        raise DatasetError(
            "The surrogate predicts from kinematics and needs the participant's "
            "stature; pass --height."
        )
    body = [height, skeleton.spec.mass, skeleton.leg_length()]
    return NetActivations(
        net,
        names=skeleton.coordinates.names,
        body=torch.tensor(body, dtype=torch.float32),
    )
