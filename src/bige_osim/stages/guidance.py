"""Repetitions refined, projected and certified, for one participant and goal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from time import process_time
from typing import Literal

import numpy as np
import torch

from bige_osim.errors import GoalError
from bige_osim.evaluation.validation import validate_motion
from bige_osim.guidance.activations import (
    ActivationSource,
    ExactActivations,
    make_net_activations,
)
from bige_osim.guidance.binding import Binding
from bige_osim.guidance.goal import Goal
from bige_osim.guidance.judge import Judge, LatentSpace
from bige_osim.guidance.project import FRAMES, project, to_motions
from bige_osim.guidance.refine import RefineConfig, refine
from bige_osim.guidance.result import collect_terms
from bige_osim.guidance.spaces import PlantedMotions, Starts
from bige_osim.guidance.terms.activation import Uncertainty
from bige_osim.guidance.terms.change import Change
from bige_osim.guidance.terms.residual import Residual
from bige_osim.guidance.terms.standing import Standing
from bige_osim.io.profile import find_profile
from bige_osim.motion import Activations
from bige_osim.nets.checkpoint import load
from bige_osim.nets.shipped import find_run
from bige_osim.paths import AnyPath
from bige_osim.physics.foot_conditions import KNEES
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.processes.workers import run_each
from bige_osim.progress import Progress, silent
from bige_osim.repetitions.standing import PELVIS
from bige_osim.solving.engines import Engine
from bige_osim.solving.motion_physics import MotionPhysics
from bige_osim.solving.solution import SolveConfig
from bige_osim.solving.solve import solve_motion
from bige_osim.stages.outcome import Outcome, measure_change

FEWEST = 4
"""Repetitions from which a process of their own pays."""

ROUNDS = ((1, 1), (2, 1), (2, 2))
"""Factor of the frames, and how many times bounds are narrowed: a motion that fails
when it is simulated at full rate is refined once more."""


@dataclass(frozen=True)
class Source:
    """Where activations are from.

    Attributes
    ----------
    kind : ``exact``, or a ``surrogate``
    surrogate : run folder; the shipped net for ``None``
    height : stature of the participant, m, for nets that need it
    """

    kind: Literal["exact", "surrogate"]
    surrogate: AnyPath | None = None
    height: float | None = None

    def make(self, physics: MotionPhysics) -> ActivationSource:
        """Make the source for a model.

        Raises
        ------
        MissingFileError, DatasetError
            A surrogate is asked for, and it is not there, or does not fit the model.
        """
        if self.kind == "exact":
            return ExactActivations(physics)
        net = load(find_run("surrogate", self.surrogate), "surrogate")
        return make_net_activations(net, physics, height=self.height)


@dataclass(frozen=True, eq=False, kw_only=True)
class Guidance:
    """Refines repetitions of one participant towards a goal, and certifies them.

    Attributes
    ----------
    engine : with the participant's model
    goal : what is asked
    source : of activations
    solve : how motions are simulated
    config : how to refine
    latents : where motions lie among a generator's, for goals that look at that

    Raises
    ------
    GoalError
        The goal asks for something that only a generator knows, and there is none.
    """

    engine: Engine
    goal: Goal
    source: Source
    solve: SolveConfig
    config: RefineConfig = RefineConfig()  # noqa: RUF009  (frozen)
    latents: LatentSpace | None = None
    judges: dict[int, Judge] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse a goal that cannot be judged."""
        unknown = [term.name for term in self.goal.terms if term.needs_latents]
        if unknown and self.latents is None:
            raise GoalError(
                f"[{unknown[0]}]: a recording has no latents; leave the table out, "
                "or search with a generator instead of --from."
            )

    @property
    def skeleton(self) -> Skeleton:
        """Of the participant's model."""
        return self.engine.skeleton

    @property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """Muscle groups of the model's family."""
        return find_profile(self.skeleton.spec).muscle_groups

    def run(
        self,
        starts: Starts,
        rows: Sequence[int],
        *,
        steps: int | None = None,
        processes: int = 1,
        progress: Progress = silent,
    ) -> dict[int, Outcome]:
        """Refine, project and certify repetitions.

        Parameters
        ----------
        starts : what there is to start from
        rows : which of them
        steps : most of each refinement; what has not arrived after the first is left
            out. With ``None`` they are those of the settings, and nothing is left out
        processes : that share them, if each has some to do
        progress : counts steps, or the processes that are done

        Returns
        -------
        Outcomes by row
        """
        count = min(processes, len(rows) // FEWEST)
        if count > 1:
            return self._share(
                starts, rows, count=count, steps=steps, progress=progress
            )
        coarse, points = self.config.frames, self.config.points
        most = self.config.steps if steps is None else steps
        left = list(rows)
        z = starts.space(left, coarse, points=points).start()
        outcomes: dict[int, Outcome] = {}
        for factor, margins in ROUNDS:
            frames = factor * coarse
            space = starts.space(left, frames, points=points)
            begin = process_time()
            found = refine(
                space,
                self.judge(frames),
                start=z,
                margins=margins,
                config=replace(self.config, frames=frames, steps=most),
                progress=lambda done, total: progress("refining", done, total),
            )
            seconds = (process_time() - begin) / len(left)
            with torch.no_grad():
                motions = project(self.skeleton, space(found.z))
            failed = []
            for k, row in enumerate(left):
                if steps is not None and not found.reached[k]:
                    continue
                one = self.certify(starts, row, take_one(motions, k))
                outcomes[row] = one.add(outcomes.get(row), int(found.steps[k]), seconds)
                if not one.passed:
                    failed.append(k)
            z, left = found.z[failed], [left[k] for k in failed]
            if not left:
                break
        return outcomes

    def _share(
        self,
        starts: Starts,
        rows: Sequence[int],
        *,
        count: int,
        steps: int | None,
        progress: Progress,
    ) -> dict[int, Outcome]:
        """Let several processes refine and certify."""
        calls = [
            partial(_run_alone, self, starts, rows[place::count], steps)
            for place in range(count)
        ]
        made: dict[int, Outcome] = {}
        progress("refining", 0, count)
        for done, one in enumerate(run_each(calls, processes=count), start=1):
            made |= one
            progress("refining", done, count)
        return {row: made[row] for row in rows if row in made}

    def judge(self, frames: int) -> Judge:
        """Make what motions of so many frames are judged by."""
        if frames not in self.judges:
            self.judges[frames] = self._make_judge(frames)
        return self.judges[frames]

    def _make_judge(self, frames: int) -> Judge:
        physics = MotionPhysics(self.skeleton, frames=frames)
        source = self.source.make(physics)
        binding = Binding(
            spec=self.skeleton.spec,
            coordinate_names=tuple(self.skeleton.coordinate_names),
            muscle_names=source.muscle_names,
            groups=self.groups,
            frames=frames,
        )
        terms = self.goal.bind(binding)
        asked = {term.name for term in terms}
        weight = self.config.residual
        if Residual.name not in asked:
            terms = (*terms, Residual(weight=weight))
        if Standing.name not in asked and {*KNEES, PELVIS} <= set(
            binding.coordinate_names
        ):
            terms = (*terms, Standing(weight=weight))
        if self.source.kind == "surrogate":
            targets = binding.muscles(self.goal.target_muscles)
            targets = targets or binding.muscle_names
            unsure = Uncertainty(muscles=targets, weight=self.config.uncertainty)
            terms = (*terms, unsure)
        angles = binding.rotations((), root=True)
        change = Change(coordinates=angles, weight=self.config.change)
        return Judge(
            physics=physics,
            source=source,
            terms=(*terms, change),
            latents=self.latents,
        )

    def filter(self, motions: PlantedMotions) -> PlantedMotions:
        """Low-pass a motion (rad, m) as it is simulated."""
        motion = to_motions(self.skeleton, motions)[0]
        smooth = np.ascontiguousarray(motion.filter(self.solve.cutoff).values)
        return PlantedMotions(torch.from_numpy(smooth)[None], motions.duration)

    def certify(self, starts: Starts, row: int, found: PlantedMotions) -> Outcome:
        """Simulate a motion as recordings are, and judge it."""
        judge = self.judge(FRAMES)
        base = starts.space([row], FRAMES, points=self.config.points).base
        given = starts.given([row], FRAMES)[0].numpy()
        with torch.no_grad():
            first, last = (judge(self.filter(m), base=base) for m in (base, found))
        motion, planted = (to_motions(self.skeleton, m)[0] for m in (found, base))
        expected, std = (
            values[0].double().numpy()
            for values in (last.context.activations, last.context.std)
        )
        activations = Activations(motion.time, expected, judge.source.muscle_names)
        solution = solve_motion(self.engine, motion, config=self.solve)
        return Outcome(
            motion=motion,
            own=planted,
            planted=measure_change(planted.values - given, motion.names),
            activations=activations,
            std=std,
            solution=solution,
            validation=validate_motion(
                f"{row + 1:02d}",
                motion=motion,
                solution=solution,
                skeleton=self.skeleton,
                surrogate=activations if self.source.kind == "surrogate" else None,
                goal=self.goal,
                groups=self.groups,
            ),
            terms=collect_terms(first, last, [0]),
            steps=0,
            seconds=0.0,
        )


def _run_alone(
    guidance: Guidance, starts: Starts, rows: Sequence[int], steps: int | None
) -> dict[int, Outcome]:
    """Refine in a process of its own, on one of its cores."""
    torch.set_num_threads(1)
    return guidance.run(starts, rows, steps=steps)


def take_one(motions: PlantedMotions, row: int) -> PlantedMotions:
    """Take one motion, as a batch."""
    return PlantedMotions(motions.motion[[row]], motions.duration[[row]])
