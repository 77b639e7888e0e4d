"""A clip of joint centres as a motion of a participant's model.

The body is the model's: its segments keep their length, the clip's directions are
followed. The motion is coherent in time, because curves are fitted and not frames; it
has true time stamps at any rate, and stands on the floor.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from bige_osim.errors import name_some, name_times
from bige_osim.motion import Markers
from bige_osim.retargeting.clip_checks import judge_clip, measure_variation
from bige_osim.retargeting.fit import ClipFit, Fit
from bige_osim.retargeting.followed_model import FollowedModel, measure_legs
from bige_osim.retargeting.observed import Observed, observe, stiffen
from bige_osim.retargeting.placing import (
    Placed,
    Up,
    find_heading,
    follow_lengths,
    measure_lengths,
    place_clip,
)
from bige_osim.retargeting.result import CoordinateSource, JointError, Retargeted
from bige_osim.retargeting.time_splines import (
    LARGEST_SHARE,
    TimeSpline,
    choose_cutoff,
    make_spline,
)
from bige_osim.spec import ModelSpec, SphereSpec

PASSES = 3
"""Searches; each knows the lengths that the model has in the one before."""

FLOOR = 5.0
"""Percentile of the lowest point of the feet over time that is put on the floor."""

SUNK = 0.05
"""m, below the floor, from which on feet are reported."""

MISSED = 0.05
"""m RMS, over all joints, from which on a clip is said to be followed badly."""


@dataclass(frozen=True, kw_only=True)
class RetargetConfig:
    """How clips are followed.

    Attributes
    ----------
    rate : of the motion, Hz
    cutoff : highest frequency that curves follow, Hz; chosen by the clip's noise, 6 Hz
        at most, for ``None``
    up : axis of the clip that points up

    Examples
    --------
    >>> RetargetConfig().rate
    60.0
    """

    rate: float = 60.0
    cutoff: float | None = None
    up: Up = "y"


@dataclass(frozen=True)
class _Followed:
    """Curves that follow a clip.

    Attributes
    ----------
    control : (P, F) rad and m
    points, targets, sized : (T, M, 3) m, of the model, of the clip with the model's
        lengths, of the clip scaled
    rows : (T, M) by how much each joint is missed, m
    observed : by frames
    scale : a ratio
    converged : whether the last search came to an end
    """

    control: Float[np.ndarray, "P F"]
    points: Float[np.ndarray, "T M 3"]
    targets: Float[np.ndarray, "T M 3"]
    sized: Float[np.ndarray, "T M 3"]
    rows: Float[np.ndarray, "T M"]
    observed: Observed
    scale: float
    converged: bool


def retarget_clip(
    clip: Markers,
    spec: ModelSpec,
    *,
    contacts: Sequence[SphereSpec] = (),
    config: RetargetConfig = RetargetConfig(),
) -> Retargeted:
    """Follow a clip of joint centres by a model.

    Parameters
    ----------
    clip : (T, J, 3) joint centres by the names of
        :data:`~bige_osim.spec.joint_names.SMPL`, in any unit
    spec : the participant's model
    contacts : spheres under its feet
    config : how

    Raises
    ------
    ModelError
        The model has no legs by the usual names, or cannot move about.
    BigeError
        The clip's left and right are swapped.
    """
    placed = place_clip(clip, up=config.up)
    model = FollowedModel(spec, joints=clip.names, contacts=contacts)
    time = clip.time - clip.time[0]
    duration = float(time[-1])
    fps = (len(time) - 1) / duration
    flat = placed.clip.positions.reshape(len(time), -1)
    cutoff = config.cutoff or choose_cutoff(flat, fps=fps)
    cutoff = min(cutoff, LARGEST_SHARE * fps)
    spline = make_spline(time, duration=duration, cutoff=cutoff)
    found = _follow(placed, model, spline, interval=1 / fps)
    count = int(np.floor(duration * config.rate + 1e-6)) + 1
    moments = np.arange(count) / config.rate
    curves = make_spline(moments, duration=duration, cutoff=cutoff)
    q, raised, said = _stand(model, curves.values(found.control), moments)
    leg = measure_legs(placed.clip.positions, clip.names)
    sized = replace(placed.clip, positions=found.scale * placed.clip.positions)
    variation = measure_variation(placed.clip, model.joints)
    errors = _measure_errors(found, model.joints)
    result = Retargeted(
        motion=model.write_out(moments, q, clip.name),
        errors=errors,
        coordinates=_describe_sources(found.observed, model),
        translations=tuple(n for n in model.free if spec.coordinate(n).translational),
        scale=found.scale,
        turn=placed.turn,
        start=placed.start,
        raised=raised,
        cutoff=cutoff,
        variation=variation,
        warnings=(*placed.warnings, *judge_clip(sized, variation, leg=leg), *said),
    )
    return replace(result, warnings=(*result.warnings, *_judge(result, found)))


def _follow(
    placed: Placed, model: FollowedModel, spline: TimeSpline, *, interval: float
) -> _Followed:
    """Fit the curves, again and again with the lengths that the model has."""
    joints, clip = model.joints, placed.clip
    flat = clip.positions.reshape(len(clip.time), -1)
    calm = spline.values(spline.fit(flat)).reshape(clip.positions.shape)
    # Noise makes segments longer; of the curves, far less.
    leg = measure_legs(calm, clip.names)
    columns = [clip.names.index(joint) for joint in joints]
    own = measure_lengths(calm[:, columns], joints, model.lumbar)
    points = model.points(model.default[None])
    stiffness = np.zeros((spline.points - 1, len(model.free)))
    sized = clip.positions[:, columns] * model.leg_length(points) / leg
    start = _start(model, replace(clip, positions=sized, names=joints))
    found = Fit(spline.fit(start), steps=0, converged=True)
    for _ in range(PASSES):
        scale = model.leg_length(points) / leg
        sized = scale * clip.positions[:, columns]
        factors = measure_lengths(points, joints, model.lumbar) / (scale * own)
        targets = follow_lengths(sized, factors, joints=joints, lumbar=model.lumbar)
        fit = ClipFit(model, spline, targets)
        found = fit.search(found.control, stiffness)
        q = spline.values(found.control)
        points = model.points(q)
        observed = observe(model, fit.terms(q).told)
        shares = spline.gather(observed.part**2)
        shares /= spline.gather(np.ones((len(q), 1))) + 1e-9
        stiffness = stiffen(
            observed, model=model, gathered=shares, step=spline.step, interval=interval
        )
    return _Followed(
        control=found.control,
        points=points,
        targets=targets,
        sized=sized,
        rows=np.linalg.norm(fit.missed(points), axis=2),
        observed=observed,
        scale=scale,
        converged=found.converged,
    )


def _start(model: FollowedModel, targets: Markers) -> Float[np.ndarray, "T F"]:
    """Default posture, turned and moved to where the clip's hips are; rad and m."""
    q = np.tile(model.default, (len(targets.time), 1))
    q[:, model.yaw] = model.yaw_sign * find_heading(targets)
    hips = [model.joints.index(f"{side}_hip") for side in ("right", "left")]
    wanted = targets.positions[:, hips].mean(axis=1)
    return model.shift_root(q, wanted - model.points(q)[:, hips].mean(axis=1))


