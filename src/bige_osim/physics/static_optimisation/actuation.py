"""Which actuators can carry the net moment of which coordinate, and which do.

The program of a frame falls apart into blocks: the muscles of one leg have nothing to
do with the other leg or the arms. Blocks of the same shape and bounds are solved as one
batch.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import nn

from bige_osim.physics.constants import Constants
from bige_osim.physics.static_optimisation.blocks import Group, alike, blocks_of
from bige_osim.physics.static_optimisation.qp import solve_qp
from bige_osim.spec import ActuatorSpec, MuscleSpec


@dataclass(frozen=True)
class Carried:
    """How net moments are carried, at B frames.

    Attributes
    ----------
    activations : (B, M) of the muscles, 0 to 1 unless their bounds differ
    unbounded : (B, M) activations as if there were no bounds, no unit; the same where
        a muscle is at none
    controls : (B, U) of the coordinate actuators: ratio of force to optimal force
    imbalance : (B,) N m or N, largest moment that nothing carries or that is not
        carried at the least sum of squares
    """

    activations: Float[torch.Tensor, "B M"]
    unbounded: Float[torch.Tensor, "B M"]
    controls: Float[torch.Tensor, "B U"]
    imbalance: Float[torch.Tensor, " B"]


class Actuation(Constants):
    """Shares net moments among the muscles and coordinate actuators of a model.

    Parameters
    ----------
    muscles : whose controls bound the activations
    actuators : on coordinates, reserves among them
    names : coordinates, in the order of the moments
    pairs : (muscle, coordinate) positions of the moment arms that are passed in
    weakly_coupled : coordinates on which muscles have next to no effect, so that the
        multiplier of their moment is taken as known from the moment alone; no bounded
        actuators there

    Examples
    --------
    A muscle of at most 30 N m on a hinge, and a reserve of 1 N m: of 40 N m the muscle
    takes what it can.

    >>> from bige_osim.spec import pendulum
    >>> reserve = ActuatorSpec(name="r", coordinate="angle", optimal_force=1.0)
    >>> muscles = pendulum(muscle=True).muscles
    >>> actuation = Actuation(muscles, [reserve], names=["angle"], pairs=[(0, 0)])
    >>> arm, moment = torch.tensor([[30.0]]).double(), torch.tensor([[40.0]]).double()
    >>> carried = actuation(arm, moment)
    >>> carried.activations.tolist(), carried.controls.round(decimals=6).tolist()
    ([[1.0]], [[10.0]])
    """

    def __init__(
        self,
        muscles: Sequence[MuscleSpec],
        actuators: Sequence[ActuatorSpec],
        *,
        names: Sequence[str],
        pairs: Sequence[tuple[int, int]],
        weakly_coupled: Collection[str] = (),
        dtype: torch.dtype = torch.float64,
    ) -> None:
        super().__init__()
        self.muscles = len(muscles)
        on = [names.index(actuator.coordinate) for actuator in actuators]
        bounded = [i for i, a in enumerate(actuators) if _is_bounded(a)]
        squared = torch.zeros(len(names), dtype=dtype)
        for i, actuator in enumerate(actuators):
            if i not in bounded:
                squared[on[i]] += actuator.optimal_force**2
        columns = [(len(muscles) + k, on[i]) for k, i in enumerate(bounded)]
        apart = [i for i, name in enumerate(names) if name in weakly_coupled]
        weak = [k for k, (_, row) in enumerate(pairs) if row in apart]
        controls = [m.controls for m in muscles]
        controls += [actuators[i].controls for i in bounded]
        bounds = torch.tensor(controls, dtype=dtype).reshape(-1, 2)
        forces = [actuator.optimal_force for actuator in actuators]
        self.keep(dtype, strength=forces, squared=squared, low=bounds[:, 0])
        self.keep(
            torch.long,
            on=on,
            bounded=bounded,
            weak=weak,
            weak_rows=[pairs[k][1] for k in weak],
            weak_columns=[pairs[k][0] for k in weak],
        )
        blocks = blocks_of([*pairs, *columns], rows=len(names), apart=apart)
        self.groups = nn.ModuleList(
            Group(same, squared, bounds) for same in alike(blocks, squared, bounds)
        )

    def forward(
        self, arms: Float[torch.Tensor, "B K"], tau: Float[torch.Tensor, "B I"]
    ) -> Carried:
        """Share the moments of B frames; differentiable.

        Parameters
        ----------
        arms : moment of each pair's muscle at full activation about its coordinate, N m
        tau : net moments of the coordinates, N m or N
        """
        batch = len(arms)
        constant = self.strength[self.bounded].expand(batch, -1)
        arms = torch.cat([arms, constant], dim=1)
        x, left = self.low.expand(batch, -1), tau
        beyond = x
        backed = self.squared > 0
        unbounded = torch.where(backed, self.squared, torch.inf)
        weak, multipliers = arms.index_select(1, self.weak), tau / unbounded
        target = torch.zeros_like(x).index_add(
            1, self.weak_columns, weak * multipliers.index_select(1, self.weak_rows)
        )
        worst = torch.zeros_like(tau[:, 0])
        for group in self.groups:
            assert isinstance(group, Group)
            A, b = group.matrices(arms), group.of_rows(tau)
            solved = solve_qp(
                A,
                b,
                reserves=group.reserves,
                low=group.low,
                high=group.high,
                target=group.of_columns(target),
            )
            rest = b - (A @ solved.x[..., None])[..., 0]
            left = left.index_copy(1, group.rows, rest.reshape(batch, -1))
            x = x.index_copy(1, group.columns, solved.x.reshape(batch, -1))
            whole = solved.unbounded.reshape(batch, -1)
            beyond = beyond.index_copy(1, group.columns, whole)
            imbalance = solved.imbalance.reshape(batch, -1).amax(dim=1)
            worst = torch.maximum(worst, imbalance)
        done = weak * x.index_select(1, self.weak_columns)
        left = left.index_add(1, self.weak_rows, done, alpha=-1)
        uncarried = torch.where(backed, 0.0, left).abs().amax(dim=1)
        controls = (left / unbounded).index_select(1, self.on) * self.strength
        controls = controls.index_copy(1, self.bounded, x[:, self.muscles :])
        worst = torch.maximum(worst, uncarried)
        muscles = slice(self.muscles)
        return Carried(x[:, muscles], beyond[:, muscles], controls, worst)


def _is_bounded(actuator: ActuatorSpec) -> bool:
    return any(abs(control) < torch.inf for control in actuator.controls)
