"""Named columns over time: motion, activations, forces and moments."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, TypeVar

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError, UnknownNameError, count_nouns, name_some
from bige_osim.motion.recording import Recording, label_array
from bige_osim.splines import differentiate, low_pass_sections, odd_spline
from bige_osim.times import end_tolerance, regular_times, within

if TYPE_CHECKING:
    import xarray as xr

S = TypeVar("S", bound="Series")


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
        """Position of the column ``name``; an unknown one is an ``UnknownNameError``.

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
        """Values (T,) of the column ``name`` in SI units, found as by :meth:`index`.

        Examples
        --------
        >>> Series(np.zeros(1), np.array([[1.0, 2.0]]), ("x", "y")).column("y")
        array([2.])
        """
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
        >>> s.to_pandas()["vasmed_r"].max()
        np.float64(0.2)
        """
        return label_array(
            self.values,
            {"time": self.time, self.dimension: self.names},
            name=self.quantity,
            units=self.units,
        )

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
