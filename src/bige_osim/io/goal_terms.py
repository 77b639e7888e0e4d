"""The tables a goal file may hold: one small class per guidance term.

Angles are radians here (degrees in the file), activations 0 to 1, times seconds.
What each term computes stands in :mod:`bige_osim.guidance.terms`.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import ClassVar

from bige_osim.errors import GoalError
from bige_osim.io.goal_keys import Key, angle, choice, integer, names, number, path


@dataclass(frozen=True, kw_only=True)
class TermGoal:
    """One term and how much it counts.

    Attributes
    ----------
    weight : 0 or more; 0 reports the term without optimising it
    """

    name: ClassVar[str]
    weight: float = number("weight", default=1.0)

    def __post_init__(self) -> None:
        """Refuse a negative weight."""
        if self.weight < 0:
            raise self._error(
                f"weight: expected 0 or more, got {self.weight:g}; use 0 to switch"
                " the term off"
            )

    def _error(self, text: str) -> GoalError:
        return GoalError(f"[{self.name}], {text}.")


@dataclass(frozen=True, kw_only=True)
class BoundedGoal(TermGoal):
    """A term on an angle: bounds, or a target, rad.

    Attributes
    ----------
    minimum, maximum : keys ``min`` and ``max`` (deg in the file); either may be absent
    target : instead of bounds
    """

    minimum: float | None = angle("min")
    maximum: float | None = angle("max")
    target: float | None = angle("target")

    def __post_init__(self) -> None:
        """Refuse bounds in the wrong order, and a target beside bounds."""
        super().__post_init__()
        low, high = self.minimum, self.maximum
        if low is not None and high is not None and low > high:
            raise self._error("min is above max; swap them")
        if self.target is not None and not (low is None and high is None):
            raise self._error("target stands beside min or max; keep one or the other")

    @property
    def bounded(self) -> bool:
        """Whether any bound or target is given."""
        return any(
            value is not None for value in (self.minimum, self.maximum, self.target)
        )


@dataclass(frozen=True, kw_only=True)
class PelvisTiltGoal(BoundedGoal):
    """Pelvis tilt when the target muscles peak.

    Attributes
    ----------
    muscles : muscles or groups whose peak counts; none: those of ``[activation]``
    """

    name: ClassVar[str] = "pelvis_tilt"
    muscles: tuple[str, ...] = names("muscles")


@dataclass(frozen=True, kw_only=True)
class AsymmetryGoal(TermGoal):
    """Difference between the legs.

    Attributes
    ----------
    pairs : coordinate names without their ``_r`` and ``_l``
    """

    name: ClassVar[str] = "asymmetry"
    pairs: tuple[str, ...] = names(
        "pairs", default=("hip_flexion", "knee_angle", "ankle_angle")
    )

    def __post_init__(self) -> None:
        """Refuse an empty list."""
        super().__post_init__()
        if not self.pairs:
            raise self._error('pairs: expected names, got none; use ["knee_angle"]')


@dataclass(frozen=True, kw_only=True)
class _FromRecording(TermGoal):
    """A term that looks at a recorded repetition.

    Attributes
    ----------
    motion : the ``.mot``
    start, stop : the part of it that is the repetition, s; absent: all of it
    coordinates : rotational coordinates or joints to look at; none: all
    """

    motion: Path | None = path("motion")  # noqa: RUF009 - it returns a field
    start: float | None = number("start")
    stop: float | None = number("stop")
    coordinates: tuple[str, ...] = names("coordinates")

    def __post_init__(self) -> None:
        """Refuse a part that is empty."""
        super().__post_init__()
        if self.start is not None and self.stop is not None and self.start >= self.stop:
            raise self._error("start is not before stop; correct the times")
        if self.motion is None and (self.start is not None or self.stop is not None):
            raise self._error("start and stop belong to a motion; add the key motion")


@dataclass(frozen=True, kw_only=True)
class VelocityGoal(_FromRecording):
    """Joint angular velocity, less that of a recorded repetition where one is given."""

    name: ClassVar[str] = "angular_velocity"


@dataclass(frozen=True, kw_only=True)
class ReferenceGoal(_FromRecording):
    """A recorded repetition to stay near."""

    name: ClassVar[str] = "reference"

    def __post_init__(self) -> None:
        """Refuse a reference without its motion."""
        super().__post_init__()
        if self.motion is None:
            raise self._error("motion: expected a path, got none; add the key motion")


@dataclass(frozen=True, kw_only=True)
class CenterVelocityGoal(TermGoal):
    """Speed of the centre: ``pelvis`` translation, or of the whole ``body``'s mass."""

    name: ClassVar[str] = "com_velocity"
    center: str = choice("center", among=("pelvis", "body"))


