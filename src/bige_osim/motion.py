"""Recordings with names: Motion, Markers, GroundReaction, Activations, Moments, Forces.

SI units and radians throughout; OpenSim's ground frame (x forward, y up, z right).
Columns are found by name, never by position. Each says in one line what it is, and
becomes labelled arrays by ``to_xarray`` or a table by ``to_pandas``.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError, UnknownNameError, name_some
from bige_osim.splines import differentiate, low_pass_sections, odd_spline
from bige_osim.times import end_tolerance, interval, regular_times, within

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

S = TypeVar("S", bound="Series")

AXES = ("x", "y", "z")

FOOT_BODIES = ("calcn_r", "calcn_l")
"""Bodies that the ground reaction acts on, in the order of ``GroundReaction``."""


def is_translation(name: str) -> bool:
    """Say whether a coordinate is a translation by OpenSim's naming habit.

    Examples
    --------
    >>> is_translation("pelvis_ty"), is_translation("knee_angle_r")
    (True, False)
    """
    return name.endswith(("_tx", "_ty", "_tz"))


def is_rotational(name: str) -> bool:
    """Say whether a coordinate is of motion type Rotational, by its name.

    For files without a model only; ``CoordinateSpec.motion_type`` is what OpenSim says.
    Translations are not, nor are ``knee_angle_*_beta`` of OpenCap's models.

    Examples
    --------
    >>> is_rotational("knee_angle_r"), is_rotational("knee_angle_r_beta")
    (True, False)
    """
    return not is_translation(name) and not name.endswith("_beta")


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


@dataclass(frozen=True, repr=False)
class Series(Recording):
    """Named columns over time.

    Attributes
    ----------
    time : (T,) seconds, strictly increasing
    values : (T, C) in SI units
    names : C column names, each once
    quantity, dimension, units : what it is, what its columns are, and their unit

    Raises
    ------
    BigeError
        Shapes, names and times do not fit each other.

    Examples
    --------
    >>> s = Series(np.array([0.0, 0.5, 1.0]), np.array([[0.0], [1.0], [2.0]]), ("x",))
    >>> s
    Series(1 column, 3 frames, 1 s at 2 Hz)
    >>> s.column("x").tolist()
    [0.0, 1.0, 2.0]
    """

    values: Float[np.ndarray, "T C"]
    names: tuple[str, ...]
    quantity: ClassVar[str] = "series"
    dimension: ClassVar[str] = "column"
    units: ClassVar[str] = ""

    def __post_init__(self) -> None:
        """Refuse shapes, names and times that do not fit each other."""
        if self.values.shape != (len(self.time), len(self.names)):
            raise BigeError(
                f"A series of {len(self.time)} times and {len(self.names)} names needs "
                f"values of that shape, got {self.values.shape}; check the caller."
            )
        if len(set(self.names)) != len(self.names):
            repeated = [n for n, count in Counter(self.names).items() if count > 1]
            raise BigeError(
                f"Column names must differ, got {name_some(repeated)} more than once; "
                "rename the repeated ones."
            )
        if np.any(np.diff(self.time) <= 0):
            raise BigeError(
                "Times must increase strictly; sort or cut the series before use."
            )

    def index(self, name: str) -> int:
        """Position of the column ``name``; an unknown name is an error.

        Examples
        --------
        >>> Series(np.zeros(1), np.zeros((1, 2)), ("x", "y")).index("y")
        1
        """
        if name not in self.names:
            raise UnknownNameError(
                "column", name, self.names, where=type(self).__name__
            )
        return self.names.index(name)

    def column(self, name: str) -> Float[np.ndarray, " T"]:
        """Values (T,) of the column ``name``; an unknown name is an error."""
        return self.values[:, self.index(name)]

    def select(self: S, names: Sequence[str]) -> S:
        """Keep these columns, in this order.

        Examples
        --------
        >>> Series(np.zeros(1), np.zeros((1, 2)), ("x", "y")).select(["y"]).names
        ('y',)
        """
        indices = [self.index(name) for name in names]
        return replace(self, values=self.values[:, indices], names=tuple(names))

    def select_prefix(self: S, prefix: str) -> S:
        """Keep columns whose names start with ``prefix``, without it.

        Examples
        --------
        >>> series = Series(np.zeros(1), np.zeros((1, 2)), ("a_x", "b"))
        >>> series.select_prefix("a_").names
        ('x',)
        """
        names = tuple(name for name in self.names if name.startswith(prefix))
        bare = tuple(name.removeprefix(prefix) for name in names)
        return replace(self.select(names), names=bare)

    def between(self: S, start: float, stop: float) -> S:
        """Keep frames from ``start`` to ``stop`` (s), the nearest to each included.

        Examples
        --------
        >>> Series(np.arange(5.0), np.zeros((5, 1)), ("x",)).between(1.0, 3.0).time
        array([1., 2., 3.])
        """
        kept = within(self.time, start, stop)
        return replace(self, time=self.time[kept], values=self.values[kept])

    def finite(self: S) -> S:
        """Keep frames in which every value is a number.

        Examples
        --------
        >>> Series(np.arange(2.0), np.array([[1.0], [np.nan]]), ("x",)).finite().time
        array([0.])
        """
        kept = np.isfinite(self.values).all(axis=1)
        return replace(self, time=self.time[kept], values=self.values[kept])

    def require_finite(self: S) -> S:
        """Return the series itself, of which every value has to be a number.

        Raises
        ------
        BigeError
            Names the first column and time of which that is not so.

        Examples
        --------
        >>> Motion(np.arange(2.0), np.array([[1.0], [np.nan]]), ("x",)).require_finite()
        Traceback (most recent call last):
        bige_osim.errors.BigeError: Column x of the motion is no number at 1.000 s; \
