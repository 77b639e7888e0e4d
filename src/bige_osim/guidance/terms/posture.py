"""Terms on joint angles: pelvis tilt, asymmetry, squat depth, ranges of the model."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Bool, Float

from bige_osim.guidance.terms.context import Context
from bige_osim.guidance.terms.term import Term, outside

ANGLE_TOLERANCE = math.radians(0.1)
"""An angle this close to its bound counts as within it (float32 nets), rad."""

CLEARLY_OFF = math.radians(10)
"""Distance of an angle from what was asked that costs 1 per weight, rad."""


@dataclass(frozen=True, kw_only=True)
class AngleRange:
    """Bounds or a target of an angle, rad; with neither, the angle itself counts."""

    minimum: float | None = None
    maximum: float | None = None
    target: float | None = None

    @property
    def bounded(self) -> bool:
        """Whether there is a bound (a target is none: it never holds exactly)."""
        return self.minimum is not None or self.maximum is not None

    @property
    def free(self) -> bool:
        """Whether there is neither bound nor target."""
        return not self.bounded and self.target is None

    def loss(self, value: Float[torch.Tensor, " B"]) -> Float[torch.Tensor, " B"]:
        """Distance from the bounds or target, rad; the angle squared when free."""
        if self.free:
            return value**2
        if self.target is not None:
            return (value - self.target).abs()
        return outside(value, self.minimum, self.maximum)

    def holds(
        self, value: Float[torch.Tensor, " B"]
    ) -> Bool[torch.Tensor, " B"] | None:
        """Whether the bounds hold; ``None`` without bounds."""
        if not self.bounded:
            return None
        return outside(value, self.minimum, self.maximum) <= ANGLE_TOLERANCE


@dataclass(frozen=True, kw_only=True)
class PelvisTilt(Term):
    """Pelvis tilt at the frame t* where the target muscles peak.

    t* = argmax over t of the mean activation of ``muscles``; L = tilt(t*)² without
    bounds (the poster), max(tilt(t*) - max, min - tilt(t*), 0) with bounds, and
    abs(tilt(t*) - target) with a target. The gradient is that of the tilt; t* is taken
    as it is.
    """

    name: ClassVar[str] = "pelvis_tilt"
    unit: ClassVar[str] = "deg"
    muscles: tuple[str, ...]
    range: AngleRange = AngleRange()

    @property
    def scale(self) -> float:
        """10 deg, squared where the loss is."""
        return CLEARLY_OFF**2 if self.range.free else CLEARLY_OFF

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Loss, rad (rad² without bounds)."""
        return self.range.loss(self._tilt(context))

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Signed tilt at the peak, deg."""
        return torch.rad2deg(self._tilt(context))

    def holds(self, context: Context) -> Bool[torch.Tensor, " B"] | None:
        """Whether the tilt is within its bounds."""
        return self.range.holds(self._tilt(context))

    def _tilt(self, context: Context) -> Float[torch.Tensor, " B"]:
        peak = context.muscles(self.muscles).detach().mean(-1).argmax(-1)
        tilt = context.coordinates(["pelvis_tilt"])[..., 0]
        return tilt.gather(1, peak[:, None])[:, 0]


@dataclass(frozen=True, kw_only=True)
class Asymmetry(Term):
    """Difference between the legs.

    L = mean over t and pairs of (left - right)²; OpenSim's mirrored coordinates have
    the same sign on both sides.
    """

    name: ClassVar[str] = "asymmetry"
    unit: ClassVar[str] = "deg"
    pairs: tuple[str, ...] = ("hip_flexion", "knee_angle", "ankle_angle")

    @property
    def scale(self) -> float:
        """5 deg, squared."""
        return math.radians(5) ** 2

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean squared difference, rad²."""
        left = context.coordinates([f"{pair}_l" for pair in self.pairs])
        right = context.coordinates([f"{pair}_r" for pair in self.pairs])
        return ((left - right) ** 2).mean((1, 2))

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Root mean square difference, deg."""
        return torch.rad2deg(self(context).sqrt())


@dataclass(frozen=True, kw_only=True)
class Depth(Term):
    """Squat depth: the peak over t of the mean flexion of both knees.

    L = max(depth - max, min - depth, 0), or abs(depth - target). Flexion is positive,
    as in the OpenCap models.
    """

    name: ClassVar[str] = "depth"
    unit: ClassVar[str] = "deg"
    range: AngleRange

    @property
    def scale(self) -> float:
        """10 deg."""
        return CLEARLY_OFF

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Distance of the depth from its bounds or target, rad."""
        return self.range.loss(self._depth(context))

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Depth, deg."""
        return torch.rad2deg(self._depth(context))

    def holds(self, context: Context) -> Bool[torch.Tensor, " B"] | None:
        """Whether the depth is within its bounds."""
        return self.range.holds(self._depth(context))

    def _depth(self, context: Context) -> Float[torch.Tensor, " B"]:
        knees = context.coordinates(["knee_angle_r", "knee_angle_l"])
        return knees.mean(-1).amax(-1)


@dataclass(frozen=True, kw_only=True)
class JointRange(Term):
    """Joint angles stay within the model's ranges.

    L = mean over t of the sum over coordinates of max(q - maximum, minimum - q, 0).

    Attributes
    ----------
    coordinates : K names
    minimum, maximum : K bounds, rad
    """

    name: ClassVar[str] = "joint_range"
    unit: ClassVar[str] = "deg"
    coordinates: tuple[str, ...]
    minimum: tuple[float, ...]
    maximum: tuple[float, ...]

    @property
    def scale(self) -> float:
        """5 deg in all joints together."""
        return math.radians(5)

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Excess summed over coordinates, mean over time, rad."""
        return self._excess(context).sum(-1).mean(-1)

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Greatest excess of any coordinate at any time, deg."""
        return torch.rad2deg(self._excess(context).amax((1, 2)))

    def holds(self, context: Context) -> Bool[torch.Tensor, " B"]:
        """Whether every coordinate is within its range at all times."""
        return self._excess(context).amax((1, 2)) <= ANGLE_TOLERANCE

    def _excess(self, context: Context) -> Float[torch.Tensor, "B F K"]:
        values = context.coordinates(self.coordinates)
        low = values.new_tensor(self.minimum)
        high = values.new_tensor(self.maximum)
        return outside(values, low, high)
