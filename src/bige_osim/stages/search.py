"""Guidance from a generator: repetitions drawn, the nearest ones refined, certified."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import BigeError, count_nouns, name_some
from bige_osim.guidance.drawn_repetitions import DrawnRepetitions, Draws
from bige_osim.guidance.feasibility import Feasibility, look_at
from bige_osim.guidance.judge import Evaluation
from bige_osim.guidance.result import rank, take_distinct
from bige_osim.guidance.spaces import find_rotations
from bige_osim.nets.mixtures import NOISE
from bige_osim.progress import Progress, silent
from bige_osim.stages.guidance import Guidance
from bige_osim.stages.guided_motions import GuidedMotions
from bige_osim.stages.outcome import Outcome
from bige_osim.stages.result import unheard

SEED_FACTOR = 1_000_003
"""Factor of the seed: each draw has random numbers of its own."""

SPARE = 1.25
"""Ratio of the repetitions that are refined at a time to the motions still lacking."""

QUICK = 60
"""Steps of the first refinement: what has not arrived then is gone on with only if
nothing else is left."""


@dataclass(frozen=True, kw_only=True)
class SearchConfig:
    """How much to look for, and how far.

    Attributes
    ----------
    count : motions to deliver
    candidates : repetitions drawn at a time, at least
    per_motion : as many for each motion that is wanted, if that is more: the nearer
        they are to the goal, the less has to be changed, and the deeper those are that
        are to work harder
    draws : how often repetitions are drawn before the search gives up
    attempts : ratio of the repetitions that are refined, at most, to those wanted; four
        more are refined in all
    noise : blur of the latents, in standard deviations of the training latents
    distinct_deg : motions closer than this are near-duplicates, of which one is kept:
        mean absolute difference of joint angles over the cycle, deg
    seed : of every random choice

    Raises
    ------
    BigeError
        for settings that cannot work
    """

    count: int = 4
    candidates: int = 64
    per_motion: int = 12
    draws: int = 3
    attempts: float = 3.0
    noise: float = NOISE
    distinct_deg: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse settings that cannot work."""
        least = dict.fromkeys(("count", "candidates", "draws", "attempts"), 1)
        for name, bound in (least | {"noise": 0, "distinct_deg": 0}).items():
            if getattr(self, name) < bound:
                raise BigeError(
                    f"A search needs {name} of {bound} or more, got"
                    f" {getattr(self, name):g}; correct it."
                )


