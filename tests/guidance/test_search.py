"""Guidance with nets whose answers are known: linear decoders, analytic surrogates."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from bige_osim.errors import BigeError, DatasetError
from bige_osim.guidance.context import Context
from bige_osim.guidance.result import GuidedMotions
from bige_osim.guidance.search import GuideConfig
from bige_osim.guidance.terms.posture import Asymmetry
from bige_osim.io.opensim_files.mot import write_motion
from bige_osim.motion import Motion
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.spec import ModelSpec

Search = Callable[..., GuidedMotions]
VASTI = {"muscles": ["vasmed_r", "vasmed_l"], "low": 0.7, "high": 0.8}


def test_a_linear_decoder_is_guided_to_the_analytic_optimum(
    generator: nn.Module,
    search: Search,
    spec: ModelSpec,
    tmp_path: Path,
) -> None:
    frames = len(generator.weight)
    time = np.linspace(0, 2, frames)
    values = np.zeros((frames, len(spec.independent_names)))
    values[:, spec.independent_names.index("knee_angle_r")] = np.sin(time)
    write_motion(tmp_path / "a.mot", Motion(time, values, spec.independent_names))

    tables = {
        "reference": {"motion": str(tmp_path / "a.mot")},
        "asymmetry": {"weight": 0.3},
    }
    found = search(tables, steps=800, samples=1, learning_rate=0.02)

    weight = generator.weight.detach().flatten(2).numpy()
    names = spec.independent_names
    columns = [i for i, n in enumerate(names) if not spec.coordinate(n).translational]
    part = np.sqrt(1 / np.radians(10) ** 2 / (frames * len(columns)))
    rows = [part * weight[:, columns].reshape(-1, 6)]
    wanted = [part * values[:, columns].reshape(-1)]
    for pair in ("hip_flexion", "knee_angle", "ankle_angle"):
        left, right = (names.index(f"{pair}_{side}") for side in "lr")
        share = np.sqrt(0.3 / np.radians(5) ** 2 / (frames * 3))
        rows.append(share * (weight[:, left] - weight[:, right]))
        wanted.append(np.zeros(frames))
    matrix, target = np.concatenate(rows), np.concatenate(wanted)
    best = np.linalg.lstsq(matrix, target, rcond=None)[0]
    optimum = ((matrix @ best - target) ** 2).sum()

    assert found.cost[0] == pytest.approx(optimum, rel=1e-3)
    assert found.cost_before[0] > 2 * optimum
    moved = found.motion[0] - generator.standing.numpy()
    np.testing.assert_allclose(moved, weight @ best, atol=5e-3)


def test_activation_is_brought_into_its_range(search: Search) -> None:
    found = search({"activation": VASTI}, samples=3)
    assert len(found) == 3
    (term, _) = found.terms
    assert term.satisfied is not None
    assert term.satisfied.all()
    assert found.satisfied.all()
    assert (term.loss_before > 0).any()
    peaks = found.activations.max(axis=1)
    assert ((peaks > 0.699) & (peaks < 0.801)).all()
    # what is told is the peak that is nearest to a bound, for each is judged
    room = np.minimum(peaks - 0.7, 0.8 - peaks)
    nearest = peaks[np.arange(3), room.argmin(axis=1)]
    np.testing.assert_allclose(term.after, nearest)
    order = [found.muscle_names.index(name) for name in VASTI["muscles"]]
    np.testing.assert_allclose(term.reached, peaks[:, order])


def test_values_are_those_of_the_quantised_motions_returned(
    coarse: nn.Module,
    surrogate: nn.Module,
    body: torch.Tensor,
    search: Search,
    skeleton: Skeleton,
) -> None:
    nets, tables = (coarse, surrogate), {"activation": VASTI, "asymmetry": {}}
    found = search(tables, nets=nets, samples=2)
    bodies, duration = body.expand(2, 3), torch.full((2,), 2.0)
    motion = torch.from_numpy(found.motion)
    z = coarse.encode(motion, duration, bodies)
    torch.testing.assert_close(z / 0.25, (z / 0.25).round(), rtol=0, atol=1e-6)
    columns = [found.names.index(name) for name in surrogate.coordinate_names]
    knees = surrogate(motion[..., columns], duration, bodies)
    np.testing.assert_allclose(found.activations, knees.mean.numpy())
    context = Context(
        motion=motion,
        coordinate_names=found.names,
        duration=torch.from_numpy(found.duration),
        activations=knees.mean,
        std=knees.std,
        muscle_names=found.muscle_names,
        skeleton=skeleton,
    )
    expected = Asymmetry()(context).numpy()
    np.testing.assert_allclose(found.terms[1].loss_after, expected)
    assert (found.cost < found.cost_before).all()


def test_the_best_of_the_search_is_kept(search: Search) -> None:
    found = search({"asymmetry": {}}, samples=2, learning_rate=1.0, steps=30)
    assert found.history.shape == (31, 2)
    np.testing.assert_allclose(found.cost_before, found.history[0])
    np.testing.assert_allclose(found.cost, found.history.min(axis=0))


def test_the_cost_is_the_weighted_sum_of_the_terms(search: Search) -> None:
    tables = {"activation": {**VASTI, "weight": 2}, "asymmetry": {"weight": 0.5}}
    found = search(tables, samples=2, steps=5, uncertainty=0.25)
    total = sum(t.term.weight * t.loss_after / t.term.scale for t in found.terms)
    np.testing.assert_allclose(found.cost, total)
    assert [t.term.name for t in found.terms] == [
        "activation",
        "asymmetry",
        "uncertainty",
    ]
    np.testing.assert_allclose(found.uncertainty, 0.1)


def test_terms_on_the_feet_reach_the_latents(search: Search) -> None:
    found = search({"ground": {}, "com_velocity": {"center": "body"}}, steps=60)
    assert (found.terms[0].loss_after < found.terms[0].loss_before).all()


def test_the_same_seed_finds_the_same(search: Search) -> None:
    tables = {"activation": VASTI}
    first, second = (search(tables, steps=20, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.motion, second.motion)
    other = search(tables, steps=20, seed=4)
    assert not np.array_equal(first.motion, other.motion)


def test_nets_are_left_as_they_were(generator: nn.Module, search: Search) -> None:
    before = generator.weight.detach().clone()
    search({"asymmetry": {}}, steps=3)
    assert generator.training
    assert generator.weight.grad is None
    assert torch.equal(generator.weight, before)


def test_progress_is_told_every_step(search: Search) -> None:
    told: list[tuple[int, int]] = []
    search(
        {"asymmetry": {}},
        steps=3,
        progress=lambda done, steps: told.append((done, steps)),
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_nets_of_different_datasets_are_refused(
    surrogate: nn.Module, search: Search
) -> None:
    surrogate.coordinate_names = ("knee", "knee_angle_r")
    with pytest.raises(DatasetError) as caught:
        search({"asymmetry": {}})
    assert str(caught.value) == (
        "The surrogate needs the coordinates knee, which the generator does not make;"
        " train both on the same dataset."
    )


def test_costs_that_are_not_numbers_are_an_error(
    generator: nn.Module, broken_surrogate: nn.Module, search: Search
) -> None:
    nets = (generator, broken_surrogate)
    with pytest.raises(BigeError, match="All 6 candidates have a cost that is not a"):
        search({"activation": VASTI}, nets=nets, steps=2)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"samples": 9, "candidates": 8},
            "Guidance needs at least one sample and as many candidates, got 9 samples"
            " and 8 candidates; raise candidates.",
        ),
        ({"steps": -1}, "Guidance needs steps of 0 or more, got -1; correct it."),
        (
            {"learning_rate": 0.0},
            "Guidance needs a learning_rate above 0, got 0; correct it.",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused(
    settings: dict[str, float], sentence: str
) -> None:
    with pytest.raises(BigeError) as caught:
        GuideConfig(**settings)
    assert str(caught.value) == sentence
