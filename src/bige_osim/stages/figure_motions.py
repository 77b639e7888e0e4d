"""What ``figures`` reads of a comparison: motions of every system and participant."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from jaxtyping import Float

from bige_osim.errors import DataError, MissingFileError, UnknownNameError
from bige_osim.evaluation.distribution import find_medoid
from bige_osim.evaluation.hip_depth import (
    find_depth,
    follow_hip_centre,
    standing_hip_height,
)
from bige_osim.evaluation.scores import MotionToScore
from bige_osim.evaluation.scoring import find_shared
from bige_osim.guidance.goal import Goal
from bige_osim.io.profile import Profile, find_profile
from bige_osim.motion import Activations, Motion
from bige_osim.nets.augmentation import ARMS
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.contacts import contact_spheres
from bige_osim.spec import ModelSpec, spec_from_json
from bige_osim.stages.compare import RECORD
from bige_osim.stages.compared_motions import RECORD as MOTIONS
from bige_osim.stages.compared_motions import read_motions

CYCLE = 101
"""Frames over 0-100 % of a cycle."""

TILT = "pelvis_tilt"
"""The coordinate that says how the pelvis is tilted."""


@dataclass(frozen=True, eq=False, kw_only=True)
class DrawnMotion:
    """A motion of a comparison, with its activations.

    Attributes
    ----------
    name : in its folder
    motion : rad and m
    simulated, predicted : activations, 0 to 1; ``None`` where there are none
    skeleton : of the participant's model
    """

    name: str
    motion: Motion
    simulated: Activations | None
    predicted: Activations | None
    skeleton: Skeleton

    @property
    def span(self) -> tuple[float, float]:
        """Start and end of the cycle, s."""
        return float(self.motion.time[0]), float(self.motion.time[-1])

    def find_times(self, count: int) -> Float[np.ndarray, " N"]:
        """Find times (N,), equally far apart from start to end, s."""
        return np.linspace(*self.span, count)

    @cached_property
    def tilt(self) -> Float[np.ndarray, " T"]:
        """Tilt of the pelvis in every frame (T,), rad."""
        return self.motion.column(TILT)

    def find_tilts(self, times: Float[np.ndarray, " N"]) -> Float[np.ndarray, " N"]:
        """Find the tilt of the pelvis at times in s: (N,) deg."""
        tilts = self.motion.select([TILT]).at(times).values[:, 0]
        return np.asarray(np.rad2deg(tilts))

    @cached_property
    def deepest(self) -> tuple[float, float]:
        """When hips are lowest, s, and how high they are then, m."""
        height = follow_hip_centre(self.motion, self.skeleton)[:, 1]
        return float(self.motion.time[height.argmin()]), float(height.min())

    def find_peak(self, muscles: Sequence[str]) -> float:
        """Find the mean over muscles of the peaks in the simulation, 0 to 1; or NaN."""
        if self.simulated is None:
            return float("nan")
        return float(self.simulated.select(muscles).values.max(axis=0).mean())

    def sample(self, series: Activations, muscle: str) -> Float[np.ndarray, " F"]:
        """Sample the activation of a muscle over the cycle: (F,), 0 to 1."""
        times = self.find_times(CYCLE)
        return np.asarray(np.interp(times, series.time, series.column(muscle)))


@dataclass(frozen=True, eq=False, kw_only=True)
class Body:
    """A participant of a comparison.

    Attributes
    ----------
    name : of the participant
    skeleton : of the model
    profile : what is known of the model's family
    targets : muscles that the goal is about
    """

    name: str
    skeleton: Skeleton
    profile: Profile
    targets: tuple[str, ...]

    @property
    def spec(self) -> ModelSpec:
        """Of the model."""
        return self.skeleton.spec

    @cached_property
    def standing(self) -> float:
        """Height of the hip joint centres on straight legs, m."""
        return standing_hip_height(self.skeleton)

    def find_depth(self, motion: DrawnMotion) -> float:
        """How deep a motion is, % of the standing height."""
        return find_depth(motion.deepest[1], standing=self.standing)


class ComparedFolder:
    """The folder of a comparison that is complete.

    Parameters
    ----------
    path : that ``bige compare`` wrote

    Raises
    ------
    MissingFileError
        There is no such folder, or no complete comparison in it.
    DataError
        What says so is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.record = path, path / RECORD
        if not self.record.is_file():
            raise MissingFileError(
                self.record, what="comparison", remedy="run bige compare first"
            )
        try:
            row = json.loads(self.record.read_text(encoding="utf-8"))
            self.titles = {str(s["system"]): str(s["title"]) for s in row["systems"]}
            self.names = tuple(str(name) for name in row["held_out"])
            goal = Goal.from_dict(row["manifest"]["config"]["goal"])
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(
                self.record,
                expected="what bige compare writes",
                got=f"text that is not ({type(error).__name__}: {error})",
                remedy="run bige compare again",
            ) from error
        self.asked = goal.target_muscles

    def choose(self, participant: str | None) -> tuple[str, ...]:
        """Choose one participant, or all; an unknown one is an ``UnknownNameError``."""
        if participant is None:
            return self.names
        if participant not in self.names:
            raise UnknownNameError(
                "participant", participant, self.names, where=str(self.path)
            )
        return (participant,)

    def read_body(self, name: str) -> Body:
        """Read the model of a participant.

        Raises
        ------
        MissingFileError, DatasetError
            It is not there, or damaged.
        UnknownNameError
            It lacks a muscle that the goal is about.
        """
        path = self.path / "models" / f"{name}.json"
        if not path.is_file():
            raise MissingFileError(path, what="model", remedy="run bige compare again")
        spec = spec_from_json(path.read_text(encoding="utf-8"))
        profile = find_profile(spec)
        targets = [m for n in self.asked for m in profile.muscle_groups.get(n, (n,))]
        for muscle in targets:
            require_muscle(spec, muscle)
        return Body(
            name=name,
            skeleton=Skeleton(spec, contacts=contact_spheres(spec)),
            profile=profile,
            targets=tuple(dict.fromkeys(targets)),
        )

    def read(self, system: str, body: Body) -> list[DrawnMotion]:
        """Read the motions of a system and participant; there may be none.

        Raises
        ------
        DataError, MissingFileError
            A file is damaged, or one that is listed is not there.
        """
        folder = self.path / "motions" / system / body.name
        if not (folder / MOTIONS).is_file():
            return []
        return [
            DrawnMotion(
                name=one.name,
                motion=one.motion,
                simulated=one.activations,
                predicted=one.predicted,
                skeleton=body.skeleton,
            )
            for one in read_motions(folder, body.skeleton)
        ]


def require_muscle(spec: ModelSpec, name: str) -> None:
    """Refuse a muscle that a model does not have: ``UnknownNameError``."""
    if name not in spec.muscle_names:
        raise UnknownNameError("muscle", name, spec.muscle_names, where=spec.name)


def choose_typical(motions: Sequence[DrawnMotion]) -> DrawnMotion:
    """Choose the medoid: the motion that is nearest to the others in joint angles.

    Near is the RMS difference of all rotations, arms apart, over the cycle.

    Parameters
    ----------
    motions : one or more, on the same model
    """
    ready = [
        MotionToScore(name=m.name, motion=m.motion, skeleton=m.skeleton)
        for m in motions
    ]
    rotations = [n for n in find_shared(ready)[0] if not n.startswith(ARMS)]
    points = [
        m.motion.select(rotations).at(m.find_times(CYCLE)).values.ravel()
        for m in motions
    ]
    return motions[find_medoid(np.stack(points))]
