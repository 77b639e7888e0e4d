"""Forward kinematics of a model: batched, differentiable, equal to OpenSim's."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import ModelError, UnknownNameError
from bige_osim.motion import Motion
from bige_osim.physics.constants import Constants
from bige_osim.physics.kinematics.coordinates import CoordinateMap
from bige_osim.physics.kinematics.jacobians import JointAxes
from bige_osim.physics.kinematics.joints import JointTransforms
from bige_osim.physics.kinematics.pose import Pose, carry, chain
from bige_osim.physics.kinematics.tree import (
    find_feet,
    levels_of,
    own_coordinates,
    parents_of,
    root_of,
)
from bige_osim.spec import ModelSpec, PointSpec, SphereSpec

__all__ = ["Pose", "Skeleton"]


class Skeleton(Constants):
    """The bodies, joints, markers and contact points of a model.

    Parameters
    ----------
    spec : the model
    contacts : spheres under the feet,
        ``bige_osim.solving.contacts.contact_spheres(spec)``
    dtype : of every output, to which poses are converted
    fill : take the model's default for an independent coordinate that a motion does
        not have; otherwise only locked ones may be missing

    Attributes
    ----------
    coordinate_names : independent coordinates, in the model's order
    body_names, joint_names, marker_names : in the model's order
    contact_names, contact_bodies : names of the contact spheres and their bodies
    feet : bodies that stand on the ground, the right one first; none of an arm

    Examples
    --------
    A pendulum of 1 m, hanging along -y:

    >>> from bige_osim.spec import pendulum
    >>> skeleton = Skeleton(pendulum())
    >>> pose = skeleton.pose(torch.tensor([[torch.pi / 2]], dtype=torch.float64),
    ...                      ["angle"])
    >>> right = torch.tensor([1.0, 0.0, 0.0], dtype=torch.float64)
    >>> torch.allclose(skeleton.center_of_mass(pose), right)
    True
    >>> hanging = skeleton.default_pose()
    >>> skeleton.markers(hanging).tolist(), skeleton.joint_centres(hanging).tolist()
    ([[0.0, -1.0, 0.0]], [[0.0, 0.0, 0.0]])
    >>> skeleton.root_names()
    ()
    """

    def __init__(
        self,
        spec: ModelSpec,
        *,
        contacts: Sequence[SphereSpec] = (),
        dtype: torch.dtype = torch.float64,
        fill: bool = False,
    ) -> None:
        super().__init__()
        self.spec = spec
        self.body_names = tuple(body.name for body in spec.bodies)
        self.joint_names = tuple(joint.name for joint in spec.joints)
        self.marker_names = tuple(marker.name for marker in spec.markers)
        self.contact_names = tuple(contact.name for contact in contacts)
        self.contact_bodies = tuple(contact.body for contact in contacts)
        self.coordinates = CoordinateMap(spec, fill=fill, dtype=dtype)
        self.coordinate_names = self.coordinates.independent
        self.axes = JointAxes(spec, names=self.coordinates.names, dtype=dtype)
        levels = levels_of(spec.joints)
        self.joints = JointTransforms(
            [joint for level in levels for joint in level],
            names=self.coordinates.names,
            dtype=dtype,
        )
        self.counts = [len(level) for level in levels]
        placed = [joint.child for level in levels for joint in level]
        self.keep(
            torch.long,
            parents=[i for level in parents_of(levels) for i in level],
            order=[placed.index(name) for name in self.body_names],
            joint_bodies=[self._body(joint.child) for joint in spec.joints],
            marker_bodies=[self._body(marker.body) for marker in spec.markers],
            sphere_bodies=[self._body(contact.body) for contact in contacts],
        )
        self.keep(
            dtype,
            mass=[body.mass for body in spec.bodies],
            mass_center=[body.mass_center for body in spec.bodies],
            joint_origin=[tuple(j.child_offset[:3, 3]) for j in spec.joints],
            marker_location=_locations(spec.markers),
            contact_location=_locations(contacts),
            contact_radius=[contact.radius for contact in contacts],
        )
        default = self.pose(self.coordinates.default, self.coordinate_names)
        self.keep(default_rotation=default.rotation, default_position=default.position)
        _, heights, sideways = zip(*default.position.tolist(), strict=True)
        self.feet = find_feet(
            spec,
            dict(zip(self.body_names, heights, strict=True)),
            dict(zip(self.body_names, sideways, strict=True)),
        )
        root = root_of(spec)
        alone = replace(spec, joints=(root,) if root else ())
        self.root = JointAxes(alone, names=self.coordinates.names, dtype=dtype)

    def pose(self, q: Float[torch.Tensor, "*batch C"], names: Sequence[str]) -> Pose:
        """Forward kinematics.

        Parameters
        ----------
        q : (..., C) rad or m
        names : C names of the columns, in any order; coupled coordinates may be among
            them and are recomputed, locked ones may be missing

        Raises
        ------
        UnknownNameError
            A name is no coordinate of the model.
        BigeError
            An independent coordinate that is not locked is missing.
        """
        whole = self.coordinates(q.reshape(-1, q.shape[-1]), names)
        return self.place(whole).reshape(*q.shape[:-1])

    def pose_of(self, motion: Motion) -> Pose:
        """Forward kinematics of a motion (T, C), rad and m; errors are those above."""
        q = torch.from_numpy(np.ascontiguousarray(motion.values))
        return self.pose(q, motion.names)

    def place(self, q: Float[torch.Tensor, "B A"]) -> Pose:
        """Forward kinematics of all coordinates, couplers aside.

        Parameters
        ----------
        q : (B, A) rad or m, in the order of ``coordinates.names``
        """
        rotation, position = self.joints(q)
        local = torch.cat([rotation, position[..., None]], dim=-1)
        world = chain(local, torch.split(self.parents, self.counts))
        world = world.index_select(1, self.order)
        return Pose(world[..., :3], world[..., 3], self.body_names)

    def joint_centres(self, pose: Pose) -> Float[torch.Tensor, "*batch J 3"]:
        """Origins (..., J, 3) of the joints' frames on their child bodies, m.

        For a joint that also slides, as the knee, this is the moving point; it is what
        OpenSim's ``joint.getChildFrame()`` reports.
        """
        return carry(pose, self.joint_bodies, self.joint_origin)

    def markers(self, pose: Pose) -> Float[torch.Tensor, "*batch M 3"]:
        """Marker positions (..., M, 3) in ground, m."""
        return carry(pose, self.marker_bodies, self.marker_location)

    def center_of_mass(self, pose: Pose) -> Float[torch.Tensor, "*batch 3"]:
        """Centre of mass (..., 3) of the whole body in ground, m."""
        part = self.mass / self.mass.sum()
        turned = torch.einsum(
            "...nij,nj->...i", pose.rotation, self.mass_center * part[:, None]
        )
        return turned + torch.einsum("...ni,n->...i", pose.position, part)

    def sphere_centres(self, pose: Pose) -> Float[torch.Tensor, "*batch P 3"]:
        """Centres (..., P, 3) of the contact spheres in ground, m."""
        return carry(pose, self.sphere_bodies, self.contact_location)

    def foot_points(self, pose: Pose) -> Float[torch.Tensor, "*batch P 3"]:
        """Lowest points (..., P, 3) of the contact spheres in ground, m."""
        centres = self.sphere_centres(pose)
        drop = torch.zeros_like(self.contact_location)
        drop[:, 1] = self.contact_radius
        return centres - drop

    def default_pose(self) -> Pose:
        """Pose without batch dimensions at the model's default coordinates."""
        return Pose(self.default_rotation, self.default_position, self.body_names)

    def leg_length(self) -> float:
        """Hip to knee to ankle, m: mean over both legs in the default pose.

        Between the joint centres that carry ``femur``, ``tibia`` and ``talus``, named
        so in every model derived from Delp et al. 1990.

        Raises
        ------
        UnknownNameError
            The model has no body of such a name.
        """
        centres = self.joint_centres(self.default_pose())
        children = [joint.child for joint in self.spec.joints]
        total = 0.0
        for side in ("_r", "_l"):
            names = [name + side for name in ("femur", "tibia", "talus")]
            for name in names:
                self._body(name)
            hip, knee, ankle = (centres[children.index(name)] for name in names)
            total += float((hip - knee).norm() + (knee - ankle).norm())
        return total / 2

    def standing_height(self) -> float:
        """Height of the pelvis above the soles on straight legs, m.

        All coordinates are at zero; NaN for a model without contact points.
        """
        if not self.contact_names:
            return math.nan
        names = self.coordinate_names
        zero = torch.zeros(
            1, len(names), dtype=self.mass.dtype, device=self.mass.device
        )
        with torch.no_grad():
            points = self.foot_points(self.pose(zero, names))
        return -float(points[..., 1].min())

    def root_names(self) -> tuple[str, ...]:
        """Names of the coordinates of the joint between ground and pelvis.

        Six, or three in a planar model; none where the model is fixed to ground.
        """
        root = root_of(self.spec)
        return () if root is None else own_coordinates(root, self.spec)

    def root_wrench(
        self,
        q: Float[torch.Tensor, "*batch C"],
        names: Sequence[str],
        tau: Float[torch.Tensor, "*batch K"],
        *,
        pose: Pose | None = None,
    ) -> tuple[Float[torch.Tensor, "*batch 3"], Float[torch.Tensor, "*batch 3"]]:
        """Force and moment on the pelvis that do what its generalised forces do.

        Inverse dynamics without ground contact leaves the whole ground reaction at the
        root: this makes a wrench of it. A planar model says nothing of what acts out of
        its plane, which is taken as zero.

        Parameters
        ----------
        q, names : coordinates, as in :meth:`pose`
        tau : (..., K) generalised forces of the root's coordinates, N m or N, in the
            order of :meth:`root_names`
        pose : of these coordinates, where it is known already

        Returns
        -------
        force, moment : (..., 3) N, and N m about the pelvis origin, both in ground

        Raises
        ------
        ModelError
            The model is fixed to ground.
        """
        root = root_of(self.spec)
        if root is None:
            raise ModelError(
                self.spec.name,
                element="root joint",
                problem="it is fixed to ground, so ground forces cannot be told from "
                "joint moments",
                remedy="use a model whose pelvis is free to move",
            )
        whole = self.coordinates(q.reshape(-1, q.shape[-1]), names)
        placed = self.place(whole) if pose is None else pose.reshape(-1)
        rows = [self.coordinates.names.index(name) for name in self.root_names()]
        J = self.root.jacobians(whole, placed).J[:, rows]
        angular, linear = J[..., :3], J[..., 3:]
        origin = placed.body(root.child)[1][:, None].expand_as(angular)
        # Generalised forces are these axes times moment and force.
        linear = linear + torch.linalg.cross(angular, origin)
        axes = torch.cat([angular, linear], dim=-1).reshape(*tau.shape, 6)
        if len(rows) == 6:
            wrench = torch.linalg.solve(axes, tau[..., None])[..., 0]
        else:
            wrench = (torch.linalg.pinv(axes) @ tau[..., None])[..., 0]
        return wrench[..., 3:], wrench[..., :3]

    def _body(self, name: str) -> int:
        if name not in self.body_names:
            raise UnknownNameError(
                "body", name, self.body_names, where=f"model {self.spec.name}"
            )
        return self.body_names.index(name)


def _locations(points: Sequence[PointSpec | SphereSpec]) -> Float[np.ndarray, "P 3"]:
    return np.array([point.location for point in points]).reshape(-1, 3)
