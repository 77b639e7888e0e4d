"""Whole motions with planted feet: no foot slides, tilts or leaves the floor."""

from collections.abc import Mapping
from dataclasses import replace

import torch
from jaxtyping import Float

from bige_osim.physics.ground.stance import Footprints, place_feet
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.planted_ik import KNEES, LEGS, Conditions, Postures, plant

COMPLIANCE = dict.fromkeys(LEGS, 1.0)
COMPLIANCE |= {"pelvis_tx": 1.0, "pelvis_ty": 1.0, "pelvis_tz": 0.3}
COMPLIANCE |= {"pelvis_tilt": 0.1, "lumbar_extension": 0.1}
"""Compliance of the coordinates, rad or m for one unit of cost: legs and pelvis adapt
to the planted feet, the trunk a little, all else not at all."""

BENT = 0.35
"""Flexion of the knees, rad, from which postures are searched for once more that were
not found from their targets: a straight knee does not say which way it bends."""

MISSED = 1e-4
"""Distance from the conditions, m and rad, from which a posture counts as not found."""


def plant_motion(
    skeleton: Skeleton,
    motion: Float[torch.Tensor, "B F I"],
    footprints: Footprints,
    *,
    compliance: Mapping[str, float] = COMPLIANCE,
    limits: Mapping[str, tuple[float, float]] | None = None,
    tolerance: float | None = None,
) -> Postures:
    """Plant the feet of whole motions; differentiable by motions and footprints.

    Both feet are flat on the floor (y = 0) in every frame, where the motion's
    footprints are. Toe joints stay as they are in ``motion``.

    Parameters
    ----------
    skeleton : of the participant's model, with contact points
    motion : (B, F, I) independent coordinates of F frames, rad and m
    footprints : (B,) of each motion
    compliance, limits, tolerance : as :func:`~bige_osim.physics.planted_ik.plant` has
        them

    Returns
    -------
    Postures
        (B, F) the motions' frames
    """
    count, frames, _ = motion.shape
    feet = place_feet(skeleton, footprints)[:, None].expand(-1, frames, -1, -1, -1)
    target, conditions = motion.flatten(0, 1), Conditions(feet.flatten(0, 1))
    found = plant(
        skeleton,
        target,
        conditions,
        compliance=compliance,
        limits=limits,
        tolerance=tolerance,
    )
    failed = (found.missed > MISSED).nonzero()[:, 0]
    if len(failed):
        start = target[failed].detach().clone()
        knees = [skeleton.coordinate_names.index(name) for name in KNEES]
        start[:, knees] = start[:, knees].clamp(min=BENT)
        again = plant(
            skeleton,
            target[failed],
            conditions.take(failed),
            compliance=compliance,
            limits=limits,
            start=start,
            tolerance=tolerance,
        )
        better = again.missed < found.missed[failed]
        found = _replace_rows(found, failed[better], again, better)
    return found.reshape(count, frames)


def _replace_rows(
    found: Postures, rows: torch.Tensor, again: Postures, better: torch.Tensor
) -> Postures:
    return replace(
        found,
        q=found.q.index_copy(0, rows, again.q[better]),
        missed=found.missed.index_copy(0, rows, again.missed[better]),
        at_limit=found.at_limit.index_copy(0, rows, again.at_limit[better]),
    )
