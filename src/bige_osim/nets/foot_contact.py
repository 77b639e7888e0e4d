"""How fast feet that stand slide, as a loss on motions of a dataset's participants."""

from collections.abc import Sequence
from functools import lru_cache

import torch
from jaxtyping import Float

from bige_osim.nets.footprints import make_standing_skeleton
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import velocity
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.spec import ModelSpec

STANDS = (0.03, 0.15)
"""Height (m) above the lowest point of a repetition, and speed (m/s), below which a
foot point stands."""

STRIDE = 4
"""Feet are looked at in one frame of so many."""


class FootContact:
    """Slides of feet that stand in the recorded motion.

    Parameters
    ----------
    models : of the dataset, with two feet
    names : of the coordinates of its motions
    most : repetitions of a batch that are looked at; each may be on a model of its own
    """

    def __init__(
        self, models: Sequence[ModelSpec], *, names: Sequence[str], most: int
    ) -> None:
        self.models = tuple(models)
        self.names = tuple(names)
        self.most = most
        self._skeleton = lru_cache(maxsize=None)(self._make_skeleton)

    def __call__(
        self,
        made: Float[torch.Tensor, "B F C"],
        duration: Float[torch.Tensor, " B"],
        samples: Samples,
    ) -> Float[torch.Tensor, ""]:
        """Mean square of the horizontal speed, (m/s)², of points that should stand.

        Parameters
        ----------
        made : motions (rad, m) of the same participants as ``samples``
        duration : s, of ``made``
        samples : recorded; where their feet stand those of ``made`` should
        """
        frames = made.shape[1]
        share = (frames - 1) // STRIDE * STRIDE / (frames - 1)
        total = made.new_zeros(())
        count = total.clone()
        for row in range(min(self.most, len(made))):
            skeleton = self._skeleton(int(samples.model[row]))
            with torch.no_grad():
                true = self._find_points(skeleton, samples.motion[row])
                speed = _measure_speed(true, share * samples.duration[row])
                height = true[..., 1] - true[..., 1].min()
                stands = ((height < STANDS[0]) & (speed < STANDS[1])).to(made)
            points = self._find_points(skeleton, made[row])
            slides = _measure_speed(points, share * duration[row]).square()
            total = total + (slides * stands).sum()
            count = count + stands.sum()
        return total / count.clamp(min=1)

    def _find_points(
        self, skeleton: Skeleton, motion: Float[torch.Tensor, "F C"]
    ) -> Float[torch.Tensor, "G P 3"]:
        pose = skeleton.pose(motion[::STRIDE], self.names)
        return skeleton.foot_points(pose)

    def _make_skeleton(self, place: int) -> Skeleton:
        return make_standing_skeleton(self.models[place], dtype=torch.float32)


def _measure_speed(
    points: Float[torch.Tensor, "G P 3"], duration: Float[torch.Tensor, ""]
) -> Float[torch.Tensor, "G P"]:
    """Horizontal speed of foot points, m/s."""
    across = points[..., [0, 2]].flatten(1)[None]
    rates = velocity(across, duration[None])[0]
    # The root of 0 has no gradient.
    return (rates.reshape(*points.shape[:2], 2).square().sum(-1) + 1e-12).sqrt()
