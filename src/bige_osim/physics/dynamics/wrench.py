"""Force and moment, and the point of the floor where they act."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

LEAST = 1e-9
"""Vertical force below which there is no centre of pressure, N."""


@dataclass(frozen=True)
class Wrench:
    """What acts on a body, over time, in ground.

    Attributes
    ----------
    force : (T, 3) N
    moment : (T, 3) N m about the origin of ground

    Examples
    --------
    100 N upwards through x = 0.2, z = 0.3:

    >>> force, point = np.array([[0.0, 100.0, 0.0]]), np.array([[0.2, 0.9, 0.3]])
    >>> wrench = wrench_at(force, point, np.zeros((1, 3)))
    >>> wrench.pressure_point(np.zeros(1), otherwise=0 * point).tolist()
    [[0.2, 0.0, 0.3]]
    """

    force: Float[np.ndarray, "T 3"]
    moment: Float[np.ndarray, "T 3"]

    def about(self, point: Float[np.ndarray, "T 3"]) -> Float[np.ndarray, "T 3"]:
        """Moment (T, 3) about another point (m), N m.

        Examples
        --------
        >>> up, ahead = np.array([[0.0, 100.0, 0.0]]), np.array([[0.2, 0.0, 0.0]])
        >>> Wrench(up, 0 * up).about(ahead).tolist()
        [[0.0, 0.0, -20.0]]
        """
        return self.moment - np.cross(point, self.force)

    def pressure_point(
        self, height: Float[np.ndarray, " T"], *, otherwise: Float[np.ndarray, "T 3"]
    ) -> Float[np.ndarray, "T 3"]:
        """Point of a level floor about which only a vertical moment is left.

        The centre of pressure of a force plate, and the zero-moment point of a moving
        body (Vukobratovic and Borovac 2004, Int J Humanoid Robotics 1, 157).

        Parameters
        ----------
        height : (T,) of the floor, m
        otherwise : (T, 3) what to give where there is no vertical force, m
        """
        (fx, fy, fz), (mx, _, mz) = self.force.T, self.moment.T
        loaded = np.abs(fy) > LEAST
        down = np.where(loaded, fy, 1.0)
        x = (mz + height * fx) / down
        z = (height * fz - mx) / down
        return np.where(loaded[:, None], np.stack([x, height, z], axis=1), otherwise)


def wrench_at(
    force: Float[np.ndarray, "T 3"],
    point: Float[np.ndarray, "T 3"],
    moment: Float[np.ndarray, "T 3"],
) -> Wrench:
    """Wrench of a force (N) at a point (m) with a free moment (N m).

    Examples
    --------
    >>> up, ahead = np.array([[0.0, 100.0, 0.0]]), np.array([[0.2, 0.0, 0.0]])
    >>> wrench_at(up, ahead, 0 * up).moment.tolist()
    [[0.0, 0.0, 20.0]]
    """
    return Wrench(force, moment + np.cross(point, force))
