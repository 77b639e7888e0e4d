"""What following a clip gives: a motion, and how it came about."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from bige_osim.motion import Motion
from bige_osim.retargeting.observed import Source


@dataclass(frozen=True)
class JointError:
    """How far a joint of the model is from where it should be.

    Attributes
    ----------
    rms, largest : from the clip with segments as long as the model's, m; of elbows and
        wrists as seen from shoulder and elbow
    from_clip : RMS, from the clip scaled to the model's legs alone, m
    """

    rms: float
    largest: float
    from_clip: float


@dataclass(frozen=True)
class CoordinateSource:
    """What a coordinate is known by.

    Attributes
    ----------
    source : ``joints``, ``joints in part`` (of the frames), or ``default``
    share : of the frames in which joints tell it, a fraction
    deviation : median standard deviation for joints placed with an error of 1 cm, of
        one frame alone, rad or m
    """

    source: Source
    share: float
    deviation: float


@dataclass(frozen=True, kw_only=True)
class Retargeted:
    """A motion and how it came about.

    Attributes
    ----------
    motion : all coordinates of the model, from 0 s on
    errors : of every joint that is followed
    coordinates : what each free coordinate is known by
    translations : those of them that are lengths
    scale : model over clip, a ratio
    turn : about the vertical, by which the clip was turned, rad
    start : (2,) x and z of the clip's hips at its start, turned, which became the
        origin, in the clip's unit (m)
    raised : by how much the motion was raised to stand on the floor, m
    cutoff : Hz
    variation : coefficient of variation of the clip's segments, a fraction, by the
        joint at their end
    warnings : one sentence each
    """

    motion: Motion
    errors: Mapping[str, JointError]
    coordinates: Mapping[str, CoordinateSource]
    translations: tuple[str, ...]
    scale: float
    turn: float
    start: Float[np.ndarray, "2"]
    raised: float
    cutoff: float
    variation: Mapping[str, float]
    warnings: tuple[str, ...]

    def rms(self) -> float:
        """Root mean square of the errors of all joints, m."""
        return float(np.sqrt(np.mean([e.rms**2 for e in self.errors.values()])))

    def names_known_by(self, source: Source) -> tuple[str, ...]:
        """Coordinates that are known by the same.

        Parameters
        ----------
        source : ``joints``, ``joints in part``, or ``default``
        """
        known = self.coordinates.items()
        return tuple(name for name, one in known if one.source == source)
