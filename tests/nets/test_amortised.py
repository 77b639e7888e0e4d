"""Static optimisation, learned from points that were solved exactly."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
import xarray as xr

from bige_osim.dataset.split import Split
from bige_osim.errors import DatasetError
from bige_osim.guidance.activations import FrameActivations
from bige_osim.nets.amortised import FAR, AmortisedSurrogate, ModelSurrogate
from bige_osim.nets.amortised_run import SurrogateSettings, fit_inputs
from bige_osim.nets.amortised_training import amortised_loss, fit_points
from bige_osim.nets.block_net import LEAST_STD, BlockNetConfig
from bige_osim.nets.blocks import BlockKind
from bige_osim.nets.exact_frames import (
    ExactFrames,
    calibrate,
    rank_correlation,
    score_frames,
    solve_frames,
)
from bige_osim.nets.net import FittingConfig
from bige_osim.nets.own_frames import borrow_frames, find_frames
from bige_osim.nets.point_files import sample_models
from bige_osim.nets.point_sampling import sample_model
from bige_osim.nets.points import Frame, OwnFrames, Points, SamplingConfig
from bige_osim.nets.prediction import load_predictor
from bige_osim.nets.train import train as training
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.motion_physics import MotionDynamics
from bige_osim.spec import pendulum, spec_to_json

SAMPLING = SamplingConfig(points=4000, processes=1)
FITTING = FittingConfig(
    epochs=6, draws=12_800, batch_size=256, learning_rate=5e-3, save_every=1
)
Frames = dict[BlockKind, Frame]


def swing(mass: float) -> OwnFrames:
    """A pendulum with a muscle, whose moment lifts or lowers it."""
    random = np.random.default_rng(int(mass))
    q = 0.4 * random.normal(size=(200, 1))
    demand = 25 * random.normal(size=(200, 1))
    spec = replace(pendulum(muscle=True, mass=mass), sha256=f"pendulum{mass}")
    return OwnFrames(spec, q, random.normal(size=q.shape), demand)


@pytest.fixture(scope="module")
def frames() -> Frames:
    return find_frames([swing(1.0), swing(2.0)])


def train(frames: Frames, folder: Path, epochs: int = 6) -> AmortisedSurrogate:
    """Train on two pendulums, or go on."""
    sample = partial(
        sample_models,
        [swing(1.0), swing(2.0)],
        frames,
        SAMPLING,
        seed=0,
        folder=folder / "points",
        progress=lambda *_: None,
    )
    points = sample()
    torch.manual_seed(0)
    kinds = [(kind, len(frame.postures)) for kind, frame in frames.items()]
    net = AmortisedSurrogate(
        BlockNetConfig(width=32, depth=2, components=3, doubt=8), kinds=kinds
    )
    fit_inputs(net, points, frames)

    def stop(done: int, total: int, losses: object) -> None:
        if done == epochs:
            raise KeyboardInterrupt

    fit_points(
        net,
        points,
        config=FITTING,
        seed=0,
        state_path=folder / "last.safetensors",
        fingerprint={},
        progress=stop if epochs < FITTING.epochs else lambda *_: None,
        draw_again=lambda doubt: sample(doubt=doubt),
    )
    return net


@pytest.fixture(scope="module")
def net(frames: Frames, tmp_path_factory: pytest.TempPathFactory) -> AmortisedSurrogate:
    return train(frames, tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def unseen() -> ExactFrames:
    """A third pendulum, solved."""
    return solve_frames(swing(3.0))


def test_answers_are_those_of_the_hinge(frames: Frames) -> None:
    (kind,) = frames
    config = SAMPLING.model_copy(
        update={"arms": 0.0, "bend": 0.0, "each": 0.0, "beyond": 0.0}
    )
    points = sample_model(swing(1.0), frames, config, postures=50, seed=(0,))[kind]
    assert len(points) == 4 * 50
    usual = points.states[:, 0].abs() < 1.2  # its arm keeps its sign
    relative, answer = points.states[usual, 2], points.answers[usual, 0].float()
    assert (answer[relative < 0] <= 0).all()  # a muscle only pulls
    assert (answer[relative > 0.05] > 0).all()
    pulled = (relative > 0) & (relative < 0.8)
    together = torch.stack([relative[pulled], answer[pulled]])
    assert torch.corrcoef(together)[0, 1] > 0.75  # postures differ, too


def test_points_are_alike_for_a_seed_and_differ_between_seeds(frames: Frames) -> None:
    (kind,) = frames
    one, same, other = (
        sample_model(swing(1.0), frames, SAMPLING, postures=9, seed=seed)[kind]
        for seed in ((0, 1), (0, 1), (0, 2))
    )
    assert torch.equal(one.states, same.states)
    assert not torch.equal(one.states, other.states)


def test_models_borrow_frames_of_the_heavier_with_lesser_moments() -> None:
    light, heavy = swing(1.0), swing(2.0)
    arm = OwnFrames(pendulum(muscle=True), light.q, light.qd, light.demand)
    arm = replace(arm, spec=replace(arm.spec, coordinates=()))  # no other is like it
    mixed, other, alone = borrow_frames([light, heavy, arm], share=0.5, seed=0)
    assert len(mixed.q) == len(other.q) == 400
    assert alone is arm
    assert np.array_equal(mixed.demand[:200], light.demand)
    for row in range(200, 400):
        place = np.flatnonzero(heavy.q[:, 0] == mixed.q[row, 0])
        assert heavy.demand[place[0], 0] == 2 * mixed.demand[row, 0]


def test_postures_go_beyond_the_own_ones(frames: Frames) -> None:
    (kind,) = frames
    still = {"kept": 1.0, "wide": 0.0, "speed": 0.0}
    own = swing(1.0)
    for beyond, most in ((0.0, 1.0), (1.0, 2.0)):
        config = SAMPLING.model_copy(
            update={**still, "beyond": beyond, "farthest": 2.0}
        )
        points = sample_model(own, frames, config, postures=400, seed=(0,))[kind]
        ratio = points.states[:, 0].abs().max() / np.abs(own.q).max()
        assert 0.7 * most < ratio <= most + 1e-6


def test_points_are_drawn_again_where_the_net_is_unsure(frames: Frames) -> None:
    (kind,) = frames

    def doubt(_: BlockKind, states: torch.Tensor, __: torch.Tensor) -> torch.Tensor:
        return torch.where(states[:, 0] > 0, 1.0, 1e-9)  # of flexed postures only

    config = SAMPLING.model_copy(update={"candidates": 4})
    made = sample_model(
        swing(1.0), frames, config, postures=50, seed=(0,), doubt=doubt
    )[kind]
    assert len(made) == 4 * 50
    assert (made.states[:, 0] > 0).all()


def test_joined_points_keep_their_models(frames: Frames) -> None:
    (kind,) = frames
    one = sample_model(swing(1.0), frames, SAMPLING, postures=4, seed=(0,))[kind]
    both = Points.join([one, one])
    assert both.owner.max() == 2 * len(one.models) - 1
    assert torch.equal(both.models[both.owner[len(one) :].long()][0], one.models[0])


def test_the_net_knows_a_pendulum_that_it_never_saw(
    net: AmortisedSurrogate, unseen: ExactFrames
) -> None:
    calibrate(net, [unseen])
    scores = score_frames(net, [unseen])
    assert scores["r2"] > 0.97
    assert 0.85 <= scores["covered"] <= 0.95
    assert set(scores["muscles"]) == {"lift"}


def test_what_was_never_sampled_is_far(net: AmortisedSurrogate) -> None:
    pendulum_net = ModelSurrogate(net, Skeleton(swing(1.0).spec))
    usual, strange = torch.tensor([[0.1]]), torch.tensor([[2.9]])
    zero, load = torch.zeros(1, 1), torch.full((1, 1), 5.0)
    assert pendulum_net(usual, zero, load).distance < 1
    assert pendulum_net(strange, 30 + zero, 100 * load).distance > 1


def test_saturated_muscles_keep_a_gradient(net: AmortisedSurrogate) -> None:
    pendulum_net = ModelSurrogate(net, Skeleton(swing(1.0).spec))
    load = torch.full((1, 1), 60.0, requires_grad=True)
    found = pendulum_net(torch.zeros(1, 1), torch.zeros(1, 1), load)
    assert found.activations.item() == 1.0
    (slope,) = torch.autograd.grad(found.unbounded.sum(), load)
    assert slope.item() > 0


def test_frames_do_not_see_each_other(
    net: AmortisedSurrogate, unseen: ExactFrames
) -> None:
    settled = ModelSurrogate(net, unseen.skeleton)
    parts = [t.float() for t in (unseen.q, unseen.qd, unseen.demand)]
    together = settled(*parts)
    alone = settled(*(part[3:4] for part in parts))
    torch.testing.assert_close(together.unbounded[3:4], alone.unbounded)


def test_frames_that_the_net_is_unsure_of_are_solved_exactly(
    net: AmortisedSurrogate, unseen: ExactFrames
) -> None:
    alone = unseen.ask(net)
    doubt = alone.std[:, 0]  # one muscle
    made = unseen.ask(net, exact_above=float(doubt.median()))
    assert 0.4 < made.exact.float().mean() < 0.6
    assert torch.equal(made.exact, (doubt > doubt.median()) | (alone.distance > FAR))
    true, kept = unseen.activations, ~made.exact
    torch.testing.assert_close(made.activations[made.exact], true[made.exact])
    assert (made.std[made.exact] == LEAST_STD).all()
    torch.testing.assert_close(made.unbounded[kept], alone.unbounded[kept])
    assert not alone.exact.any()


def test_what_was_never_sampled_is_solved_exactly(net: AmortisedSurrogate) -> None:
    own = swing(1.0)
    strange = replace(own, q=0 * own.q + 2.9, qd=30 + 0 * own.qd)
    frames = solve_frames(strange, most=5)
    made = frames.ask(net, exact_above=10.0)
    assert made.exact.all()
    torch.testing.assert_close(made.activations, frames.activations)


def test_frames_that_are_solved_exactly_have_the_exact_gradient(
    net: AmortisedSurrogate, unseen: ExactFrames
) -> None:
    pulled = (unseen.activations[:, 0] > 0.1) & (unseen.activations[:, 0] < 0.9)
    parts = [t[pulled][:4] for t in (unseen.q, unseen.qd, unseen.demand)]
    moved = parts[2].float().requires_grad_()
    answer = ModelSurrogate(net, unseen.skeleton, exact_above=0.0)
    found = answer(parts[0].float(), parts[1].float(), moved).activations
    (slope,) = torch.autograd.grad(found.sum(), moved)
    # One muscle and a reserve: in proportion to the load.
    ratio = found.detach() / moved.detach()
    torch.testing.assert_close(slope, ratio, rtol=1e-3, atol=0)


def test_a_model_of_another_kind_is_refused(net: AmortisedSurrogate) -> None:
    walker = Skeleton(read_model(generic_model()))
    with pytest.raises(DatasetError, match=r"40 muscles on hip_flexion.*lift|angle"):
        ModelSurrogate(net, walker)


def test_an_interrupted_training_ends_alike(
    frames: Frames, net: AmortisedSurrogate, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(frames, tmp_path, epochs=3)
    again = train(frames, tmp_path)
    for name, value in net.state_dict().items():
        if "spread" not in name:
            torch.testing.assert_close(again.state_dict()[name], value, msg=name)


def test_beyond_a_bound_an_error_counts_little() -> None:
    true = torch.tensor([[5.0]])
    inside = amortised_loss(torch.tensor([[0.7]]), true)
    beyond = amortised_loss(torch.tensor([[1.5]]), true)
    assert inside > 0.5
    assert beyond < 0.2


def test_ranks_that_go_together_correlate() -> None:
    rising = torch.tensor([1.0, 2.0, 4.0])
    assert rank_correlation(rising, rising**2) == 1.0
    assert rank_correlation(rising, -rising) == -1.0


def collect_swings() -> xr.Dataset:
    """Two squats, as it were, of each of three pendulums, as a dataset has them."""
    rows = [swing(mass) for mass in (1.0, 2.0, 3.0) for _ in range(2)]
    order, count = ("repetition", "frame", "coordinate"), len(rows)
    names = np.repeat(["ada", "bob", "cem"], 2).astype(object)
    texts = {
        "person": names,
        "model": np.array([own.spec.sha256 for own in rows], dtype=object),
        "exercise": np.array(["squat"] * count, dtype=object),
        "source": np.array(["measured"] * count, dtype=object),
        "derived_from": np.array([""] * count, dtype=object),
    }
    sizes = {"height_m": 1.0, "mass_kg": 1.0, "leg_length_m": 1.0, "duration": 2.0}
    made = xr.Dataset(
        {
            "motion": (order, np.stack([own.q[:40] for own in rows])),
            "moments": (order, np.stack([own.demand[:40] for own in rows])),
            **{name: ("repetition", values) for name, values in texts.items()},
            **{name: ("repetition", np.full(count, v)) for name, v in sizes.items()},
        },
        coords={"coordinate": ["angle"], "muscle": ["lift"]},
    )
    specs = {own.spec.sha256: spec_to_json(own.spec) for own in rows}
    made["model_hash"] = "osim", np.array(list(specs), dtype=object)
    made["model_json"] = "osim", np.array(list(specs.values()), dtype=object)
    made.attrs["content_hash"] = "swings"
    return made


def test_a_surrogate_is_trained_on_a_dataset_and_loaded_again(tmp_path: Path) -> None:
    config = SurrogateSettings(
        net=BlockNetConfig(width=16, depth=2, components=2, doubt=8),
        sampling=SamplingConfig(points=200, processes=1),
        fitting=FittingConfig(epochs=2, draws=512, batch_size=128),
    )
    split = Split(train=("ada",), validation=("bob",), test=("cem",))
    trained = training(
        "surrogate", collect_swings(), folder=tmp_path, split=split, config=config
    )
    again = load_predictor(tmp_path)
    assert again.record.method == "static_optimisation"
    assert again.record.blocks[0].muscles == ("lift",)
    assert set(trained.record.metrics) >= {"r2", "covered", "rank", "muscles"}
    for name, value in trained.net.state_dict().items():
        torch.testing.assert_close(again.net.state_dict()[name], value)
    assert not (tmp_path / "surrogate_points").exists()


def test_guidance_gets_gradients_of_what_is_beyond_the_bounds(
    net: AmortisedSurrogate,
) -> None:
    source = FrameActivations(ModelSurrogate(net, Skeleton(swing(1.0).spec)))
    load = torch.full((2, 3, 1), 60.0, requires_grad=True)
    still = torch.zeros(2, 3, 1)
    moved = object.__new__(MotionDynamics)
    vars(moved).update(q=still, qd=still, demand=load)
    found = source(moved, torch.ones(2))
    assert found.activations.shape == found.std.shape == (2, 3, 1)
    assert source.distance.shape == (2, 3)
    (slope,) = torch.autograd.grad(found.unbounded.sum(), load)
    assert (slope > 0).all()