@dataclass(frozen=True, eq=False, kw_only=True)
class Search:
    """A search that has only to be run.

    Attributes
    ----------
    guidance : refines and certifies, for the participant and the goal
    draws : the generator for this participant
    config : how far to go
    processes : that refine at once
    """

    guidance: Guidance
    draws: Draws
    config: SearchConfig
    processes: int = 1

    @cached_property
    def angles(self) -> list[int]:
        """Columns of the rotational coordinates."""
        return find_rotations(self.guidance.skeleton)

    def run(
        self,
        *,
        progress: Progress = silent,
        notify: Callable[[str], None] = unheard,
    ) -> GuidedMotions:
        """Draw, refine the nearest, certify; go on until enough pass or it gives up.

        Parameters
        ----------
        progress : counts what is being done
        notify : called before the first refinement with how the goal looks for the body
        """
        config = self.config
        found, feasibility = _Found(self), None
        drawn = met = 0
        for number in range(config.draws):
            random = torch.Generator().manual_seed(SEED_FACTOR * config.seed + number)
            count = max(config.candidates, config.per_motion * config.count)
            starts = self.draws.draw(count, noise=config.noise, random=random)
            progress("judging what was drawn", number, config.draws)
            judged = self.judge(starts)
            seen = look_at(judged, asked=len(self.guidance.goal.terms))
            drawn, met = drawn + seen.count, met + seen.every
            if feasibility is None:
                feasibility = seen
                for line in seen.describe():
                    notify(line)
            order, slow = self.order(judged), list[int]()
            refine = partial(
                self.guidance.run, starts, processes=self.processes, progress=progress
            )
            while order and found.lacking and found.attempts_left:
                rows, order = self.choose(judged, order, found)
                made = refine(rows, steps=min(QUICK, self.guidance.config.steps))
                passed = [row for row, one in made.items() if one.passed]
                slow += [row for row in rows if row not in passed]
                found.refined += len(rows)
                found.take([made[row] for row in passed])
            if found.lacking and slow:
                rows = slow[: self.enough(found)]
                made = refine(rows)
                found.take(list(made.values()))
            if not (found.lacking and found.attempts_left):
                break
        assert feasibility is not None
        return GuidedMotions(
            outcomes=tuple(found.delivered),
            failed=tuple(found.failed),
            refined=found.refined,
            feasibility=feasibility,
            drawn=drawn,
            met=met,
            warnings=tuple(self.explain(found, feasibility)),
        )

    def judge(self, starts: DrawnRepetitions) -> Evaluation:
        """Judge repetitions as they were drawn, with their feet planted."""
        config = self.guidance.config
        space = starts.space(
            list(range(len(starts))), config.frames, points=config.points
        )
        with torch.no_grad():
            return self.guidance.judge(config.frames)(space.base, base=space.base)

    def order(self, judged: Evaluation) -> list[int]:
        """Repetitions from the nearest to the goal to the furthest.

        Only the goal's own terms count: refinement finds balance for any of them, and
        synthetic repetitions, which have it already, would come before recorded ones.
        """
        asked = len(self.guidance.goal.terms)
        own = Evaluation(judged.context, judged.terms[:asked])
        flags = [torch.ones_like(own.cost, dtype=torch.bool)]
        flags += [flag for flag in own.satisfied() if flag is not None]
        return rank(own.cost, torch.stack(flags, dim=-1))

    def choose(
        self, judged: Evaluation, order: list[int], found: "_Found"
    ) -> tuple[list[int], list[int]]:
        """Take near ones that differ, a few more than are lacking; and the rest."""
        wanted = min(self.enough(found), found.attempts_left)
        angles = judged.context.motion[..., self.angles]
        apart = math.radians(self.config.distinct_deg)
        rows = take_distinct(angles, order, count=wanted, apart=apart)
        return rows, [row for row in order if row not in rows]

    @staticmethod
    def enough(found: "_Found") -> int:
        """Count the repetitions to refine at a time."""
        return math.ceil(SPARE * found.lacking)

    def explain(self, found: "_Found", feasibility: Feasibility) -> Iterator[str]:
        """Say why fewer were delivered than asked for, if so."""
        if not found.lacking:
            return
        counts: Counter[str] = Counter()
        for one in found.failed:
            failed = [c.name for c in one.validation.certificate.checks if c.failed]
            counts.update(dict.fromkeys(failed, 1))
        named = [f"{name} in {count}" for name, count in counts.most_common()]
        if found.alike:
            named.append(f"difference from those found in {found.alike}")
        yield (
            f"{len(found.delivered)} of {count_nouns(self.config.count, 'motion')} "
            f"found: {count_nouns(found.refined, 'repetition')} refined; not "
            f"satisfied: {name_some(named)}."
        )
        yield from feasibility.warnings()


class _Found:
    """What has been delivered so far, and what has not."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.delivered: list[Outcome] = []
        self.failed: list[Outcome] = []
        self.refined = self.alike = 0

    @property
    def lacking(self) -> int:
        """How many motions are still wanted."""
        return self.search.config.count - len(self.delivered)

    @property
    def attempts_left(self) -> int:
        """How many repetitions may still be refined."""
        config = self.search.config
        return math.ceil(config.attempts * config.count) + 4 - self.refined

    def take(self, outcomes: Sequence[Outcome]) -> None:
        """Keep those that pass and differ from what is kept already."""
        for one in outcomes:
            if not one.passed:
                self.failed.append(one)
            elif self._resembles(one):
                self.alike += 1
            elif self.lacking:
                self.delivered.append(one)

    def _resembles(self, one: Outcome) -> bool:
        columns, apart = self.search.angles, self.search.config.distinct_deg
        values = _angles(one, columns)
        return any(
            np.abs(values - _angles(other, columns)).mean() < math.radians(apart)
            for other in self.delivered
        )


def _angles(one: Outcome, columns: list[int]) -> Float[np.ndarray, "F K"]:
    return np.asarray(one.motion.values[:, columns])
