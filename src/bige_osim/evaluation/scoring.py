"""Systems compared: the metrics of what each of them moves, over participants.

Motions of a participant in the reference are compared with those of the others in it,
so that what the reference itself comes to is what to measure a system by.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from bige_osim.errors import BigeError
from bige_osim.evaluation.distribution import SetComparison, sample_cycles
from bige_osim.evaluation.estimate import estimate
from bige_osim.evaluation.metrics import Center, MotionMetrics, mean, measure
from bige_osim.evaluation.paper import (
    PaperFrames,
    PaperMetrics,
    find_peak,
    measure_paper,
    sample_frames,
)
from bige_osim.evaluation.scores import (
    PAPER,
    REFERENCE,
    SCORE_UNITS,
    MotionScore,
    MotionToScore,
    Participants,
    Scores,
    SystemScore,
)
from bige_osim.nets.augmentation import ARMS
from bige_osim.progress import Progress, report_each, silent


def score_systems(
    systems: Mapping[str, Participants],
    *,
    reference: Participants | None = None,
    center: Center = "pelvis",
    arms: bool = True,
    seed: int = 0,
    progress: Progress = silent,
) -> Scores:
    """Compute all metrics of systems, and of the reference as one of them.

    Parameters
    ----------
    systems : name -> participant -> motions, each one repetition
    reference : motions that fidelity is a distance to; there is none without
    center : whose velocity and acceleration count: ``pelvis`` or ``body``'s centre of
        mass
    arms : compare sets by the angles of the arms, too, which may jump between two
        triples that are the same posture; the paper's metrics have them always
    seed : of directions and resampling
    progress : counts motions

    Raises
    ------
    BigeError
        There is no motion, or of a participant none; a value is no number; a system is
        called ``reference`` beside one; the models share no coordinates.
    UnknownNameError
        A motion lacks a coordinate, or activations a muscle, that a metric needs.
    """
    every = dict(systems)
    if reference is not None:
        if REFERENCE in every:
            raise BigeError(
                "A system is called reference, as the motions that all are compared "
                "with; rename it."
            )
        every[REFERENCE] = reference
    _check(every)
    motions = [m for people in every.values() for own in people.values() for m in own]
    rotations, translations = find_shared(motions)
    metrics = [
        measure(
            one.motion.require_finite(),
            one.skeleton,
            activations=one.activations,
            targets=one.targets,
            center=center,
            floor=one.floor,
        )
        for one in report_each(motions, progress, what="motions", total=len(motions))
    ]
    compared = tuple(n for n in rotations if arms or not n.startswith(ARMS))
    frames = sample_frames(
        [one.motion for one in motions], rotations=rotations, translations=translations
    )
    table = _Table(
        every, motions, metrics, frames=frames,
        rotations=compared, translations=translations, seed=seed,
    )  # fmt: skip
    return Scores(
        systems=tuple(table.score(name) for name in every),
        rotations=compared,
        translations=translations,
        seed=seed,
    )


def find_shared(
    motions: Sequence[MotionToScore],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find rotational and translational coordinates that all motions and models have.

    Those that a coupler sets, or that are locked in one of the models, are left out.

    Parameters
    ----------
    motions : one or more; the first model gives the order

    Raises
    ------
    BigeError
        They share no rotation or no translation.

    Examples
    --------
    >>> import numpy as np
    >>> from bige_osim.motion import Motion
    >>> from bige_osim.physics.kinematics.skeleton import Skeleton
    >>> from bige_osim.spec import pendulum
    >>> still = Motion(np.arange(2.0), np.zeros((2, 1)), ("angle",))
    >>> find_shared([MotionToScore(name="a", motion=still,
    ...                            skeleton=Skeleton(pendulum()))])
    Traceback (most recent call last):
    bige_osim.errors.BigeError: The motions share no translation that is free in all \
their models; score motions of similar models together.
    """
    specs = {id(one.skeleton.spec): one.skeleton.spec for one in motions}
    known = [{*one.motion.names} for one in motions]
    known += [
        {n for n in spec.independent_names if not spec.coordinate(n).locked}
        for spec in specs.values()
    ]
    common, first = set.intersection(*known), motions[0].skeleton.spec
    shared = [first.coordinate(n) for n in first.independent_names if n in common]
    rotations = tuple(c.name for c in shared if not c.translational)
    translations = tuple(c.name for c in shared if c.translational)
    for kind, names in (("rotation", rotations), ("translation", translations)):
        if not names:
            raise BigeError(
                f"The motions share no {kind} that is free in all their models; score "
                "motions of similar models together."
            )
    return rotations, translations


