"""Search: repetitions drawn, the nearest refined, those that pass delivered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.drawn_squats import make_draws

from bige_osim.errors import BigeError, GoalError
from bige_osim.guidance.drawn_repetitions import DrawnRepetitions, Draws
from bige_osim.guidance.goal import Goal
from bige_osim.guidance.refine import RefineConfig
from bige_osim.guidance.spaces import Starts
from bige_osim.motion import Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.progress import Progress, silent
from bige_osim.solving.engines import Engine, make_engine
from bige_osim.solving.solution import SolveConfig
from bige_osim.solving.solve import SQUAT_CUTOFF
from bige_osim.stages.guidance import Guidance, Source
from bige_osim.stages.guided_motions import GuidedMotions
from bige_osim.stages.outcome import Outcome
from bige_osim.stages.search import Search, SearchConfig

pytestmark = pytest.mark.opensim

VASTI = ["vasmed_r", "vasmed_l"]
MODERATE = {"activation": {"muscles": VASTI, "low": 0.2, "high": 0.4}}
APART = {"activation": {"muscles": VASTI, "high": 0.3}, "depth": {"min": 95.0}}
FRAMES = 17


@dataclass(frozen=True, eq=False, kw_only=True)
class Canned(Guidance):
    """Guidance that refines nothing: all pass as drawn, or all fail.

    Attributes
    ----------
    like : an outcome that passes
    passes : whether all do
    patient : whether those arrive only if there is no limit to their steps
    rows : the rows that it was asked for in a hurry, call by call
    again : those without a limit to their steps
    """

    like: Outcome
    passes: bool = True
    patient: bool = False
    rows: list[list[int]] = field(default_factory=list)
    again: list[list[int]] = field(default_factory=list)

    def run(
        self,
        starts: Starts,
        rows: Sequence[int],
        *,
        steps: int | None = None,
        processes: int = 1,
        progress: Progress = silent,
    ) -> dict[int, Outcome]:
        (self.again if steps is None else self.rows).append(list(rows))
        if steps is not None and self.patient:
            return {}
        made = [self.make(motion) for motion in starts.given(list(rows), FRAMES)]
        return dict(zip(rows, made, strict=True))

    def make(self, values: torch.Tensor) -> Outcome:
        names = tuple(self.skeleton.coordinate_names)
        motion = Motion(np.linspace(0, 2, FRAMES), values.numpy(), names)
        times = () if self.passes else (0.5,)
        validation = replace(self.like.validation, failed=times)
        return replace(self.like, motion=motion, validation=validation)


@pytest.fixture(scope="module")
def draws(generic_man: Path) -> Draws:
    return make_draws(generic_man)


@pytest.fixture(scope="module")
def engine(generic_man: Path) -> Engine:
    return make_engine("fast", model=generic_man, spec=read_model(generic_man))


def settings(engine: Engine, goal: dict[str, object]) -> dict[str, object]:
    return {
        "engine": engine,
        "goal": Goal.from_dict(goal),
        "source": Source("exact"),
        "solve": SolveConfig(cutoff=SQUAT_CUTOFF),
        "config": RefineConfig(steps=40, frames=33),
    }


@pytest.fixture(scope="module")
def told() -> list[str]:
    """What was said during the real search, in order."""
    return []


@pytest.fixture(scope="module")
def found(draws: Draws, engine: Engine, told: list[str]) -> GuidedMotions:
    """A real search for two motions: drawn, refined, simulated."""
    search = Search(
        guidance=Guidance(**settings(engine, MODERATE), latents=draws),
        draws=draws,
        config=SearchConfig(count=2, candidates=8, per_motion=4),
    )
    return search.run(
        progress=lambda what, done, total: told.append(what), notify=told.append
    )


@pytest.fixture
def canned(draws: Draws, engine: Engine, found: GuidedMotions) -> Callable[..., Search]:
    """Make a search whose repetitions all pass, or all fail."""

    def make(
        *,
        passes: bool = True,
        patient: bool = False,
        goal: dict[str, object] = MODERATE,
        **more: object,
    ) -> Search:
        like = found.outcomes[0]
        guidance = Canned(
            **settings(engine, goal),
            latents=draws,
            like=like,
            passes=passes,
            patient=patient,
        )
        config = SearchConfig(**{"count": 2, "candidates": 8, "per_motion": 4, **more})
        return Search(guidance=guidance, draws=draws, config=config)

    return make


def rows(search: Search) -> list[list[int]]:
    assert isinstance(search.guidance, Canned)
    return search.guidance.rows


def test_what_is_delivered_meets_the_goal_in_simulation(found: GuidedMotions) -> None:
    assert len(found) == 2
    assert found.warnings == ()
    for simulated in found.simulated_activations():
        peaks = simulated.finite().select(VASTI).values.max(axis=0)
        assert (peaks >= 0.199).all()
        assert (peaks <= 0.401).all()
    assert all(one.passed for one in found.outcomes)
    assert not any(one.passed for one in found.failed)
    assert (
        repr(found) == f"GuidedMotions(2 delivered; 8 drawn, {found.refined} refined)"
    )


def test_how_the_goal_looks_is_said_before_anything_is_refined(
    found: GuidedMotions, told: list[str]
) -> None:
    sentences = found.feasibility.describe()
    assert told[0] == "judging what was drawn"
    assert told[1 : 1 + len(sentences)] == sentences
    assert "refining" in told[1 + len(sentences) :]


def test_delivered_motions_are_labelled_arrays(found: GuidedMotions) -> None:
    arrays, (first, _) = found.to_xarray(), found.motions()
    assert arrays["coordinates"].attrs["units"] == "rad or m"
    np.testing.assert_array_equal(
        arrays["coordinates"].sel(motion=0, coordinate="knee_angle_r"),
        first.column("knee_angle_r"),
    )
    np.testing.assert_array_equal(
        arrays["activations"].sel(motion=1, muscle="vasmed_r"),
        found.expected_activations()[1].column("vasmed_r"),
    )
    assert float(arrays["duration"][0]) == first.duration


def test_nothing_delivered_has_no_arrays(canned: Callable[..., Search]) -> None:
    with pytest.raises(BigeError, match="No motion was delivered"):
        canned(passes=False, attempts=1.0).run().to_xarray()


def test_the_nearest_to_the_goal_are_refined_first(
    canned: Callable[..., Search],
) -> None:
    search = canned(passes=False, draws=1, attempts=10.0, distinct_deg=0.0)
    search.run()
    random = torch.Generator().manual_seed(0)
    drawn = search.draws.draw(8, noise=0.1, random=random)
    judged = search.judge(drawn)
    tried = [row for call in rows(search) for row in call]
    assert sorted(tried) == list(range(8))
    assert tried[0] == search.order(judged)[0]
    # Calls take three at a time, out of the six nearest of those that are left.
    order = search.order(judged)
    for call in rows(search):
        assert set(call) <= set(order[:6])
        order = [row for row in order if row not in call]


def test_what_is_slow_is_gone_on_with_if_nothing_else_is_left(
    canned: Callable[..., Search],
) -> None:
    search = canned(patient=True, count=2, attempts=10.0, draws=1, distinct_deg=0.0)
    found = search.run()
    tried = [row for call in rows(search) for row in call]
    assert sorted(tried) == list(range(8))
    assert isinstance(search.guidance, Canned)
    assert search.guidance.again == [tried[:3]]
    assert (len(found), found.refined) == (2, 8)


def test_no_more_is_refined_than_is_lacking_and_a_little(
    canned: Callable[..., Search],
) -> None:
    search = canned(count=2)
    found = search.run()
    assert [len(call) for call in rows(search)] == [3]
    assert (len(found), found.refined, found.drawn) == (2, 3, 8)
    assert found.warnings == ()


def test_a_search_gives_up_when_its_attempts_are_spent(
    canned: Callable[..., Search],
) -> None:
    search = canned(passes=False, count=2, attempts=1.0)
    found = search.run()
    assert (len(found), found.refined, found.drawn) == (0, 6, 8)
    assert len(found.failed) == 3  # those that were gone on with to the end
    (sentence,) = found.warnings
    assert sentence == (
        "0 of 2 motions found: 6 repetitions refined; not satisfied: frames solved in "
        "3."
    )


def test_a_search_draws_again_until_its_draws_are_spent(
    canned: Callable[..., Search],
) -> None:
    found = canned(passes=False, draws=2, attempts=20.0, distinct_deg=0.0).run()
    assert (found.drawn, found.refined) == (16, 16)


def test_near_duplicates_are_not_delivered(canned: Callable[..., Search]) -> None:
    found = canned(count=2, attempts=1.0, distinct_deg=90.0).run()
    assert (len(found), found.refined, found.failed) == (1, 6, ())
    assert found.warnings == (
        "1 of 2 motions found: 6 repetitions refined; not satisfied: difference from "
        "those found in 5.",
    )


def test_delivered_motions_differ_by_what_is_asked(
    canned: Callable[..., Search],
) -> None:
    search = canned(count=3, distinct_deg=1.2)
    angles = [one.values[:, search.angles] for one in search.run().motions()]
    assert len(angles) == 3
    for i, one in enumerate(angles):
        for other in angles[:i]:
            assert np.degrees(np.abs(one - other).mean()) >= 1.2


def test_constraints_in_conflict_are_named(canned: Callable[..., Search]) -> None:
    """Deep squats, and little of the vasti: each is there, never both."""
    found = canned(passes=False, goal=APART, attempts=1.0).run()
    assert found.feasibility.conflicts == (("activation", "depth"),)
    assert found.warnings[1:] == (
        "None of the repetitions drawn satisfies activation together with depth.",
    )


def test_the_same_seed_finds_the_same(canned: Callable[..., Search]) -> None:
    def find(seed: int) -> np.ndarray:
        return np.stack([m.values for m in canned(seed=seed).run().motions()])

    np.testing.assert_array_equal(find(1), find(1))
    assert not np.array_equal(find(1), find(2))


def test_every_draw_has_random_numbers_of_its_own(
    canned: Callable[..., Search], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[torch.Tensor] = []
    search = canned(passes=False, draws=2, attempts=20.0, distinct_deg=0.0)
    judge = Search.judge

    def listen(self: Search, starts: DrawnRepetitions) -> object:
        seen.append(starts.z)
        return judge(self, starts)

    monkeypatch.setattr(Search, "judge", listen)
    search.run()
    first, second = seen
    assert not torch.equal(first, second)


def test_processes_share_repetitions_and_find_the_same(
    draws: Draws, engine: Engine
) -> None:
    guidance = Guidance(**settings(engine, MODERATE))
    drawn = draws.draw(8, noise=0.1, random=torch.Generator().manual_seed(0))
    alone, shared = (
        guidance.run(drawn, range(8), steps=2, processes=count) for count in (1, 2)
    )
    assert list(shared) == list(alone)
    assert alone
    for row, one in alone.items():
        np.testing.assert_allclose(
            shared[row].motion.values, one.motion.values, atol=1e-5
        )


def test_a_goal_on_latents_needs_a_generator(engine: Engine) -> None:
    with pytest.raises(GoalError) as caught:
        Guidance(**settings(engine, {"proximity": {}}))
    assert str(caught.value) == (
        "[proximity]: a recording has no latents; leave the table out, or search with "
        "a generator instead of --from."
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"count": 0}, "A search needs count of 1 or more, got 0; correct it."),
        ({"noise": -0.1}, "A search needs noise of 0 or more, got -0.1; correct it."),
    ],
)
def test_settings_that_cannot_work_are_refused(
    wrong: dict[str, float], sentence: str
) -> None:
    make: Callable[..., SearchConfig] = SearchConfig
    with pytest.raises(BigeError) as caught:
        make(**wrong)
    assert str(caught.value) == sentence
