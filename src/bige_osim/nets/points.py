"""Points of the function that static optimisation is, sampled and solved exactly.

Posture, speed and net moments of a block of muscles to their activations. Postures are
those of the models' own motions, scattered; moments are their own, scaled and
scattered; muscles are made weaker, stronger and given other moment arms, so that a net
meets more models than there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float, Int

from bige_osim.io.tables import Number, TomlTable, Truth, WholeNumber
from bige_osim.nets.blocks import (
    BlockKind,
    ModelBlocks,
    make_description,
    measure_capacity,
)
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.static_optimisation.model import StaticOptimisation
from bige_osim.spec import ModelSpec

LARGEST = 300.0
"""Activations without bounds are cut off here: more says nothing, and half precision
ends at 65,504."""

CHUNK = 1024
"""Postures whose muscle paths are found at once."""


class SamplingConfig(TomlTable):
    """How points are drawn: the table ``[sampling]`` of a surrogate's settings.

    Attributes
    ----------
    points : of each model, about
    draws : of moments and muscles for every posture
    recorded : how many times as many points a model of a recorded participant gets, no
        unit
    kept, wide : shares of postures that stay as they are, and that are anywhere within
        the training motions' range
    posture, speed : SD of the scatter, rad (or a tenth of it in m) and rad/s
    least_moment, largest_moment : factors of the own net moments
    noise : SD of what is added to them, of the moments' own size
    noise_sizes, noise_shares : factors of that, and how often each is taken
    weakest, strongest : factors of all muscles' strength
    each : SD of the logarithm of each muscle's own factor
    arms : SD of the logarithm of a factor of every moment arm, in half of the draws
    bend : SD of how much that changes from the middle of the range of motion to its end
    again : points that are drawn in the middle of the training where the net is least
        sure, as a ratio to those before it; 0 for none
    candidates : as many are looked at for each of these
    processes : that sample at once
    keep : the points, when the training is done
    """

    points: WholeNumber = 12_000
    draws: WholeNumber = 4
    recorded: Number = 4.0
    kept: Number = 0.15
    wide: Number = 0.2
    posture: Number = 0.1
    speed: Number = 0.4
    least_moment: Number = 0.3
    largest_moment: Number = 2.2
    noise: Number = 0.25
    noise_sizes: tuple[Number, ...] = (0.3, 1.0, 2.0, 4.0)
    noise_shares: tuple[Number, ...] = (0.35, 0.35, 0.2, 0.1)
    weakest: Number = 0.55
    strongest: Number = 1.5
    each: Number = 0.1
    arms: Number = 0.09
    bend: Number = 0.05
    again: Number = 1.0
    candidates: WholeNumber = 3
    processes: WholeNumber = 2
    keep: Truth = False


@runtime_checkable
class Doubt(Protocol):
    """How unsure a net is of points."""

    def __call__(
        self,
        kind: BlockKind,
        states: Float[torch.Tensor, "N S"],
        description: Float[torch.Tensor, "1 D"],
    ) -> Float[torch.Tensor, " N"]:
        """Chances of points to be solved, above 0, in proportion; no unit.

        Parameters
        ----------
        kind : of block
        states : as :class:`Points` has them
        description : of the block's model
        """


@dataclass(frozen=True)
class OwnFrames:
    """Frames of a model's own motions.

    Attributes
    ----------
    spec : the model
    q, qd : (R, I) independent coordinates, rad or m, and their speeds
    demand : (R, I) net moments at these, N m or N
    weight : how many times as many points the model gets, no unit
    """

    spec: ModelSpec
    q: Float[np.ndarray, "R I"]
    qd: Float[np.ndarray, "R I"]
    demand: Float[np.ndarray, "R I"]
    weight: float = 1.0


@dataclass(frozen=True)
class Frame:
    """What is the same for all models of a kind.

    Attributes
    ----------
    postures, speeds : (P, n) in which blocks are described, rad or m, and per s
    low, high : (n,) range of the training motions, rad or m
    """

    postures: Float[np.ndarray, "P n"]
    speeds: Float[np.ndarray, "P n"]
    low: Float[np.ndarray, " n"]
    high: Float[np.ndarray, " n"]


@dataclass(frozen=True)
class Points:
    """Solved points of one kind of block.

    Attributes
    ----------
    states : (N, 3 n) posture and speed (rad or m, and per s), and net moment over the
        capacity
    answers : (N, m) activations without bounds, in half precision
    models : (K, D) descriptions of the varied models, no unit
    owner : (N,) to which of these a point belongs
    """

    states: Float[torch.Tensor, "N S"]
    answers: Float[torch.Tensor, "N m"]
    models: Float[torch.Tensor, "K D"]
    owner: Int[torch.Tensor, " N"]

    @classmethod
    def join(cls, parts: Sequence["Points"]) -> "Points":
        """Put points of several models in a row."""
        first = np.cumsum([0, *(len(part.models) for part in parts[:-1])]).tolist()
        return cls(
            torch.cat([part.states for part in parts]),
            torch.cat([part.answers for part in parts]),
            torch.cat([part.models for part in parts]),
            torch.cat([p.owner + at for p, at in zip(parts, first, strict=True)]),
        )

    def __len__(self) -> int:
        """Count the points."""
        return len(self.states)


@dataclass(frozen=True)
class Variation:
    """A model's block with other muscles.

    Attributes
    ----------
    strength : (m,) factors of the muscles' strength
    arms : (n, m) logarithms of factors of the moment arms in the middle of the range
    bend : (n, m) how much a muscle's changes from there to the end of the range of each
        coordinate
    frame : range of motion
    """

    strength: Float[np.ndarray, " m"]
    arms: Float[np.ndarray, "n m"]
    bend: Float[np.ndarray, "n m"]
    frame: Frame

    @classmethod
    def draw(
        cls,
        random: np.random.Generator,
        frame: Frame,
        muscles: int,
        config: SamplingConfig,
        *,
        first: bool,
        arms: bool,
    ) -> "Variation":
        """Draw one; the first of a model is near the model as it is."""
        low, high = (0.7, 1.2) if first else (config.weakest, config.strongest)
        shape = (len(frame.low), muscles)
        common, each = random.uniform(low, high), random.normal(size=muscles)
        size = float(arms and not first)
        return cls(
            common * np.exp(config.each * each * (not first)),
            size * config.arms * random.normal(size=shape),
            size * config.bend * random.normal(size=shape),
            frame,
        )

    def change(
        self, moments: Float[torch.Tensor, "N n m"], q: Float[torch.Tensor, "N n"]
    ) -> Float[torch.Tensor, "N n m"]:
        """Moments at full activation of the other muscles, N m."""
        low, high = torch.from_numpy(self.frame.low), torch.from_numpy(self.frame.high)
        place = ((2 * q - low - high) / (high - low)).clamp(-1.5, 1.5)
        bent = (place @ torch.from_numpy(self.bend)).exp()[:, None]
        factor = torch.from_numpy(self.strength * np.exp(self.arms))
        return moments * factor * bent


@torch.inference_mode()
def sample_model(
    own: OwnFrames,
    frames: Mapping[BlockKind, Frame],
    config: SamplingConfig,
    *,
    postures: int,
    seed: Sequence[int],
    doubt: Doubt | None = None,
) -> dict[BlockKind, Points]:
    """Draw points on one model, about its own motions, and solve them.

    Parameters
    ----------
    own : the model and its motions
    frames : kinds of block to sample
    config : how
    postures : how many; every one gives ``draws`` points of each block
    seed : of the random numbers
    doubt : says how unsure a net is of points: the more so, the likelier it is that
        they are solved; without it all of the candidates are
    """
    random = np.random.default_rng(seed)
    postures *= config.candidates if doubt else 1
    blocks = ModelBlocks(StaticOptimisation(Skeleton(own.spec, fill=True)))
    chosen = random.integers(0, len(own.q), postures)
    q, qd = _scatter(own, chosen, blocks, frames=frames, config=config, random=random)
    parts = [
        blocks.moments(q[at : at + CHUNK], qd[at : at + CHUNK])
        for at in range(0, postures, CHUNK)
    ]
    found: dict[BlockKind, list[Points]] = {}
    for place, block in enumerate(blocks.blocks):
        if block.kind not in frames:
            continue
        rows = list(block.rows)
        made = _draw_block(
            blocks,
            place,
            frame=frames[block.kind],
            config=config,
            random=random,
            moments=torch.cat([part[place] for part in parts]),
            states=torch.cat([q[:, rows], qd[:, rows]], dim=1),
            own=own.demand[chosen][:, rows],
            doubt=doubt,
        )
        found.setdefault(block.kind, []).append(made)
    return {kind: Points.join(each) for kind, each in found.items()}


def _scatter(
    own: OwnFrames,
    chosen: Int[np.ndarray, " N"],
    blocks: ModelBlocks,
    *,
    frames: Mapping[BlockKind, Frame],
    config: SamplingConfig,
    random: np.random.Generator,
) -> tuple[Float[torch.Tensor, "N I"], Float[torch.Tensor, "N I"]]:
    """Postures (rad or m) about the chosen frames, and speeds (per s)."""
    q, qd = own.q[chosen].copy(), own.qd[chosen].copy()
    count = len(chosen)
    moved = (random.random((count, 1)) >= config.kept) * 1.0
    wide = random.random((count, 1)) < config.wide
    qd *= random.uniform(0.5, 2, (count, 1))
    anywhere: dict[BlockKind, Float[np.ndarray, "N n"]] = {}
    for block in blocks.blocks:
        if block.kind not in frames:
            continue
        frame, rows = frames[block.kind], list(block.rows)
        shape = (count, len(rows))
        if block.kind not in anywhere:  # both legs about alike
            anywhere[block.kind] = random.uniform(frame.low, frame.high, shape)
        noise = random.normal(size=shape) * config.posture
        far = anywhere[block.kind] + 2 * noise
        q[:, rows] = np.where(wide, far, q[:, rows] + noise * moved)
        qd[:, rows] += config.speed * random.normal(size=shape) * moved
    return blocks.clamp(torch.from_numpy(q)), torch.from_numpy(qd)


def _draw_block(
    blocks: ModelBlocks,
    place: int,
    *,
    frame: Frame,
    config: SamplingConfig,
    random: np.random.Generator,
    moments: Float[torch.Tensor, "N n m"],
    states: Float[torch.Tensor, "N 2*n"],
    own: Float[np.ndarray, "N n"],
    doubt: Doubt | None,
) -> Points:
    """Draw moments and muscles of a block, and solve."""
    n, m = moments.shape[1:]
    postures = torch.from_numpy(frame.postures)
    plain = blocks.describe(place, postures, torch.from_numpy(frame.speeds))
    size = np.percentile(np.abs(own), 95, axis=0)
    size = config.noise * (size + 0.1 * size.mean())
    shares = np.array(config.noise_shares) / sum(config.noise_shares)
    parts = []
    for draw in range(config.draws):
        varied = Variation.draw(
            random, frame, m, config, first=draw == 0, arms=draw % 2 == 1
        )
        demand = own.copy()
        if draw:
            factors = (config.least_moment, config.largest_moment)
            demand *= random.uniform(*factors, (len(own), 1))
            sizes = random.choice(config.noise_sizes, (len(own), 1), p=shares)
            demand += random.normal(size=own.shape) * size * sizes
        load = torch.from_numpy(demand)
        described = varied.change(plain, postures)
        inputs = torch.cat([states, load / measure_capacity(described)], dim=1).float()
        description = make_description(described)[None].float()
        rows = torch.arange(len(inputs))
        if doubt:
            unsure = doubt(blocks.blocks[place].kind, inputs, description).numpy()
            count = len(inputs) // config.candidates
            chances = unsure.astype(float) / unsure.sum(dtype=float)
            rows = torch.from_numpy(
                random.choice(len(inputs), count, replace=False, p=chances)
            )
        full = varied.change(moments[rows], states[rows, :n])
        answers = blocks.solve(place, full, load[rows])
        fine = answers.isfinite().all(dim=1)
        parts.append(
            Points(
                inputs[rows][fine],
                answers[fine].clamp(-LARGEST, LARGEST).half(),
                description,
                torch.zeros(int(fine.sum()), dtype=torch.int32),
            )
        )
    return Points.join(parts)
