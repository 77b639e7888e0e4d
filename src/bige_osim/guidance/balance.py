"""Balancing: repetitions moved as little as possible until the ground can carry them.

A repetition cut out of a recording does not stand on its own: it begins and ends in
motion, its feet slide and tilt by the errors of the recording, and near its ends pelvis
residuals exceed what Hicks et al. 2015 accept. A balanced one begins and ends standing
and at rest, on planted feet, with residuals within what is accepted. It is what the
participant did but for a degree or two, which is measured.

It is the refinement of a participant's own repetition towards no goal: offsets on
planted motions go down the sum of residuals, of ends that do not stand, and of the
change (:mod:`bige_osim.guidance.refine`). Muscles have no part in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float

from bige_osim.guidance.activations import NoActivations
from bige_osim.guidance.binding import Binding
from bige_osim.guidance.judge import Judge
from bige_osim.guidance.own_repetitions import OwnRepetitions, take_repetitions
from bige_osim.guidance.project import FRAMES, project, to_motions
from bige_osim.guidance.refine import RefineConfig, refine
from bige_osim.guidance.spaces import find_rotations, make_offset_space
from bige_osim.guidance.terms.change import Change
from bige_osim.guidance.terms.residual import Residual
from bige_osim.guidance.terms.standing import Standing
from bige_osim.motion import Motion
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.repetitions.repetition import Repetition
from bige_osim.solving.motion_physics import MotionPhysics

EXERCISE = "squat"
"""The one exercise that is balanced: both feet stand where they are throughout."""

REST = 0.15
"""How much longer coming from rest and coming to rest take, as a fraction of the
duration: of a squat of 2.7 s 0.4 s, as long as those that are guided have."""

BALANCING = RefineConfig(learning_rate=0.03, residual=1.0)
"""How to refine. Steps are half as large as those towards a goal: repetitions are near
what is wanted, and end nearer to where they began."""

ROUNDS = (1, 2)
"""Factors of the frames: what is not accepted is refined anew at more of them. It does
not go on from where it was: knees at the end of their range, where that fails mostly,
have let the descent at few frames go astray."""

Accept = Callable[[int, Motion], bool]
"""Whether a repetition, by its place, is accepted as the motion that was made of it."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Balanced:
    """What became of one repetition.

    Attributes
    ----------
    motion : (F, I) rad and m, from 0 s; at rest at both ends, feet planted
    settled : whether it was accepted
    change : root mean square change of all angles over the cycle, planting included,
        rad
    steps : of the descent
    """

    motion: Motion
    settled: bool
    change: float
    steps: int


def balance(
    skeleton: Skeleton,
    repetitions: Sequence[Motion],
    *,
    accept: Accept,
    config: RefineConfig = BALANCING,
) -> list[Balanced]:
    """Balance repetitions of one model; they do not see each other.

    Parameters
    ----------
    skeleton : of the participant's model, with contact points
    repetitions : one motion each, independent coordinates, rad and m above a floor at
        y = 0, from 0 s
    accept : judges a motion at :data:`~bige_osim.guidance.project.FRAMES` frames
    config : how to refine
    """
    done: dict[int, Balanced] = {}
    rows = list(range(len(repetitions)))
    for factor in ROUNDS:
        frames = factor * config.frames
        ready = put_at_rest([repetitions[row] for row in rows], skeleton, frames)
        space = make_offset_space(
            skeleton,
            ready.motion,
            ready.duration,
            places=ready.places,
            points=config.points,
        )
        found = refine(
            space,
            _make_judge(skeleton, frames, config),
            config=replace(config, frames=frames),
        )
        with torch.no_grad():
            moved = space(found.z)
        motions = to_motions(skeleton, project(skeleton, moved, frames=FRAMES))
        changes = measure_change(skeleton, moved.motion - ready.motion)
        for k, row in enumerate(rows):
            steps = int(found.steps[k]) + (done[row].steps if row in done else 0)
            done[row] = Balanced(
                motion=motions[k],
                settled=accept(row, motions[k]),
                change=float(changes[k]),
                steps=steps,
            )
        rows = [row for row in rows if not done[row].settled]
        if not rows:
            break
    return [done[row] for row in range(len(repetitions))]


def put_at_rest(
    repetitions: Sequence[Motion], skeleton: Skeleton, frames: int
) -> OwnRepetitions:
    """Slow repetitions down towards both ends, where they are at rest.

    Parameters
    ----------
    repetitions : as of :func:`balance`
    skeleton : of the participant's model
    frames : F of the result, spread evenly over its longer time
    """
    eased = [
        take_repetitions(
            motion,
            [Repetition(0.0, motion.duration, 0.0, 0.0, EXERCISE, 1.0)],
            skeleton=skeleton,
            floor=0.0,
            frames=frames,
            rest=REST * motion.duration,
        )
        for motion in repetitions
    ]
    return OwnRepetitions(
        motion=torch.cat([one.motion for one in eased]),
        duration=torch.cat([one.duration for one in eased]),
        places=eased[0].places,  # the same of all, as the fraction is
    )


def measure_change(
    skeleton: Skeleton, difference: Float[torch.Tensor, "B F I"]
) -> Float[torch.Tensor, " B"]:
    """Root mean square of the angles of differences (rad and m) over time, rad.

    Parameters
    ----------
    skeleton : whose independent coordinates they are
    difference : rad and m
    """
    return difference[..., find_rotations(skeleton)].square().mean((1, 2)).sqrt()


def _make_judge(skeleton: Skeleton, frames: int, config: RefineConfig) -> Judge:
    """Make what is wanted of balanced motions of so many frames."""
    binding = Binding(
        spec=skeleton.spec,
        coordinate_names=tuple(skeleton.coordinate_names),
        muscle_names=(),
        groups={},
        frames=frames,
    )
    terms = (
        Standing().bind(binding, ()),
        Residual(weight=config.residual),
        Change(coordinates=binding.rotations((), root=True), weight=config.change),
    )
    physics = MotionPhysics(skeleton, frames=frames)
    return Judge(physics=physics, source=NoActivations(), terms=terms)
