"""Points of muscle paths and cylinders in ground, all at once."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import BigeError, name_some
from bige_osim.physics.constants import Constants
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.muscles.single_wraps import Frames
from bige_osim.spec import CylinderSpec, PointSpec


class PathPoints(Constants):
    """Places points and cylinders: one matrix product for all of them.

    Parameters
    ----------
    points, cylinders : fixed to bodies or to ground
    bodies : names, in the order of the poses to come
    dtype : of every input and output

    Examples
    --------
    >>> from bige_osim.physics.kinematics.skeleton import Skeleton
    >>> from bige_osim.spec import pendulum
    >>> model = pendulum(muscle=True)
    >>> points = PathPoints(model.muscles[0].path.points, [], bodies=["rod"],
    ...                     dtype=torch.float64)
    >>> points(Skeleton(model).place(torch.zeros(1, 1).double()))[0][:, :, 0].T.tolist()
    [[0.0, 0.3, 0.0], [0.04, 0.0, 0.0]]
    """

    def __init__(
        self,
        points: Sequence[PointSpec],
        cylinders: Sequence[CylinderSpec],
        *,
        bodies: Sequence[str],
        dtype: torch.dtype,
    ) -> None:
        super().__init__()
        self.bodies = tuple(bodies)
        self.points, self.cylinders = len(points), len(cylinders)
        used = {point.body for point in points} | {c.body for c in cylinders}
        mine = [name for name in bodies if name in used]
        rows = [(point.body, np.array([*point.location, 1.0])) for point in points]
        for column in range(4):
            rows += [(c.body, c.frame[:, column]) for c in cylinders]
        table = np.zeros((len(rows), len(mine), 4))
        ground = np.zeros((3, len(rows), 1))
        for i, (body, vector) in enumerate(rows):
            if body == "ground":
                ground[:, i, 0] = vector[:3]
            else:
                table[i, mine.index(body)] = vector
        self.keep(dtype, table=table.reshape(len(rows), 4 * len(mine)), ground=ground)
        self.keep(torch.long, used=[self.bodies.index(name) for name in mine])

    def forward(self, pose: Pose) -> tuple[Float[torch.Tensor, "3 P B"], Frames]:
        """Points (3, P, B), m, and cylinders in ground.

        Raises
        ------
        BigeError
            The pose is one of another model.
        """
        if pose.body_names != self.bodies:
            raise BigeError(
                "Muscle paths need the pose of a skeleton of their own model, with "
                f"{len(self.bodies)} bodies ({name_some(self.bodies, 3)}), got "
                f"{len(pose.body_names)} ({name_some(pose.body_names, 3)}); make "
                "both from one model."
            )
        places = torch.cat([pose.rotation, pose.position[..., None]], dim=-1)
        places = places.index_select(1, self.used)
        flat = places.permute(2, 1, 3, 0).flatten(1, 2)
        placed = torch.matmul(self.table, flat) + self.ground
        frames = placed[:, self.points :].reshape(3, 4, self.cylinders, placed.shape[2])
        x, y, z, origin = frames.unbind(1)
        return placed[:, : self.points], Frames((x, y, z), origin)
