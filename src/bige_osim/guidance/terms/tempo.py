"""Terms on how joint angles run over time, alone or beside a recorded repetition."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import GoalError
from bige_osim.guidance.binding import Binding
from bige_osim.guidance.context import Context
from bige_osim.guidance.keys import unwritten
from bige_osim.guidance.term import MeanSquareTerm, Term
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.tables import FilePath, Names, Number
from bige_osim.times import end_tolerance


@dataclass(frozen=True, kw_only=True, eq=False)
class Repetition:
    """A recorded repetition at the frames of the guided motions.

    Attributes
    ----------
    values : (F, K) rad, of the coordinates that a term looks at
    duration : s
    """

    values: Float[torch.Tensor, "F K"]
    duration: float

    @property
    def velocity(self) -> Float[torch.Tensor, "inner K"]:
        """Central differences at the inner frames, rad/s."""
        step = self.duration / (len(self.values) - 1)
        return (self.values[2:] - self.values[:-2]) / (2 * step)


@dataclass(frozen=True, kw_only=True)
class RecordingTerm(MeanSquareTerm):
    """A term that looks at a recorded repetition.

    Attributes
    ----------
    motion : the ``.mot``
    start, stop : the part of it that is the repetition, s; absent: all of it
    coordinates : rotational coordinates or joints to look at; none: all
    repetition : that part at the frames of the guided motions, once bound
    """

    motion: FilePath | None = None
    start: Number | None = None
    stop: Number | None = None
    coordinates: Names = ()
    repetition: Repetition | None = unwritten(None, key=False)  # noqa: RUF009

    def __post_init__(self) -> None:
        """Refuse a part that is empty."""
        super().__post_init__()
        if self.start is not None and self.stop is not None and self.start >= self.stop:
            raise self._refuse("start is not before stop; correct the times")
        if self.motion is None and (self.start is not None or self.stop is not None):
            raise self._refuse("start and stop belong to a motion; add the key motion")

    def bind(self, binding: Binding, targets: Sequence[str]) -> Term:
        """Look up coordinates and joints, and read the recording.

        Raises
        ------
        MissingFileError, DataError, GoalError
            for a recording that is absent, damaged or too short
        """
        names = binding.rotations(self.coordinates, root=True)
        repetition = None if self.motion is None else self._read(binding, names)
        return replace(self, coordinates=names, repetition=repetition)

    def _read(self, binding: Binding, names: Sequence[str]) -> Repetition:
        assert self.motion is not None
        motion = read_motion(self.motion, spec=binding.spec).select(names)
        first, last = float(motion.time[0]), float(motion.time[-1])
        start = first if self.start is None else self.start
        stop = last if self.stop is None else self.stop
        near = end_tolerance(motion.time)
        if start < first - near or stop > last + near:
            raise GoalError(
                f"[{self.name}]: expected start and stop within the {first:g} to"
                f" {last:g} s of {self.motion}, got {start:g} and {stop:g}; correct"
                " them."
            )
        times = np.clip(np.linspace(start, stop, binding.frames), first, last)
        values = torch.from_numpy(np.ascontiguousarray(motion.at(times).values))
        return Repetition(values=values, duration=stop - start)


@dataclass(frozen=True, kw_only=True)
class AngularVelocity(RecordingTerm):
    """Joint angular velocity, less that of a recorded repetition where one is given.

    L = mean over t and rotational coordinates of (dθ/dt - dθ_ref/dt)²; the reference
    is 0 without a repetition.
    """

    name: ClassVar[str] = "angular_velocity"
    unit: ClassVar[str] = "deg/s"
    title: ClassVar[str] = "joint angular velocity"

    scale = math.radians(60) ** 2  # 60 deg/s, squared

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean squared (difference of) angular velocity, rad²/s²."""
        velocity = context.velocity(context.coordinates(self.coordinates))
        if self.repetition is not None:
            velocity = velocity - self.repetition.velocity.to(velocity)
        return (velocity**2).mean((1, 2))


@dataclass(frozen=True, kw_only=True)
class Reference(RecordingTerm):
    """Stay near a recorded repetition, frame by frame of the cycle.

    L = mean over t and rotational coordinates of (θ - θ_ref)².
    """

    name: ClassVar[str] = "reference"
    unit: ClassVar[str] = "deg"
    title: ClassVar[str] = "distance from the reference repetition"

    def __post_init__(self) -> None:
        """Refuse a reference without its motion."""
        super().__post_init__()
        if self.motion is None and self.repetition is None:
            raise self._refuse("motion: expected a path, got none; add the key motion")

    scale = math.radians(10) ** 2  # 10 deg, squared

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean squared difference, rad²."""
        assert self.repetition is not None, "bound to a model"
        values = context.coordinates(self.coordinates)
        return ((values - self.repetition.values.to(values)) ** 2).mean((1, 2))
