"""The surrogate that is static optimisation, amortised: settings, training, use."""

import shutil
from collections.abc import Sequence
from functools import partial
from math import inf
from pathlib import Path
from typing import Literal

import numpy as np
import torch
import xarray as xr

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.dataset.split import Split, split_participants
from bige_osim.errors import BigeError, name_some
from bige_osim.io.tables import TomlTable
from bige_osim.motion import Activations
from bige_osim.nets.amortised import EXACT_ABOVE, AmortisedSurrogate, ModelSurrogate
from bige_osim.nets.amortised_training import fit_points
from bige_osim.nets.block_net import BlockNetConfig
from bige_osim.nets.block_record import BlockRecord
from bige_osim.nets.blocks import BlockKind
from bige_osim.nets.checkpoint import Record, save
from bige_osim.nets.exact_frames import (
    ExactFrames,
    calibrate,
    score_frames,
    solve_frames,
)
from bige_osim.nets.fitting import Progress, seed_epoch
from bige_osim.nets.kinematic_surrogate import SCORES
from bige_osim.nets.net import Columns, FittingConfig, Net, Score
from bige_osim.nets.own_frames import borrow_frames, find_frames, read_own_frames
from bige_osim.nets.point_files import sample_models
from bige_osim.nets.points import Doubt, Frame, OwnFrames, Points, SamplingConfig
from bige_osim.nets.prediction import PredictedActivations
from bige_osim.nets.ranks import first_alone, is_first
from bige_osim.nets.samples import TrainingData, names_along, read_training_data
from bige_osim.nets.train import MAKING, Trained, identify, make_record
from bige_osim.nets.training_state import state_path, write_curves
from bige_osim.physics.dynamics.inverse_dynamics import States
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.progress import Progress as Work
from bige_osim.repetitions.repetition import Repetition
from bige_osim.solving.solution import Solution

KIND = "surrogate"

VALIDATED = 1500
"""Most frames of a model that deviations are calibrated and nets are scored on."""

MOST = 16
"""Most models for that."""


class SurrogateSettings(TomlTable):
    """Settings of the training: the method, the nets, the points, the fitting.

    Attributes
    ----------
    method : static optimisation, amortised
    net : size of the nets
    sampling : of the points
    also : more datasets (.nc) whose models and motions are sampled, such as those of
        another family of models; their participants are split in the same way
    fitting : ``draws`` are points of an epoch
    """

    method: Literal["static_optimisation"] = "static_optimisation"
    net: BlockNetConfig = BlockNetConfig()
    sampling: SamplingConfig = SamplingConfig()
    also: tuple[str, ...] = ()
    fitting: FittingConfig = FittingConfig(
        epochs=75,
        draws=409_600,
        batch_size=4096,
        learning_rate=2e-3,
        weight_decay=1e-4,
        optimiser="muon",
        save_every=5,
    )

    @classmethod
    def small(cls, *, repetitions: int = 32) -> "SurrogateSettings":
        """Choose what trains in half a minute on two cores, as for a demo.

        ``repetitions`` of the training participants do not matter.
        """
        return cls(
            net=BlockNetConfig(width=128, depth=3, components=16),
            sampling=SamplingConfig(points=4_000),
            fitting=FittingConfig(
                epochs=12,
                draws=51_200,
                batch_size=512,
                weight_decay=1e-4,
                optimiser="muon",
            ),
        )


def train_blocks(
    dataset: xr.Dataset,
    *,
    folder: Path,
    split: Split,
    config: SurrogateSettings,
    seed: int,
    device: str,
    progress: Progress,
    preparing: Work,
    force: bool,
) -> Trained:
    """Sample, solve and train, as :func:`bige_osim.nets.train.train` says."""
    data = read_training_data(
        dataset, split, activations=False, device=torch.device("cpu")
    )
    models, others = _read_models(dataset, split, config, seed)
    path, points_folder = state_path(folder, KIND), folder / f"{KIND}_points"
    frames = find_frames(models)
    mixed = borrow_frames(models, share=config.sampling.borrowed, seed=seed)
    sample = partial(sample_models, mixed, frames, config.sampling, seed=seed)
    with first_alone():
        if force and is_first():
            path.unlink(missing_ok=True)
            shutil.rmtree(points_folder, ignore_errors=True)
        points = sample(folder=points_folder, progress=preparing)

    def draw_again(doubt: Doubt) -> dict[BlockKind, Points]:
        with first_alone():
            return sample(folder=points_folder, progress=preparing, doubt=doubt)

    columns = _list_columns(data, {kind: frames[kind] for kind in points})
    with seed_epoch(seed, MAKING, torch.device(device)):
        net = _build(config.net, columns)
    fit_inputs(net, points, frames)
    state = fit_points(
        net.to(device),
        points,
        config=config.fitting,
        seed=seed,
        state_path=path,
        fingerprint=identify(dataset, split, config, seed),
        progress=progress,
        draw_again=draw_again if config.sampling.again else None,
    )
    write_curves(state.history, folder, KIND)
    checked = _solve_and_calibrate(net, others[:MOST])
    record = make_record(
        KIND,
        data=data,
        columns=columns,
        config=config,
        split=split,
        epoch=state.best_epoch,
        seed=seed,
        metrics=_score(net, checked),
        latents={},
    )
    save(folder, net, record=record)
    if not config.sampling.keep and is_first():
        shutil.rmtree(points_folder, ignore_errors=True)
    return Trained(net, record, state.history)


