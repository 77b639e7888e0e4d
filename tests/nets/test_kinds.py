"""What is particular to each kind of net: losses and scores."""

import math
import subprocess
import sys
from dataclasses import replace

import pytest
import torch

from bige_osim.nets import kinematic_surrogate as surrogate_kind
from bige_osim.nets.generator import MotionGenerator, Reconstructed
from bige_osim.nets.kinds.generator import (
    GeneratorLoss,
    GeneratorSettings,
    LossWeights,
)
from bige_osim.nets.kinematic_surrogate import (
    KinematicLoss,
    calibrate,
    predict,
    r_squared,
)
from bige_osim.nets.motion_training import weigh
from bige_osim.nets.samples import Samples
from bige_osim.nets.surrogate import Surrogate


def test_r_squared_of_the_mean_is_0_and_of_the_truth_1() -> None:
    true = torch.tensor([1.0, 2.0, 3.0])
    assert r_squared(true, true) == 1.0
    assert r_squared(torch.full((3,), 2.0), true) == 0.0
    assert math.isnan(r_squared(true, torch.ones(3)))


def test_scores_of_a_surrogate_name_every_muscle(
    surrogate: Surrogate, samples: Samples, muscles: tuple[str, ...]
) -> None:
    scores = surrogate_kind.score(surrogate, samples)
    assert tuple(scores["muscles"]) == muscles
    squares = [muscle["rmse"] ** 2 for muscle in scores["muscles"].values()]
    assert scores["rmse"] ** 2 == pytest.approx(sum(squares) / len(squares), rel=1e-4)


def test_batches_do_not_change_the_prediction(
    surrogate: Surrogate, samples: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = predict(surrogate, samples)
    monkeypatch.setattr("bige_osim.nets.kinematic_surrogate.BATCH", 5)
    torch.testing.assert_close(
        predict(surrogate, samples).mean, whole.mean, atol=1e-5, rtol=0
    )


def test_a_calibrated_surrogate_states_the_error_it_makes(
    surrogate: Surrogate, samples: Samples
) -> None:
    surrogate.start_at(samples.known_activations)
    calibrate(surrogate, samples)
    scores = surrogate_kind.score(surrogate, samples)
    assert surrogate.spread >= 1
    assert scores["stated_error"] == pytest.approx(
        max(scores["rmse"], scores["stated_error"] / float(surrogate.spread)), rel=1e-3
    )


def test_the_generators_total_is_the_weighted_sum_of_its_parts(
    generator: MotionGenerator, standing_samples: Samples
) -> None:
    weights = LossWeights()
    losses = dict(GeneratorLoss(generator, weights=weights)(standing_samples))
    total = losses.pop("total")
    expected = sum(getattr(weights, name) * part for name, part in losses.items())
    torch.testing.assert_close(total, expected)


def test_a_known_difference_has_known_losses(
    generator: MotionGenerator, standing_samples: Samples
) -> None:
    class Offset(torch.nn.Module):
        """Answers everything two standard deviations too high."""

        features = generator.features

        def forward(self, samples: Samples) -> Reconstructed:
            found = generator(samples)
            return found._replace(made=found.given + 2)

    loss = GeneratorLoss(generator, weights=LossWeights())
    loss.net = Offset()
    parts = loss(standing_samples)
    torch.testing.assert_close(parts["features"], torch.tensor(4.0))
    spread = generator.features.scaler.position_std
    torch.testing.assert_close(parts["curves"], (2 * spread).square().mean())


def test_recorded_repetitions_are_drawn_three_times_as_often_as_synthetic_ones(
    standing_samples: Samples,
) -> None:
    three = replace(
        standing_samples.take(torch.arange(3)), style=torch.tensor([2, 0, 1])
    )
    assert weigh(three, GeneratorSettings()).tolist() == [1.0, 3.0, 3.0]


def test_the_surrogate_trains_each_member_and_is_judged_by_their_mean(
    surrogate: Surrogate, samples: Samples
) -> None:
    loss = KinematicLoss(surrogate)
    made = surrogate.each(samples.motion, samples.duration, samples.body)
    true = samples.known_activations
    judged = loss(samples)
    torch.testing.assert_close(
        judged["total"], (made.mean(dim=0) - true).square().mean()
    )
    torch.testing.assert_close(judged["rmse"], judged["total"].sqrt())
    for layer in surrogate.modules():
        if isinstance(layer, torch.nn.Dropout):
            layer.p = 0.0
    surrogate.train()
    trained = loss(samples)["total"]
    assert trained > judged["total"]  # the mean of squares exceeds that of the mean


def test_a_loss_without_activations_is_refused(
    surrogate: Surrogate, samples: Samples
) -> None:
    bare = replace(samples, activations=None)
    with pytest.raises(ValueError, match=r"^these samples were read without activ"):
        KinematicLoss(surrogate)(bare)


def test_kinds_are_listed_without_loading_torch() -> None:
    code = (
        "import sys; from bige_osim.nets.kinds import list_kinds; "
        "assert {'generator', 'surrogate'} <= list_kinds().keys(); "
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
