"""Settings of the trainings."""

import pytest

from bige_osim.nets.config import GeneratorTraining, SurrogateTraining


@pytest.mark.parametrize("kind", [GeneratorTraining, SurrogateTraining])
def test_small_settings_take_about_as_many_steps_for_few_as_for_many(
    kind: type[GeneratorTraining | SurrogateTraining],
) -> None:
    steps = []
    for repetitions in (30, 300):
        fitting = kind.small(repetitions=repetitions).fitting
        steps.append(fitting.epochs * -(-repetitions // fitting.batch_size))
    assert steps[1] == pytest.approx(steps[0], rel=0.1)
