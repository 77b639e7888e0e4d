"""Something over time, and how it becomes labelled arrays and tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError, count_nouns
from bige_osim.times import interval, regular_times

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

AXES = ("x", "y", "z")


@dataclass(frozen=True, repr=False)
class Recording:
    """Something over time.

    Attributes
    ----------
    time : (T,) s
    name : of the trial; "" if it has none

    Examples
    --------
    >>> Recording(np.arange(1251) / 100, name="squats1")
    Recording(squats1: 1251 frames, 12.5 s at 100 Hz)
    """

    time: Float[np.ndarray, " T"]
    name: str = field(default="", compare=False, kw_only=True)

    @property
    def rate(self) -> float:
        """Median sampling rate, 1/s.

        Raises
        ------
        BigeError
            There is a single frame, which has no rate.

        Examples
        --------
        >>> Recording(np.array([0.0, 0.5, 1.0])).rate
        2.0
        """
        if len(self.time) < 2:
            raise BigeError(
                f"A sampling rate needs two frames, got {len(self.time)}; the "
                "recording is too short."
            )
        return 1 / interval(regular_times(self.time))

    @property
    def duration(self) -> float:
        """Time from the first to the last frame, s.

        Examples
        --------
        >>> Recording(np.array([2.0, 2.5, 3.0])).duration
        1.0
        """
        return float(self.time[-1] - self.time[0])

    def to_xarray(self) -> "xr.DataArray | xr.Dataset":
        """Labelled arrays over time (s), with units in their attributes."""
        return label_array(self.time, {"time": self.time}, name="time", units="s")

    def to_pandas(self) -> "pd.DataFrame":
        """Table with a row per time (s) and columns of all else; SI units."""
        import xarray as xr

        array = self.to_xarray()
        if isinstance(array, xr.Dataset):
            array = array.to_array("quantity").transpose("time", "quantity", ...)
        rest = array.dims[1:]
        flat = array.stack(column=rest) if len(rest) > 1 else array
        table = cast("pd.DataFrame", flat.to_pandas())
        table.attrs.update(array.attrs)
        return table

    def __repr__(self) -> str:
        """Say what it is in one line."""
        frames = count_nouns(len(self.time), "frame")
        if len(self.time) > 1:
            frames += f", {self.duration:.3g} s at {self.rate:.4g} Hz"
        parts = ", ".join([*self._contents(), frames])
        return f"{type(self).__name__}({self.name}{': ' * bool(self.name)}{parts})"

    def _contents(self) -> tuple[str, ...]:
        """List what there is of it besides frames, for :meth:`__repr__`."""
        return ()


def label_array(
    values: Float[np.ndarray, "..."],
    labels: Mapping[str, Any],
    *,
    name: str,
    units: str,
) -> "xr.DataArray":
    """Label an array; ``units`` become an attribute, and times are in s.

    Parameters
    ----------
    values : one axis for each of the labels, in ``units``
    labels : names of the dimensions, and what stands along each of them
    name : of the array
    units : "" if they are not known

    Examples
    --------
    >>> label_array(np.zeros(2), {"time": np.arange(2.0)}, name="x", units="N").dims
    ('time',)
    """
    import xarray as xr

    array = xr.DataArray(
        values,
        coords={
            dimension: along if isinstance(along, np.ndarray) else list(along)
            for dimension, along in labels.items()
        },
        dims=tuple(labels),
        name=name,
        attrs={"units": units} if units else {},
    )
    if "time" in labels:
        array["time"].attrs["units"] = "s"
    return array