def _stand(
    model: FollowedModel, q: Float[np.ndarray, "T F"], time: Float[np.ndarray, " T"]
) -> tuple[Float[np.ndarray, "T F"], float, tuple[str, ...]]:
    """Put the feet on the floor at y = 0, and say where they are below it all the same.

    Returned are the coordinates, by how much they were raised (m), and sentences.
    """
    said = []
    if model.skeleton.contact_names:
        points = model.skeleton.foot_points(model.pose(q)).numpy()
    else:
        points = model.points(q)
        said.append(
            "The model has no contact points: its lowest joint is put on the floor; "
            "name some with --contacts."
        )
    lowest = points[..., 1].min(axis=1)
    floor = float(np.percentile(lowest, FLOOR))
    sunk = np.flatnonzero(lowest < floor - SUNK)
    if len(sunk):
        parts = np.split(sunk, np.flatnonzero(np.diff(sunk) > 1) + 1)
        times = name_times((float(time[p[0]]), float(time[p[-1]])) for p in parts)
        deepest = 100 * float(floor - lowest.min())
        said.append(f"Feet are up to {deepest:.0f} cm below the floor ({times}).")
    shift = np.tile([0.0, -floor, 0.0], (len(q), 1))
    return model.shift_root(q, shift), -floor, tuple(said)


def _measure_errors(found: _Followed, joints: Sequence[str]) -> dict[str, JointError]:
    away = np.linalg.norm(found.points - found.sized, axis=2)
    return {
        joint: JointError(
            rms=float(np.sqrt(np.mean(found.rows[:, i] ** 2))),
            largest=float(found.rows[:, i].max()),
            from_clip=float(np.sqrt(np.mean(away[:, i] ** 2))),
        )
        for i, joint in enumerate(joints)
    }


def _describe_sources(
    observed: Observed, model: FollowedModel
) -> dict[str, CoordinateSource]:
    shares = observed.known.mean(axis=0)
    deviations = np.median(observed.deviation, axis=0)
    return {
        name: CoordinateSource(source, float(shares[i]), float(deviations[i]))
        for i, (name, source) in enumerate(
            zip(model.free, observed.sources(), strict=True)
        )
    }


def _judge(result: Retargeted, found: _Followed) -> tuple[str, ...]:
    said = []
    if result.rms() > MISSED:
        order = sorted(result.errors, key=lambda j: -result.errors[j].rms)
        worst = name_some(
            f"{joint} {100 * result.errors[joint].rms:.0f} cm" for joint in order[:3]
        )
        said.append(
            f"The model follows the clip by {100 * result.rms():.0f} cm RMS only "
            f"({worst}); look at the motion before it is used."
        )
    if not found.converged:
        said.append("The search for the motion came to no end; it is the best so far.")
    return tuple(said)
