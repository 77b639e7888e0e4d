"""Which actuators can carry the net moment of which coordinate, and how they share it.

The program of a frame falls apart into blocks: the muscles of one leg have nothing to
do with the other leg or the arms. Blocks of the same shape and bounds are solved as one
batch.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from torch import nn

from bige_osim.physics.program import share_loads
from bige_osim.spec import ActuatorSpec, MuscleSpec


@dataclass(frozen=True)
class Carried:
    """How net moments are carried, at B frames.

    Attributes
    ----------
    activations : (B, M) of the muscles
    controls : (B, U) of the coordinate actuators
    imbalance : (B,) N m or N, largest moment that nobody carries or that is shared
        other than at the least cost
    """

    activations: Float[torch.Tensor, "B M"]
    controls: Float[torch.Tensor, "B U"]
    imbalance: Float[torch.Tensor, " B"]


@dataclass(frozen=True)
class _Block:
    """Coordinates tied together by muscles or bounded actuators.

    Attributes
    ----------
    rows : positions of its coordinates
    columns : positions of its muscles and, behind all muscles, bounded actuators
    entries : positions of its moment arms among all pairs
    places : where each of those goes in the flattened (rows, columns) matrix
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    entries: tuple[int, ...]
    places: tuple[int, ...]


class Actuation(nn.Module):
    """Shares net moments among the muscles and coordinate actuators of a model.

    Parameters
    ----------
    muscles : whose controls bound the activations
    actuators : on coordinates, reserves among them
    names : coordinates, in the order of the moments
    pairs : (muscle, coordinate) positions of the moment arms that are passed in
    hardly : coordinates on which muscles have next to no effect, so that the price of
        their moment is taken as known from the moment alone; no bounded actuators there

    Examples
    --------
    A muscle of at most 30 N m on a hinge, and a reserve of 1 N m: of 40 N m the muscle
    takes what it can.

    >>> muscle = MuscleSpec("m", 1000.0, 0.1, 0.2, 0.0)
    >>> reserve = ActuatorSpec("r", "hinge", 1.0, (-torch.inf, torch.inf))
    >>> actuation = Actuation([muscle], [reserve], names=["hinge"], pairs=[(0, 0)])
    >>> arm, moment = torch.tensor([[30.0]]).double(), torch.tensor([[40.0]]).double()
    >>> carried = actuation(arm, moment)
    >>> carried.activations.tolist(), carried.controls.round(decimals=6).tolist()
    ([[1.0]], [[10.0]])
    """

    strength: torch.Tensor
    squared: torch.Tensor
    low: torch.Tensor
    high: torch.Tensor

    def __init__(
        self,
        muscles: Sequence[MuscleSpec],
        actuators: Sequence[ActuatorSpec],
        *,
        names: Sequence[str],
        pairs: Sequence[tuple[int, int]],
        hardly: Collection[str] = (),
        dtype: torch.dtype = torch.float64,
    ) -> None:
        super().__init__()
        self.muscles = len(muscles)
        self.on = [names.index(actuator.coordinate) for actuator in actuators]
        bounded = [i for i, a in enumerate(actuators) if _is_bounded(a)]
        self.bounded = bounded
        squared = torch.zeros(len(names), dtype=dtype)
        for i, actuator in enumerate(actuators):
            if i not in bounded:
                squared[self.on[i]] += actuator.optimal_force**2
        columns = [(len(muscles) + k, self.on[i]) for k, i in enumerate(bounded)]
        loose = [i for i, name in enumerate(names) if name in hardly]
        self.slight = [k for k, (_, row) in enumerate(pairs) if row in loose]
        self.slight_rows = [pairs[k][1] for k in self.slight]
        self.slight_columns = [pairs[k][0] for k in self.slight]
        self.blocks = _blocks([*pairs, *columns], rows=len(names), apart=loose)
        controls = [m.controls for m in muscles] + [
            actuators[i].controls for i in bounded
        ]
        bounds = torch.tensor(controls, dtype=dtype).reshape(-1, 2)
        forces = [actuator.optimal_force for actuator in actuators]
        for name, value in {
            "strength": torch.tensor(forces, dtype=dtype),
            "squared": squared,
            "low": bounds[:, 0].contiguous(),
            "high": bounds[:, 1].contiguous(),
        }.items():
            self.register_buffer(name, value, persistent=False)
        self.groups = self._groups()

    def forward(
        self, arms: Float[torch.Tensor, "B K"], moments: Float[torch.Tensor, "B I"]
    ) -> Carried:
        """Share the moments of B frames; differentiable.

        Parameters
        ----------
        arms : moment of each pair's muscle at full activation about its coordinate, N m
        moments : net moments of the coordinates, N m or N
        """
        batch = len(arms)
        constant = self.strength[self.bounded].expand(batch, -1)
        arms = torch.cat([arms, constant], dim=1)
        shares = self.low.expand(batch, -1)
        left = moments
        wishes = torch.zeros_like(shares)
        if self.slight:
            rows = self.slight_rows
            price = moments[:, rows] / self.squared[rows]
            slight = arms[:, self.slight] * price
            wishes = wishes.index_add(1, _index(self.slight_columns), slight)
        worst = torch.zeros_like(moments[:, 0])
        for group in self.groups:
            matrices = [_matrix(block, arms) for block in group]
            first = group[0]
            solved = share_loads(
                torch.cat(matrices),
                torch.cat([moments[:, list(block.rows)] for block in group]),
                reserves=self.squared[list(first.rows)].sqrt(),
                low=self.low[list(first.columns)],
                high=self.high[list(first.columns)],
                wishes=torch.cat([wishes[:, list(block.columns)] for block in group]),
            )
            parts = zip(
                group,
                matrices,
                torch.split(solved.shares, batch),
                torch.split(solved.imbalance, batch),
                strict=True,
            )
            for block, matrix, part, imbalance in parts:
                shares = shares.index_copy(1, _index(block.columns), part)
                rest = moments[:, list(block.rows)] - (matrix @ part[..., None])[..., 0]
                left = left.index_copy(1, _index(block.rows), rest)
                worst = torch.maximum(worst, imbalance)
        if self.slight:
            done = arms[:, self.slight] * shares[:, self.slight_columns]
            left = left.index_add(1, _index(self.slight_rows), done, alpha=-1)
        backed = self.squared > 0
        uncarried = torch.where(backed, 0.0, left).abs().amax(dim=1)
        price = left / torch.where(backed, self.squared, torch.inf)
        controls = price[:, self.on] * self.strength
        if self.bounded:
            mine = shares[:, self.muscles :]
            controls = controls.index_copy(1, _index(self.bounded), mine)
        return Carried(
            shares[:, : self.muscles], controls, torch.maximum(worst, uncarried)
        )

    def _groups(self) -> list[list[_Block]]:
        """Blocks that can be solved as one batch."""
        groups: dict[tuple[object, ...], list[_Block]] = {}
        for block in self.blocks:
            rows, columns = list(block.rows), list(block.columns)
            key = (
                tuple(self.squared[rows].tolist()),
                tuple(self.low[columns].tolist()),
                tuple(self.high[columns].tolist()),
            )
            groups.setdefault(key, []).append(block)
        return list(groups.values())


