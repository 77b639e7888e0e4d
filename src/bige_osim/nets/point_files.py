"""Points on disk: sampled by several processes, and found again after a stop."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bige_osim.io.output import new_file
from bige_osim.nets.blocks import BlockKind
from bige_osim.nets.point_sampling import sample_model
from bige_osim.nets.points import Doubt, Frame, OwnFrames, Points, SamplingConfig
from bige_osim.processes.workers import run_each
from bige_osim.progress import Progress

PARTS = ("states", "answers", "models", "owner")


def sample_models(
    models: Sequence[OwnFrames],
    frames: Mapping[BlockKind, Frame],
    config: SamplingConfig,
    *,
    seed: int,
    folder: Path,
    progress: Progress,
    doubt: Doubt | None = None,
) -> dict[BlockKind, Points]:
    """Draw points on all models, or read those that were drawn before.

    Parameters
    ----------
    models : with their motions
    frames : kinds of block to sample
    config : how
    seed : of all random numbers
    folder : has a file for every model that is done
    progress : called with how many models are done
    doubt : as :func:`~bige_osim.nets.point_sampling.sample_model` has it

    Returns
    -------
    dict
        of every kind that occurs, all its points
    """
    folder.mkdir(parents=True, exist_ok=True)
    sides = 2  # a leg each; of blocks in the middle there is one
    calls, paths = [], []
    share = config.again if doubt else 1.0
    for place, own in enumerate(models):
        wanted = share * own.weight * config.points
        postures = max(8, round(wanted / (config.draws * sides)))
        name = _name(own, frames, config, (seed, place), again=doubt is not None)
        paths.append(folder / f"{name}.npz")
        call = partial(
            _sample, own, dict(frames), config,
            postures=postures, seed=(seed, place), path=paths[-1],
            doubt=doubt,
        )  # fmt: skip
        calls.append(call)
    progress("sampling the models", 0, len(models))
    for done, _ in enumerate(run_each(calls, processes=config.processes), start=1):
        progress("sampling the models", done, len(models))
    return _read(paths, frames)


def _sample(
    own: OwnFrames,
    frames: Mapping[BlockKind, Frame],
    config: SamplingConfig,
    *,
    postures: int,
    seed: Sequence[int],
    path: Path,
    doubt: Doubt | None,
) -> None:
    """Sample a model, unless its file is there."""
    if path.exists():
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(max(1, threads // max(1, config.processes)))
    try:
        made = sample_model(
            own, frames, config, postures=postures, seed=seed, doubt=doubt
        )
    finally:
        torch.set_num_threads(threads)
    order = list(frames)
    arrays = {
        f"{order.index(kind)}_{part}": getattr(points, part).numpy()
        for kind, points in made.items()
        for part in PARTS
    }
    with new_file(path, force=True) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)


def _read(
    paths: Sequence[Path], frames: Mapping[BlockKind, Frame]
) -> dict[BlockKind, Points]:
    parts: dict[BlockKind, list[Points]] = {kind: [] for kind in frames}
    for path in paths:
        with np.load(path) as file:
            for place, kind in enumerate(frames):
                if f"{place}_states" in file:
                    arrays = [torch.from_numpy(file[f"{place}_{p}"]) for p in PARTS]
                    parts[kind].append(Points(*arrays))
    return {kind: Points.join(each) for kind, each in parts.items() if each}


def _name(
    own: OwnFrames,
    frames: Mapping[BlockKind, Frame],
    config: SamplingConfig,
    seed: tuple[int, int],
    *,
    again: bool,
) -> str:
    """Name a file by all that decides what is in it, but for the net that chooses."""
    left_out = {"processes", "keep"} | (set() if again else {"again", "candidates"})
    facts: dict[str, Any] = config.model_dump(exclude=left_out)
    facts |= {"seed": seed, "model": own.spec.sha256, "weight": own.weight}
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for array in (own.q, own.qd, own.demand):
        digest.update(np.ascontiguousarray(array).tobytes())
    for frame in frames.values():
        for array in asdict(frame).values():
            digest.update(np.ascontiguousarray(array).tobytes())
    return f"{seed[1]:04d}_{digest.hexdigest()[:16]}"
