"""Each repetition of a motion is compared on its own."""

import numpy as np
import pytest

from bige_osim.evaluation.agreement import compare_activations, pool_peaks
from bige_osim.evaluation.repetition_agreement import (
    compare_repetitions,
    describe_agreement,
)
from bige_osim.motion import Activations
from bige_osim.repetitions.repetition import Repetition

TIME = np.linspace(0, 10, 1001)
NAMES = ("vasmed_r", "soleus_r")
REPETITIONS = tuple(
    Repetition(start, start + 2, start + 1, 1.5, "squat", 0.8) for start in (1.0, 6.0)
)


@pytest.fixture
def simulated() -> Activations:
    wave = 0.5 - 0.3 * np.cos(np.pi * TIME)
    return Activations(TIME, np.stack([wave, 0.5 * wave], axis=1), NAMES)


@pytest.fixture
def surrogate(simulated: Activations) -> Activations:
    """Too high by 0.1 in the first repetition, by 0.02 in the second, else unknown."""
    values = np.full_like(simulated.values, np.nan)
    for one, error in zip(REPETITIONS, (0.1, 0.02), strict=True):
        inside = (one.start <= TIME) & (one.stop >= TIME)
        values[inside] = simulated.values[inside] + error
    return Activations(TIME, values, NAMES)


def test_each_repetition_has_its_own_error_and_peaks(
    simulated: Activations, surrogate: Activations
) -> None:
    solved = np.ones(len(TIME), dtype=bool)
    first, second = compare_repetitions(
        REPETITIONS, surrogate=surrogate, simulated=simulated, solved=solved
    )
    for one, error in ((first, 0.1), (second, 0.02)):
        plain = one.to_dict()
        assert plain["overall"]["rmse"] == pytest.approx(error)
        assert plain["overall"]["frames"] == 2 * 201
        assert plain["muscles"][0]["peak"] == pytest.approx(
            {"surrogate": 0.8 + error, "simulated": 0.8, "difference": error,
             "magnitude": error}
        )  # fmt: skip
        spread = simulated.values[100:301].var(axis=0).mean()
        assert plain["overall"]["r2"] == pytest.approx(1 - error**2 / spread, abs=1e-6)
    assert (first.to_dict()["start_s"], second.to_dict()["stop_s"]) == (1.0, 8.0)


def test_the_whole_motion_counts_what_was_predicted_only(
    simulated: Activations, surrogate: Activations
) -> None:
    whole = compare_activations(surrogate, simulated)
    assert whole[0].frames == 2 * 201
    assert whole[0].rmse == pytest.approx(np.sqrt((0.1**2 + 0.02**2) / 2))
    overall = describe_agreement("a", whole)["overall"]
    assert overall["peak"] == pool_peaks(whole)
    assert overall["peak"]["simulated"] == pytest.approx((0.8 + 0.4) / 2)


def test_a_repetition_that_was_not_solved_is_left_out(
    simulated: Activations, surrogate: Activations
) -> None:
    solved = TIME > 5
    (second,) = compare_repetitions(
        REPETITIONS, surrogate=surrogate, simulated=simulated, solved=solved
    )
    assert second.repetition.start == 6.0


def test_without_any_muscle_there_is_no_agreement() -> None:
    assert describe_agreement("a", ()) == {"overall": None, "muscles": []}
