"""Draw points of static optimisation, and solve them exactly.

Postures are those of the models' own motions, scattered; moments are their own, scaled
and scattered; muscles are made weaker, stronger and given other moment arms, so that a
net meets more models than there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int

from bige_osim.nets.blocks import (
    BlockKind,
    ModelBlocks,
    make_description,
    measure_capacity,
)
from bige_osim.nets.points import Doubt, Frame, OwnFrames, Points, SamplingConfig
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.static_optimisation.model import StaticOptimisation

LARGEST = 300.0
"""Activations without bounds are cut off here: more says nothing, and half precision
ends at 65,504."""

CHUNK = 1024
"""Postures whose muscle paths are found at once."""


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
    past = random.random((count, 1)) < config.beyond
    stretch = np.where(past, random.uniform(1, config.farthest, (count, 1)), 1.0)
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
        near = q[:, rows] * stretch + noise * moved
        q[:, rows] = np.where(wide, far, near)
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
