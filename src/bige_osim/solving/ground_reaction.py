"""The ground reaction of a motion: measured on force plates, estimated, or none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from bige_osim.errors import name_times
from bige_osim.io.plausible import weigh
from bige_osim.motion import GroundReaction, Motion
from bige_osim.physics.ground.estimate import GroundConfig, estimate_ground, root_wrench
from bige_osim.physics.ground.feet import Feet, runs
from bige_osim.physics.ground.plates import (
    PlateConfig,
    assign_plates,
    check_plates,
    find_bare_feet,
)
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.solving.contacts import find_contacts
from bige_osim.solving.engines import Engine
from bige_osim.solving.residuals import find_missing
from bige_osim.spec import ModelSpec
from bige_osim.splines import FEWEST
from bige_osim.times import covers, covers_span, interval

Spans = Sequence[tuple[float, float]]
"""Stretches of time, s."""

SHORTEST = 0.1
"""Shortest stretch on plates that is solved, s."""


@dataclass(frozen=True)
class GroundFound:
    """Ground reaction of a motion, and the times at which it is known.

    Attributes
    ----------
    reaction : on the bodies of the feet at every frame
    spans : times at which muscles can be solved, s; ``None`` for all
    warnings : sentences for the user
    """

    reaction: GroundReaction
    spans: Spans | None
    warnings: tuple[str, ...] = ()


def find_ground(
    engine: Engine,
    motion: Motion,
    *,
    plates: GroundReaction | None,
    feet: Feet | None,
    pose: Pose,
    spans: Spans | None,
    rules: GroundConfig,
    config: PlateConfig,
) -> GroundFound:
    """Find the ground reaction, and when it is known.

    Parameters
    ----------
    engine : with the participant's model
    motion : (T, C) rad and m, filtered
    plates : as recorded; ``None`` to estimate
    feet, pose : of this motion; no feet for a model that is fixed to ground
    spans : times that are to be solved, s; ``None`` for all
    rules : what feet can do, where ground reaction is estimated
    config : what counts as a foot on a plate, where it is measured

    Raises
    ------
    ModelError, BigeError
        Ground reaction can neither be measured nor estimated.
    """
    skeleton = engine.skeleton
    if feet is None:
        return _no_ground(motion, plates, spans)
    if plates is None:
        moments = engine.inverse_dynamics(motion)
        wrench = root_wrench(skeleton, motion, moments, pose=pose)
        ground, warnings = estimate_ground(feet, wrench, config=rules)
        made = _describe_made_contacts(skeleton.spec)
        return GroundFound(ground, spans, (*made, *warnings))
    ground, warnings = read_measured_ground(plates, feet, config)
    weighed = weigh(plates, skeleton.spec.mass)
    bare = np.any(find_bare_feet(ground, feet, config=config), axis=1)
    cut: tuple[str, ...] = ()
    if bare.any():
        moments = engine.inverse_dynamics(motion, ground=ground)
        missing = find_missing(skeleton, motion, moments, feet=feet, pose=pose)
        spans, cut = _select_on_plates(motion.time, missing, bare, spans=spans)
    said = (*plates.notes, *cut) if cut else warnings
    return GroundFound(ground, spans, (*said, *weighed))


def cut_to_plates(
    motion: Motion, plates: GroundReaction | None, *, spans: Spans | None
) -> tuple[Motion, tuple[str, ...]]:
    """Cut a motion to what its plates cover, and say what is left out.

    A motion of which they cover almost nothing is left as it is, to be refused.

    Parameters
    ----------
    motion : (T, C) rad and m
    plates : force plates; without them nothing is cut
    spans : times that are to be solved, s; ``None`` for all
    """
    if plates is None or not plates.names:
        return motion, ()
    if covers(plates.time, motion.time):  # what they lack at an end is held
        return motion, ()
    first, last = float(plates.time[0]), float(plates.time[-1])
    step = interval(motion.time)
    asked = [span for span in spans or () if covers_span(plates.time, *span, step=step)]
    starts, stops = zip((first, last), *asked, strict=True)
    part = motion.between(min(starts), max(stops))
    if len(part.time) < FEWEST:
        return motion, ()
    if spans and len(asked) == len(spans):
        return part, ()
    return part, (
        f"The force plates cover {first:.2f} to {last:.2f} s; the rest of the motion "
        "is left out.",
    )


def _select_on_plates(
    time: Float[np.ndarray, " T"],
    missing: Bool[np.ndarray, " T"],
    bare: Bool[np.ndarray, " T"],
    *,
    spans: Spans | None,
) -> tuple[Spans | None, tuple[str, ...]]:
    """Keep of what is to be solved the times at which all standing feet are on plates.

    Parameters
    ----------
    time : (T,) s
    missing : (T,) whether neither the feet nor a seat carry the participant
    bare : (T,) whether a foot stands without a force on it
    spans : times that were asked for, s

    Returns
    -------
    the times to solve, and a sentence if they are fewer; unchanged if no foot stands
    beside the plates while a force is missing, or if the plates carry nobody at all
    """
    if not (missing & bare).any():
        return spans, ()
    asked = spans or [(float(time[0]), float(time[-1]))]
    kept = [
        (max(start, float(time[run][0])), min(stop, float(time[run][-1])))
        for run in runs(~(missing | bare))
        for start, stop in asked
    ]
    kept = [(start, stop) for start, stop in kept if stop - start >= SHORTEST]
    if not kept:
        return spans, ()
    return kept, (
        f"Only from {name_times(kept)} are all standing feet on plates; the rest is "
        "left out.",
    )


def read_measured_ground(
    plates: GroundReaction, feet: Feet, config: PlateConfig
) -> tuple[GroundReaction, tuple[str, ...]]:
    """Ground reaction on the feet from what was recorded, and warnings.

    Forces whose names are the feet's bodies are taken as they are; plates go to the
    feet that stand on them.
    """
    if plates.names and set(plates.names) <= set(feet.names):
        check_plates(plates, feet.time)
        held = plates.at(np.clip(feet.time, plates.time[0], plates.time[-1]))
        return replace(held, time=feet.time), plates.notes
    ground, warnings = assign_plates(plates, feet, config=config)
    return ground, (*plates.notes, *warnings)


def _no_ground(
    motion: Motion, plates: GroundReaction | None, spans: Spans | None
) -> GroundFound:
    """No ground reaction, for a model that is fixed to ground."""
    empty = np.zeros((len(motion.time), 0, 3))
    ground = GroundReaction(motion.time, empty, empty, empty, (), "none")
    if plates is None or not plates.names:
        return GroundFound(ground, spans)
    text = "The force plates are not used: the model is fixed to ground."
    return GroundFound(ground, spans, (text,))


def _describe_made_contacts(spec: ModelSpec) -> tuple[str, ...]:
    """Say if ground reaction is estimated at points that nobody gave."""
    if find_contacts(spec).source != "feet":
        return ()
    return (
        f"The model {spec.name} has no contact spheres: ground reaction is estimated "
        "at points made from the bodies of its feet (--contacts gives others).",
    )
