"""Where OpenSim's frames and points are on the body (or ground) that carries them."""

from typing import Any

import numpy as np
from jaxtyping import Float


def base_name(frame: Any) -> str:
    """Name of the body that carries an ``opensim.Frame``, ``ground`` for ground."""
    name: str = frame.findBaseFrame().getName()
    return name


def offset_in_base(frame: Any) -> Float[np.ndarray, "4 4"]:
    """Transform (4, 4) from an ``opensim.Frame`` to the body that carries it."""
    transform = frame.findTransformInBaseFrame()
    rotation, matrix = transform.R(), np.eye(4)
    matrix[:3, :3] = [[rotation.get(i, j) for j in range(3)] for i in range(3)]
    matrix[:3, 3] = transform.p().to_numpy()
    matrix.flags.writeable = False  # specs are shared
    return matrix


def point_in_base(frame: Any, location: Any) -> tuple[float, float, float]:
    """Express a point of a frame (m) on the body that carries the frame."""
    offset = offset_in_base(frame)
    x, y, z = offset[:3, :3] @ location.to_numpy() + offset[:3, 3]
    return float(x), float(y), float(z)
