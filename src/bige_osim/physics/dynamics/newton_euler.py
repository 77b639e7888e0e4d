"""Inverse dynamics of a model: batched, differentiable, equal to OpenSim's."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int

from bige_osim.errors import UnknownNameError
from bige_osim.physics.constants import Constants
from bige_osim.physics.kinematics.jacobians import Jacobians, cross
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.kinematics.skeleton import Skeleton


@dataclass(frozen=True)
class Loads:
    """Forces from outside on bodies, in ground.

    Attributes
    ----------
    bodies : names of P bodies; one may be there more than once
    force : (B, P, 3) N
    point : (B, P, 3) m, where the force acts
    moment : (B, P, 3) N m, free moment about that point
    """

    bodies: tuple[str, ...]
    force: Float[torch.Tensor, "B P 3"]
    point: Float[torch.Tensor, "B P 3"]
    moment: Float[torch.Tensor, "B P 3"]

    def at(self, rows: Int[np.ndarray, " N"]) -> "Loads":
        """Select the loads of some frames."""
        arrays = (self.force, self.point, self.moment)
        return Loads(self.bodies, *(values[rows] for values in arrays))


class Dynamics(Constants):
    """What generalised forces a motion takes.

    Newton-Euler, with velocities, accelerations and forces of all bodies as spatial
    vectors about the origin of ground (Featherstone 2008, Rigid Body Dynamics
    Algorithms, ch. 5): there they only add up along the tree of joints, which is one
    product with a matrix of zeros and ones for all bodies at once.

    Like OpenSim's ``InverseDynamicsSolver`` it takes coupled coordinates as free ones,
    and what it calls speeds of a free or ball joint is its angular velocity in the
    parent frame (see :class:`~bige_osim.physics.kinematics.jacobians.JointAxes`).

    Parameters
    ----------
    skeleton : of the model
    as_opensim : carry rotations along as OpenSim does, which is not exact where one
        coordinate drives several of them (see the notes of
        :class:`~bige_osim.physics.kinematics.jacobians.JointAxes`): up to 0.4 N in
        squats and 3 N in walking and jumping, measured

    Examples
    --------
    A pendulum of 2 kg and 1 m, held still and level, takes 2 * 9.80665 N m:

    >>> from bige_osim.spec import pendulum
    >>> dynamics = Dynamics(Skeleton(pendulum(mass=2.0)))
    >>> still = torch.zeros(1, 1, dtype=torch.float64)
    >>> dynamics.inverse(still + torch.pi / 2, still, still).round(decimals=4).tolist()
    [[19.6133]]
    """

    def __init__(self, skeleton: Skeleton, *, as_opensim: bool = True) -> None:
        super().__init__()
        self.as_opensim = as_opensim
        self.skeleton = skeleton
        self.axes = skeleton.axes
        bodies = skeleton.spec.bodies
        self.keep(
            skeleton.mass.dtype,
            mass=[body.mass for body in bodies],
            mass_center=np.array([body.mass_center for body in bodies]).T,
            inertia=np.array([body.inertia for body in bodies]).transpose(1, 2, 0),
            gravity=np.reshape(skeleton.spec.gravity, (3, 1, 1)),
        )

    def inverse(
        self,
        q: Float[torch.Tensor, "B A"],
        qd: Float[torch.Tensor, "B A"],
        qdd: Float[torch.Tensor, "B A"],
        *,
        pose: Pose | None = None,
        jacobians: Jacobians | None = None,
        loads: Loads | None = None,
    ) -> Float[torch.Tensor, "B A"]:
        """Net generalised forces that a motion takes.

        Parameters
        ----------
        q, qd, qdd : (B, A) all coordinates, in the order of
            ``skeleton.coordinates.names``, their speeds and accelerations; rad or m,
            and per s and s²
        pose, jacobians : of these coordinates, where they are known already
        loads : forces from outside

        Returns
        -------
        (B, A) : tau, N m (rotations) or N, in the same order

        Raises
        ------
        UnknownNameError
            A load is on a body that the model does not have.
        """
        pose = self.skeleton.place(q) if pose is None else pose
        jacobians = self.axes.jacobians(q, pose) if jacobians is None else jacobians
        wrench = self.move_bodies(q, qd, qdd, pose=pose, jacobians=jacobians)
        if loads is not None:
            wrench = self.unload(wrench, loads)
        return self.project(wrench, jacobians)

    def move_bodies(
        self,
        q: Float[torch.Tensor, "B A"],
        qd: Float[torch.Tensor, "B A"],
        qdd: Float[torch.Tensor, "B A"],
        *,
        pose: Pose,
        jacobians: Jacobians,
    ) -> Float[torch.Tensor, "6 B N"]:
        """Wrench on every body that a motion takes, gravity aside.

        Parameters
        ----------
        q, qd, qdd, pose, jacobians : as of :meth:`inverse`

        Returns
        -------
        (6, B, N) : moment about the origin of ground, N m, then force, N
        """
        axes, source = self.axes, self.axes.source
        along, slopes = qd.index_select(1, source), jacobians.slopes
        motion = jacobians.subspaces * (slopes * along)
        change = slopes * qdd.index_select(1, source)
        change = change + axes.curvatures(q) * along**2
        # Axes are carried along by the motions before them.
        before = axes.before_in_opensim if self.as_opensim else axes.before
        gained = jacobians.subspaces * change + _carry_axes(motion @ before, motion)
        return self._wrench(
            pose, velocity=motion @ axes.onto, acceleration=gained @ axes.onto
        )

    def project(
        self, wrench: Float[torch.Tensor, "6 B N"], jacobians: Jacobians
    ) -> Float[torch.Tensor, "B A"]:
        """Net generalised forces (B, A), N m or N, that do what wrenches do.

        Parameters
        ----------
        wrench : from :meth:`move_bodies` or :meth:`unload`, N m and N
        jacobians : of the same frames
        """
        beyond = wrench @ self.axes.moved.to(wrench.dtype).T
        tau: Float[torch.Tensor, "B A"] = (jacobians.J.permute(2, 0, 1) * beyond).sum(0)
        return tau

    def _wrench(
        self,
        pose: Pose,
        *,
        velocity: Float[torch.Tensor, "6 B N"],
        acceleration: Float[torch.Tensor, "6 B N"],
    ) -> Float[torch.Tensor, "6 B N"]:
        """Moment about the origin, and force, that moves every body, gravity aside."""
        rotation = pose.rotation.permute(2, 3, 0, 1).contiguous()
        back = rotation.transpose(0, 1)
        center = _turn(rotation, self.mass_center[:, None])
        center = center + pose.position.permute(2, 0, 1)
        spin, slide = velocity[:3], velocity[3:] + cross(velocity[:3], center)
        gained = acceleration[3:] + cross(acceleration[:3], center) + cross(spin, slide)
        force = self.mass * (gained - self.gravity)
        local = _turn(back, spin)
        inertia = self.inertia[:, :, None]
        turning = _turn(inertia, _turn(back, acceleration[:3]))
        turning = turning + cross(local, _turn(inertia, local))
        return torch.cat([_turn(rotation, turning) + cross(center, force), force])

    def unload(
        self, wrench: Float[torch.Tensor, "6 B N"], loads: Loads
    ) -> Float[torch.Tensor, "6 B N"]:
        """Wrench on every body, N m and N, less what loads from outside do of it.

        Raises
        ------
        UnknownNameError
            A load is on a body that the model does not have.
        """
        names = self.skeleton.body_names
        for name in loads.bodies:
            if name not in names:
                model = self.skeleton.spec.name
                raise UnknownNameError("body", name, names, where=f"model {model}")
        moment = loads.moment + torch.linalg.cross(loads.point, loads.force)
        given = torch.cat([moment, loads.force], dim=-1).permute(2, 0, 1)
        index = torch.tensor([names.index(name) for name in loads.bodies])
        given = given.to(self.mass.dtype)
        return wrench.index_add(2, index.to(given.device), given, alpha=-1)


def _carry_axes(
    base: Float[torch.Tensor, "6 B K"], motion: Float[torch.Tensor, "6 B K"]
) -> Float[torch.Tensor, "6 B K"]:
    """How fast motions change as their axes are carried along."""
    spin, slide = base[:3], base[3:]
    return torch.cat(
        [cross(spin, motion[:3]), cross(spin, motion[3:]) + cross(slide, motion[:3])]
    )


def _turn(
    matrix: Float[torch.Tensor, "3 3 #B N"], vector: Float[torch.Tensor, "3 #B N"]
) -> Float[torch.Tensor, "3 B N"]:
    """Products of matrices with vectors, components first."""
    first = matrix[:, 0] * vector[0]
    second = torch.addcmul(first, matrix[:, 1], vector[1])
    return torch.addcmul(second, matrix[:, 2], vector[2])
