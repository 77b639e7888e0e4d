"""Find where a participant stands still and upright in a recording."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from bige_osim.errors import BigeError, name_some
from bige_osim.markers.gaps import mean_seen, median_seen
from bige_osim.motion import Markers

LONGEST, SHORTEST = 0.3, 0.05
"""Length of the stretch that is looked for, and the shortest recording, s."""

LOWER = 0.02
"""The pelvis may be this much (m) below its highest: the knees are straight then."""

FASTEST = 0.10
"""Median speed of the markers, m/s, that still counts as standing."""


@dataclass(frozen=True)
class Standing:
    """A stretch of standing.

    Attributes
    ----------
    start, stop : s
    speed : median speed of the markers meanwhile, m/s
    height : of the pelvis over the feet, m
    pose : the mean positions, a single frame; markers not seen are left out
    """

    start: float
    stop: float
    speed: float
    height: float
    pose: Markers

    @property
    def still(self) -> bool:
        """Whether the participant stood still enough to be measured."""
        return self.speed <= FASTEST


def find_standing(
    markers: Markers, *, pelvis: Sequence[str], feet: Sequence[str]
) -> Standing:
    """Find the stillest 0.3 s with the pelvis as high as it gets over the feet.

    Parameters
    ----------
    markers : y up, m
    pelvis, feet : names of markers there; those not recorded are left out

    Raises
    ------
    BigeError
        The recording is shorter than 0.05 s, or pelvis and feet are never
        seen together.

    Examples
    --------
    >>> time = np.arange(300) / 100  # up for a second, then down
    >>> height = 0.9 - 0.4 * np.clip(time - 1, 0, 1)
    >>> seen = np.zeros((300, 2, 3))
    >>> seen[:, 0, 1] = height
    >>> found = find_standing(
    ...     Markers(time, seen, ("hip", "heel")), pelvis=["hip"], feet=["heel"]
    ... )
    >>> found.stop <= 1.05, round(found.height, 3)
    (True, 0.9)
    """
    if len(markers.time) < 2 or markers.time[-1] - markers.time[0] < SHORTEST:
        raise BigeError(
            f"To find standing takes at least {SHORTEST} s of recording, got "
            f"{len(markers.time)} frames; name a longer one with --static."
        )
    count = min(len(markers.time), max(2, round(LONGEST * markers.rate)))
    above = _positions(markers, pelvis), _positions(markers, feet)
    height = above[0].mean(axis=0) - above[1].mean(axis=0)
    speed = _speed(markers)
    starts = np.arange(len(markers.time) - count + 1)
    windows = starts[:, None] + np.arange(count)
    means = height[windows].mean(axis=1)
    if not np.isfinite(means).any():  # never all of them, so those that are seen
        height = mean_seen(above[0]) - mean_seen(above[1])
        means = height[windows].mean(axis=1)
    speeds = speed[windows].mean(axis=1)
    seen = np.isfinite(means) & np.isfinite(speeds)
    if not seen.any():
        raise BigeError(
            "Pelvis and feet are never seen together for long enough to find the "
            "participant standing; name another recording with --static."
        )
    upright = seen & (means >= means[seen].max() - LOWER)
    best = int(np.argmin(np.where(upright, speeds, np.inf)))
    rows = windows[best]
    return Standing(
        start=float(markers.time[rows[0]]),
        stop=float(markers.time[rows[-1]]),
        speed=float(speeds[best]),
        height=float(means[best]),
        pose=_mean_pose(markers, rows),
    )


def choose_standing(
    recordings: Mapping[str, Markers], *, pelvis: Sequence[str], feet: Sequence[str]
) -> tuple[str, Standing]:
    """Find the stillest standing of several recordings, and in which it is.

    Those with the most markers go first, since a static recording often has some that
    are taken off afterwards; then those as upright as the most upright one.

    Raises
    ------
    BigeError
        as :func:`find_standing` does, if no recording shows the participant standing
    """
    found: dict[str, Standing] = {}
    reasons: list[BigeError] = []
    for name, markers in recordings.items():
        try:
            found[name] = find_standing(markers, pelvis=pelvis, feet=feet)
        except BigeError as error:
            reasons.append(error)
    if not found:
        raise reasons[0]
    most = max(len(standing.pose.names) for standing in found.values())
    whole = {n: s for n, s in found.items() if len(s.pose.names) == most}
    tallest = max(standing.height for standing in whole.values())
    upright = {n: s for n, s in whole.items() if s.height >= tallest - LOWER}
    best = min(upright, key=lambda name: upright[name].speed)
    return best, upright[best]


def _positions(markers: Markers, names: Sequence[str]) -> Float[np.ndarray, "N T"]:
    """Heights (N, T) of those of some markers that are ever seen, m."""
    found = [
        markers.marker(name)[:, 1]
        for name in names
        if name in markers.names and np.isfinite(markers.marker(name)).any()
    ]
    missing = [name for name in names if name not in markers.names]
    if not found and missing:
        raise BigeError(
            f"The recording has none of the markers {name_some(missing)}, which show "
            "whether the participant stands; check the marker set."
        )
    return np.array(found) if found else np.full((1, len(markers.time)), np.nan)


def _speed(markers: Markers) -> Float[np.ndarray, " T"]:
    """Median speed of the markers, m/s; infinite where none is seen."""
    velocity = np.gradient(markers.positions, markers.time, axis=0)
    speed = median_seen(np.linalg.norm(velocity, axis=2).T)
    return np.asarray(np.where(np.isnan(speed), np.inf, speed))


def _mean_pose(markers: Markers, rows: Int[np.ndarray, " W"]) -> Markers:
    seen = markers.positions[rows]
    kept = [i for i in range(len(markers.names)) if np.isfinite(seen[:, i]).any()]
    mean = mean_seen(seen[:, kept])[None]
    return Markers(np.zeros(1), mean, tuple(markers.names[i] for i in kept))
