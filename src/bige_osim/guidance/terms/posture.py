"""Terms on joint angles: pelvis tilt, asymmetry, squat depth, ranges of the model."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from jaxtyping import Bool, Float

from bige_osim.errors import GoalError
from bige_osim.guidance.binding import Binding
from bige_osim.guidance.context import Context
from bige_osim.guidance.keys import unwritten
from bige_osim.guidance.term import (
    ANGLE_TOLERANCE,
    AngleTerm,
    Bounds,
    MeanSquareTerm,
    Term,
    outside,
)
from bige_osim.io.tables import Names
from bige_osim.physics.foot_conditions import KNEES


@dataclass(frozen=True, kw_only=True)
class PelvisTilt(AngleTerm):
    """Pelvis tilt at the frame t* where the target muscles peak.

    t* = argmax over t of the mean activation of ``muscles``; L is that of
    :class:`~bige_osim.guidance.term.AngleTerm`, tilt(t*)² without bounds (the poster).
    The gradient is that of the tilt; t* is taken as it is.

    Attributes
    ----------
    muscles : muscles or groups whose peak counts; none: the goal's target muscles
    """

    name: ClassVar[str] = "pelvis_tilt"
    title: ClassVar[str] = "pelvis tilt when the target muscles peak"
    needs_activations: ClassVar[bool] = True
    muscles: Names = ()

    def check_targets(self, targets: Sequence[str]) -> None:
        """Refuse a tilt at an unknown moment."""
        if not (self.muscles or targets):
            raise GoalError(
                "[pelvis_tilt]: expected muscles whose peak gives the moment of the"
                " tilt, got none; name them in its key muscles or add an"
                " [activation] table."
            )

    def bind(self, binding: Binding, targets: Sequence[str]) -> Term:
        """Look up its own muscles, or the goal's target muscles."""
        binding.require(["pelvis_tilt"])
        return replace(self, muscles=binding.muscles(self.muscles or targets))

    def angle(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Signed tilt at the peak, rad."""
        peak = context.muscles(self.muscles).detach().mean(-1).argmax(-1)
        tilt = context.coordinates(["pelvis_tilt"])[..., 0]
        return tilt.gather(1, peak[:, None])[:, 0]


@dataclass(frozen=True, kw_only=True)
class Asymmetry(MeanSquareTerm):
    """Inter-limb asymmetry.

    L = mean over t and pairs of (left - right)²; OpenSim's mirrored coordinates have
    the same sign on both sides.

    Attributes
    ----------
    pairs : coordinate names without their ``_r`` and ``_l``
    """

    name: ClassVar[str] = "asymmetry"
    unit: ClassVar[str] = "deg"
    title: ClassVar[str] = "inter-limb asymmetry"
    pairs: Names = ("hip_flexion", "knee_angle", "ankle_angle")

    def __post_init__(self) -> None:
        """Refuse an empty list."""
        super().__post_init__()
        if not self.pairs:
            raise self._refuse('pairs: expected names, got none; use ["knee_angle"]')

    def bind(self, binding: Binding, targets: Sequence[str]) -> Term:
        """Require both sides of every pair."""
        binding.require([f"{pair}_{side}" for pair in self.pairs for side in "rl"])
        return self

    scale = math.radians(5) ** 2  # 5 deg, squared

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean squared difference, rad²."""
        left = context.coordinates([f"{pair}_l" for pair in self.pairs])
        right = context.coordinates([f"{pair}_r" for pair in self.pairs])
        return ((left - right) ** 2).mean((1, 2))


@dataclass(frozen=True, kw_only=True)
class Depth(AngleTerm):
    """Squat depth: the peak over t of the mean flexion of both knees.

    Flexion is positive, as in the OpenCap models.
    """

    name: ClassVar[str] = "depth"
    title: ClassVar[str] = "squat depth (knee flexion)"

    def __post_init__(self) -> None:
        """Refuse a depth term without bounds."""
        super().__post_init__()
        if not self.bounded and self.target is None:
            raise self._refuse("expected min, max or target, got none; add one")

    def bind(self, binding: Binding, targets: Sequence[str]) -> Term:
        """Require both knees."""
        binding.require(KNEES)
        return self

    def angle(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Depth, rad."""
        return context.coordinates(KNEES).mean(-1).amax(-1)


@dataclass(frozen=True, kw_only=True)
class JointRange(Term):
    """Joint angles stay within the model's ranges.

    L = mean over t of the sum over coordinates of max(q - maximum, minimum - q, 0).

    Attributes
    ----------
    coordinates : K coordinates or joints; none: all rotations but the root's
    minimum, maximum : K bounds of the model, rad
    """

    name: ClassVar[str] = "joint_range"
    unit: ClassVar[str] = "deg"
    title: ClassVar[str] = "excess over the model's joint ranges"
    coordinates: Names = ()
    minimum: tuple[float, ...] = unwritten((), key=False)
    maximum: tuple[float, ...] = unwritten((), key=False)

    def bind(self, binding: Binding, targets: Sequence[str]) -> Term:
        """Look up coordinates and joints, and their ranges."""
        names = binding.rotations(self.coordinates, root=False)
        limits = [binding.spec.coordinate(name) for name in names]
        return replace(
            self,
            coordinates=names,
            minimum=tuple(limit.minimum for limit in limits),
            maximum=tuple(limit.maximum for limit in limits),
        )

    scale = math.radians(5)  # 5 deg in all joints together

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Excess summed over coordinates, mean over time, rad."""
        return self._excess(context).sum(-1).mean(-1)

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Greatest excess of any coordinate at any time, deg."""
        return torch.rad2deg(self._excess(context).amax((1, 2)))

    def satisfied(self, context: Context) -> Bool[torch.Tensor, " B"]:
        """Whether every coordinate is within its range at all times."""
        return self._excess(context).amax((1, 2)) <= ANGLE_TOLERANCE

    @property
    def bounds(self) -> Bounds:
        """No excess, deg."""
        return None, 0.0

    def room(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Least distance of a coordinate from the end of its range, deg."""
        values = context.coordinates(self.coordinates)
        low, high = values.new_tensor(self.minimum), values.new_tensor(self.maximum)
        return torch.rad2deg(torch.minimum(values - low, high - values).amin((1, 2)))

    def _excess(self, context: Context) -> Float[torch.Tensor, "B F K"]:
        values = context.coordinates(self.coordinates)
        low, high = values.new_tensor(self.minimum), values.new_tensor(self.maximum)
        return outside(values, low, high)
