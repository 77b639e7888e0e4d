"""Binding a goal to a model: names become muscles and coordinates, files data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch

from bige_osim.errors import GoalError, UnknownNameError
from bige_osim.guidance.terms.center import (
    Center,
    CenterAcceleration,
    CenterVelocity,
)
from bige_osim.guidance.terms.feet import FootSliding, Ground
from bige_osim.guidance.terms.latent import Proximity
from bige_osim.guidance.terms.muscle import Activation, Over, Statistic
from bige_osim.guidance.terms.posture import (
    AngleRange,
    Asymmetry,
    Depth,
    JointRange,
    PelvisTilt,
)
from bige_osim.guidance.terms.tempo import AngularVelocity, Reference, Repetition
from bige_osim.guidance.terms.term import Term
from bige_osim.io import goal_terms as asked
from bige_osim.io.goal import Goal
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.spec import ModelSpec
from bige_osim.times import end_tolerance


@dataclass(frozen=True)
class WeightedTerm:
    """A term of a goal, bound to a model, and its weight."""

    term: Term
    weight: float


@dataclass(frozen=True, kw_only=True)
class Binding:
    """What the names in a goal are looked up in.

    Attributes
    ----------
    spec : the participant's model
    coordinate_names : coordinates of the guided motions
    muscle_names : muscles that activations are known for
    groups : group name -> muscles, of the model's profile
    frames : number of frames of a guided motion
    """

    spec: ModelSpec
    coordinate_names: tuple[str, ...]
    muscle_names: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    frames: int

    def muscles(self, names: Sequence[str]) -> tuple[str, ...]:
        """Muscles that these muscle and group names stand for, each once."""
        found: list[str] = []
        for name in names:
            members = self.groups.get(name, (name,))
            for muscle in members:
                if muscle not in self.muscle_names:
                    known = {*self.muscle_names, *self.groups}
                    raise UnknownNameError(
                        "muscle or muscle group",
                        muscle,
                        known,
                        where=f"The surrogate for the model {self.spec.name}",
                    )
            found.extend(members)
        return tuple(dict.fromkeys(found))

    def rotations(self, names: Sequence[str], *, root: bool) -> tuple[str, ...]:
        """Independent rotational coordinates that these coordinates and joints mean.

        Without names: all of them, those of the root joint only if ``root``.
        """
        coupled = {coupler.dependent for coupler in self.spec.couplers}
        independent = [
            self.spec.coordinate(name)
            for name in self.coordinate_names
            if name not in coupled and not self.spec.coordinate(name).translational
        ]
        if not names:
            roots = {j.name for j in self.spec.joints if j.parent == "ground"}
            return tuple(c.name for c in independent if root or c.joint not in roots)
        found: list[str] = []
        for name in names:
            members = [c.name for c in independent if name in (c.name, c.joint)]
            if not members:
                known = {n for c in independent for n in (c.name, c.joint)}
                raise UnknownNameError(
                    "rotational coordinate or joint", name, known, where=self._where
                )
            found.extend(members)
        return tuple(dict.fromkeys(found))

    def require(self, names: Sequence[str]) -> None:
        """Refuse names that are not coordinates of the guided motions."""
        for name in names:
            if name not in self.coordinate_names:
                raise UnknownNameError(
                    "coordinate", name, self.coordinate_names, where=self._where
                )

    def repetition(
        self, goal: asked.VelocityGoal | asked.ReferenceGoal, names: Sequence[str]
    ) -> Repetition:
        """Read a goal's recorded repetition at the frames of the guided motions."""
        path = cast(Path, goal.motion)
        motion = read_motion(path, spec=self.spec).select(names)
        start = motion.time[0] if goal.start is None else goal.start
        stop = motion.time[-1] if goal.stop is None else goal.stop
        near = end_tolerance(motion.time)
        if start < motion.time[0] - near or stop > motion.time[-1] + near:
            raise GoalError(
                f"[{goal.name}]: expected start and stop within the"
                f" {motion.time[0]:g} to {motion.time[-1]:g} s of {path}, got"
                f" {start:g} and {stop:g}; correct them."
            )
        times = np.clip(
            np.linspace(start, stop, self.frames), motion.time[0], motion.time[-1]
        )
        values = torch.from_numpy(np.ascontiguousarray(motion.at(times).values))
        return Repetition(values=values, duration=float(stop - start))

    @property
    def _where(self) -> str:
        return f"The model {self.spec.name}"


