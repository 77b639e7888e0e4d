"""Coordinates that muscles tie together, and what can be solved as one batch."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from bige_osim.physics.constants import Constants


@dataclass(frozen=True)
class Block:
    """Coordinates tied together by muscles or bounded actuators.

    Attributes
    ----------
    rows : positions of its coordinates
    columns : positions of its muscles and, behind all muscles, bounded actuators
    entries : positions of its moment arms among all pairs
    places : where each of those goes in the flattened (rows, columns) matrix
    """

    rows: list[int]
    columns: list[int]
    entries: list[int]
    places: list[int]


class Group(Constants):
    """G blocks of the same shape and bounds, which are solved as one batch.

    Parameters
    ----------
    blocks : with n rows and m columns each
    squared : of all coordinates, squared optimal forces of what is unbounded on them
    bounds : low and high of all columns

    Examples
    --------
    >>> bounds = torch.tensor([[0.0, 1.0]])
    >>> group = Group([Block([0], [0], [0], [0])], torch.ones(1), bounds)
    >>> group.matrices(torch.tensor([[30.0]])).tolist()
    [[[30.0]]]
    """

    def __init__(
        self,
        blocks: Sequence[Block],
        squared: Float[torch.Tensor, " I"],
        bounds: Float[torch.Tensor, "C 2"],
    ) -> None:
        super().__init__()
        first = blocks[0]
        self.shape = (len(blocks), len(first.rows), len(first.columns))
        size = len(first.rows) * len(first.columns)
        self.keep(
            torch.long,
            rows=[i for b in blocks for i in b.rows],
            columns=[i for b in blocks for i in b.columns],
            entries=[i for b in blocks for i in b.entries],
            places=[k * size + i for k, b in enumerate(blocks) for i in b.places],
        )
        low, high = bounds[first.columns].T
        self.keep(reserves=squared[first.rows].sqrt(), low=low, high=high)

    def matrices(
        self, arms: Float[torch.Tensor, "B K"]
    ) -> Float[torch.Tensor, "N n m"]:
        """Moments of the columns at x = 1, zero without a pair; N is B G."""
        count, rows, columns = self.shape
        empty = arms.new_zeros(len(arms), count * rows * columns)
        full = empty.index_add(1, self.places, arms.index_select(1, self.entries))
        return full.reshape(-1, rows, columns)

    def of_rows(self, values: Float[torch.Tensor, "B I"]) -> Float[torch.Tensor, "N n"]:
        """Values at the rows of each block, in any unit."""
        return values.index_select(1, self.rows).reshape(-1, self.shape[1])

    def of_columns(
        self, values: Float[torch.Tensor, "B C"]
    ) -> Float[torch.Tensor, "N m"]:
        """Values at the columns of each block, in any unit."""
        return values.index_select(1, self.columns).reshape(-1, self.shape[2])


def blocks_of(
    pairs: Sequence[tuple[int, int]], *, rows: int, apart: Sequence[int]
) -> list[Block]:
    """Group columns and rows that are tied together, directly or through others.

    Parameters
    ----------
    pairs : (column, row) of every moment arm
    rows : how many there are
    apart : rows that do not tie anything together, and are left out

    Examples
    --------
    >>> [b.columns for b in blocks_of([(0, 0), (1, 0), (2, 1)], rows=2, apart=[])]
    [[0, 1], [2]]
    """
    tying = [(column, row) for column, row in pairs if row not in apart]
    if not tying:
        return []
    size = rows + 1 + max(column for column, _ in tying)
    edges = [row for _, row in tying], [rows + column for column, _ in tying]
    graph = coo_array(([1] * len(tying), edges), shape=(size, size))
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
        blocks.append(Block(inside, using, mine, places))
    return blocks


def alike(
    blocks: Sequence[Block],
    squared: Float[torch.Tensor, " I"],
    bounds: Float[torch.Tensor, "C 2"],
) -> list[list[Block]]:
    """Group blocks that can be solved as one batch.

    Parameters
    ----------
    squared : (I,) squares of the reserves' optimal force, (N m)² or N²
    bounds : (C, 2) of the activations, and of the controls of bounded actuators

    Examples
    --------
    >>> legs = [Block([0], [0], [0], [0]), Block([1], [1], [1], [0])]
    >>> len(alike(legs, torch.ones(2), torch.tensor([[0.0, 1.0], [0.0, 1.0]])))
    1
    """
    groups: dict[tuple[object, ...], list[Block]] = {}
    for block in blocks:
        limits = bounds[block.columns].flatten()
        key = tuple(squared[block.rows].tolist()), tuple(limits.tolist())
        groups.setdefault(key, []).append(block)
    return list(groups.values())
