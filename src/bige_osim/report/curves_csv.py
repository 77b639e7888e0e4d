"""The curves of a trial as one table, for spreadsheets and scripts."""

from collections.abc import Iterator, Mapping

import numpy as np
from jaxtyping import Float

from bige_osim.report.course import Course

DIGITS = 5
"""Significant digits of a number."""


def write_curves(
    columns: Mapping[str, Float[np.ndarray, "R F"]], course: Course
) -> str:
    """Write curves as comma-separated text (RFC 4180), a line for each frame.

    The first columns are the repetition (from 1), its cycle (%) and the time (s); over
    time the first two are empty.

    Parameters
    ----------
    columns : name with unit -> (R, F) values; ``nan`` is left empty
    course : of R repetitions and F frames

    Examples
    --------
    >>> course = Course(np.array([[0.0, 1.0]]), np.array([0.0, 100.0]), "", cycle=True)
    >>> write_curves({"knee (deg)": np.array([[5.0, 90.25]])}, course).splitlines()
    ['repetition,cycle (%),time (s),knee (deg)', '1,0,0,5', '1,100,1,90.25']
    """
    header = ("repetition", "cycle (%)", "time (s)", *columns)
    lines = [",".join(map(_quote, header)), *_rows(columns, course)]
    return "\r\n".join(lines) + "\r\n"


def _rows(
    columns: Mapping[str, Float[np.ndarray, "R F"]], course: Course
) -> Iterator[str]:
    for number, times in enumerate(course.times):
        for frame, time in enumerate(times):
            values = (values[number, frame] for values in columns.values())
            where = (
                (f"{number + 1}", f"{course.position[frame]:g}")
                if course.cycle
                else ("", "")
            )
            yield ",".join((*where, _write(time), *map(_write, values)))


def _write(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.{DIGITS}g}"


def _quote(name: str) -> str:
    return f'"{name}"' if "," in name else name
