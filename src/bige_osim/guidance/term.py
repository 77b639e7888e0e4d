"""What every guidance term is, and what terms on a range share."""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import torch
from jaxtyping import Bool, Float

from bige_osim.errors import GoalError
from bige_osim.guidance.binding import Binding
from bige_osim.guidance.context import Context
from bige_osim.io.tables import Angle, Number

ANGLE_TOLERANCE = math.radians(0.1)
"""An angle this close to its bound counts as within it (float32 nets), rad."""

ANGLE_MARGIN = math.radians(0.5)
"""By how much bounds of angles are narrowed while motions are refined, rad."""

CLEARLY_OFF = math.radians(10)
"""Distance of an angle from what was asked that costs 1 per weight, rad."""

Bounds = tuple[float | None, float | None]
"""Lower and upper bound, where there is one."""

TERMS: dict[str, type["Term"]] = {}
"""Every term by its name; a class enters itself when its module is imported."""


@dataclass(frozen=True, kw_only=True)
class Term(ABC):
    """Something wanted of a motion: table of a goal file, loss, and words.

    A subclass is a frozen dataclass whose docstring is its formula and whose fields are
    the keys of its table (:mod:`bige_osim.io.tables`). Names in it are as written
    until :meth:`bind` looks them up in a model; only then can it be evaluated.

    Attributes
    ----------
    name : its table in a goal file
    unit : of :meth:`measure`
    title : what it is, for a reader
    in_goals : whether a goal file may ask for it
    needs_latents : whether it means something only for motions decoded from latents
    needs_activations : whether its value depends on muscle activations
    needs_kinetics : whether it looks at net moments or residuals
    weight : a factor, 0 or more; 0 reports the term without optimising it

    Raises
    ------
    GoalError
        for values that make no sense
    """

    name: ClassVar[str]
    unit: ClassVar[str]
    title: ClassVar[str]
    in_goals: ClassVar[bool] = True
    needs_latents: ClassVar[bool] = False
    needs_activations: ClassVar[bool] = False
    needs_kinetics: ClassVar[bool] = False
    weight: Number = 1.0

    def __init_subclass__(cls, **options: Any) -> None:
        """Enter a class that has a name in ``TERMS``."""
        super().__init_subclass__(**options)
        if "name" in vars(cls):
            TERMS[cls.name] = cls

    def __post_init__(self) -> None:
        """Refuse a negative weight."""
        if self.weight < 0:
            raise self._refuse(
                f"weight: expected 0 or more, got {self.weight:g}; use 0 to switch"
                " the term off"
            )

    @property
    @abstractmethod
    def scale(self) -> float:
        """A clearly bad loss, in the loss's SI unit; terms are added as loss / scale.

        It makes weights comparable: a term of weight 1 costs 1 at this loss.
        """

    @abstractmethod
    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Loss of every sample, SI units and radians; what guidance minimises."""

    @abstractmethod
    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Quantity of every sample that a reader sees, in ``unit``."""

    def satisfied(self, context: Context) -> Bool[torch.Tensor, " B"] | None:
        """Whether the constraint is satisfied; ``None`` for a pure objective."""
        return None

    def bind(self, binding: Binding, targets: Sequence[str]) -> "Term":
        """Look up the names in a model; ``targets`` are the goal's target muscles.

        Raises
        ------
        UnknownNameError
            for a name that the model does not have
        """
        return self

    def room(self, context: Context) -> Float[torch.Tensor, " B"] | None:
        """How far a constraint is from its bound, in ``unit``; negative if broken."""
        return None

    def tighten(self) -> "Term":
        """Narrow its bounds, so that the constraint is satisfied with a margin.

        What is guided is simulated again, at another rate and low-passed.
        """
        return self

    @property
    def bounds(self) -> Bounds:
        """Bounds of what is measured, in ``unit``; ``None`` where there is none."""
        return None, None

    @property
    def target_muscles(self) -> tuple[str, ...]:
        """Muscles and groups, as written, that the term wants something of."""
        return ()

    def check_targets(self, targets: Sequence[str]) -> None:  # noqa: B027  (optional)
        """Refuse a goal whose target muscles do not suffice for this term."""

    def describe(self) -> str:
        """Say what is asked, for a reader."""
        return "as small as possible"

    def _refuse(self, text: str) -> GoalError:
        return GoalError(f"[{self.name}], {text}.")


