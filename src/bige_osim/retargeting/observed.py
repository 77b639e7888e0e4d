"""Which coordinates the joints of a clip tell, and which are set by what is usual.

Places of joint centres leave some coordinates open: whether a forearm is turned, how a
straight leg is turned about itself, how toes bend. Of each frame, the linearised least
squares give the standard deviation that every coordinate would have if joints were
placed with an error of 1 cm (the inverse of the information matrix; Nocedal & Wright
2006, ch. 10.2).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float

from bige_osim.retargeting.followed_model import FREE, FollowedModel

Source = Literal["joints", "joints in part", "default"]

KNOWN = 0.15
"""rad, standard deviation up to which a frame tells a coordinate;"""
KNOWN_LENGTH = 0.03
"""m, the same of a translation;"""
KNOWN_PART = 0.5
"""and part of the standard deviation without the clip."""

ALWAYS, NEVER = 0.9, 0.1
"""Shares of frames from which on joints tell a coordinate, and up to which none do."""

CALM = 0.5
"""rad/s, how fast a coordinate that no joint tells is expected to change."""


@dataclass(frozen=True)
class Observed:
    """What frames tell of coordinates.

    Attributes
    ----------
    deviation : (T, F) standard deviation in each frame, rad or m
    part : (T, F) of the standard deviation without the clip, 0 to 1
    known : (T, F) whether the frame tells the coordinate
    """

    deviation: Float[np.ndarray, "T F"]
    part: Float[np.ndarray, "T F"]
    known: Bool[np.ndarray, "T F"]

    def sources(self) -> tuple[Source, ...]:
        """Say of each coordinate what it is known by."""
        shares = self.known.mean(axis=0)
        return tuple(
            "joints" if s >= ALWAYS else "default" if s <= NEVER else "joints in part"
            for s in shares.tolist()
        )


def observe(model: FollowedModel, told: Float[np.ndarray, "T F F"]) -> Observed:
    """Judge what frames tell of coordinates.

    Parameters
    ----------
    model : whose coordinates they are
    told : (T, F, F) information of the joints, 1/rad² or 1/m²
    """
    whole = told + np.diag(1 / model.deviation**2)
    variance = np.linalg.inv(whole).diagonal(axis1=1, axis2=2)
    deviation = np.sqrt(np.maximum(variance, 0.0))
    part = np.clip(deviation / model.deviation, 0.0, 1.0)
    slides = [model.spec.coordinate(n).translational for n in model.free]
    limit = np.where(slides, KNOWN_LENGTH, KNOWN)
    return Observed(deviation, part, (deviation <= limit) & (part <= KNOWN_PART))


def stiffen(
    observed: Observed,
    *,
    model: FollowedModel,
    gathered: Float[np.ndarray, "P F"],
    step: float,
    interval: float,
) -> Float[np.ndarray, "Q F"]:
    """Stiffness of differences of control points where frames tell a coordinate badly.

    There it changes as little as it may between what frames before and after tell.

    Parameters
    ----------
    observed : by frames
    model : whose coordinates they are
    gathered : (P, F) ``observed.part`` squared, a fraction, averaged over the frames of
        control points
    step : between knots, s
    interval : between frames, s

    Returns
    -------
    (P - 1, F) 1/rad² or 1/m²
    """
    between = (gathered[1:] + gathered[:-1]) / 2
    # Each difference stands for the frames between two knots.
    weight = step / interval / (CALM * step) ** 2
    free = np.isclose(model.deviation, FREE)
    stiff: Float[np.ndarray, "Q F"] = np.where(free, 0.0, weight * between)
    return stiff
