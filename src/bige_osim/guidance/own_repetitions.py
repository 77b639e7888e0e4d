"""Repetitions that a participant did, made ready to be refined.

A repetition cut out of a recording begins and ends while the participant moves. What
is guided stands alone, so it begins and ends at rest: the first and the last part of
the cycle are run through more slowly, which takes :data:`REST` longer in all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.guidance.spaces import OffsetSpace, make_offset_space
from bige_osim.motion import Motion
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.repetitions.repetition import Repetition

REST = 0.4
"""Seconds that coming from rest and coming to rest take at either end."""

HEIGHT = "pelvis_ty"


@dataclass(frozen=True, eq=False)
class OwnRepetitions:
    """B repetitions at F frames, as recorded and low-passed.

    Attributes
    ----------
    motion : (B, F, I) independent coordinates, rad and m, above a floor at y = 0
    duration : (B,) s, with the rest at both ends
    places : (F,) of the frames in the cycle, 0 to 1
    """

    motion: Float[torch.Tensor, "B F I"]
    duration: Float[torch.Tensor, " B"]
    places: Float[np.ndarray, " F"]


@dataclass(frozen=True, eq=False, kw_only=True)
class OwnStarts:
    """Repetitions of a recording, at any number of frames.

    Attributes
    ----------
    smooth : the recording, low-passed, rad and m
    repetitions : one or more of it
    skeleton : of the participant's model
    floor : height of the floor in the recording, m
    """

    smooth: Motion
    repetitions: tuple[Repetition, ...]
    skeleton: Skeleton
    floor: float

    def __len__(self) -> int:
        """Count the repetitions."""
        return len(self.repetitions)

    def given(self, rows: list[int], frames: int) -> Float[torch.Tensor, "B F I"]:
        """Motions (rad, m) of some of them, before their feet are planted."""
        return self._take(rows, frames).motion

    def space(self, rows: list[int], frames: int, *, points: int) -> OffsetSpace:
        """Offsets from some of the repetitions, feet planted where they stood.

        Parameters
        ----------
        rows : which of them
        frames : F
        points : control points of a coordinate's offset
        """
        own = self._take(rows, frames)
        return make_offset_space(
            self.skeleton, own.motion, own.duration, places=own.places, points=points
        )

    def _take(self, rows: list[int], frames: int) -> OwnRepetitions:
        return take_repetitions(
            self.smooth,
            [self.repetitions[row] for row in rows],
            skeleton=self.skeleton,
            floor=self.floor,
            frames=frames,
        )


def take_repetitions(
    smooth: Motion,
    repetitions: Sequence[Repetition],
    *,
    skeleton: Skeleton,
    floor: float,
    frames: int,
    rest: float = REST,
) -> OwnRepetitions:
    """Take repetitions out of a recording.

    Parameters
    ----------
    smooth : the recording, low-passed, rad and m
    repetitions : one or more of it
    skeleton : of the participant's model
    floor : height of the floor in the recording, m
    frames : F
    rest : time from rest to the recorded speed, s
    """
    names = skeleton.coordinate_names
    lengths = np.array([one.duration for one in repetitions])
    # All share one basis, so one ratio: that of the mean duration.
    share = rest / (lengths.mean() + rest)
    places = slow_ends(frames, share=float(share))
    found = []
    for one in repetitions:
        at = smooth.select(names).at(one.start + places * one.duration)
        values = at.values.copy()
        values[:, at.index(HEIGHT)] -= floor
        found.append(values)
    return OwnRepetitions(
        motion=torch.from_numpy(np.stack(found)),
        duration=torch.from_numpy(lengths / (1 - share)),
        places=places,
    )


def slow_ends(frames: int, *, share: float) -> Float[np.ndarray, " F"]:
    """Places in the cycle, 0 to 1, of frames spread evenly over time.

    Speed rises from 0 within a share of the time, and falls to 0 likewise; it, its
    first and its second derivative are continuous (smootherstep).

    Parameters
    ----------
    frames : F
    share : fraction of the whole time, below a half

    Examples
    --------
    >>> slow_ends(5, share=0.25).round(3).tolist()
    [0.0, 0.167, 0.5, 0.833, 1.0]
    """
    time = np.linspace(0.0, 1.0, frames)
    near = np.minimum(time, 1 - time)
    u = np.clip(near / share, 0.0, 1.0)
    # Integral of 10 u³ - 15 u⁴ + 6 u⁵, which is a half at u = 1.
    ramp = share * (2.5 * u**4 - 3 * u**5 + u**6)
    way = (ramp + np.maximum(near - share, 0.0)) / (1 - share)
    return np.where(time <= 0.5, way, 1 - way)
