"""Where the feet of a standing person are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from bige_osim.motion import FOOT_BODIES
from bige_osim.osim.loaded import LoadedModel
from bige_osim.spec import SphereSpec


@dataclass(frozen=True)
class Stance:
    """Two feet flat on the floor (y = 0), ankle centres beside each other at x = 0.

    Attributes
    ----------
    feet : (2, 4, 4) placement of calcn_r and calcn_l in ground, m
    heel, toe_joint : forward position (x), mean of both feet, of the calcaneus' origin
        and of the toe joints, m
    pelvis_height : of the pelvis' origin above the floor with straight legs, m
    """

    feet: Float[np.ndarray, "2 4 4"]
    heel: float
    toe_joint: float
    pelvis_height: float


def take_stance(
    loaded: LoadedModel, *, width: float, toe_out: float, contacts: Sequence[SphereSpec]
) -> Stance:
    """Plant the feet, flat and as low as they may be without entering the floor.

    Parameters
    ----------
    width : distance of the ankle centres over that of the shoulder centres
    toe_out : of each foot, rad
    contacts : spheres of the soles; the lowest touches the floor
    """
    loaded.place({n: c.getDefaultValue() for n, c in loaded.coordinates.items()})
    shoulders = loaded.placement("humerus_r") - loaded.placement("humerus_l")
    floor = min(_lowest(loaded, sphere) for sphere in contacts)
    feet, toes = [], []
    for name, outward in zip(FOOT_BODIES, (-1.0, 1.0), strict=True):
        side = name[-1]
        foot = loaded.placement(name)
        turn = Rotation.from_euler("y", outward * toe_out).as_matrix() @ foot[:3, :3]
        ankle = _within(foot, loaded.placement(f"talus_{side}")[:3, 3])
        toe = _within(foot, loaded.placement(f"toes_{side}")[:3, 3])
        position = [0.0, 0.0, -outward * width * shoulders[2, 3] / 2] - turn @ ankle
        position[1] = foot[1, 3] - floor
        planted = np.eye(4)
        planted[:3, :3], planted[:3, 3] = turn, position
        feet.append(planted)
        toes.append(turn @ toe + position)
    return Stance(
        feet=np.array(feet),
        heel=float(np.mean([foot[0, 3] for foot in feet])),
        toe_joint=float(np.mean([toe[0] for toe in toes])),
        pelvis_height=float(loaded.placement("pelvis")[1, 3] - floor),
    )


def _lowest(loaded: LoadedModel, sphere: SphereSpec) -> float:
    """Height of a sphere's lowest point as the model now stands, m."""
    placement = loaded.placement(sphere.body)
    return float((placement @ [*sphere.location, 1.0])[1] - sphere.radius)


def _within(
    frame: Float[np.ndarray, "4 4"], point: Float[np.ndarray, "3"]
) -> Float[np.ndarray, "3"]:
    """Express a point of the ground in a body's frame."""
    return np.asarray(frame[:3, :3].T @ (point - frame[:3, 3]))
