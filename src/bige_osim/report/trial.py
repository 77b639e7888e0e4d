"""A trial as ``bige solve`` left it, read from its files."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import ModelError
from bige_osim.evaluation.limits import Limits, Residuals
from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.opensim_files.series import read_activations, read_moments
from bige_osim.motion import Activations, GroundReaction, Moments, Motion, Series
from bige_osim.paths import AnyPath
from bige_osim.physics.ground.feet import Feet, locate_feet
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.repetitions.find import find_all
from bige_osim.repetitions.repetition import Repetition
from bige_osim.report.course import Course, over_cycle, over_time
from bige_osim.report.results import Json
from bige_osim.solving.contacts import skeleton_with_feet
from bige_osim.solving.residuals import measure_root_wrench, summarise_residuals
from bige_osim.spec import ModelSpec, spec_from_json
from bige_osim.times import end_tolerance

STRIDES = "gait-cycle"
"""Repetitions of one leg while the other is elsewhere in its own: not drawn as such."""


@dataclass(frozen=True, eq=False)
class Trial:
    """A solved trial.

    Attributes
    ----------
    row : what ``solve.json`` says of it
    skeleton : of the participant's model
    motion : (T, C) rad and m, as it was solved
    activations, moments, ground : as they were found
    feet : over the motion; ``None`` for a model without any
    repetitions : of the exercise that the trial has most of; empty if it has none
    course : where curves are drawn
    """

    row: Json
    skeleton: Skeleton
    motion: Motion
    activations: Activations
    moments: Moments
    ground: GroundReaction | None
    feet: Feet | None
    repetitions: tuple[Repetition, ...]
    course: Course

    @property
    def name(self) -> str:
        """Of the trial."""
        return str(self.row["trial"])

    @property
    def shown(self) -> int:
        """Row of the course whose body is drawn: the repetition in the middle."""
        return (len(self.course.times) - 1) // 2

    def residuals(self) -> tuple[Residuals, Series] | None:
        """Pelvis residuals: summary, and sizes over time (``force`` N, ``moment`` N m).

        ``None`` where there is no ground reaction or no root.
        """
        if self.ground is None or self.feet is None or not self.skeleton.root_names():
            return None
        found = summarise_residuals(
            self.skeleton,
            self.motion,
            moments=self.moments,
            ground=self.ground,
            feet=self.feet,
            spans=[(self.row["from_s"], self.row["to_s"])],
        )
        wrench = measure_root_wrench(self.skeleton, self.motion, self.moments)
        sizes = np.stack([np.linalg.norm(part, axis=1) for part in wrench], axis=1)
        series = Series(self.motion.time, sizes, ("force", "moment"))
        return Residuals(found, Limits()), series


def read_trial(folder: AnyPath, row: Json, skeletons: dict[str, Skeleton]) -> Trial:
    """Read one trial of a folder of ``bige solve``.

    Parameters
    ----------
    folder : with the files
    row : of ``solve.json``; the trial was written, with its model's description
    skeletons : by description, those that are known already; added to

    Raises
    ------
    MissingFileError, DataError
        if a file is not there, or damaged
    """
    folder, name = Path(folder), str(row["trial"])
    skeleton = skeletons.get(row["description"])
    if skeleton is None:
        skeleton = read_skeleton(folder / row["description"])
        skeletons[row["description"]] = skeleton
    motion = read_motion(folder / row["motion"], spec=skeleton.spec)
    ground = None
    if row["ground"] != "none":
        ground = read_ground_reaction(folder / f"{name}_grf.mot")
    feet = None
    if skeleton.contact_names:
        with torch.inference_mode():
            feet = locate_feet(skeleton, motion)
    repetitions = find_shown(motion, skeleton, span=(row["from_s"], row["to_s"]))
    return Trial(
        row=row,
        skeleton=skeleton,
        motion=motion,
        activations=read_activations(folder / f"{name}_activations.sto"),
        moments=read_moments(folder / f"{name}_moments.sto"),
        ground=ground,
        feet=feet,
        repetitions=repetitions,
        course=over_cycle(repetitions)
        if repetitions
        else over_time(float(row["from_s"]), float(row["to_s"])),
    )


def read_skeleton(path: AnyPath) -> Skeleton:
    """Read a model's description; a model without feet gets no contact points."""
    return make_skeleton(spec_from_json(Path(path).read_text(encoding="utf-8")))


def make_skeleton(spec: ModelSpec) -> Skeleton:
    """Skeleton of a model; one without feet gets no contact points."""
    try:
        return skeleton_with_feet(spec)
    except ModelError:
        return Skeleton(spec, fill=True)


def find_shown(
    motion: Motion, skeleton: Skeleton, *, span: tuple[float, float]
) -> tuple[Repetition, ...]:
    """Find repetitions within a span (s): those of which there are most of one kind.

    Strides are none: the other leg is elsewhere in its own cycle.
    """
    needed = {"knee_angle_r", "knee_angle_l", "hip_flexion_r", "hip_flexion_l"}
    if not needed <= {*motion.names} or "pelvis_ty" not in motion.names:
        return ()
    standing = skeleton if skeleton.contact_names else None
    near = end_tolerance(motion.time)
    kinds: dict[tuple[str, str], list[Repetition]] = defaultdict(list)
    for exercise, detection in find_all(motion, skeleton=standing).items():
        for one in detection.accepted:
            inside = span[0] - near <= one.start and one.stop <= span[1] + near
            if inside and exercise != STRIDES:
                kinds[exercise, one.side].append(one)
    most: Sequence[Repetition] = max(kinds.values(), key=len, default=[])
    return tuple(most)


def sample_forces(
    ground: GroundReaction, feet: Feet, course: Course
) -> dict[str, Float[np.ndarray, "R F"]]:
    """Vertical force on each foot, N: ``right`` and ``left``, where it has any."""
    sampled = course.sample_ground(ground)
    return {
        side: sampled.force[:, ground.names.index(body), 1].reshape(course.times.shape)
        for side, body in zip(("right", "left"), feet.names, strict=False)
        if body in ground.names
    }
