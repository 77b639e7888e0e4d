"""What the ground does to feet, or force plates record, over time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError, name_some
from bige_osim.motion.recording import AXES, Recording, label_array
from bige_osim.times import end_tolerance

if TYPE_CHECKING:
    import xarray as xr

FOOT_BODIES = ("calcn_r", "calcn_l")
"""Bodies that the ground reaction acts on, in the order of ``GroundReaction``."""


@dataclass(frozen=True, repr=False)
class GroundReaction(Recording):
    """What the ground does to each foot, in the ground frame.

    Attributes
    ----------
    time : (T,) s
    force : (T, P, 3) N
    point : (T, P, 3) m, where the force acts
    moment : (T, P, 3) N m, free moment about that point
    names : P names: bodies (``calcn_r``, ``calcn_l``), or force plates as recorded
    source : ``measured`` or ``estimated``; ``none`` where the model is fixed to ground
    notes : what was found or done when it was read, one sentence each

    Examples
    --------
    >>> time, none = np.arange(3) / 100, np.zeros((3, 1, 3))
    >>> GroundReaction(time, none, none, none, ("calcn_r",), "measured")
    GroundReaction(measured, on calcn_r, 3 frames, 0.02 s at 100 Hz)
    """

    force: Float[np.ndarray, "T P 3"]
    point: Float[np.ndarray, "T P 3"]
    moment: Float[np.ndarray, "T P 3"]
    names: tuple[str, ...]
    source: str
    notes: tuple[str, ...] = field(default=(), compare=False)
    units: ClassVar[Mapping[str, str]] = {"force": "N", "point": "m", "moment": "N m"}

    def at(self, time: Float[np.ndarray, " N"]) -> "GroundReaction":
        """Linear interpolation at other times (s); zero force outside the recording.

        Up to half an interval beyond its ends the values there are held.

        Examples
        --------
        >>> ones = np.ones((2, 1, 3))
        >>> time = np.arange(2.0)
        >>> ground = GroundReaction(time, ones, ones, ones, ("r",), "measured")
        >>> ground.at(np.array([0.5, 9.0])).force[:, 0, 1].tolist()
        [1.0, 0.0]
        """
        near = end_tolerance(self.time)
        reached = (time >= self.time[0] - near) & (time <= self.time[-1] + near)
        inside = reached[:, None, None]

        def sample(values: Float[np.ndarray, "T P 3"]) -> Float[np.ndarray, "N P 3"]:
            sampled = np.zeros((len(time), *values.shape[1:]))
            for column in np.ndindex(*values.shape[1:]):
                row = (slice(None), *column)
                sampled[row] = np.interp(time, self.time, values[row])
            return sampled

        return replace(
            self,
            time=time,
            force=np.where(inside, sample(self.force), 0.0),
            point=sample(self.point),
            moment=np.where(inside, sample(self.moment), 0.0),
        )

    def require_finite(self) -> "GroundReaction":
        """Return the same, all of it numbers; points without a force become zero.

        Raises
        ------
        BigeError
            A force, a moment or the point of a force is none: says which and when.

        Examples
        --------
        >>> none = np.zeros((1, 1, 3))
        >>> GroundReaction(np.zeros(1), none, none * np.nan, none, ("r",), "measured"
        ...                ).require_finite().point.tolist()
        [[[0.0, 0.0, 0.0]]]
        """
        idle = ~self.force.any(axis=-1, keepdims=True)
        point = np.where(idle & ~np.isfinite(self.point), 0.0, self.point)
        for kind, values in (
            ("force", self.force), ("point", point), ("moment", self.moment)
        ):  # fmt: skip
            bad = np.argwhere(~np.isfinite(values))
            if len(bad):
                raise BigeError(
                    f"The ground {kind} on {self.names[bad[0][1]]} is no number at "
                    f"{self.time[bad[0][0]]:.3f} s; fill the gap in the force plates."
                )
        return replace(self, point=point)

    def to_xarray(self) -> "xr.Dataset":
        """Labelled arrays ``force``, ``point`` and ``moment`` (time, foot, axis).

        Examples
        --------
        >>> ones = np.ones((2, 1, 3))
        >>> time = np.arange(2.0)
        >>> ground = GroundReaction(time, ones, ones, ones, ("r",), "measured")
        >>> ground.to_xarray()["force"].sel(foot="r", axis="y").attrs["units"]
        'N'
        >>> ground.to_pandas()["force", "r", "y"].tolist()
        [1.0, 1.0]
        """
        import xarray as xr

        labels = {"time": self.time, "foot": self.names, "axis": AXES}
        arrays = {
            kind: label_array(getattr(self, kind), labels, name=kind, units=unit)
            for kind, unit in self.units.items()
        }
        return xr.Dataset(arrays, attrs={"source": self.source})

    def _contents(self) -> tuple[str, ...]:
        return (self.source, f"on {name_some(self.names, most=2)}")
