"""Motions of files and datasets as scores want them: one repetition each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from bige_osim.dataset.dataset import read_models
from bige_osim.dataset.netcdf_read import read_blocks
from bige_osim.evaluation.metrics import TargetRange
from bige_osim.evaluation.scores import MotionToScore
from bige_osim.io.manifest import sha256
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.opensim_files.series import read_activations
from bige_osim.io.profile import find_profile
from bige_osim.motion import Activations, Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.paths import AnyPath
from bige_osim.physics.ground.feet import locate_feet
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.repetitions.find import find_repetitions
from bige_osim.report.trial import make_skeleton
from bige_osim.spec import ModelSpec
from bige_osim.stages.scored_goal import is_guided
from bige_osim.stages.viewed_motions import ViewedMotion
from bige_osim.times import covers_span, interval

VARIABLES = (
    *("person", "trial", "exercise", "model", "start", "duration"),
    *("motion", "activations"),
)
"""What is read of a dataset."""


@dataclass(eq=False)
class MotionReader:
    """Reads motions, and cuts them into repetitions.

    Attributes
    ----------
    asked : muscles or groups, and their range; ``None`` if nothing is asked of any
    exercise : whose repetitions are looked for in recordings
    whole : score motions as they are, however many repetitions they have
    notes : what could not be used, one sentence each
    inputs : files that were read
    """

    asked: TargetRange | None
    exercise: str = "squat"
    whole: bool = False
    notes: list[str] = field(default_factory=list)
    inputs: list[Path] = field(default_factory=list)
    _skeletons: dict[str, Skeleton] = field(default_factory=dict, init=False)

    def read(
        self, participants: Mapping[str, Sequence[ViewedMotion]]
    ) -> dict[str, list[MotionToScore]]:
        """Read what files have of participants; those without a motion are left out.

        Raises
        ------
        MissingFileError, DataError, UnknownNameError, ModelError
            A file is not there or damaged, or the model has no such exercise.
        """
        found = {
            name: [one for files in motions for one in self._read_file(files)]
            for name, motions in participants.items()
        }
        return {name: motions for name, motions in found.items() if motions}

    def read_dataset(self, path: AnyPath) -> dict[str, list[MotionToScore]]:
        """Read the exercise's repetitions in a dataset, by participant.

        Raises
        ------
        MissingFileError, DatasetError
            as :func:`~bige_osim.dataset.netcdf_read.read_blocks`
        """
        found: dict[str, list[MotionToScore]] = {}
        for block in read_blocks(path):
            models = read_models(block)
            names, muscles = (
                tuple(map(str, block[key].values)) for key in ("coordinate", "muscle")
            )
            arrays = {key: block[key].values for key in VARIABLES}
            for row in range(block.sizes["repetition"]):
                one = {key: values[row] for key, values in arrays.items()}
                if str(one["exercise"]) == self.exercise:
                    spec = models[str(one["model"])]
                    taken = self._take_row(one, spec, names=names, muscles=muscles)
                    found.setdefault(str(one["person"]), []).append(taken)
        if not found:
            self.notes.append(f"{path} has no {self.exercise}.")
        self.inputs.append(Path(path))
        return found

    def _take_row(
        self,
        row: Mapping[str, Any],
        spec: ModelSpec,
        *,
        names: tuple[str, ...],
        muscles: tuple[str, ...],
    ) -> MotionToScore:
        """Take a repetition of a dataset, which stands on a floor at 0."""
        time = np.linspace(0.0, float(row["duration"]), len(row["motion"]))
        motion, effort = (row[key].astype(np.float64) for key in VARIABLES[-2:])
        return MotionToScore(
            name=f"{row['trial']} at {float(row['start']):.2f} s",
            motion=Motion(time, motion, names),
            skeleton=self._skeleton_of(spec),
            activations=Activations(time, effort, muscles),
            targets=self._find_targets(spec),
        )

    def _read_file(self, files: ViewedMotion) -> Iterator[MotionToScore]:
        """Yield the repetitions of a file; a guided motion is one."""
        skeleton = self._skeleton_at(files.model)
        motion = read_motion(files.motion, spec=skeleton.spec)
        activations = self._read_activations(files)
        self.inputs.append(files.motion)
        one = MotionToScore(
            name=files.name,
            motion=motion,
            skeleton=skeleton,
            activations=activations,
            targets=self._find_targets(skeleton.spec),
        )
        if is_guided(files):
            yield self._cut(one, float(motion.time[0]), float(motion.time[-1]))
            return
        if skeleton.contact_names:
            one = replace(one, floor=locate_feet(skeleton, motion).floor)
        if self.whole:
            yield self._cut(one, float(motion.time[0]), float(motion.time[-1]))
            return
        standing = skeleton if skeleton.contact_names else None
        found = find_repetitions(motion, exercise=self.exercise, skeleton=standing)
        if not found.accepted:
            self.notes.append(
                f"{files.name} has no {self.exercise} and is left out; --whole scores "
                "motions as they are."
            )
        for number, repetition in enumerate(found.accepted, start=1):
            named = replace(one, name=f"{files.name} {number}")
            yield self._cut(named, repetition.start, repetition.stop)

    def _cut(self, one: MotionToScore, start: float, stop: float) -> MotionToScore:
        """Keep a stretch of time, s; activations if they cover it."""
        motion, activations = one.motion.between(start, stop), one.activations
        if activations is not None:
            step, solved = interval(motion.time), activations.time
            if len(solved) > 1 and covers_span(solved, start, stop, step=step):
                activations = activations.between(start, stop)
            else:
                self.notes.append(f"The activations of {one.name} do not cover it.")
                activations = None
        return replace(one, motion=motion, activations=activations)

    def _read_activations(self, files: ViewedMotion) -> Activations | None:
        path = find_activations(files)
        if path is None:
            return None
        self.inputs.append(path)
        return read_activations(path).finite()

    def _skeleton_at(self, model: Path) -> Skeleton:
        """Skeleton of a model, of which every folder of a motion has a copy."""
        key = sha256(model)
        if key not in self._skeletons:
            self.inputs.append(model)
            self._skeletons[key] = make_skeleton(read_model(model))
        return self._skeletons[key]

    def _skeleton_of(self, spec: ModelSpec) -> Skeleton:
        if spec.sha256 not in self._skeletons:
            self._skeletons[spec.sha256] = make_skeleton(spec)
        return self._skeletons[spec.sha256]

    def _find_targets(self, spec: ModelSpec) -> TargetRange | None:
        """Muscles of a model that are meant, groups written out."""
        if self.asked is None:
            return None
        groups = find_profile(spec).muscle_groups
        meant = [m for name in self.asked.muscles for m in groups.get(name, (name,))]
        return replace(self.asked, muscles=tuple(dict.fromkeys(meant)))


def find_activations(files: ViewedMotion) -> Path | None:
    """Find the activations of a motion: simulated ones before expected ones."""
    stem = files.motion.stem.removesuffix("_ik")
    simulated = files.folder / f"{stem}_simulated.sto"
    return simulated if simulated.is_file() else files.activations
