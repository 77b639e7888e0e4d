"""A trained net predicts the repetitions of a recorded motion."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import xarray as xr
from tests.nets.conftest import FRAMES, MUSCLES, NAMES, make_model

from bige_osim.dataset.split import Split
from bige_osim.errors import BigeError, MissingFileError
from bige_osim.motion import Activations, Forces, GroundReaction, Moments, Motion
from bige_osim.nets.body import describe_body
from bige_osim.nets.kinematic_surrogate import KinematicSettings, predict
from bige_osim.nets.prediction import Predictor, load_predictor
from bige_osim.nets.samples import Samples
from bige_osim.nets.train import train
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.repetitions.repetition import Repetition
from bige_osim.solution import StaticOptimisationConfig, StaticSolution
from bige_osim.solving.solution import Solution, SolveConfig

LEG = 0.83
FLOOR = 0.25
PAUSE = 0.5  # s, between two squats


@pytest.fixture(scope="module")
def run(
    dataset: xr.Dataset, split: Split, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Run folder of a small surrogate that was trained for a moment."""
    folder = tmp_path_factory.mktemp("run")
    settings = KinematicSettings.small(repetitions=1)
    train("surrogate", dataset, config=settings, folder=folder, split=split)
    return folder


@pytest.fixture(scope="module")
def predictor(run: Path) -> Predictor:
    return load_predictor(run)


@pytest.fixture(scope="module")
def skeleton() -> Skeleton:
    spec = make_model(LEG)
    return Skeleton(spec, contacts=spec.contacts)


@pytest.fixture(scope="module")
def squats(samples: Samples) -> Samples:
    """Two squats of one participant, whose durations differ."""
    return samples.take(torch.tensor([12, 13]))


def record(squats: Samples) -> tuple[Motion, tuple[Repetition, ...]]:
    """Put squats one after the other, elsewhere in the laboratory, on a floor."""
    times, values, repetitions, start = [], [], [], 3.0
    for motion, duration in zip(squats.motion, squats.duration.tolist(), strict=True):
        moved = motion.double().numpy().copy()
        moved[:, NAMES.index("pelvis_tx")] += 1.5
        moved[:, NAMES.index("pelvis_ty")] += FLOOR
        times.append(np.linspace(start, start + duration, FRAMES))
        values.append(moved)
        middle = start + duration / 2
        repetitions.append(
            Repetition(start, start + duration, middle, 1.5, "squat", 0.8)
        )
        pause = np.linspace(start + duration, start + duration + PAUSE, 12)[1:-1]
        times.append(pause)
        values.append(np.repeat(moved[-1:], len(pause), axis=0))
        start += duration + PAUSE
    motion = Motion(np.concatenate(times), np.concatenate(values), NAMES)
    return motion, tuple(repetitions)


def solve(motion: Motion) -> Solution:
    """A solution of which the net looks at motion and floor only."""
    time = motion.time
    none = Moments(time, np.zeros((len(time), 0)), ())
    nothing = np.zeros((len(time), 0, 3))
    zero = np.zeros((len(time), len(MUSCLES)))
    return Solution(
        motion=motion,
        ground=GroundReaction(time, nothing, nothing, nothing, (), "none"),
        floor=FLOOR,
        static=StaticSolution(
            activations=Activations(time, zero, MUSCLES),
            forces=Forces(time, zero, MUSCLES),
            reserves=none,
            residuals=none,
            actuators=none,
            muscle_moments=none,
            demand=none,
            moments=none,
            violation=np.zeros(len(time)),
            failed=(),
            warnings=(),
            engine="fast",
            config=StaticOptimisationConfig(),
        ),
        residual=None,
        warnings=(),
        timings={},
        config=SolveConfig(),
    )


def test_each_repetition_is_predicted_as_the_net_predicts_it_alone(
    predictor: Predictor, skeleton: Skeleton, squats: Samples
) -> None:
    motion, repetitions = record(squats)
    found = predictor.predict(solve(motion), skeleton, repetitions=repetitions)
    mean = predictor.record.scaling.body_mean
    body = describe_body(skeleton, ratio=mean[0] / mean[2])
    alone = predict(predictor.net, replace(squats, body=body.expand(2, -1)))
    for place, one in enumerate(repetitions):
        inside = (motion.time >= one.start) & (motion.time <= one.stop)
        for got, expected in ((found.mean, alone.mean), (found.std, alone.std)):
            np.testing.assert_allclose(
                got.values[inside], expected[place].numpy(), atol=1e-4
            )
    assert found.mean.names == MUSCLES
    assert 0 < found.rms_std < 1


def test_frames_outside_repetitions_are_not_predicted(
    predictor: Predictor, skeleton: Skeleton, squats: Samples
) -> None:
    motion, repetitions = record(squats)
    found = predictor.predict(solve(motion), skeleton, repetitions=repetitions[1:])
    known = np.isfinite(found.mean.values).all(axis=1)
    start, stop = motion.time[known][[0, -1]]
    assert start == pytest.approx(repetitions[1].start, abs=0.03)
    assert stop == pytest.approx(repetitions[1].stop, abs=0.03)
    assert np.isnan(found.std.values[~known]).all()


def test_a_motion_without_repetitions_cannot_be_predicted(
    predictor: Predictor, skeleton: Skeleton, squats: Samples
) -> None:
    motion, _ = record(squats)
    with pytest.raises(BigeError) as error:
        predictor.predict(solve(motion), skeleton, repetitions=())
    assert str(error.value) == (
        "The surrogate predicts whole repetitions, and none was found among the solved "
        "frames; record each from its start to its end."
    )


def test_a_model_without_the_nets_coordinates_cannot_be_predicted(
    predictor: Predictor, skeleton: Skeleton, squats: Samples
) -> None:
    motion, repetitions = record(squats)
    less = motion.select([name for name in NAMES if "elbow" not in name])
    with pytest.raises(BigeError) as error:
        predictor.predict(solve(less), skeleton, repetitions=repetitions)
    assert str(error.value) == (
        "The surrogate needs the coordinates elbow_flex_r, elbow_flex_l, which the "
        "model does not have; train one on this model's motions."
    )


def test_a_folder_without_such_a_net_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError) as error:
        load_predictor(tmp_path)
    assert str(error.value) == (
        f"The surrogate's checkpoint {tmp_path}/surrogate.json does not exist; run "
        "bige train surrogate first."
    )
