"""Time series with names: Motion, Markers, GroundReaction, Activations and Moments.

SI units and radians throughout; OpenSim's ground frame (x forward, y up, z right).
Columns are found by name, never by position.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from jaxtyping import Float
from scipy.signal import sosfiltfilt

from bige_osim.errors import BigeError, UnknownNameError, name_some
from bige_osim.splines import FEWEST, low_pass_sections, natural_spline, odd_spline
from bige_osim.times import end_tolerance, interval, regular_times, within

S = TypeVar("S", bound="Series")

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


@dataclass(frozen=True)
class Series:
    """Named columns over time.

    Attributes
    ----------
    time : (T,) seconds, strictly increasing
    values : (T, C) in SI units
    names : C column names, each once

    Examples
    --------
    >>> s = Series(np.array([0.0, 0.5, 1.0]), np.array([[0.0], [1.0], [2.0]]), ("x",))
    >>> s.column("x").tolist(), s.rate, s.duration
    ([0.0, 1.0, 2.0], 2.0, 1.0)
    """

    time: Float[np.ndarray, " T"]
    values: Float[np.ndarray, "T C"]
    names: tuple[str, ...]

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

    @property
    def rate(self) -> float:
        """Median sampling rate, 1/s; an error for a single frame, which has none."""
        if len(self.time) < 2:
            raise BigeError(
                f"A sampling rate needs two frames, got {len(self.time)}; the trial is "
                "too short."
            )
        return 1 / interval(regular_times(self.time))

    @property
    def duration(self) -> float:
        """Time from the first to the last frame, s."""
        return float(self.time[-1] - self.time[0])

    def index(self, name: str) -> int:
        """Position of the column ``name``; an unknown name is an error."""
        if name not in self.names:
            raise UnknownNameError(
                "column", name, self.names, where=type(self).__name__
            )
        return self.names.index(name)

    def column(self, name: str) -> Float[np.ndarray, " T"]:
        """Values (T,) of the column ``name``."""
        return self.values[:, self.index(name)]

    def select(self: S, names: Sequence[str]) -> S:
        """Keep these columns, in this order."""
        indices = [self.index(name) for name in names]
        return replace(self, values=self.values[:, indices], names=tuple(names))

    def starting(self: S, prefix: str) -> S:
        """Columns whose names start with ``prefix``, without it."""
        names = tuple(name for name in self.names if name.startswith(prefix))
        bare = tuple(name.removeprefix(prefix) for name in names)
        return replace(self.select(names), names=bare)

    def between(self: S, start: float, stop: float) -> S:
        """Frames from ``start`` to ``stop`` (s), the nearest to each included."""
        kept = within(self.time, start, stop)
        return replace(self, time=self.time[kept], values=self.values[kept])

    def finite(self: S) -> S:
        """Frames in which every value is a number."""
        kept = np.isfinite(self.values).all(axis=1)
        return replace(self, time=self.time[kept], values=self.values[kept])

    def at(self: S, time: Float[np.ndarray, " N"], *, reach: float | None = None) -> S:
        """Cubic-spline values at other times (s) within the series.

        Up to ``reach`` (s) beyond its ends the values there are held: half an interval
        for ``None``, by which rounding may have moved them.
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
        """Cubic-spline values at a constant ``rate`` (1/s) from the first frame on."""
        # Rounded times may miss a last frame by a little of an interval.
        missed = min(0.01, rate * end_tolerance(self.time))
        count = int(np.floor(self.duration * rate + missed)) + 1
        return self.at(self.time[0] + np.arange(count) / rate)

    def filter(self: S, cutoff: float, *, order: int = 4) -> S:
        """Zero-lag Butterworth low-pass at ``cutoff`` (Hz), on real time.

        The series is resampled to a constant rate where it has none. ``order`` is that
        of the single pass; running it both ways doubles it and lowers the cut-off,
        which is corrected (Winter, Biomechanics and Motor Control, 4th ed., sec. 3.4).
        """
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
        """First and second time derivative of every column, by quintic splines.

        These are natural, as OpenSim's, from seven frames on; shorter series have
        splines of the highest odd degree up to the fifth that their frames define.
        """
        time = regular_times(self.time)  # rounding would turn into acceleration
        if len(time) < FEWEST:
            spline = odd_spline(time, self.values, degree=5)
        else:
            spline = natural_spline(time, self.values)
        return spline(time, 1), spline(time, 2)


@dataclass(frozen=True)
class Motion(Series):
    """Coordinates over time: radians and metres, named as in the model.

    Attributes
    ----------
    notes : what its file leaves to be known, one sentence each
    """

    notes: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Activations(Series):
    """Muscle activations, 0 to 1, over time; columns are muscle names."""


@dataclass(frozen=True)
class Moments(Series):
    """Generalised forces over time, N m (rotations) or N; columns are coordinates."""


@dataclass(frozen=True)
class Markers:
    """Marker positions over time.

    Attributes
    ----------
    time : (T,) s
    positions : (T, M, 3) m in the ground frame; NaN where a marker was not seen
    names : M marker names
    notes : what its file leaves to be known, one sentence each
    """

    time: Float[np.ndarray, " T"]
    positions: Float[np.ndarray, "T M 3"]
    names: tuple[str, ...]
    notes: tuple[str, ...] = field(default=(), compare=False, repr=False)

    @property
    def rate(self) -> float:
        """Median sampling rate, 1/s; an error for a single frame, which has none."""
        if len(self.time) < 2:
            raise BigeError(
                f"A sampling rate needs two frames, got {len(self.time)}; the "
                "recording is too short."
            )
        return 1 / interval(regular_times(self.time))

    def marker(self, name: str) -> Float[np.ndarray, "T 3"]:
        """Positions (T, 3) of one marker, m."""
        if name not in self.names:
            raise UnknownNameError("marker", name, self.names, where="Markers")
        return self.positions[:, self.names.index(name)]


@dataclass(frozen=True)
class GroundReaction:
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
    """

    time: Float[np.ndarray, " T"]
    force: Float[np.ndarray, "T P 3"]
    point: Float[np.ndarray, "T P 3"]
    moment: Float[np.ndarray, "T P 3"]
    names: tuple[str, ...]
    source: str
    notes: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def at(self, time: Float[np.ndarray, " N"]) -> "GroundReaction":
        """Linear interpolation at other times (s); zero force outside the recording.

        Up to half an interval beyond its ends the values there are held.
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
