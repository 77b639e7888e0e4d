"""From a batch of motions to net moments and muscle activations; differentiable.

It does what :func:`~bige_osim.solving.solve.solve_motion` does of a recording, frame by
frame with the same code, for candidates of a search: repetitions of a given number of
frames and any duration, without recorded forces. What differs:

- Nothing is low-passed but the split of ground reaction between the feet.
- Speeds and accelerations are those of static optimisation throughout. ``solve_motion``
  estimates ground reaction and pelvis residuals with second derivatives of splines
  through the coordinates, which part from these near the ends.
- Net moments are of the motion as it is; muscles see it clamped to the model's ranges.
- There is no chair unless asked for: a candidate that leans back is not carried. What
  the feet cannot balance is left at the root, where it is measured.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import BigeError, ModelError
from bige_osim.physics.constants import Constants
from bige_osim.physics.dynamics.newton_euler import Loads
from bige_osim.physics.ground.floor import find_standing_heights
from bige_osim.physics.ground.foot_layout import FootLayout
from bige_osim.physics.ground.foot_loads import FeetLoads, GroundConfig, ground_forces
from bige_osim.physics.ground.low_pass import LowPassTable
from bige_osim.physics.ground.soles import Soles
from bige_osim.physics.ground.timing import RepetitionTiming
from bige_osim.physics.kinematics.jacobians import Jacobians
from bige_osim.physics.kinematics.pose import Pose, carry
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.kinematics.tree import root_of
from bige_osim.physics.static_optimisation.model import Effort, StaticOptimisation
from bige_osim.splines import differentiation_matrix


@dataclass(frozen=True)
class MotionDynamics:
    """B motions of F frames, and the forces that they take.

    Attributes
    ----------
    q, qd, qdd : (B, F, A) all coordinates, in the order of
        ``skeleton.coordinates.names``, rad or m, their speeds and accelerations
    pose : (B, F) of all bodies
    foot_points : (B, F, P, 3) m, as of ``skeleton.foot_points``
    center_of_mass : (B, F, 3) m
    ground : (B, F) estimated ground reaction of the right and the left foot, N
    tau : (B, F, A) net generalised forces with it, N m or N
    demand : (B, F, I) N m or N, the same at the independent coordinates, coupled ones
        included
    residual_force, residual_moment : (B, F) N, and N m about the origin of the root's
        body: magnitude of what ground reaction leaves there
    jacobians : of all frames in a row
    """

    q: Float[torch.Tensor, "B F A"]
    qd: Float[torch.Tensor, "B F A"]
    qdd: Float[torch.Tensor, "B F A"]
    pose: Pose
    foot_points: Float[torch.Tensor, "B F P 3"]
    center_of_mass: Float[torch.Tensor, "B F 3"]
    ground: FeetLoads
    tau: Float[torch.Tensor, "B F A"]
    demand: Float[torch.Tensor, "B F I"]
    residual_force: Float[torch.Tensor, "B F"]
    residual_moment: Float[torch.Tensor, "B F"]
    jacobians: Jacobians


class MotionPhysics(Constants):
    """Net moments and muscle activations of batches of motions of one model.

    Parameters
    ----------
    skeleton : of a model with a free root and two feet, with contact points; what it
        computes has its precision, but for quadratic programs, which are solved in
        double
    frames : F of every motion
    floor : height of the floor, m; ``None`` for the mean of the feet's standing heights
        in each motion, as for recordings
    config : what feet can do
    chairs : whether a chair may carry those who lean back for long

    Attributes
    ----------
    static : static optimisation of the model

    Raises
    ------
    ModelError
        The model has not two feet with contact points, or no root that moves freely.
    BigeError
        The model has elements that only OpenSim can simulate; the message names one.

    Examples
    --------
    Standing still, the ground carries the body's weight:

    >>> from bige_osim.osim.anthropometry import generic_model
    >>> from bige_osim.osim.reading.model import read_model
    >>> from bige_osim.solving.contacts import skeleton_with_feet
    >>> spec = read_model(generic_model())
    >>> physics = MotionPhysics(skeleton_with_feet(spec), frames=9, floor=None)
    >>> pose = [spec.coordinate(name).default for name in spec.independent_names]
    >>> still = torch.tensor(pose).double().expand(1, 9, -1)
    >>> moved = physics(still, torch.ones(1).double())
    >>> up = moved.ground.force[0, 4, :, 1].sum()
    >>> bool(abs(up / (9.80665 * spec.mass) - 1) < 1e-3)
    True
    """

    def __init__(
        self,
        skeleton: Skeleton,
        *,
        frames: int,
        floor: float | None = 0.0,
        config: GroundConfig | None = None,
        chairs: bool = False,
    ) -> None:
        super().__init__()
        self.skeleton, self.floor, self.chairs = skeleton, floor, chairs
        self.frames, self.config = frames, config or GroundConfig()
        self.static = StaticOptimisation(skeleton)
        layout = FootLayout.of(skeleton)
        self.root = _find_root(skeleton, layout)
        self.feet = layout.names
        self.filters = LowPassTable(frames, cutoff=self.config.cutoff or 1.0)
        first = differentiation_matrix(frames)
        coordinates, dtype = skeleton.coordinates, skeleton.mass.dtype
        row = coordinates.names.index(skeleton.root_names()[0])
        self.keep(
            dtype,
            # Accelerations are derivatives of splines through the speeds.
            rates=np.concatenate([first, first @ first]),
            compliance=layout.compliance,
            right=np.where(layout.sides == 0, 1.0, -1.0),
            hip_origin=skeleton.joint_origin[layout.hips],
            carried=skeleton.axes.moved[row],
        )
        self.keep(
            torch.long,
            points=layout.points,
            sides=layout.sides,
            hip_bodies=skeleton.joint_bodies[layout.hips],
        )

    def forward(
        self, motion: Float[torch.Tensor, "B F I"], duration: Float[torch.Tensor, " B"]
    ) -> MotionDynamics:
        """Find the forces that motions take.

        Parameters
        ----------
        motion : independent coordinates at F frames spread evenly over each repetition,
            rad or m, in the order of ``skeleton.coordinate_names``
        duration : s, from the first frame to the last

        Raises
        ------
        BigeError
            Motions have another number of frames, or a duration is not positive.
        """
        skeleton, dynamics = self.skeleton, self.static.dynamics
        states = self._differentiate(motion, duration)
        q, qd, qdd = (state.flatten(0, 1) for state in states)
        pose = skeleton.place(q)
        jacobians = skeleton.axes.jacobians(q, pose)
        wrench = dynamics.move_bodies(q, qd, qdd, pose=pose, jacobians=jacobians)
        points = skeleton.foot_points(pose)
        ground = self._press_ground(pose, points, wrench @ self.carried, duration)
        left = dynamics.unload(wrench, self._loads(ground))
        tau = dynamics.project(left, jacobians)
        moment, force = torch.split((left @ self.carried).T, 3, dim=1)
        moment = moment - torch.linalg.cross(pose.body(self.root)[1], force)
        batch = motion.shape[:2]
        return MotionDynamics(
            *states,
            pose=pose.reshape(*batch),
            foot_points=points.reshape(*batch, -1, 3),
            center_of_mass=skeleton.center_of_mass(pose).reshape(*batch, 3),
            ground=ground.reshape(*batch),
            tau=tau.reshape(states[0].shape),
            demand=skeleton.coordinates.fold(q, tau).reshape(motion.shape),
            residual_force=force.norm(dim=1).reshape(batch),
            residual_moment=moment.norm(dim=1).reshape(batch),
            jacobians=jacobians,
        )

    def activate(self, moved: MotionDynamics) -> Effort:
        """Solve for the muscle activations of motions, exactly.

        Parameters
        ----------
        moved : what :meth:`forward` gave

        Returns
        -------
        Effort
            of (B, F) frames
        """
        batch = moved.q.shape[:2]
        q, qd, tau = (t.flatten(0, 1) for t in (moved.q, moved.qd, moved.tau))
        coordinates = self.skeleton.coordinates
        free = q.detach()[:, : len(coordinates.independent)]
        inside = (free >= coordinates.lowest) & (free <= coordinates.highest)
        if inside.all():
            pose = moved.pose.reshape(-1)
            effort = self.static.share_moments(
                q, qd, tau, pose=pose, jacobians=moved.jacobians
            )
        else:  # clamped to its ranges the model is posed once more
            loads = self._loads(moved.ground.reshape(len(q)))
            effort = self.static(q, qd, moved.qdd.flatten(0, 1), loads=loads)
        return effort.reshape(*batch)

    def _differentiate(
        self, motion: Float[torch.Tensor, "B F I"], duration: Float[torch.Tensor, " B"]
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """All coordinates, their speeds and accelerations (B, F, A)."""
        batch, frames, _ = motion.shape
        if frames != self.frames:
            raise BigeError(
                f"Motions of {self.frames} frames were expected, got {frames}; "
                "resample them, or make the physics for as many."
            )
        coordinates = self.skeleton.coordinates
        q = coordinates(motion.flatten(0, 1), coordinates.independent)
        q = q.reshape(batch, frames, -1)
        # What does not change only adds to rounding.
        first, second = torch.split(self.rates @ (q - q[:, :1]), frames, dim=1)
        per = 1 / duration.to(q.dtype)[:, None, None]
        return q, first * per, second * per**2

    def _press_ground(
        self,
        pose: Pose,
        points: Float[torch.Tensor, "N P 3"],
        wrench: Float[torch.Tensor, "6 N"],
        duration: Float[torch.Tensor, " B"],
    ) -> FeetLoads:
        """Share the wrench (N m, N) on the whole body between the feet."""
        points = points.index_select(1, self.points)
        heights = points.detach()[..., 1].reshape(-1, self.frames, points.shape[1])
        lowest = [heights[..., self.sides == i].amin(dim=-1) for i in range(2)]
        standing = find_standing_heights(torch.stack(lowest, dim=-1))
        floor: float | torch.Tensor
        if self.floor is None:
            floor = standing.mean(dim=1).repeat_interleave(self.frames)
        else:
            floor = self.floor
        soles = Soles(
            points=points,
            hips=carry(pose, self.hip_bodies, self.hip_origin),
            right=self.right,
            compliance=self.compliance,
            standing=standing[:, self.sides].repeat_interleave(self.frames, dim=0),
            floor=floor,
        )
        moment, force = torch.split(wrench.T, 3, dim=1)
        timing = RepetitionTiming(duration, self.filters)
        return ground_forces(
            soles, force, moment, timing=timing, config=self.config, chairs=self.chairs
        )

    def _loads(self, ground: FeetLoads) -> Loads:
        return Loads(self.feet, ground.force, ground.point, ground.moment)


def _find_root(skeleton: Skeleton, layout: FootLayout) -> str:
    """Body by which the model moves freely; refuse a model without it, or without feet.

    Ground reaction is found from the motion of the whole body, under two feet.
    """
    root, count = root_of(skeleton.spec), len(skeleton.root_names())
    if root is None or count != 6 or len(layout.names) != 2:
        raise ModelError(
            skeleton.spec.name,
            element="root joint and feet",
            problem=f"{count} coordinates and {len(layout.names)} feet, where ground "
            "reaction is estimated from six and two",
            remedy="use a model of a whole body",
        )
    return root.child
