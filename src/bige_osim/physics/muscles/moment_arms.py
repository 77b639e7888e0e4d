"""Moment arms from where and how muscles pull."""

import torch
from jaxtyping import Float
from torch import nn

from bige_osim.physics.muscles.path_layout import Crossings


class MomentArms(nn.Module):
    """Virtual work of unit tension on the motions of coordinates.

    Parameters
    ----------
    crossings : which pulls make which moment arms
    dtype : of every input and output

    Attributes
    ----------
    muscles, coordinates : (K,) positions of the pairs
    """

    muscles: torch.Tensor
    coordinates: torch.Tensor
    sums: torch.Tensor
    entry_sums: torch.Tensor
    entry_pulls: torch.Tensor
    entry_signs: torch.Tensor

    def __init__(self, crossings: Crossings, *, dtype: torch.dtype) -> None:
        super().__init__()
        pairs = torch.tensor(crossings.pairs, dtype=torch.long).reshape(-1, 2)
        entries = crossings.entries
        self.count = max(crossings.sums, default=-1) + 1
        for name, value in {
            "muscles": pairs[:, 0].contiguous(),
            "coordinates": pairs[:, 1].contiguous(),
            "sums": torch.tensor(crossings.sums, dtype=torch.long),
            "entry_sums": torch.tensor([e[0] for e in entries], dtype=torch.long),
            "entry_pulls": torch.tensor([e[1] for e in entries], dtype=torch.long),
            "entry_signs": torch.tensor([e[2] for e in entries], dtype=dtype)[:, None],
        }.items():
            self.register_buffer(name, value, persistent=False)

    def forward(
        self,
        anchors: Float[torch.Tensor, "3 P B"],
        forces: Float[torch.Tensor, "3 P B"],
        twists: Float[torch.Tensor, "B A 6"],
    ) -> Float[torch.Tensor, "K B"]:
        """Moment arms, m.

        Parameters
        ----------
        anchors, forces : (3, P, B) m and without unit, in ground
        twists : (B, A, 6) as for
            :meth:`bige_osim.physics.muscles.paths.MusclePaths.forward`
        """
        (x, y, z), (fx, fy, fz) = anchors, forces
        torque = y * fz - z * fy, z * fx - x * fz, x * fy - y * fx
        arms: torch.Tensor = fx.new_zeros(len(self.sums), fx.shape[1])
        # One component after the other, as all at once leave the processor's cache.
        # Torque goes with angular, force with linear velocity: both in this order.
        motions = twists.permute(2, 1, 0).contiguous()
        for pull, motion in zip((*torque, fx, fy, fz), motions, strict=True):
            terms = pull.index_select(0, self.entry_pulls) * self.entry_signs
            sums = fx.new_zeros(self.count, fx.shape[1])
            sums = sums.index_add(0, self.entry_sums, terms).index_select(0, self.sums)
            arms = torch.addcmul(arms, sums, motion.index_select(0, self.coordinates))
        return arms
