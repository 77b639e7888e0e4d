"""Marker positions over time."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from bige_osim.errors import UnknownNameError, count_nouns
from bige_osim.motion.recording import AXES, Recording, label_array

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, repr=False)
class Markers(Recording):
    """Marker positions over time.

    Attributes
    ----------
    time : (T,) s
    positions : (T, M, 3) m in the ground frame; NaN where a marker was not seen
    names : M marker names
    notes : what its file leaves to be known, one sentence each

    Examples
    --------
    >>> markers = Markers(np.arange(3) / 60, np.zeros((3, 1, 3)), ("RASI",))
    >>> markers, markers.to_xarray().dims
    (Markers(1 marker, 3 frames, 0.0333 s at 60 Hz), ('time', 'marker', 'axis'))
    >>> list(markers.to_pandas().columns)
    [('RASI', 'x'), ('RASI', 'y'), ('RASI', 'z')]
    """

    positions: Float[np.ndarray, "T M 3"]
    names: tuple[str, ...]
    notes: tuple[str, ...] = field(default=(), compare=False)

    def marker(self, name: str) -> Float[np.ndarray, "T 3"]:
        """Positions (T, 3) of one marker, m; an unknown one is an ``UnknownNameError``.

        Examples
        --------
        >>> Markers(np.zeros(1), np.ones((1, 1, 3)), ("RASI",)).marker("RASI")
        array([[1., 1., 1.]])
        """
        if name not in self.names:
            raise UnknownNameError("marker", name, self.names, where="Markers")
        return self.positions[:, self.names.index(name)]

    def to_xarray(self) -> "xr.DataArray":
        """Labelled array (time, marker, axis), m."""
        labels = {"time": self.time, "marker": self.names, "axis": AXES}
        return label_array(self.positions, labels, name="positions", units="m")

    def _contents(self) -> tuple[str, ...]:
        return (count_nouns(len(self.names), "marker"),)
