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
from bige_osim.physics.ground.feet import Feet, duration, runs
from bige_osim.physics.ground.foot_loads import GroundConfig, ground_forces
from bige_osim.physics.ground.soles import Soles
from bige_osim.physics.ground.timing import MotionTiming
from bige_osim.physics.kinematics.skeleton import Pose, Skeleton
from bige_osim.physics.kinematics.tree import root_of

__all__ = ["GroundConfig", "estimate_ground", "root_wrench"]

BEYOND, LONG = 0.05, 0.3
"""Distance (m) outside the base of support and time (s) from which a centre of
pressure is reported."""


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
        inverse dynamics it is the whole ground reaction, with it the pelvis residuals.

    Raises
    ------
    ModelError
        The model is fixed to ground or moves in a plane.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> still = np.zeros((1, 1))
    >>> motion, moments = (kind(np.zeros(1), still, ("angle",))
    ...                    for kind in (Motion, Moments))
    >>> root_wrench(Skeleton(pendulum()), motion, moments)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    bige_osim.errors.ModelError: ...it is fixed to ground...
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
    tau = torch.from_numpy(moments.select(names).values.copy())
    pose = skeleton.pose_of(motion) if pose is None else pose
    force, moment = skeleton.root_wrench(q, motion.names, tau, pose=pose)
    root = root_of(skeleton.spec)
    assert root is not None
    _, origin = pose.body(root.child)
    return wrench_at(force.numpy(), origin.numpy(), moment.numpy())


def estimate_ground(
    feet: Feet, wrench: Wrench, *, config: GroundConfig | None = None
) -> tuple[GroundReaction, tuple[str, ...]]:
    """Share the ground reaction that a motion takes between the feet.

    Parameters
    ----------
    feet : where the feet are, from :func:`~bige_osim.physics.ground.feet.locate_feet`
    wrench : (T, 3) on the whole body, from :func:`.root_wrench`
    config : what feet can do

    Returns
    -------
    ground : estimated, on the bodies of the feet
    warnings : sentences on times at which an external force seems to be missing

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
    force, moment = (
        torch.from_numpy(np.ascontiguousarray(part))
        for part in (wrench.force, wrench.moment)
    )
    timing = MotionTiming(feet.time)
    loads = ground_forces(Soles.of(feet), force, moment, timing=timing, config=config)
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
    time: Float[np.ndarray, " T"], beyond: Float[np.ndarray, " T"]
) -> Iterator[str]:
    """Say when the centre of pressure would be outside the base of support for long."""
    found = [run for run in runs(beyond > BEYOND) if duration(time, run) >= LONG]
    if found:
        times = name_times((float(time[r][0]), float(time[r][-1])) for r in found)
        far = max(float(beyond[r].max()) for r in found)
        yield (
            f"The centre of pressure is up to {far:.2f} m outside the base of support "
            f"from {times}: missing external force (a chair, a hand?), or too noisy a "
            "motion."
        )