def _is_bounded(actuator: ActuatorSpec) -> bool:
    return any(abs(control) < torch.inf for control in actuator.controls)


def _blocks(
    pairs: Sequence[tuple[int, int]], *, rows: int, apart: Sequence[int]
) -> list[_Block]:
    """Group columns and rows that are tied together, directly or through others.

    Parameters
    ----------
    pairs : (column, row) of every moment arm
    rows : how many there are
    apart : rows that do not tie anything together, and are left out
    """
    tying = [pair for pair in pairs if pair[1] not in apart]
    if not tying:
        return []
    columns = 1 + max(column for column, _ in tying)
    graph = coo_array(
        (
            [1] * len(tying),
            ([row for _, row in tying], [rows + column for column, _ in tying]),
        ),
        shape=(rows + columns, rows + columns),
    )
    _, label = connected_components(graph, directed=False)
    blocks = []
    for group in sorted({label[row] for _, row in tying}):
        mine = [
            i
            for i, (_, row) in enumerate(pairs)
            if label[row] == group and row not in apart
        ]
        inside = sorted({pairs[i][1] for i in mine})
        using = sorted({pairs[i][0] for i in mine})
        places = [
            inside.index(pairs[i][1]) * len(using) + using.index(pairs[i][0])
            for i in mine
        ]
        blocks.append(_Block(tuple(inside), tuple(using), tuple(mine), tuple(places)))
    return blocks


def _matrix(
    block: _Block, arms: Float[torch.Tensor, "B K"]
) -> Float[torch.Tensor, "B n m"]:
    """Moments of the block's columns at full share, zero where there is no pair."""
    count = len(block.rows) * len(block.columns)
    empty = arms.new_zeros(len(arms), count)
    full = empty.index_add(1, _index(block.places), arms[:, list(block.entries)])
    return full.reshape(len(arms), len(block.rows), len(block.columns))


def _index(positions: Sequence[int]) -> torch.Tensor:
    return torch.tensor(positions, dtype=torch.long)
