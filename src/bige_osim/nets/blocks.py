"""Blocks of muscles of a model, as a net sees them that learns static optimisation.

The program of static optimisation falls apart into blocks, such as the muscles of one
leg and the coordinates that they move. Blocks of many models are of one kind if their
coordinates and muscles have the same names, the side of the body aside: a net of that
kind serves all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import DatasetError, name_some
from bige_osim.nets.augmentation import SIDE
from bige_osim.physics.static_optimisation.blocks import Group
from bige_osim.physics.static_optimisation.model import StaticOptimisation
from bige_osim.physics.static_optimisation.qp import solve_qp

CAPACITY_FLOOR = 1e-3
"""Least capacity of a coordinate, as a fraction of the block's largest."""


@dataclass(frozen=True)
class BlockKind:
    """What blocks have in common that one net serves.

    Attributes
    ----------
    coordinates : n names, without the side if all are of one side
    muscles : m names, likewise
    """

    coordinates: tuple[str, ...]
    muscles: tuple[str, ...]

    @classmethod
    def of(cls, coordinates: Sequence[str], muscles: Sequence[str]) -> "BlockKind":
        """Leave the side out, where there is only one.

        Examples
        --------
        >>> BlockKind.of(["knee_angle_r"], ["soleus_r"])
        BlockKind(coordinates=('knee_angle',), muscles=('soleus',))
        >>> BlockKind.of(["lumbar"], ["ercspn_r", "ercspn_l"]).muscles
        ('ercspn_r', 'ercspn_l')
        """
        found = [SIDE.findall(name) for name in (*coordinates, *muscles)]
        if len({tuple(sides) for sides in found}) == 1 and found[0]:
            coordinates = [SIDE.sub("", name) for name in coordinates]
            muscles = [SIDE.sub("", name) for name in muscles]
        return cls(tuple(coordinates), tuple(muscles))

    def __str__(self) -> str:
        """Say what it is, for an error."""
        return f"{len(self.muscles)} muscles on {name_some(self.coordinates, 4)}"


@dataclass(frozen=True)
class Block:
    """A block of a model.

    Attributes
    ----------
    kind : of which it is
    rows : positions of its n coordinates among the independent ones
    columns : positions of its m muscles
    group, member : where the program has it
    """

    kind: BlockKind
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    group: int
    member: int


class ModelBlocks:
    """The blocks of a model that have muscles.

    Parameters
    ----------
    static : static optimisation of the model

    Raises
    ------
    DatasetError
        A block has bounded actuators beside its muscles.

    Examples
    --------
    >>> from bige_osim.physics.kinematics.skeleton import Skeleton
    >>> from bige_osim.spec import pendulum
    >>> hinge = ModelBlocks(StaticOptimisation(Skeleton(pendulum(muscle=True))))
    >>> hinge.blocks[0].kind
    BlockKind(coordinates=('angle',), muscles=('lift',))
    """

    def __init__(self, static: StaticOptimisation) -> None:
        self.static = static
        self.map = static.skeleton.coordinates
        self.blocks = tuple(
            block
            for place, group in enumerate(static.actuation.groups)
            for block in self._list_blocks(place, _as_group(group))
        )

    def _list_blocks(self, place: int, group: Group) -> list[Block]:
        names = self.static.muscle_names
        count, n, m = group.shape
        rows = group.rows.reshape(count, n).tolist()
        columns = group.columns.reshape(count, m).tolist()
        found = []
        for member, (row, column) in enumerate(zip(rows, columns, strict=True)):
            muscles = [i for i in column if i < len(names)]
            if not muscles:
                continue
            coordinates = [self.map.independent[i] for i in row]
            if len(muscles) < m:
                raise DatasetError(
                    f"Model {self.map.model_name}, {name_some(coordinates, 3)}: no net "
                    "learns a block that has bounded actuators beside its muscles; use "
                    "exact activations."
                )
            kind = BlockKind.of(coordinates, [names[i] for i in muscles])
            found.append(Block(kind, tuple(row), tuple(column), place, member))
        return found

    def moments(
        self, q: Float[torch.Tensor, "B I"], qd: Float[torch.Tensor, "B I"]
    ) -> list[Float[torch.Tensor, "B n m"]]:
        """Moments (B, n, m) at full activation of every block's muscles, N m.

        Parameters
        ----------
        q, qd : independent coordinates and their speeds, rad or m, and per s
        """
        static = self.static
        whole = self.map.clamp(self.map(q, self.map.independent))
        slopes = self.map.coupler_gradients(whole)
        driver = torch.tensor(self.map.driver)
        pose = static.skeleton.place(whole)
        path = static.paths(pose, static.skeleton.axes.jacobians(whole, pose).J)
        speed = static.paths.lengthening_speed(path, qd[:, driver] * slopes)
        strength = static.muscles(path.length, speed)
        arms = path.moment_arm * slopes[:, static.paths.pair_coordinates]
        arms = arms * strength[:, static.paths.pair_muscles]
        found = {
            place: _as_group(group)
            .matrices(arms)
            .reshape(len(q), *_as_group(group).shape)
            for place, group in enumerate(static.actuation.groups)
        }
        return [found[block.group][:, block.member] for block in self.blocks]

    def clamp(self, q: Float[torch.Tensor, "B I"]) -> Float[torch.Tensor, "B I"]:
        """Independent coordinates, rad or m, within what the model clamps them to."""
        return torch.clamp(q, self.map.lowest, self.map.highest)

    def bounds(
        self, block: int
    ) -> tuple[Float[torch.Tensor, " m"], Float[torch.Tensor, " m"]]:
        """Least and largest activations of a block's muscles, by their controls."""
        group = _as_group(self.static.actuation.groups[self.blocks[block].group])
        return group.low, group.high

    def describe(
        self,
        block: int,
        postures: Float[torch.Tensor, "P n"],
        speeds: Float[torch.Tensor, "P n"],
    ) -> Float[torch.Tensor, "P n m"]:
        """Moments at full activation of a block in some postures, N m.

        Parameters
        ----------
        block : which
        postures, speeds : of its coordinates, rad or m, and per s; all others are at
            their default
        """
        rows = list(self.blocks[block].rows)
        q = self.map.default.repeat(len(postures), 1)
        qd = torch.zeros_like(q)
        q[:, rows], qd[:, rows] = postures.to(q), speeds.to(q)
        return self.moments(q, qd)[block]

    def solve(
        self,
        block: int,
        moments: Float[torch.Tensor, "N n m"],
        demand: Float[torch.Tensor, "N n"],
        guess: Float[torch.Tensor, "N m"] | None = None,
    ) -> Float[torch.Tensor, "N m"]:
        """Activations as if there were no bounds, by the exact multipliers.

        Parameters
        ----------
        block : which
        moments : of its muscles at full activation, N m
        demand : net moments of its coordinates, N m
        guess : activations that may be near, which saves steps; no unit
        """
        group = _as_group(self.static.actuation.groups[self.blocks[block].group])
        solved = solve_qp(
            moments,
            demand,
            reserves=group.reserves,
            low=group.low,
            high=group.high,
            guess=guess,
        )
        return (moments.transpose(1, 2) @ solved.multipliers[..., None])[..., 0]


