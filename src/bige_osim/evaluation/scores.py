"""What scores are made of: motions, and the metrics of systems over participants.

A system is where motions come from: recordings, a generator, guidance. It has one or
more motions, each one repetition, of one or more participants. A participant's value
is the mean over the participant's motions, or that of the set that they are; a system's
is mean, standard deviation and interval over participants, who count equally however
many motions they have. :func:`bige_osim.evaluation.scoring.score_systems` makes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bige_osim.evaluation.distribution import FRAMES, SET_UNITS, SetMetrics
from bige_osim.evaluation.estimate import LEVEL, RESAMPLES, Estimate
from bige_osim.evaluation.metrics import UNITS, MotionMetrics, TargetRange
from bige_osim.evaluation.paper import PAPER_UNITS
from bige_osim.io.output import finite
from bige_osim.motion import Activations, Motion
from bige_osim.physics.kinematics.skeleton import Skeleton

REFERENCE = "reference"
"""Name of the reference among the systems."""

PAPER = "paper_"
"""What stands before the names of metrics as the paper has them."""

SCORE_UNITS = {
    **UNITS,
    **SET_UNITS,
    **{f"{PAPER}{name}": unit for name, unit in PAPER_UNITS.items()},
}
"""Unit of every metric, by its name, in the order to be shown."""


@dataclass(frozen=True, eq=False, kw_only=True)
class MotionToScore:
    """One repetition, and what is known of it.

    Attributes
    ----------
    name : for the reader
    motion : rad and m, at any time stamps
    skeleton : of the participant's model, with its foot contact spheres
    activations : 0 to 1, on the motion's clock; ``None`` if they are not known
    targets : muscles that something is asked of; ``None`` if nothing is
    floor : height of the floor, m
    """

    name: str
    motion: Motion
    skeleton: Skeleton
    activations: Activations | None = None
    targets: TargetRange | None = None
    floor: float = 0.0


Participants = Mapping[str, Sequence[MotionToScore]]
"""Motions of every participant of a system, by name."""


@dataclass(frozen=True)
class MotionScore:
    """Metrics of one motion.

    Attributes
    ----------
    participant, name : whose, and which
    duration : s
    metrics : in the units of :data:`bige_osim.evaluation.metrics.UNITS`
    """

    participant: str
    name: str
    duration: float
    metrics: MotionMetrics

    def to_dict(self) -> dict[str, Any]:
        """Plain data, in the units of the metrics."""
        return {
            "participant": self.participant,
            "motion": self.name,
            "duration_s": self.duration,
            **asdict(self.metrics),
        }


@dataclass(frozen=True)
class SystemScore:
    """Metrics of a system.

    Attributes
    ----------
    name : of the system
    motions : each by itself
    participants : name -> metric -> value, in the units of ``SCORE_UNITS``
    summary : metric -> estimate over participants
    together : the motions of all participants as one set; the reference has no fidelity
    """

    name: str
    motions: tuple[MotionScore, ...]
    participants: Mapping[str, Mapping[str, float]]
    summary: Mapping[str, Estimate]
    together: SetMetrics

    def to_dict(self) -> dict[str, Any]:
        """Plain data, in the units of the metrics."""
        return {
            "system": self.name,
            "participants": len(self.participants),
            "motions": len(self.motions),
            "summary": {name: one.to_dict() for name, one in self.summary.items()},
            "together": asdict(self.together),
            "each_participant": {n: dict(row) for n, row in self.participants.items()},
            "each_motion": [motion.to_dict() for motion in self.motions],
        }


@dataclass(frozen=True)
class Scores:
    """Metrics of all systems.

    Attributes
    ----------
    systems : in their order; the reference, if there is one, is the last
    rotations, translations : coordinates that sets are compared by
    seed : of directions and resampling
    """

    systems: tuple[SystemScore, ...]
    rotations: tuple[str, ...]
    translations: tuple[str, ...]
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """Plain data: finite numbers or ``None``, units by metric in ``units``."""
        plain: dict[str, Any] = finite(
            {
                "units": SCORE_UNITS,
                "systems": [system.to_dict() for system in self.systems],
                "compared_by": [*self.rotations, *self.translations],
                "frames": FRAMES,
                "interval": {"level": LEVEL, "resamples": RESAMPLES},
                "seed": self.seed,
            }
        )
        return plain
