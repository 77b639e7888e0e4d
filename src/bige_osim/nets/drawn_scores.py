"""How like recorded repetitions those are that a net draws for the same bodies."""

import math
from collections.abc import Callable

import torch
from jaxtyping import Float

from bige_osim.dataset.sample import PELVIS
from bige_osim.nets.curve_tokens import DrawnMotions
from bige_osim.nets.losses import rms
from bige_osim.nets.net import Score
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaler, acceleration, velocity
from bige_osim.physics.foot_conditions import KNEES

MOST = 256
"""Repetitions that are drawn for the scores at most."""


def score_drawn(
    draw: Callable[[Float[torch.Tensor, "B 3"], torch.Generator], DrawnMotions],
    samples: Samples,
    *,
    scaler: Scaler,
) -> dict[str, float]:
    """Compare repetitions drawn for the bodies of ``samples`` with these.

    Parameters
    ----------
    draw : called with bodies (stature m, mass kg, leg length m) and a source of chance
    samples : recorded repetitions, at most 256 of them are looked at
    scaler : of their coordinates

    Returns
    -------
    Ratios of drawn to recorded: ``speed_ratio`` of the root mean square of angular
    velocities, ``pelvis_speed_ratio`` and ``pelvis_acceleration_ratio`` of the pelvis'
    speed and acceleration, ``spread_ratio`` of the mean distance of two repetitions;
    and ``depth_rmse``, root mean square difference of the greatest knee flexion's
    quantiles, rad
    """
    chosen = torch.linspace(0, len(samples) - 1, min(MOST, len(samples)))
    samples = samples.take(chosen.round().long().to(samples.model.device))
    drawn = draw(samples.body, torch.Generator().manual_seed(0))
    true = _measure(samples.motion, samples.duration, scaler)
    made = _measure(drawn.motion, drawn.duration, scaler)
    standard = [
        scaler.standardise(motion, samples.body)
        for motion in (drawn.motion, samples.motion)
    ]
    spreads = [_measure_spread(motion) for motion in standard]
    scores = {f"{name}_ratio": made[name] / value for name, value in true.items()}
    return {
        **scores,
        "spread_ratio": spreads[0] / spreads[1],
        "depth_rmse": _compare_depths(drawn.motion, samples.motion, scaler),
    }


DRAWN_SCORES = (
    Score(
        key="speed_ratio",
        words="angular velocity {:.2f} of recorded",
        title="angular velocity, drawn over recorded",
    ),
    Score(
        key="pelvis_acceleration_ratio",
        words="acceleration of the pelvis {:.2f} of recorded",
        title="acceleration of the pelvis, drawn over recorded",
    ),
    Score(
        key="spread_ratio",
        words="spread {:.2f} of recorded",
        title="distance between repetitions, drawn over recorded",
    ),
    Score(
        key="depth_rmse",
        words="knee flexion off by {:.0f} deg",
        title="RMS difference of quantiles of knee flexion (deg)",
        factor=180 / torch.pi,
        named="depth_rmse_deg",
    ),
)
"""How these are said."""


def _measure(
    motion: Float[torch.Tensor, "B F C"],
    duration: Float[torch.Tensor, " B"],
    scaler: Scaler,
) -> dict[str, float]:
    """Angular velocity rad/s, speed m/s and acceleration m/s² of the pelvis."""
    names = scaler.scaling.coordinate_names
    pelvis = motion[..., [names.index(name) for name in PELVIS]]
    turning = motion[..., ~scaler.translational]
    return {
        "speed": rms(velocity(turning, duration)),
        "pelvis_speed": rms(velocity(pelvis, duration)),
        "pelvis_acceleration": rms(acceleration(pelvis, duration)),
    }


def _measure_spread(motion: Float[torch.Tensor, "B F C"]) -> float:
    """Mean distance of two of them, root mean square in SDs."""
    distances = torch.pdist(motion.flatten(1))
    return float(distances.mean() / math.sqrt(motion[0].numel()))


def _compare_depths(
    made: Float[torch.Tensor, "B F C"],
    true: Float[torch.Tensor, "B F C"],
    scaler: Scaler,
) -> float:
    names = scaler.scaling.coordinate_names
    knees = [names.index(name) for name in KNEES]
    depths = [m[..., knees].amax(dim=(1, 2)).sort().values for m in (made, true)]
    return float(rms(depths[0] - depths[1]))