def measure_capacity(
    moments: Float[torch.Tensor, "*batch P n m"],
) -> Float[torch.Tensor, "*batch n"]:
    """Measure what all muscles together can do about each coordinate, N m.

    Root of the sum of squares over the muscles, averaged over the postures. The program
    does not change if a coordinate's moments are divided by it, its reserve aside.
    """
    size = moments.square().sum(-1).mean(-2).sqrt()
    return torch.maximum(size, CAPACITY_FLOOR * size.amax(-1, keepdim=True))


def make_description(
    moments: Float[torch.Tensor, "*batch P n m"],
) -> Float[torch.Tensor, "*batch D"]:
    """Write down what a net knows of a block: relative moments, and capacities.

    Parameters
    ----------
    moments : at full activation in P postures, N m

    Returns
    -------
    (…, P n m + n) : the moments without unit, and logarithms of N m
    """
    capacity = measure_capacity(moments)
    relative = moments / capacity[..., None, :, None]
    return torch.cat([relative.flatten(-3), capacity.log()], dim=-1)


def choose_postures(
    q: Float[np.ndarray, "R n"], qd: Float[np.ndarray, "R n"], *, count: int = 7
) -> tuple[Float[np.ndarray, "P n"], Float[np.ndarray, "P n"]]:
    """Choose postures (rad or m) and speeds (per s) that describe a block's muscles.

    The median posture, then again and again the one that is farthest from those chosen,
    at rest; the first and the second once more at twice the standard deviation of the
    speeds, there and back.

    Parameters
    ----------
    q, qd : of the block's coordinates, rad or m, and per s

    Examples
    --------
    >>> q = np.linspace(0, 1, 11)[:, None]
    >>> choose_postures(q, np.ones((11, 1)), count=3)[0][:, 0].tolist()
    [0.5, 0.0, 1.0, 0.5, 0.5, 0.0, 0.0]
    """
    size = q.std(axis=0) + 1e-3
    nearest = np.abs((q - np.median(q, axis=0)) / size).sum(axis=1).argmin()
    chosen = [int(nearest)]
    far = np.full(len(q), np.inf)
    while len(chosen) < count:
        step = ((q - q[chosen[-1]]) / size).clip(-4, 4)
        far = np.minimum(far, (step**2).sum(axis=1))
        chosen.append(int(far.argmax()))
    fast = 2 * (qd.std(axis=0) + 1e-3)
    still = np.zeros((count, q.shape[1]))
    places = [*chosen, chosen[0], chosen[0], chosen[1], chosen[1]]
    return q[places], np.concatenate([still, [fast, -fast, fast, -fast]])


def _as_group(group: torch.nn.Module) -> Group:
    assert isinstance(group, Group)
    return group
