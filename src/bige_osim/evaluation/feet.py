"""What the feet of a motion do on the floor: slide, sink, float."""

import math
from dataclasses import dataclass
from typing import Any

from bige_osim.evaluation.measures import (
    foot_points,
    foot_sliding,
    ground_distance,
)
from bige_osim.motion import Motion
from bige_osim.physics.kinematics.skeleton import Skeleton


@dataclass(frozen=True)
class FeetCheck:
    """Means over the motion, as :mod:`bige_osim.evaluation.measures` defines them.

    Attributes
    ----------
    sliding : horizontal speed of the lowest foot point while it stands, m/s; ``None``
        if it never does
    penetration, floating : depth below and height above the floor of that point, m
    """

    sliding: float | None
    penetration: float
    floating: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data, with units in the names."""
        return {
            "sliding_m_s": self.sliding,
            "penetration_cm": 100 * self.penetration,
            "floating_cm": 100 * self.floating,
        }


def check_feet(
    motion: Motion, skeleton: Skeleton, *, floor: float = 0.0
) -> FeetCheck | None:
    """Measure sliding, sinking and floating; ``None`` for a model without contacts.

    Parameters
    ----------
    motion : rad and m
    skeleton : of the participant's model, with its foot contact spheres
    floor : height of the floor, m
    """
    if not skeleton.contact_names:
        return None
    points = foot_points(motion, skeleton)
    sinking, floating = ground_distance(points, floor=floor)
    sliding = foot_sliding(motion.time, points, floor=floor)
    return FeetCheck(
        sliding=None if math.isnan(sliding) else sliding,
        penetration=sinking / 100,
        floating=floating / 100,
    )