class MeanSquareTerm(Term):
    """A term whose loss is a mean square, which a reader sees as its root."""

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Root mean square, in degrees where the loss is in radians."""
        root = self(context).sqrt()
        return torch.rad2deg(root) if self.unit.startswith("deg") else root


@dataclass(frozen=True, kw_only=True)
class AngleTerm(Term):
    """A term on one angle per motion: L is its distance from its bounds or target.

    L = max(x - max, min - x, 0), or abs(x - target), or x² with neither. A target is
    never satisfied exactly, so only bounds are judged.

    Attributes
    ----------
    min, max : rad (deg in the file); either may be absent
    target : rad (deg in the file), instead of bounds
    """

    unit: ClassVar[str] = "deg"
    min: Angle | None = None
    max: Angle | None = None
    target: Angle | None = None

    def __post_init__(self) -> None:
        """Refuse bounds in the wrong order, and a target beside bounds."""
        super().__post_init__()
        if self.min is not None and self.max is not None and self.min > self.max:
            raise self._refuse("min is above max; swap them")
        if self.target is not None and self.bounded:
            raise self._refuse("target stands beside min or max; keep one or the other")

    @property
    def bounded(self) -> bool:
        """Whether there is a bound."""
        return self.min is not None or self.max is not None

    @property
    def bounds(self) -> Bounds:
        """Bounds, deg."""
        low, high = (
            None if bound is None else math.degrees(bound)
            for bound in (self.min, self.max)
        )
        return low, high

    @property
    def scale(self) -> float:
        """10 deg, squared where the loss is."""
        free = not self.bounded and self.target is None
        return CLEARLY_OFF**2 if free else CLEARLY_OFF

    @abstractmethod
    def angle(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Angle of every sample, rad."""

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Distance from the bounds or target, rad; rad² with neither."""
        angle = self.angle(context)
        if self.bounded:
            return outside(angle, self.min, self.max)
        return angle**2 if self.target is None else (angle - self.target).abs()

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Signed angle, deg."""
        return torch.rad2deg(self.angle(context))

    def satisfied(self, context: Context) -> Bool[torch.Tensor, " B"] | None:
        """Whether the angle is within its bounds; ``None`` without bounds."""
        if not self.bounded:
            return None
        return outside(self.angle(context), self.min, self.max) <= ANGLE_TOLERANCE

    def room(self, context: Context) -> Float[torch.Tensor, " B"] | None:
        """Angle to the nearer bound, deg; ``None`` without bounds."""
        if not self.bounded:
            return None
        return torch.rad2deg(room_within(self.angle(context), self.min, self.max))

    def tighten(self) -> "Term":
        """Narrow the bounds by half a degree, at most to two fifths of the range."""
        low, high = narrow(self.min, self.max, margin=ANGLE_MARGIN)
        return replace(self, min=low, max=high)

    def describe(self) -> str:
        """Say the bounds or the target in degrees."""
        if self.target is not None:
            return f"{say_number(math.degrees(self.target))} deg"
        return (
            describe_range(*self.bounds, unit=" deg") if self.bounded else "near 0 deg"
        )


def outside(
    values: Float[torch.Tensor, "*shape"],
    low: Float[torch.Tensor, "..."] | float | None,
    high: Float[torch.Tensor, "..."] | float | None,
) -> Float[torch.Tensor, "*shape"]:
    """Distance of every value from the range [low, high]: max(x - high, low - x, 0).

    All are in one unit, the values'.

    Examples
    --------
    >>> outside(torch.tensor([0.25, 0.5, 1.0]), 0.375, 0.5)
    tensor([0.1250, 0.0000, 0.5000])
    """
    excess = torch.zeros_like(values)
    if low is not None:
        excess = excess + (low - values).clamp(min=0)
    if high is not None:
        excess = excess + (values - high).clamp(min=0)
    return excess


def room_within(
    values: Float[torch.Tensor, "*shape"], low: float | None, high: float | None
) -> Float[torch.Tensor, "*shape"]:
    """Distance of every value to the nearer bound, negative outside the range.

    All are in one unit, the values'.

    Examples
    --------
    >>> room_within(torch.tensor([0.25, 0.5, 1.0]), 0.375, 0.5)
    tensor([-0.1250,  0.0000, -0.5000])
    """
    room = torch.full_like(values, torch.inf)
    if low is not None:
        room = torch.minimum(room, values - low)
    if high is not None:
        room = torch.minimum(room, high - values)
    return room


def narrow(low: float | None, high: float | None, *, margin: float) -> Bounds:
    """Move bounds inwards by a margin, at most by 0.3 of the range; in one unit.

    Examples
    --------
    >>> narrow(0.0, 10.0, margin=1.0), narrow(None, 10.0, margin=1.0)
    ((1.0, 9.0), (None, 9.0))
    """
    if low is not None and high is not None:
        margin = min(margin, 0.3 * (high - low))
    return (
        None if low is None else low + margin,
        None if high is None else high - margin,
    )


def describe_range(low: float | None, high: float | None, *, unit: str = "") -> str:
    """Say a range, in a unit, of which one end at least is known.

    Examples
    --------
    >>> describe_range(-35.0, 0.0, unit=" deg"), describe_range(None, 0.4)
    ('between −35 and 0 deg', 'at most 0.4')
    """
    if low is None:
        return f"at most {say_number(high or 0.0)}{unit}"
    if high is None:
        return f"at least {say_number(low)}{unit}"
    return f"between {say_number(low)} and {say_number(high)}{unit}"


def say_number(value: float) -> str:
    """Write a number in any unit with three digits and a true minus sign.

    Examples
    --------
    >>> say_number(-20.54)
    '−20.5'
    """
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")