def bind(goal: Goal, binding: Binding) -> tuple[WeightedTerm, ...]:
    """Make the terms of a goal for one model, in the goal's order.

    Raises
    ------
    UnknownNameError
        for muscles, groups, coordinates and joints that the model does not have
    MissingFileError, DataError, GoalError
        for a recorded repetition that is absent, damaged or too short
    """
    return tuple(
        WeightedTerm(_MAKERS[type(term)](term, goal, binding), term.weight)
        for term in goal.terms
    )


def _range(term: asked.BoundedGoal) -> AngleRange:
    return AngleRange(minimum=term.minimum, maximum=term.maximum, target=term.target)


def _activation(term: asked.ActivationGoal, _: Goal, binding: Binding) -> Term:
    return Activation(
        muscles=binding.muscles(term.muscles),
        low=term.low,
        high=term.high,
        statistic=cast(Statistic, term.statistic),
        over=cast(Over, term.over),
    )


def _pelvis_tilt(term: asked.PelvisTiltGoal, goal: Goal, binding: Binding) -> Term:
    binding.require(["pelvis_tilt"])
    muscles = binding.muscles(term.muscles or goal.target_muscles)
    return PelvisTilt(muscles=muscles, range=_range(term))


def _asymmetry(term: asked.AsymmetryGoal, _: Goal, binding: Binding) -> Term:
    binding.require([f"{pair}_{side}" for pair in term.pairs for side in "rl"])
    return Asymmetry(pairs=term.pairs)


def _velocity(term: asked.VelocityGoal, _: Goal, binding: Binding) -> Term:
    names = binding.rotations(term.coordinates, root=True)
    repetition = None if term.motion is None else binding.repetition(term, names)
    return AngularVelocity(coordinates=names, repetition=repetition)


def _reference(term: asked.ReferenceGoal, _: Goal, binding: Binding) -> Term:
    names = binding.rotations(term.coordinates, root=True)
    return Reference(coordinates=names, repetition=binding.repetition(term, names))


def _center_velocity(term: asked.CenterVelocityGoal, _: Goal, binding: Binding) -> Term:
    return CenterVelocity(center=cast(Center, term.center))


def _center_acceleration(
    term: asked.CenterAccelerationGoal, _: Goal, binding: Binding
) -> Term:
    return CenterAcceleration(center=cast(Center, term.center))


def _depth(term: asked.DepthGoal, _: Goal, binding: Binding) -> Term:
    binding.require(["knee_angle_r", "knee_angle_l"])
    return Depth(range=_range(term))


def _joint_range(term: asked.JointRangeGoal, _: Goal, binding: Binding) -> Term:
    names = binding.rotations(term.coordinates, root=False)
    limits = [binding.spec.coordinate(name) for name in names]
    return JointRange(
        coordinates=names,
        minimum=tuple(limit.minimum for limit in limits),
        maximum=tuple(limit.maximum for limit in limits),
    )


_MAKERS: dict[type[asked.TermGoal], Callable[[Any, Goal, Binding], Term]] = {
    asked.ActivationGoal: _activation,
    asked.PelvisTiltGoal: _pelvis_tilt,
    asked.AsymmetryGoal: _asymmetry,
    asked.VelocityGoal: _velocity,
    asked.ReferenceGoal: _reference,
    asked.CenterVelocityGoal: _center_velocity,
    asked.CenterAccelerationGoal: _center_acceleration,
    asked.FootSlidingGoal: lambda *_: FootSliding(),
    asked.GroundGoal: lambda *_: Ground(),
    asked.ProximityGoal: lambda term, *_: Proximity(neighbours=term.neighbours),
    asked.DepthGoal: _depth,
    asked.JointRangeGoal: _joint_range,
}