def _check(systems: Mapping[str, Participants]) -> None:
    """Refuse what has no motions."""
    if not systems:
        raise BigeError("Scores need a system, got none; pass one or more.")
    for name, people in systems.items():
        if not people:
            raise BigeError(f"The system {name} has no participant; leave it out.")
        for participant, motions in people.items():
            if not motions:
                raise BigeError(
                    f"The participant {participant} of {name} has no motion; leave the "
                    "participant out."
                )


class _Table:
    """All motions, the metrics of each, and what sets of them come to."""

    def __init__(
        self,
        systems: Mapping[str, Participants],
        motions: Sequence[MotionToScore],
        metrics: Sequence[MotionMetrics],
        *,
        frames: PaperFrames,
        rotations: Sequence[str],
        translations: Sequence[str],
        seed: int,
    ) -> None:
        self.motions, self.metrics, self.seed = motions, metrics, seed
        self.frames = frames
        self.rows = dict(_number(systems))
        cycles = sample_cycles(
            [one.motion for one in motions],
            rotations=rotations,
            translations=translations,
            floors=[one.floor for one in motions],
        )
        reference = self._list_rows(REFERENCE)
        self.comparison = SetComparison(cycles, reference=reference, seed=seed)

    def score(self, system: str) -> SystemScore:
        """Score one of the systems."""
        own = self.rows[system]
        participants = {
            name: self._measure(rows, against=self._list_others(system, name))
            for name, rows in own.items()
        }
        known = [] if system == REFERENCE else self._list_rows(REFERENCE)
        return SystemScore(
            name=system,
            motions=tuple(
                MotionScore(
                    participant=name,
                    name=self.motions[row].name,
                    duration=self.motions[row].motion.duration,
                    metrics=self.metrics[row],
                )
                for name, rows in own.items()
                for row in rows
            ),
            participants=participants,
            summary={
                metric: estimate(
                    [values[metric] for values in participants.values()], seed=self.seed
                )
                for metric in SCORE_UNITS
            },
            together=self.comparison.measure(self._list_rows(system), against=known),
        )

    def _measure(
        self, rows: Sequence[int], *, against: Sequence[int]
    ) -> dict[str, float]:
        """Metrics of a participant's motions."""
        paper = self._measure_paper(rows, against=against)
        return {
            **asdict(mean([self.metrics[row] for row in rows])),
            **asdict(self.comparison.measure(rows, against=against)),
            **{f"{PAPER}{name}": value for name, value in asdict(paper).items()},
        }

    def _measure_paper(
        self, rows: Sequence[int], *, against: Sequence[int]
    ) -> PaperMetrics:
        own = [self.motions[row] for row in rows]
        peaks = [
            find_peak(one.motion, one.activations, muscles=one.targets.muscles)
            for one in own
            if one.activations is not None and one.targets is not None
        ]
        return measure_paper(
            self.frames.take(rows),
            peaks=peaks if len(peaks) == len(own) else (),
            reference=self.frames.take(against) if against else None,
        )

    def _list_rows(self, system: str) -> list[int]:
        return [row for rows in self.rows.get(system, {}).values() for row in rows]

    def _list_others(self, system: str, participant: str) -> list[int]:
        """Motions of the reference that a participant is compared with."""
        own = self.rows[system][participant] if system == REFERENCE else []
        return [row for row in self._list_rows(REFERENCE) if row not in own]


def _number(
    systems: Mapping[str, Participants],
) -> Iterator[tuple[str, dict[str, list[int]]]]:
    """Yield every system with the numbers of its participants' motions."""
    count = 0
    for system, people in systems.items():
        own = {}
        for participant, motions in people.items():
            own[participant] = list(range(count, count + len(motions)))
            count += len(motions)
        yield system, own