@dataclass(frozen=True, kw_only=True)
class CenterAccelerationGoal(TermGoal):
    """Acceleration of the centre: ``pelvis`` translation, or the ``body``'s mass."""

    name: ClassVar[str] = "com_acceleration"
    center: str = choice("center", among=("pelvis", "body"))


@dataclass(frozen=True, kw_only=True)
class FootSlidingGoal(TermGoal):
    """Feet that stand do not slide."""

    name: ClassVar[str] = "foot_sliding"


@dataclass(frozen=True, kw_only=True)
class GroundGoal(TermGoal):
    """The lowest foot point is on the floor."""

    name: ClassVar[str] = "ground"


@dataclass(frozen=True, kw_only=True)
class ActivationGoal(TermGoal):
    """Range of muscle activation.

    Attributes
    ----------
    muscles : names of muscles, or of groups in the model's profile
    low, high : 0 to 1
    statistic : ``peak`` or ``mean`` over time, or ``every`` frame
    over : whether ``each`` muscle is to be in the range, their ``mean``, or the most
        active of them (``max``)
    """

    name: ClassVar[str] = "activation"
    muscles: tuple[str, ...] = names("muscles")
    low: float = number("low", default=0.0)
    high: float = number("high", default=1.0)
    statistic: str = choice("statistic", among=("peak", "mean", "every"))
    over: str = choice("over", among=("each", "mean", "max"), implied=True)

    def __post_init__(self) -> None:
        """Refuse a range that is empty, all there is, or of no muscle."""
        super().__post_init__()
        if not self.muscles:
            raise self._error('muscles: expected names, got none; use ["vasmed_r"]')
        if not 0 <= self.low <= 1 or not 0 <= self.high <= 1:
            raise self._error(
                f"low and high: expected activations from 0 to 1, got {self.low:g} and"
                f" {self.high:g}; correct them"
            )
        if self.low > self.high:
            raise self._error(
                f"low {self.low:g} is above high {self.high:g}; swap them"
            )
        if self.low == 0 and self.high == 1:
            raise self._error("low or high: expected a bound, got none; add one")


@dataclass(frozen=True, kw_only=True)
class ProximityGoal(TermGoal):
    """Stay near what participants were seen to do.

    Attributes
    ----------
    neighbours : how many of the nearest training latents count
    """

    name: ClassVar[str] = "proximity"
    neighbours: int = integer("neighbours", default=1)

    def __post_init__(self) -> None:
        """Refuse less than one neighbour."""
        super().__post_init__()
        if self.neighbours < 1:
            raise self._error(
                f"neighbours: expected 1 or more, got {self.neighbours}; correct it"
            )


@dataclass(frozen=True, kw_only=True)
class DepthGoal(BoundedGoal):
    """Squat depth: the greatest knee flexion, mean of both knees."""

    name: ClassVar[str] = "depth"

    def __post_init__(self) -> None:
        """Refuse a depth term without bounds."""
        super().__post_init__()
        if not self.bounded:
            raise self._error("expected min, max or target, got none; add one")


@dataclass(frozen=True, kw_only=True)
class JointRangeGoal(TermGoal):
    """Joints stay within the ranges of the model.

    Attributes
    ----------
    coordinates : coordinates or joints to look at; none: all rotations but the root's
    """

    name: ClassVar[str] = "joint_range"
    coordinates: tuple[str, ...] = names("coordinates")


TERM_GOALS: dict[str, type[TermGoal]] = {
    kind.name: kind
    for kind in (
        ActivationGoal,
        PelvisTiltGoal,
        AsymmetryGoal,
        VelocityGoal,
        ReferenceGoal,
        CenterVelocityGoal,
        CenterAccelerationGoal,
        FootSlidingGoal,
        GroundGoal,
        ProximityGoal,
        DepthGoal,
        JointRangeGoal,
    )
}
"""The tables a goal file may hold, by name."""


def keys(kind: type[TermGoal]) -> dict[str, Key]:
    """Keys of a term's table by attribute: attribute name -> key."""
    return {
        entry.name: entry.metadata["key"]
        for entry in fields(kind)
        if "key" in entry.metadata
    }
