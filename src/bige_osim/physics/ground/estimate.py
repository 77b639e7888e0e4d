"""Ground reaction under each foot from the motion alone.

Inverse dynamics without ground contact leaves the whole ground reaction as a wrench at
the pelvis. The point of the floor about which that wrench has no horizontal moment is
the zero-moment point; its place between the feet says how they share the force
(Dijkstra and Gutierrez-Farewik 2015, J Biomech 48, 3776). Where under each foot the
force acts is what :mod:`~bige_osim.physics.ground.contact` finds.
"""

from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import BigeError, ModelError, name_times
from bige_osim.motion import GroundReaction, Moments, Motion
from bige_osim.physics.dynamics.wrench import Wrench, wrench_at
from bige_osim.physics.ground.feet import Feet, fit_floor, locate_feet, runs
from bige_osim.physics.ground.foot_loads import GroundConfig, Soles, ground_forces
from bige_osim.physics.kinematics.skeleton import Pose, Skeleton

__all__ = [
    "Feet",
    "GroundConfig",
    "estimate_ground",
    "fit_floor",
    "locate_feet",
    "root_wrench",
]

BEYOND, LONG = 0.05, 0.3
"""Distance (m) beyond the feet and time (s) from which a pressure point is told of."""


def root_wrench(
    skeleton: Skeleton, motion: Motion, moments: Moments, *, pose: Pose | None = None
) -> Wrench:
    """Wrench on the pelvis that does what the root's generalised forces do.

    Parameters
    ----------
    skeleton : of the model
    motion : (T, C) rad and m
    moments : (T, N) of inverse dynamics, at the same times
    pose : of this motion, where it is known already

    Returns
    -------
    Wrench
        (T, 3) N, and N m about the origin of ground. Without ground reaction in the
        inverse dynamics it is the whole ground reaction, with it what is unexplained.

    Raises
    ------
    ModelError
        The model is fixed to ground or moves in a plane.
    """
    q = torch.from_numpy(np.ascontiguousarray(motion.values))
    names = skeleton.root_names()
    if 0 < len(names) < 6:
        raise ModelError(
            skeleton.spec.name,
            element="root joint",
            problem="it moves in a plane, so ground reaction cannot be estimated from "
            "the motion",
            remedy="pass force plates",
        )
    root = torch.from_numpy(moments.select(names).values.copy())
    pose = skeleton.pose_of(motion) if pose is None else pose
    force, moment = skeleton.root_wrench(q, motion.names, root, pose=pose)
    joint = skeleton.spec.coordinate(names[0]).joint
    pelvis = next(j.child for j in skeleton.spec.joints if j.name == joint)
    _, origin = pose.body(pelvis)
    return wrench_at(force.numpy(), origin.numpy(), moment.numpy())


def estimate_ground(
    feet: Feet, wrench: Wrench, *, config: GroundConfig | None = None
) -> tuple[GroundReaction, tuple[str, ...]]:
    """Share the ground reaction that a motion takes between the feet.

    Parameters
    ----------
    feet : where the feet are, from :func:`locate_feet`
    wrench : (T, 3) on the whole body, from :func:`root_wrench`
    config : what feet can do

    Returns
    -------
    ground : estimated, on the bodies of the feet
    warnings : sentences on times at which something else seems to carry the participant

    Raises
    ------
    BigeError
        The model has one foot only.
    """
    if len(feet.names) != 2:
        raise BigeError(
            f"Ground reaction is estimated under two feet, the model has only "
            f"{feet.names[0]}; pass force plates."
        )
    tensor = torch.from_numpy
    soles = Soles(
        points=tensor(feet.points),
        hips=tensor(feet.hips),
        right=tensor(np.where(feet.sides == 0, 1.0, -1.0)),
        ease=tensor(feet.ease),
        standing=tensor(feet.standing[feet.sides]),
        floor=feet.floor,
    )
    loads = ground_forces(
        soles,
        tensor(np.ascontiguousarray(wrench.force)),
        tensor(np.ascontiguousarray(wrench.moment)),
        time=feet.time,
        config=config,
    )
    ground = GroundReaction(
        feet.time,
        loads.force.numpy(),
        loads.point.numpy(),
        loads.moment.numpy(),
        names=feet.names,
        source="estimated",
    )
    return ground, tuple(_describe_beyond(feet.time, loads.beyond.numpy()))


def _describe_beyond(
    time: Float[np.ndarray, " T"], moved: Float[np.ndarray, " T"]
) -> Iterator[str]:
    """Say when the centre of pressure would have to lie beyond the feet for long."""
    found = [r for r in runs(moved > BEYOND) if time[r][-1] - time[r][0] >= LONG]
    if found:
        times = name_times((float(time[r][0]), float(time[r][-1])) for r in found)
        far = max(float(moved[r].max()) for r in found)
        yield (
            f"The centre of pressure is up to {far:.2f} m outside the base of support "
            f"from {times}: missing external force (a chair, a hand?), or too noisy a "
            "motion."
        )
