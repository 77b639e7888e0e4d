"""A participant's own repetitions: refined, projected, certified."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from time import process_time
from typing import Any, Literal

import numpy as np
import torch

from bige_osim.errors import BigeError, GoalError
from bige_osim.evaluation.validation import validate_motion
from bige_osim.guidance.activations import (
    ActivationSource,
    ExactActivations,
    NetActivations,
)
from bige_osim.guidance.binding import Binding
from bige_osim.guidance.goal import Goal
from bige_osim.guidance.own_repetitions import take_repetitions
from bige_osim.guidance.project import FRAMES, project, to_motions
from bige_osim.guidance.refine import Judge, RefineConfig, refine
from bige_osim.guidance.result import collect_terms
from bige_osim.guidance.spaces import OffsetSpace, PlantedMotions, make_offset_space
from bige_osim.guidance.terms.change import Change
from bige_osim.guidance.terms.residual import Residual
from bige_osim.io.profile import find_profile
from bige_osim.motion import Activations, Motion
from bige_osim.nets.checkpoint import load
from bige_osim.paths import AnyPath
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.progress import Progress, silent
from bige_osim.repetitions.repetition import Repetition
from bige_osim.solving.engines import Engine
from bige_osim.solving.motion_physics import MotionPhysics
from bige_osim.solving.solution import SolveConfig
from bige_osim.solving.solve import solve_motion
from bige_osim.stages.outcome import Outcome, measure_change

ROUNDS = ((1, 1), (2, 1), (2, 2))
"""Factor of the frames, and how many times bounds are narrowed: a motion that fails
when it is simulated at full rate is refined once more."""


@dataclass(frozen=True)
class Source:
    """Where activations are from.

    Attributes
    ----------
    kind : ``exact``, or a ``surrogate``
    surrogate : run folder
    height : stature of the participant, m
    """

    kind: Literal["exact", "surrogate"]
    surrogate: AnyPath | None = None
    height: float | None = None

    def make(self, physics: MotionPhysics) -> ActivationSource:
        """Make the source for a model.

        Raises
        ------
        BigeError
            A surrogate is asked for, and it or the stature is not named.
        """
        if self.kind == "exact":
            return ExactActivations(physics)
        if self.surrogate is None or self.height is None:
            raise BigeError(
                "--activations surrogate needs the run folder of a net and the "
                "participant's stature; pass --surrogate and --height."
            )
        net, skeleton = load(self.surrogate, "surrogate"), physics.skeleton
        net.train(False)
        body = [self.height, skeleton.spec.mass, skeleton.leg_length()]
        return NetActivations(
            net,
            names=skeleton.coordinates.names,
            body=torch.tensor(body, dtype=torch.float32),
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class OwnGuidance:
    """Refines repetitions of one participant towards a goal.

    Attributes
    ----------
    engine : with the participant's model
    goal : what is asked
    smooth : the trial, low-passed
    repetitions : B of it
    floor : height of its floor, m
    source : of activations
    solve : how motions are simulated
    config : how to refine
    """

    engine: Engine
    goal: Goal
    smooth: Motion
    repetitions: tuple[Repetition, ...]
    floor: float
    source: Source
    solve: SolveConfig
    config: RefineConfig

    @classmethod
    def make(cls, engine: Engine, goal: Goal, **fields: Any) -> "OwnGuidance":
        """Make it, after a look at the goal; times in s.

        Raises
        ------
        GoalError
            The goal asks for something that only motions of a generator have.
        """
        for term in goal.terms:
            if term.needs_latents:
                raise GoalError(
                    f"[{term.name}]: a recording has no latents; leave the table out, "
                    "or search with a generator instead of --from."
                )
        steps = fields.pop("steps")
        config = RefineConfig() if steps is None else RefineConfig(steps=steps)
        fields["repetitions"] = tuple(fields["repetitions"])
        return cls(engine=engine, goal=goal, config=config, **fields)

    @property
    def skeleton(self) -> Skeleton:
        """Of the participant's model."""
        return self.engine.skeleton

    def run(self, *, progress: Progress = silent) -> list[Outcome]:
        """Refine, project and certify every repetition; ``progress`` counts steps."""
        coarse, judges = self.config.frames, cache(self.judge)
        rows = list(range(len(self.repetitions)))
        z = self.space(rows, coarse).start()
        outcomes: dict[int, Outcome] = {}
        for factor, margins in ROUNDS:
            frames = factor * coarse
            space, start = self.space(rows, frames), process_time()
            found = refine(
                space,
                judges(frames),
                start=z,
                margins=margins,
                config=replace(self.config, frames=frames),
                progress=lambda done, total: progress("refining", done, total),
            )
            seconds = (process_time() - start) / len(rows)
            with torch.no_grad():
                motions = project(self.skeleton, space(found.z))
            for k, row in enumerate(rows):
                one = self.certify(row, take_one(motions, k), judges(FRAMES))
                outcomes[row] = one.add(outcomes.get(row), int(found.steps[k]), seconds)
            left = [k for k, r in enumerate(rows) if not outcomes[r].validation.passed]
            z, rows = found.z[left], [rows[k] for k in left]
            if not rows:
                break
        return [outcomes[row] for row in range(len(self.repetitions))]

    def space(self, rows: Sequence[int], frames: int) -> OffsetSpace:
        """Offsets from some of the repetitions, planted."""
        own = take_repetitions(
            self.smooth,
            [self.repetitions[row] for row in rows],
            skeleton=self.skeleton,
            floor=self.floor,
            frames=frames,
        )
        return make_offset_space(
            self.skeleton,
            own.motion,
            own.duration,
            places=own.places,
            points=self.config.points,
        )

    def judge(self, frames: int) -> Judge:
        """Make what motions of so many frames are judged by."""
        physics = MotionPhysics(self.skeleton, frames=frames)
        source = self.source.make(physics)
        spec = self.skeleton.spec
        binding = Binding(
            spec=spec,
            coordinate_names=tuple(self.skeleton.coordinate_names),
            muscle_names=source.muscle_names,
            groups=find_profile(spec).muscle_groups,
            frames=frames,
        )
        terms = self.goal.bind(binding)
        if not any(isinstance(term, Residual) for term in terms):
            terms = (*terms, Residual(weight=self.config.residual))
        angles = binding.rotations((), root=True)
        change = Change(coordinates=angles, weight=self.config.change)
        return Judge(physics=physics, source=source, terms=(*terms, change))

    def filter(self, motions: PlantedMotions) -> PlantedMotions:
        """Low-pass a motion (rad, m) as it is simulated."""
        motion = to_motions(self.skeleton, motions)[0]
        smooth = np.ascontiguousarray(motion.filter(self.solve.cutoff).values)
        return PlantedMotions(torch.from_numpy(smooth)[None], motions.duration)

    def certify(self, row: int, found: PlantedMotions, judge: Judge) -> Outcome:
        """Simulate a motion as recordings are, and judge it."""
        own = take_repetitions(
            self.smooth,
            [self.repetitions[row]],
            skeleton=self.skeleton,
            floor=self.floor,
            frames=FRAMES,
        )
        base = self.space([row], FRAMES).base
        with torch.no_grad():
            first, last = (judge(self.filter(m), base=base) for m in (base, found))
        motion, planted = (to_motions(self.skeleton, m)[0] for m in (found, base))
        names = motion.names
        expected = last.context.activations[0].double().numpy()
        return Outcome(
            recorded=(self.repetitions[row].start, self.repetitions[row].stop),
            motion=motion,
            own=planted,
            planted=measure_change(planted.values - own.motion[0].numpy(), names),
            activations=Activations(motion.time, expected, judge.source.muscle_names),
            validation=validate_motion(
                f"{row + 1:02d}",
                motion=motion,
                solution=solve_motion(self.engine, motion, config=self.solve),
                skeleton=self.skeleton,
                goal=self.goal,
                groups=find_profile(self.skeleton.spec).muscle_groups,
            ),
            terms=collect_terms(first, last, [0]),
            steps=0,
            seconds=0.0,
        )


def take_one(motions: PlantedMotions, row: int) -> PlantedMotions:
    """Take one motion, as a batch."""
    return PlantedMotions(motions.motion[[row]], motions.duration[[row]])
