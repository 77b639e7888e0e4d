"""Where curves are drawn: over the cycle of repetitions, or over time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from bige_osim.motion import GroundReaction, Series
from bige_osim.repetitions.repetition import Repetition

FRAMES = 101
"""Frames over 0-100 % of a cycle."""

MOST = 400
"""Frames of a trial that is shown over time."""

Columns = dict[str, Float[np.ndarray, "R F"]]
"""Values by name, in the series' unit: a row for each repetition."""


@dataclass(frozen=True, eq=False)
class Course:
    """Times at which series are sampled, and what the horizontal axis says of them.

    Attributes
    ----------
    times : (R, F) s, a row for each repetition; one row over time
    position : (F,) on the horizontal axis: % of the cycle, or s
    label : of that axis, with its unit
    cycle : whether rows are repetitions

    Examples
    --------
    >>> course = over_time(1.0, 3.0)
    >>> course.label, course.times.shape
    ('time (s)', (1, 400))
    """

    times: Float[np.ndarray, "R F"]
    position: Float[np.ndarray, " F"]
    label: str
    cycle: bool

    def sample(self, series: Series) -> Columns:
        """Interpolate the columns of a series linearly: name -> (R, F).

        Examples
        --------
        >>> line = Series(np.arange(4.0), np.arange(4.0)[:, None], ("x",))
        >>> over_time(1.0, 3.0).sample(line)["x"][0, [0, -1]].tolist()
        [1.0, 3.0]
        """
        return {
            name: np.interp(self.times, series.time, series.values[:, column])
            for column, name in enumerate(series.names)
        }

    def sample_ground(self, ground: GroundReaction) -> GroundReaction:
        """Ground reaction at all times, one row after the other."""
        return ground.at(self.times.ravel())


def over_cycle(repetitions: Sequence[Repetition]) -> Course:
    """Lay repetitions of one exercise over each other.

    Examples
    --------
    >>> squat = Repetition(1.0, 3.0, 2.0, 1.5, "squat", 0.8)
    >>> course = over_cycle([squat])
    >>> course.label, course.times[0, [0, 50, 100]].tolist()
    ('squat (%)', [1.0, 2.0, 3.0])
    """
    times = np.stack([np.linspace(r.start, r.stop, FRAMES) for r in repetitions])
    label = f"{repetitions[0].exercise.replace('-', ' ')} (%)"
    return Course(times, np.linspace(0.0, 100.0, FRAMES), label, cycle=True)


def over_time(start: float, stop: float) -> Course:
    """Show everything from one time (s) to another.

    Examples
    --------
    >>> over_time(0.0, 1.0).cycle
    False
    """
    time = np.linspace(start, stop, MOST)
    return Course(time[None], time, "time (s)", cycle=False)
