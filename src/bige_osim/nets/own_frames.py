"""Frames of a dataset's motions by model, and what all models of a kind share."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import torch
import xarray as xr
from jaxtyping import Float

from bige_osim.dataset.dataset import read_models
from bige_osim.nets.blocks import BlockKind, ModelBlocks, choose_postures
from bige_osim.nets.labels import RECORDED, find_styles
from bige_osim.nets.points import Frame, OwnFrames
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.static_optimisation.model import StaticOptimisation
from bige_osim.spec import ModelSpec
from bige_osim.splines import differentiation_matrix

MARGIN = 0.15
"""By how much of it a range of motion is wider than what was seen, on each side."""

FEW = 20_000
"""Frames among which postures are chosen."""


def read_own_frames(
    dataset: xr.Dataset, people: Collection[str], *, recorded: float = 1.0
) -> list[OwnFrames]:
    """Read the motions of these participants, by model, in the order of its hash.

    Parameters
    ----------
    dataset : as ``dataset.make_dataset`` makes it
    people : whose
    recorded : weight of a model with recorded motions; others have 1
    """
    specs = read_models(dataset)
    taken = np.isin(dataset["person"].values.astype(str), sorted(people))
    hashes = dataset["model"].values.astype(str)
    styles = np.array(find_styles(dataset))
    found = []
    for name in sorted(set(hashes[taken].tolist())):
        rows = np.flatnonzero(taken & (hashes == name))
        weight = recorded if (styles[rows] == RECORDED).any() else 1.0
        found.append(_read_model(dataset.isel(repetition=rows), specs[name], weight))
    return found


def _read_model(dataset: xr.Dataset, spec: ModelSpec, weight: float) -> OwnFrames:
    order = ("repetition", "frame", "coordinate")
    names = [str(name) for name in dataset["coordinate"].values]
    motion = dataset["motion"].transpose(*order).values.astype(float)
    moments = dataset["moments"].transpose(*order).values.astype(float)
    rate = differentiation_matrix(motion.shape[1])
    speed = np.einsum("fg,rgc->rfc", rate, motion)
    speed = speed / dataset["duration"].values[:, None, None]
    independent = spec.independent_names
    shape = (motion.shape[0] * motion.shape[1], len(independent))
    default = [spec.coordinate(name).default for name in independent]
    q = np.tile(np.array(default, dtype=float), (shape[0], 1))
    qd, demand = np.zeros(shape), np.zeros(shape)
    for column, name in enumerate(names):
        if name not in independent:
            continue
        place = independent.index(name)
        q[:, place] = motion[:, :, column].ravel()
        qd[:, place] = speed[:, :, column].ravel()
        demand[:, place] = moments[:, :, column].ravel()
    fine = np.isfinite(q).all(1) & np.isfinite(demand).all(1)
    return OwnFrames(spec, q[fine], qd[fine], demand[fine], weight)


def borrow_frames(
    models: Sequence[OwnFrames], *, share: float, seed: int
) -> list[OwnFrames]:
    """Give every model frames of the others beside its own.

    What a participant did is then met on all bodies. Net moments are those of the other
    body times the ratio of masses. A model that shares its coordinates with no other
    keeps its own frames alone.

    Parameters
    ----------
    models : with their own motions; others are borrowed from by their weight
    share : of the frames that are borrowed, from 0 to below 1, no unit
    seed : of which they are

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> one, two = np.ones((3, 1)), np.full((3, 1), 2.0)
    >>> light = OwnFrames(pendulum(mass=1.0), one, one, one)
    >>> heavy = OwnFrames(pendulum(mass=2.0), two, two, two)
    >>> mixed = borrow_frames([light, heavy], share=0.25, seed=0)[0]
    >>> mixed.q[:, 0].tolist(), mixed.demand[:, 0].tolist()
    ([1.0, 1.0, 1.0, 2.0], [1.0, 1.0, 1.0, 1.0])
    """
    return [
        _borrow(own, models, share=share, random=np.random.default_rng((seed, place)))
        for place, own in enumerate(models)
    ]


def _borrow(
    own: OwnFrames,
    models: Sequence[OwnFrames],
    *,
    share: float,
    random: np.random.Generator,
) -> OwnFrames:
    names = own.spec.independent_names
    others = [
        other
        for other in models
        if other is not own and other.spec.independent_names == names
    ]
    count = round(len(own.q) * share / (1 - share))
    if not others or not count:
        return own
    lengths = [len(other.q) for other in others]
    weights = [other.weight / len(other.q) for other in others]
    chances = np.repeat(weights, lengths)
    rows = random.choice(len(chances), count, p=chances / chances.sum())
    ratios = np.repeat([own.spec.mass / other.spec.mass for other in others], lengths)

    def extend(part: str) -> Float[np.ndarray, "R I"]:
        borrowed = np.vstack([getattr(other, part) for other in others])[rows]
        if part == "demand":
            borrowed = ratios[rows, None] * borrowed
        return np.vstack([getattr(own, part), borrowed])

    return replace(own, q=extend("q"), qd=extend("qd"), demand=extend("demand"))


def find_frames(models: Sequence[OwnFrames]) -> dict[BlockKind, Frame]:
    """Find the kinds of block of some models, and choose how they are described."""
    states: dict[BlockKind, list[tuple[np.ndarray, np.ndarray]]] = {}
    for own in models:
        with torch.inference_mode():
            blocks = ModelBlocks(StaticOptimisation(Skeleton(own.spec, fill=True)))
        for block in blocks.blocks:
            rows = list(block.rows)
            q = blocks.clamp(torch.from_numpy(own.q)).numpy()
            states.setdefault(block.kind, []).append((q[:, rows], own.qd[:, rows]))
    return {kind: _describe_range(parts) for kind, parts in states.items()}


def _describe_range(parts: Sequence[tuple[np.ndarray, np.ndarray]]) -> Frame:
    q = np.concatenate([part[0] for part in parts])
    qd = np.concatenate([part[1] for part in parts])
    step = max(1, len(q) // FEW)
    postures, speeds = choose_postures(q[::step], qd[::step])
    low, high = np.percentile(q, [0.5, 99.5], axis=0)
    margin = MARGIN * (high - low) + 0.05
    return Frame(postures, speeds, low - margin, high + margin)
