"""Net moments and residuals of a simulated motion, as guidance terms see them."""

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.guidance.kinetics import Kinetics
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.solution import Solution


def find_kinetics(
    solution: Solution, skeleton: Skeleton, time: Float[np.ndarray, " F"]
) -> Kinetics:
    """Take the kinetics of a batch of one from a simulation.

    Parameters
    ----------
    solution : of the motion
    skeleton : of the participant's model, which moves freely by its root
    time : (F,) s, within the motion
    """
    dtype, coordinates = skeleton.mass.dtype, skeleton.coordinates
    names, root = coordinates.names, skeleton.root_names()
    motion, moments = solution.motion.at(time), solution.moments.at(time)

    def pick(values: Float[np.ndarray, "F K"]) -> Float[torch.Tensor, "F K"]:
        return torch.tensor(values, dtype=dtype)

    q = pick(motion.select(names).values)
    force, moment = skeleton.root_wrench(q, names, pick(moments.select(root).values))
    if set(names) <= set(moments.names):
        net = coordinates.fold(q, pick(moments.select(names).values))
    else:
        net = pick(moments.select(coordinates.independent).values)
    ground = solution.ground.at(time).force.sum(axis=1)
    return Kinetics(
        moments=net[None],
        names=tuple(coordinates.independent),
        residual_force=force.norm(dim=1)[None],
        residual_moment=moment.norm(dim=1)[None],
        external_force=pick(ground).norm(dim=1)[None],
    )
