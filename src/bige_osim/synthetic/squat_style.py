"""Style of a synthetic squat, and its progress over time."""

from dataclasses import asdict, dataclass

import numpy as np
from jaxtyping import Float
from scipy.interpolate import BPoly

from bige_osim.errors import BigeError

STANDING = 0.5
"""Standing still before the first and after the last repetition, s."""

BETWEEN = 0.4
"""Standing between repetitions, s."""

STANDING_KNEE = float(np.radians(5.0))
"""Knee flexion of standing, rad."""

_ALLOWED = {
    "depth": (np.radians(40.0), np.radians(140.0)),
    "descent": (0.4, 10.0),
    "pause": (0.0, 10.0),
    "ascent": (0.4, 10.0),
    "stance_width": (0.4, 2.0),
    "toe_out": (np.radians(-10.0), np.radians(45.0)),
    "trunk_lean": (0.0, np.radians(90.0)),
    "pelvis_share": (0.0, 1.0),
    "shift": (-0.15, 0.15),
    "arm_standing": (-0.5, np.radians(170.0)),
    "arm_bottom": (-0.5, np.radians(170.0)),
    "elbow_flexion": (0.0, np.radians(150.0)),
    "repetitions": (1, 100),
    "variation": (0.0, 0.3),
}


@dataclass(frozen=True)
class SquatStyle:
    """One way to squat, both feet planted.

    Attributes
    ----------
    depth : mean flexion of both knees at the bottom of the deepest repetition, rad
    descent, pause, ascent : durations, s; without a pause the squat turns smoothly
    stance_width : ratio of the ankle centres' distance to the shoulder centres'
    toe_out : of each foot, rad
    trunk_lean : forward lean of the trunk at the bottom, rad; more where the balance
        asks for more within the range of the ankles
    pelvis_share : fraction of that lean that the pelvis has; the lumbar joint has the
        rest
    shift : of the pelvis at the bottom, m, to the right (negative: to the left)
    arm_standing, arm_bottom : shoulder flexion, rad, relative to the trunk
    elbow_flexion : rad
    repetitions : how many
    variation : standard deviation of depth and tempo between repetitions, as a fraction

    Raises
    ------
    BigeError
        A value is out of its range.

    Examples
    --------
    >>> SquatStyle(repetitions=0)
    Traceback (most recent call last):
    ...
    bige_osim.errors.BigeError: A squat's repetitions must lie between 1 and 100, got 0.
    """

    depth: float = float(np.radians(95.0))
    descent: float = 1.2
    pause: float = 0.1
    ascent: float = 1.1
    stance_width: float = 1.0
    toe_out: float = float(np.radians(18.0))
    trunk_lean: float = float(np.radians(50.0))
    pelvis_share: float = 0.45
    shift: float = 0.0
    arm_standing: float = 0.1
    arm_bottom: float = 1.4
    elbow_flexion: float = 0.3
    repetitions: int = 5
    variation: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no participant and no model can do."""
        for name, value in asdict(self).items():
            low, high = _ALLOWED[name]
            if not low <= value <= high:
                raise BigeError(
                    f"A squat's {name} must lie between {low:.4g} and {high:.4g}, "
                    f"got {value:.4g}."
                )


def draw_style(
    rng: np.random.Generator,
    *,
    depth: float | None = None,
    repetitions: int = 5,
    asymmetric: bool = False,
) -> SquatStyle:
    """Draw a style uniformly over the range of adults, so that rare ones occur too.

    The ranges reach beyond the squats of OpenCap's validation and field studies on all
    sides (Uhlrich et al. 2023, PLoS Comput Biol 19, e1011462; 30 squats of four
    participants: knees to 78 to 105 degrees, down in 0.7 to 1.3 s and up in 0.5 to 1.3
    s, stance 0.9 to 1.3 shoulder widths, toes 4 degrees in to 10 out, trunk leaning 51
    to 87 degrees, arms at 14 to 146 degrees, 45 to 80 % of the weight on the right),
    and nearly all of UI-PRMD's (Vakanski et al. 2018, Data 3, 2): knees to 140 degrees,
    stance to 1.8. There the pelvis stays more upright in deep squats and the back
    rounds: the pelvis has half of the lean with knees below 100 degrees, a fifth beyond
    130. Combinations that a participant cannot do are to be drawn again.

    Parameters
    ----------
    depth : of the style, rad; drawn too (:func:`draw_depth`) unless given
    repetitions : in the trial
    asymmetric : with the weight on one side

    Examples
    --------
    >>> style = draw_style(np.random.default_rng(0), asymmetric=True)
    >>> abs(style.shift) >= 0.03
    True
    """
    arm = rng.uniform(-0.4, 2.7)
    side = rng.uniform(0.03, 0.13) * rng.choice([-1.0, 1.0])
    depth = draw_depth(rng) if depth is None else depth
    pelvis = np.interp(np.degrees(depth), [100.0, 140.0], [0.5, 0.25])
    return SquatStyle(
        depth=float(depth),
        descent=_tempo(rng, 0.7, 2.2),
        pause=float(rng.choice([0.0, rng.uniform(0.1, 1.0)])),
        ascent=_tempo(rng, 0.6, 2.0),
        stance_width=float(rng.uniform(0.75, 1.75)),
        toe_out=float(np.radians(rng.uniform(-5.0, 30.0))),
        trunk_lean=float(np.radians(rng.uniform(35.0, 90.0))),
        pelvis_share=float(pelvis + rng.uniform(-0.13, 0.13)),
        shift=float(side if asymmetric else rng.uniform(-0.02, 0.02)),
        arm_standing=float(arm * rng.uniform(0.0, 1.0)),
        arm_bottom=float(arm),
        elbow_flexion=float(rng.uniform(0.1, 1.6)),
        repetitions=repetitions,
        variation=0.04,
    )


def draw_depth(
    rng: np.random.Generator, *, deepest: float = float(np.radians(118.0))
) -> float:
    """Draw the knee flexion (rad) at the bottom, evenly down to the deepest.

    Examples
    --------
    >>> 65 < np.degrees(draw_depth(np.random.default_rng(0))).item() < 118
    True
    """
    return float(rng.uniform(np.radians(65.0), deepest))


def _tempo(rng: np.random.Generator, fastest: float, slowest: float) -> float:
    """Draw a duration log-uniformly, s."""
    return float(np.exp(rng.uniform(np.log(fastest), np.log(slowest))))


def squat_progress(
    style: SquatStyle, *, rate: float, rng: np.random.Generator
) -> tuple[Float[np.ndarray, " T"], Float[np.ndarray, " T"]]:
    """Progress of a series of squats over time.

    Pieces of minimum jerk (Flash and Hogan 1985, J Neurosci 5, 1688) join standing and
    bottom: quintic polynomials that start and stop with neither speed nor acceleration.
    Without a pause the bottom is a via-point with the acceleration that minimises jerk
    when descent and ascent last alike, 20/3 over their product.

    Parameters
    ----------
    rate : frames per second
    rng : draws the variation between repetitions; not used when there is none

    Returns
    -------
    time : (T,) s from 0 on
    progress : (T,) 0 standing, 1 at the style's depth

    Examples
    --------
    >>> style = SquatStyle(descent=1.0, pause=0.0, ascent=1.0, repetitions=1)
    >>> time, s = squat_progress(style, rate=60.0, rng=np.random.default_rng(0))
    >>> float(s[time == 1.5].item()), float(s[0]), float(time[-1])
    (1.0, 0.0, 3.0)
    """
    depths, paces = _variation(style, rng)
    knots, states = [0.0], [(0.0, 0.0, 0.0)]

    def hold(duration: float) -> None:
        if duration > 0:
            knots.append(knots[-1] + duration)
            states.append(states[-1])

    hold(STANDING)
    for repetition, (depth, pace) in enumerate(zip(depths, paces, strict=True)):
        down, still, up = (pace * d for d in (style.descent, style.pause, style.ascent))
        turn = 0.0 if still > 0 else -depth * _turning(down, up)
        knots.append(knots[-1] + down)
        states.append((float(depth), 0.0, float(turn)))
        hold(still)
        knots.append(knots[-1] + up)
        states.append((0.0, 0.0, 0.0))
        hold(BETWEEN if repetition + 1 < style.repetitions else STANDING)
    curve = BPoly.from_derivatives(knots, states)
    time = np.arange(int(np.floor(knots[-1] * rate + 1e-6)) + 1) / rate
    return time, np.clip(curve(time), 0.0, 1.0)


def _turning(down: float, up: float) -> float:
    """Deceleration at the bottom, 1/s²; bounded so that neither piece overshoots."""
    return float(min(20 / 3 / (down * up), 15 / max(down, up) ** 2))


def _variation(
    style: SquatStyle, rng: np.random.Generator
) -> tuple[Float[np.ndarray, " R"], Float[np.ndarray, " R"]]:
    """Relative depth (at most 1) and relative durations of the repetitions."""
    if style.variation == 0:
        return np.ones(style.repetitions), np.ones(style.repetitions)
    depths = 1 + style.variation * rng.standard_normal(style.repetitions)
    paces = 1 + style.variation * rng.standard_normal(style.repetitions)
    return depths / depths.max(), np.clip(paces, 0.5, 1.5)
