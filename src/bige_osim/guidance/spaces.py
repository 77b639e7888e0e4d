"""Spaces that guidance moves in: variables, and the planted motions they stand for."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.motion import FOOT_BODIES
from bige_osim.physics.ground.stance import Footprints, measure_footprints
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.kinematics.tree import find_carried
from bige_osim.physics.planted_motion import plant_motion
from bige_osim.splines import spline_basis


@dataclass(frozen=True, eq=False)
class PlantedMotions:
    """B motions of F frames with planted feet.

    Attributes
    ----------
    motion : (B, F, I) independent coordinates, rad and m
    duration : (B,) s
    """

    motion: Float[torch.Tensor, "B F I"]
    duration: Float[torch.Tensor, " B"]


@runtime_checkable
class MotionSpace(Protocol):
    """Variables z of B candidates, and the motions that they stand for.

    Attributes
    ----------
    base : motions that candidates are to stay near, if there are any
    """

    @property
    def base(self) -> PlantedMotions | None:
        """Motions (B,) that candidates are to stay near."""

    def start(self) -> Float[torch.Tensor, "B ..."]:
        """Variables, in units of large steps, at which a descent begins."""

    def __call__(self, z: Float[torch.Tensor, "B ..."]) -> PlantedMotions:
        """Motions of variables; differentiable."""

    def take(self, rows: list[int]) -> "MotionSpace":
        """Space of some of the candidates."""


@runtime_checkable
class Starts(Protocol):
    """Repetitions that refinement may start from, at any number of frames."""

    def __len__(self) -> int:
        """Count the repetitions."""

    def given(self, rows: list[int], frames: int) -> Float[torch.Tensor, "B F I"]:
        """Motions (rad, m) of some of them, before their feet are planted."""

    def space(self, rows: list[int], frames: int, *, points: int) -> "OffsetSpace":
        """Offsets, of so many control points, from some of them with planted feet."""


@dataclass(frozen=True, eq=False, kw_only=True)
class OffsetSpace:
    """Offsets from given motions: few control points per coordinate, and the tempo.

    Offsets are clamped cubic B-splines over the repetition, so they are smooth; the
    feet are planted afterwards, where they stood.

    Attributes
    ----------
    skeleton : of the participant's model
    base : (B,) the given motions, feet planted
    footprints : (B,) where
    basis : (F, P) weights of the control points
    steps : (I,) rad or m for a variable of 1; 0 for coordinates that stay as they are
    tempo : logarithm of the ratio of durations for a variable of 1
    """

    skeleton: Skeleton
    base: PlantedMotions
    footprints: Footprints
    basis: Float[torch.Tensor, "F P"]
    steps: Float[torch.Tensor, " I"]
    tempo: float

    @cached_property
    def moved(self) -> list[int]:
        """Columns of the coordinates that have offsets."""
        return [int(i) for i in self.steps.nonzero()[:, 0]]

    def start(self) -> Float[torch.Tensor, "B V"]:
        """Zeros, which are the given motions, in units of ``steps``."""
        count = self.basis.shape[1] * len(self.moved) + 1
        return self.base.motion.new_zeros(len(self.base.motion), count)

    def __call__(self, z: Float[torch.Tensor, "B V"]) -> PlantedMotions:
        """Motions of variables: P control points of each coordinate, and the tempo."""
        points = z[:, :-1].reshape(len(z), -1, len(self.moved))
        offset = self.basis @ (points * self.steps[self.moved])
        target = self.base.motion.index_add(
            2, torch.tensor(self.moved, device=z.device), offset
        )
        target = clamp_to_ranges(self.skeleton, target)
        planted = plant_motion(self.skeleton, target, self.footprints)
        duration = self.base.duration * torch.exp(self.tempo * z[:, -1])
        return PlantedMotions(planted.q, duration)

    def take(self, rows: list[int]) -> "OffsetSpace":
        """Space of some of the motions."""
        return replace(
            self,
            base=PlantedMotions(self.base.motion[rows], self.base.duration[rows]),
            footprints=self.footprints.take(rows),
        )


def make_offset_space(
    skeleton: Skeleton,
    motion: Float[torch.Tensor, "B F I"],
    duration: Float[torch.Tensor, " B"],
    *,
    places: Float[np.ndarray, " F"] | None = None,
    points: int = 10,
    rotation: float = 0.1,
    translation: float = 0.03,
    tempo: float = 0.03,
) -> OffsetSpace:
    """Make the space of offsets from motions, whose feet are planted first.

    Toes lie as in the default pose, in which soles are put on the floor.

    Parameters
    ----------
    skeleton : of the participant's model, with contact points
    motion : (B, F, I) independent coordinates, rad and m, standing near y = 0
    duration : (B,) s
    places : (F,) of the frames in the cycle, 0 to 1; spread evenly for ``None``
    points : control points of each coordinate, 4 or more
    rotation, translation : rad and m for a variable of 1
    tempo : logarithm of the ratio of durations for a variable of 1
    """
    names, toes = skeleton.coordinate_names, _find_toes(skeleton)
    motion = motion.to(skeleton.mass.dtype).clone()
    for place in toes:
        motion[..., place] = skeleton.spec.coordinate(names[place]).default
    motion = clamp_to_ranges(skeleton, motion)
    footprints = measure_footprints(skeleton, skeleton.pose(motion, names))
    base = plant_motion(skeleton, motion, footprints).q
    steps = [
        0.0
        if place in toes or skeleton.spec.coordinate(name).locked
        else translation
        if skeleton.spec.coordinate(name).translational
        else rotation
        for place, name in enumerate(names)
    ]
    basis = spline_basis(points, motion.shape[1], places=places)
    return OffsetSpace(
        skeleton=skeleton,
        base=PlantedMotions(base, duration.to(base)),
        footprints=footprints,
        basis=torch.from_numpy(basis).to(base),
        steps=base.new_tensor(steps),
        tempo=tempo,
    )


def clamp_to_ranges(
    skeleton: Skeleton, motion: Float[torch.Tensor, "*batch I"]
) -> Float[torch.Tensor, "*batch I"]:
    """Clamp rotations (rad) to the model's ranges; translations (m) have none.

    Parameters
    ----------
    skeleton : of the model
    motion : (..., I) independent coordinates, rad and m
    """
    known = [skeleton.spec.coordinate(name) for name in skeleton.coordinate_names]
    low = [-torch.inf if c.translational else c.minimum for c in known]
    high = [torch.inf if c.translational else c.maximum for c in known]
    return torch.clamp(motion, motion.new_tensor(low), motion.new_tensor(high))


def find_rotations(skeleton: Skeleton) -> list[int]:
    """Columns of the rotations among the independent coordinates.

    Parameters
    ----------
    skeleton : of the model

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> find_rotations(Skeleton(pendulum()))
    [0]
    """
    return [
        place
        for place, name in enumerate(skeleton.coordinate_names)
        if not skeleton.spec.coordinate(name).translational
    ]


def _find_toes(skeleton: Skeleton) -> list[int]:
    """Columns of the toes' coordinates."""
    spec = skeleton.spec
    carried = find_carried(spec.joints)
    toes = {
        joint.name
        for joint in spec.joints
        if any(
            joint.name != j.name and joint.child in carried[j.name]
            for j in spec.joints
            if j.child in FOOT_BODIES
        )
    }
    return [
        place
        for place, name in enumerate(skeleton.coordinate_names)
        if spec.coordinate(name).joint in toes
    ]