fill the gap or cut the trial.
        """
        bad = np.argwhere(~np.isfinite(self.values))
        if len(bad):
            frame, column = bad[0]
            raise BigeError(
                f"Column {self.names[column]} of the {self.quantity} is no number at "
                f"{self.time[frame]:.3f} s; fill the gap or cut the trial."
            )
        return self

    def at(self: S, time: Float[np.ndarray, " N"], *, reach: float | None = None) -> S:
        """Cubic-spline values at other times (s) within the series.

        Up to ``reach`` (s) beyond its ends the values there are held: half an interval
        for ``None``, by which rounding may have moved them.

        Raises
        ------
        BigeError
            A time lies further outside.

        Examples
        --------
        >>> s = Series(np.arange(5.0), np.arange(5.0)[:, None] ** 2, ("x",))
        >>> s.at(np.array([1.5])).values.round(9)
        array([[2.25]])
        """
        first, last = float(self.time[0]), float(self.time[-1])
        near = end_tolerance(self.time) if reach is None else reach
        outside = time[(time < first - near) | (time > last + near)]
        if len(outside):
            raise BigeError(
                f"Asked for {outside.min():.3f} to {outside.max():.3f} s of a series "
                f"that covers {first:.3f} to {last:.3f} s; ask within it."
            )
        spline = odd_spline(self.time, self.values)
        return replace(self, time=time, values=spline(np.clip(time, first, last)))

    def resample(self: S, rate: float) -> S:
        """Cubic-spline values at a constant ``rate`` (1/s) from the first frame on.

        Examples
        --------
        >>> Series(np.arange(3.0), np.zeros((3, 1)), ("x",)).resample(2.0).time
        array([0. , 0.5, 1. , 1.5, 2. ])
        """
        # Rounded times may miss a last frame by a little of an interval.
        missed = min(0.01, rate * end_tolerance(self.time))
        count = int(np.floor(self.duration * rate + missed)) + 1
        return self.at(self.time[0] + np.arange(count) / rate)

    def filter(self: S, cutoff: float, *, order: int = 4) -> S:
        """Zero-lag Butterworth low-pass at ``cutoff`` (Hz), on real time.

        The series is resampled to a constant rate where it has none. ``order`` is that
        of the single pass; running it both ways doubles it and lowers the cut-off,
        which is corrected (Winter, Biomechanics and Motor Control, 4th ed., sec. 3.4).

        Examples
        --------
        >>> s = Series(np.arange(300) / 100, np.ones((300, 1)), ("x",))
        >>> bool(np.allclose(s.filter(6.0).values, 1.0))
        True
        """
        from scipy.signal import sosfiltfilt  # a second to load

        regular = replace(self, time=regular_times(self.time))
        rate = regular.rate
        even = np.allclose(np.diff(regular.time), 1 / rate, rtol=0.02)
        series = regular if even else self.resample(rate)
        if cutoff >= rate / 2:
            return self
        corrected = cutoff / (np.sqrt(2) - 1) ** (0.5 / order)
        sections = low_pass_sections(order, min(corrected / (rate / 2), 0.99))
        pad = min(len(series.time) - 1, int(2 * rate))
        smooth = np.ascontiguousarray(
            sosfiltfilt(sections, series.values, axis=0, padlen=pad)
        )
        filtered = replace(series, values=smooth)
        if even:
            return replace(filtered, time=self.time)
        return filtered.at(self.time, reach=1 / rate)

    def derivatives(
        self,
    ) -> tuple[Float[np.ndarray, "T C"], Float[np.ndarray, "T C"]]:
        """First and second time derivative of every column, per s and per s².

        See :func:`~bige_osim.splines.differentiate`.

        Examples
        --------
        >>> time = np.arange(9) / 10
        >>> speed, _ = Series(time, 3 * time[:, None], ("x",)).derivatives()
        >>> bool(np.allclose(speed, 3.0))
        True
        """
        # Rounding of times would turn into acceleration.
        return differentiate(regular_times(self.time), self.values)

    def to_xarray(self) -> "xr.DataArray":
        """Labelled array (time, what the columns are), with units in its attributes.

        Examples
        --------
        >>> s = Activations(np.arange(2.0), np.array([[0.1], [0.2]]), ("vasmed_r",))
        >>> array = s.to_xarray()
        >>> array.dims, array.attrs, array.sel(muscle="vasmed_r").values.tolist()
        (('time', 'muscle'), {'units': '1'}, [0.1, 0.2])
        """
        return label_array(
            self.values,
            {"time": self.time, self.dimension: self.names},
            name=self.quantity,
            units=self.units,
        )

    def to_pandas(self) -> "pd.DataFrame":
        """Table with a row per time (s) and a column per name.

        Examples
        --------
        >>> s = Activations(np.arange(2.0), np.array([[0.1], [0.2]]), ("vasmed_r",))
        >>> s.to_pandas()["vasmed_r"].max()
        np.float64(0.2)
        """
        return make_table(self.to_xarray())

    def _contents(self) -> tuple[str, ...]:
        return (count_nouns(len(self.names), self.dimension),)


@dataclass(frozen=True, repr=False)
class Motion(Series):
    """Coordinates over time: radians and metres, named as in the model.

    Attributes
    ----------
    notes : what its file leaves to be known, one sentence each

    Examples
    --------
    >>> Motion(np.arange(101) / 100, np.zeros((101, 2)), ("a", "b"), name="squats1")
    Motion(squats1: 2 coordinates, 101 frames, 1 s at 100 Hz)
    """

    notes: tuple[str, ...] = field(default=(), compare=False)
    quantity: ClassVar[str] = "motion"
    dimension: ClassVar[str] = "coordinate"
    units: ClassVar[str] = "rad or m"


@dataclass(frozen=True, repr=False)
class Activations(Series):
    """Muscle activations, 0 to 1, over time; columns are muscle names."""

    quantity: ClassVar[str] = "activations"
    dimension: ClassVar[str] = "muscle"
    units: ClassVar[str] = "1"


@dataclass(frozen=True, repr=False)
class Forces(Series):
    """Tendon forces over time, N; columns are muscle names."""

    quantity: ClassVar[str] = "forces"
    dimension: ClassVar[str] = "muscle"
    units: ClassVar[str] = "N"


@dataclass(frozen=True, repr=False)
class Moments(Series):
    """Generalised forces over time, N m (rotations) or N; columns are coordinates."""

    quantity: ClassVar[str] = "moments"
    dimension: ClassVar[str] = "coordinate"
    units: ClassVar[str] = "N m or N"


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
    """

    positions: Float[np.ndarray, "T M 3"]
    names: tuple[str, ...]
    notes: tuple[str, ...] = field(default=(), compare=False)

    def marker(self, name: str) -> Float[np.ndarray, "T 3"]:
        """Positions (T, 3) of one marker, m; an unknown name is an error.

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

    def to_pandas(self) -> "pd.DataFrame":
        """Table with a row per time (s) and columns (marker, axis), m.

        Examples
        --------
        >>> markers = Markers(np.zeros(1), np.ones((1, 1, 3)), ("RASI",))
        >>> list(markers.to_pandas().columns)
        [('RASI', 'x'), ('RASI', 'y'), ('RASI', 'z')]
        """
        return make_table(self.to_xarray())

    def _contents(self) -> tuple[str, ...]:
        return (count_nouns(len(self.names), "marker"),)


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
        """
        import xarray as xr

        labels = {"time": self.time, "foot": self.names, "axis": AXES}
        arrays = {
            kind: label_array(getattr(self, kind), labels, name=kind, units=unit)
            for kind, unit in self.units.items()
        }
        return xr.Dataset(arrays, attrs={"source": self.source})

    def to_pandas(self) -> "pd.DataFrame":
        """Table with a row per time (s) and columns (quantity, foot, axis); SI units.

        Examples
        --------
        >>> ones = np.ones((2, 1, 3))
        >>> time = np.arange(2.0)
        >>> ground = GroundReaction(time, ones, ones, ones, ("r",), "measured")
        >>> ground.to_pandas()["force", "r", "y"].tolist()
        [1.0, 1.0]
        """
        arrays = self.to_xarray().to_array("quantity")
        return make_table(arrays.transpose("time", "quantity", "foot", "axis"))

    def _contents(self) -> tuple[str, ...]:
        return (self.source, f"on {name_some(self.names, most=2)}")


def count_nouns(count: int, noun: str) -> str:
    """Say how many there are of something.

    Examples
    --------
    >>> count_nouns(1, "frame"), count_nouns(80, "muscle")
    ('1 frame', '80 muscles')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


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
    values : one axis for each of the labels
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


def make_table(array: "xr.DataArray") -> "pd.DataFrame":
    """Make a table of an array: a row per time, a column for all else there is.

    Examples
    --------
    >>> array = label_array(np.zeros((1, 2)), {"time": np.zeros(1), "axis": "xy"},
    ...                     name="point", units="m")
    >>> make_table(array).attrs
    {'units': 'm'}
    """
    rest = array.dims[1:]
    flat = array.stack(column=rest) if len(rest) > 1 else array
    table = cast("pd.DataFrame", flat.to_pandas())
    table.attrs.update(array.attrs)
    return table
