"""Points of the function that static optimisation is, and how they are to be drawn.

Posture, speed and net moments of a block of muscles to their activations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float, Int

from bige_osim.io.tables import Number, TomlTable, Truth, WholeNumber
from bige_osim.nets.blocks import BlockKind
from bige_osim.spec import ModelSpec


class SamplingConfig(TomlTable):
    """How points are drawn: the table ``[sampling]`` of a surrogate's settings.

    Attributes
    ----------
    points : of each model, about
    draws : of moments and muscles for every posture
    recorded : how many times as many points a model of a recorded participant gets, no
        unit
    borrowed : share of postures that are other models', see
        :func:`~bige_osim.nets.own_frames.borrow_frames`
    kept, wide : shares of postures that stay as they are, and that are anywhere within
        the training motions' range
    beyond, farthest : share of postures that go beyond the own ones, all coordinates of
        a block by one factor, up to this
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
    borrowed: Number = 0.4
    kept: Number = 0.5
    wide: Number = 0.1
    beyond: Number = 0.3
    farthest: Number = 1.3
    posture: Number = 0.1
    speed: Number = 0.4
    least_moment: Number = 0.3
    largest_moment: Number = 2.2
    noise: Number = 0.25
    noise_sizes: tuple[Number, ...] = (0.3, 1.0, 2.0, 4.0)
    noise_shares: tuple[Number, ...] = (0.5, 0.35, 0.12, 0.03)
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
