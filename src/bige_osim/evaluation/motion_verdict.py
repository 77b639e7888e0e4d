"""What is checked of every motion: frames, standing, residuals, joint ranges, feet."""

import math
from collections.abc import Iterator, Sequence

from bige_osim.evaluation.check import ENGINES, Check, ComputedBy
from bige_osim.evaluation.feet import FeetCheck
from bige_osim.evaluation.limits import Limits, RangeExcess, Residuals
from bige_osim.evaluation.standing import StandingEnd
from bige_osim.repetitions.standing import BENT, LOW
from bige_osim.solution import EngineName


def check_frames(
    failed: Sequence[float], frames: int, *, engine: EngineName = "fast"
) -> Check:
    """Check that every frame was solved.

    Parameters
    ----------
    failed : times at which no solution was found, s
    frames : how many were asked for
    """
    reasons: tuple[str, ...] = ()
    if failed:
        reasons = (
            f"The simulation found no solution at {len(failed)} of {frames} frames, "
            f"the first at {min(failed):.2f} s.",
        )
    return Check(
        name="frames solved",
        value=float(frames - len(failed)),
        low=float(frames),
        unit="frames",
        satisfied=not failed,
        computed_by=ENGINES[engine],
        reasons=reasons,
    )


def check_ends(
    ends: tuple[StandingEnd, StandingEnd] | None, *, decides: bool
) -> Iterator[Check]:
    """Check that a motion starts and ends standing.

    Parameters
    ----------
    ends : first and last frame; ``None`` where they cannot be judged
    decides : whether the motion is of an exercise that starts so
    """
    for word, end in zip(("starts", "ends"), ends or (), strict=False):
        knee = math.degrees(end.knee)
        text = (
            f"The motion {word} with a knee bent {knee:.0f} deg: standing are less "
            f"than {math.degrees(BENT):.0f} deg."
        )
        yield Check(
            name=f"{word} standing: knee flexion",
            value=knee,
            high=math.degrees(BENT),
            unit="deg",
            satisfied=end.straight,
            computed_by="kinematics",
            decides=decides,
            reasons=() if end.straight else (text,),
        )
        if end.below is None:
            continue
        text = (
            f"The motion {word} with the pelvis {100 * end.below:.0f} % of leg length "
            f"below standing, more than {100 * LOW:.0f} %."
        )
        yield Check(
            name=f"{word} standing: pelvis below standing height",
            value=100 * end.below,
            high=100 * LOW,
            unit="% of leg length",
            satisfied=end.upright,
            computed_by="kinematics",
            decides=decides,
            reasons=() if end.upright else (text,),
        )


def check_residuals(
    residuals: Residuals, *, engine: EngineName = "fast"
) -> Iterator[Check]:
    """Check residual force and moment against what Hicks et al. 2015 accept."""
    found, limits = residuals.found, residuals.limits
    force = (
        f"The residual force peaks at {100 * found.force_max_share:.1f} % of body "
        f"weight ({found.force_max:.0f} N), above the accepted "
        f"{residuals.force_limit:.0f} N ({100 * limits.residual_force:g} % of the "
        "net external force)."
    )
    moment = (
        f"The residual moment peaks at {found.moment_max:.1f} N m, above the "
        f"accepted {residuals.moment_limit:.1f} N m "
        f"({100 * limits.residual_moment:g} % of the net external force times the "
        "height of the centre of mass)."
    )
    for name, value, limit, unit, accepted, text in (
        ("residual force", found.force_max, residuals.force_limit, "N",
         residuals.force_accepted, force),
        ("residual moment", found.moment_max, residuals.moment_limit, "N m",
         residuals.moment_accepted, moment),
    ):  # fmt: skip
        yield Check(
            name=name,
            value=value,
            high=limit,
            unit=unit,
            satisfied=accepted,
            computed_by=ENGINES[engine],
            reasons=() if accepted else (text,),
        )


def check_ranges(
    ranges: Sequence[RangeExcess], limits: Limits, *, worst: float | None = None
) -> Check:
    """Check that coordinates stay within the model's ranges.

    Parameters
    ----------
    ranges : those that leave it by more than the limit
    limits : by how much they may
    worst : how far the furthest is outside, rad, if none leaves it by more
    """
    furthest = max((one.excess for one in ranges), default=worst)
    return Check(
        name="joint ranges: furthest outside",
        value=None if furthest is None else math.degrees(furthest),
        high=math.degrees(limits.joint),
        unit="deg",
        satisfied=not ranges,
        computed_by="kinematics",
        reasons=tuple(
            f"{one.coordinate} leaves the model's range by "
            f"{math.degrees(one.excess):.1f} deg at {one.time:.2f} s."
            for one in ranges
        ),
    )


def check_soles(feet: FeetCheck | None, limits: Limits) -> Iterator[Check]:
    """Check that standing feet do not slide, sink or float; nothing without feet."""
    if feet is None:
        return
    slide = feet.sliding
    slow = slide is None or slide <= limits.sliding
    text = f"Standing feet slide at {slide or 0.0:.3f} m/s on average, more than "
    yield Check(
        name="foot sliding",
        value=slide,
        high=limits.sliding,
        unit="m/s",
        satisfied=None if slide is None else slow,
        computed_by="kinematics",
        reasons=() if slow else (f"{text}{limits.sliding:g} m/s.",),
    )
    for name, amount, limit, where in (
        ("penetration", feet.penetration, limits.penetration, "below"),
        ("float", feet.floating, limits.floating, "above"),
    ):
        text = (
            f"The lowest foot point is {100 * amount:.1f} cm {where} the floor on "
            f"average, more than {100 * limit:g} cm."
        )
        yield Check(
            name=name,
            value=100 * amount,
            high=100 * limit,
            unit="cm",
            satisfied=amount <= limit,
            computed_by="kinematics",
            reasons=() if amount <= limit else (text,),
        )


def check_body(
    residuals: Residuals,
    ranges: Sequence[RangeExcess],
    feet: FeetCheck | None,
    limits: Limits,
    *,
    engine: EngineName = "fast",
    worst: float | None = None,
) -> tuple[Check, ...]:
    """Check what physics says of a motion, muscles aside.

    Parameters
    ----------
    residuals, ranges, feet, limits : what was found, and what is accepted
    engine : what simulated
    worst : how far the furthest coordinate is out of its range, rad
    """
    return (
        *check_residuals(residuals, engine=engine),
        check_ranges(ranges, limits, worst=worst),
        *check_soles(feet, limits),
    )


def report_value(
    name: str, value: float, unit: str, *, by: ComputedBy = "kinematics"
) -> Check:
    """Report a value, in ``unit``, that nothing is asked of."""
    return Check(name=name, value=value, unit=unit, computed_by=by)