def _solve_and_calibrate(
    net: AmortisedSurrogate, others: Sequence[OwnFrames]
) -> list[ExactFrames]:
    """Solve frames of validation participants; calibrate on the recorded ones."""
    checked = [solve_frames(own, most=VALIDATED) for own in others]
    recorded = [one for one, own in zip(checked, others, strict=True) if own.weight > 1]
    calibrate(net, recorded or checked)
    return checked


def _read_models(
    dataset: xr.Dataset, split: Split, config: SurrogateSettings, seed: int
) -> tuple[list[OwnFrames], list[OwnFrames]]:
    """Models and motions to sample, and those to judge by, recorded ones first."""
    recorded = config.sampling.recorded
    train = read_own_frames(dataset, split.train, recorded=recorded)
    judged = split.validation or split.train
    others = read_own_frames(dataset, judged, recorded=recorded)
    for path in config.also:
        more = read_dataset(path)
        known = set(more["person"].values.astype(str).tolist())
        test = sorted(known & set(split.test))
        also = split_participants(more, test=test, seed=seed)
        train += read_own_frames(more, also.train, recorded=recorded)
        others += read_own_frames(more, also.validation, recorded=recorded)
    return train, sorted(others, key=lambda own: -own.weight)


def _list_columns(data: TrainingData, frames: dict[BlockKind, Frame]) -> Columns:
    return Columns(
        coordinate_names=names_along(data.dataset, "coordinate"),
        muscle_names=names_along(data.dataset, "muscle"),
        frames=data.dataset.sizes["frame"],
        scaling=data.scaling,
        blocks=tuple(
            BlockRecord(
                coordinates=kind.coordinates,
                muscles=kind.muscles,
                postures=len(frame.postures),
            )
            for kind, frame in frames.items()
        ),
    )


def _build(config: BlockNetConfig, columns: Columns) -> AmortisedSurrogate:
    kinds = [
        (BlockKind(block.coordinates, block.muscles), block.postures)
        for block in columns.blocks
    ]
    return AmortisedSurrogate(config, kinds=kinds)


def fit_inputs(
    net: AmortisedSurrogate,
    points: dict[BlockKind, Points],
    frames: dict[BlockKind, Frame],
) -> None:
    """Let each net standardise its inputs as its points want it.

    Parameters
    ----------
    net : untrained
    points : of each of its kinds of block
    frames : how blocks of these kinds are described
    """
    with torch.no_grad():
        for kind, own in points.items():
            shown = frames[kind].postures, frames[kind].speeds
            net.net_of(kind).fit_inputs(
                own.states,
                own.models,
                (
                    torch.from_numpy(shown[0]).float(),
                    torch.from_numpy(shown[1]).float(),
                ),
            )


def _score(net: AmortisedSurrogate, frames: Sequence[ExactFrames]) -> dict[str, object]:
    """Scores on models that share their muscles with the first."""
    same = [one for one in frames if one.muscle_names == frames[0].muscle_names]
    return score_frames(net, same)


def predict_frames(
    net: AmortisedSurrogate,
    record: Record,
    solution: Solution,
    *,
    skeleton: Skeleton,
    repetitions: Sequence[Repetition] = (),
    net_alone: bool = False,
) -> PredictedActivations:
    """Predict every frame of a solved motion from its kinematics and net moments.

    Parameters
    ----------
    net : in evaluation mode
    record : of its checkpoint
    solution : the motion and its net moments
    skeleton : of the participant's model
    repetitions : not needed
    net_alone : also on frames of which it is unsure, which are solved exactly else

    Raises
    ------
    BigeError
        A net moment is not known.
    DatasetError
        The model has a block of muscles of a kind that no net was trained for.
    """
    above = inf if net_alone else EXACT_ABOVE
    settled = ModelSurrogate(net, skeleton, exact_above=above)
    known = Skeleton(skeleton.spec, fill=True).coordinates
    states = States.of(known.complete(solution.motion), known.names)
    missing = [n for n in known.names if n not in solution.moments.names]
    if missing:
        raise BigeError(
            f"The net moments of {name_some(missing)} are not known, which the "
            "surrogate needs; solve the motion with all of them."
        )
    tau = torch.from_numpy(solution.moments.select(known.names).values.copy())
    count = len(known.independent)
    q, qd = known.clamp(states.q), states.qd
    demand = known.fold(states.q, tau)
    with torch.no_grad():
        parts = (q[:, :count], qd[:, :count], demand)
        made = settled(*(part.float() for part in parts))
    time = solution.motion.time
    mean, std = (
        Activations(time, part.cpu().double().numpy(), settled.muscle_names)
        for part in (made.activations, made.std)
    )
    distance, share = np.asarray(made.distance.cpu()), float(made.exact.float().mean())
    return PredictedActivations(mean, std, distance, share)


STATIC_OPTIMISATION: Net[AmortisedSurrogate] = Net(
    kind=KIND,
    settings=SurrogateSettings,
    config=BlockNetConfig,
    build=_build,
    scores=(
        *SCORES,
        Score(key="median_r2", words="median muscle {:.2f}", title="median R²"),
    ),
    fit=train_blocks,
    predict=predict_frames,
)
