"""Whether a generator's repetitions start and end standing, as the recorded ones do.

A generator that learned too little decodes postures that nobody can start from, and no
search in its latents makes up for that.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float

from bige_osim.nets.generator import MotionGenerator
from bige_osim.nets.samples import Samples
from bige_osim.physics.foot_conditions import KNEES
from bige_osim.repetitions.standing import (
    PELVIS,
    find_straight,
    find_upright,
)

MOST_STAND = 0.9
"""Recorded repetitions of which fewer stand are of another exercise: not judged."""


@dataclass(frozen=True)
class Standing:
    """How repetitions start and end.

    Attributes
    ----------
    count : repetitions looked at
    standing : how many start and end standing
    knees : more bent knee in the first and in the last frame, medians, rad
    below : how far the pelvis is below standing there, medians, m; NaN if not known
    height : of the pelvis of somebody who stands, in leg lengths; NaN if not known
    """

    count: int
    standing: int
    knees: tuple[float, float]
    below: tuple[float, float]
    height: float

    @property
    def usable(self) -> bool:
        """Whether at least half of the repetitions start and end standing."""
        return 2 * self.standing >= self.count

    def to_dict(self) -> dict[str, Any]:
        """Plain data, with units in the names."""
        return {
            "repetitions": self.count,
            "standing": self.standing,
            "usable": self.usable,
            "knees_deg": [math.degrees(knee) for knee in self.knees],
            "pelvis_below_cm": [100 * below for below in self.below],
            "height_leg_lengths": self.height,
        }


def describe_standing(values: Mapping[str, Any]) -> str:
    """Say how many stand, and by how much the others do not.

    Parameters
    ----------
    values : of :meth:`Standing.to_dict`, or of JSON, where NaN has become ``None``

    Examples
    --------
    >>> stands = Standing(20, 3, (0.7, 0.6), (0.09, 0.07), 1.1)
    >>> print(describe_standing(stands.to_dict()))
    3 of 20 of its repetitions start and end standing (medians: knees bent 40 deg at \
the start and 34 deg at the end, pelvis 9 and 7 cm below standing)
    """
    first, last = values["knees_deg"]
    low = [v for v in values["pelvis_below_cm"] if v is not None and not math.isnan(v)]
    pelvis = " and ".join(str(round(value)) for value in low)
    text = (
        f"{values['standing']} of {values['repetitions']} of its repetitions start and "
        f"end standing (medians: knees bent {first:.0f} deg at the start and "
        f"{last:.0f} deg at the end"
    )
    return text + (f", pelvis {pelvis} cm below standing)" if pelvis else ")")


def compare_standing(net: MotionGenerator, samples: Samples) -> Standing | None:
    """Measure how the net's reconstructions start and end.

    Parameters
    ----------
    samples : recorded repetitions, which say how high a standing pelvis is

    Returns
    -------
    ``None`` where it means nothing: the recorded ones do not stand either, or the model
    has no such coordinates
    """
    names = net.coordinate_names
    if not set((*KNEES, PELVIS)) <= set(names):
        return None
    heights = samples.motion[:, [0, -1], names.index(PELVIS)] / samples.body[:, 2:]
    height = float(heights.median())
    recorded = measure_standing(
        samples.motion, body=samples.body, names=names, height=height
    )
    if recorded.standing < MOST_STAND * recorded.count:
        return None
    motion = net.reconstruct(samples).motion
    return measure_standing(motion, body=samples.body, names=names, height=height)


def measure_standing(
    motion: Float[torch.Tensor, "N F C"],
    *,
    body: Float[torch.Tensor, "N 3"],
    names: Sequence[str],
    height: float,
) -> Standing:
    """Measure how repetitions start and end.

    Parameters
    ----------
    motion : rad and m, heights from the floor
    body : stature m, mass kg, leg length m
    names : C coordinates, the knees and the pelvis' height among them
    height : of a standing pelvis, in leg lengths; NaN if it is not known
    """
    ends = motion[:, [0, -1]]
    knees = ends[..., [names.index(knee) for knee in KNEES]].abs().amax(-1)
    leg = body[:, 2:]
    below = height * leg - ends[..., names.index(PELVIS)]
    stands = (find_straight(knees) & find_upright(below, leg)).all(-1)
    middle = [values.median(0).values.tolist() for values in (knees, below)]
    return Standing(
        count=len(motion),
        standing=int(stands.sum()),
        knees=(middle[0][0], middle[0][1]),
        below=(middle[1][0], middle[1][1]),
        height=height,
    )
