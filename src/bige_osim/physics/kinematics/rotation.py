"""Rotations about an axis by Rodrigues' formula, split so that angles come in batches.

``R(a, t) = a aᵀ + sin(t) [a]ₓ + cos(t) (I - a aᵀ)`` for a unit vector ``a``: three
constant matrices, of which a batch of angles makes rotations with two multiplications.
"""

import numpy as np
from jaxtyping import Float


def rotation_parts(
    axis: tuple[float, float, float],
) -> Float[np.ndarray, "3 3 3"]:
    """Split the rotation about a unit vector.

    Returns
    -------
    (3, 3, 3) : the matrices that go with 1, sin(angle) and cos(angle)

    Examples
    --------
    >>> constant, sine, cosine = rotation_parts((0.0, 0.0, 1.0))
    >>> (constant + 1.0 * sine + 0.0 * cosine) @ [1.0, 0.0, 0.0]  # a quarter turn
    array([0., 1., 0.])
    """
    x, y, z = axis
    along = np.outer(axis, axis)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.stack([along, cross, np.eye(3) - along])


def rotation_about(
    axis: tuple[float, float, float], angle: float
) -> Float[np.ndarray, "3 3"]:
    """Rotation matrix (3, 3) about a unit vector by ``angle`` (rad)."""
    constant, sine, cosine = rotation_parts(axis)
    turned: Float[np.ndarray, "3 3"] = (
        constant + np.sin(angle) * sine + np.cos(angle) * cosine
    )
    return turned
