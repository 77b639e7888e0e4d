"""Motions made by hand, of legs of two equal parts, with known repetitions."""

import numpy as np
from jaxtyping import Float

from bige_osim.motion import Motion

LEG = 0.9  # m
RATE = 100.0

Column = Float[np.ndarray, " T"]


def make_motion(
    *,
    thighs: tuple[Column, Column],
    knees: tuple[Column, Column],
    tilt: Column | None = None,
    height: Column | None = None,
    ahead: Column | float = 0.0,
    rate: float = RATE,
) -> Motion:
    """Right and left thigh from the vertical and knee flexion, deg; pelvis in m.

    The pelvis is as high as the leg that reaches lower holds it, unless ``height`` says
    otherwise; ``ahead`` is its way forward.
    """
    frames = len(knees[0])
    tilt = np.zeros(frames) if tilt is None else tilt
    reach = [
        LEG / 2 * (np.cos(np.deg2rad(t)) + np.cos(np.deg2rad(t - k)))
        for t, k in zip(thighs, knees, strict=True)
    ]
    columns = {
        "hip_flexion_l": np.deg2rad(thighs[1] - tilt),
        "pelvis_tilt": np.deg2rad(tilt),
        "knee_angle_r": np.deg2rad(knees[0]),
        "pelvis_ty": np.maximum(*reach) if height is None else height,
        "pelvis_tx": np.broadcast_to(ahead, frames),
        "knee_angle_l": np.deg2rad(knees[1]),
        "hip_flexion_r": np.deg2rad(thighs[0] - tilt),
        "pelvis_tz": np.zeros(frames),
    }
    values = np.stack(list(columns.values()), axis=1)
    return Motion(np.arange(frames) / rate, values, tuple(columns))


def bend(count: int, *, still: float = 0.6, way: float = 2.0) -> Column:
    """0 to 1 and back ``count`` times in ``way`` s, with stillness around, s."""
    time = np.arange(0, still + count * (way + still), 1 / RATE)
    phase = (time - still) % (way + still)
    moving = (time >= still) & (phase <= way)
    return np.where(moving, (1 - np.cos(2 * np.pi * phase / way)) / 2, 0.0)


def single_leg_squats(count: int = 2, *, free_knee: float = 90.0) -> Motion:
    """On the right leg, the left foot held behind by a bent knee."""
    down = bend(count)
    free = np.full_like(down, free_knee)
    return make_motion(
        thighs=(5 + 45 * down, 0 * down), knees=(10 + 70 * down, free)
    )  # fmt: skip


def lunges(count: int = 2, *, depth: float = 90.0) -> Motion:
    """In a split stance, the left leg in front."""
    down = bend(count)
    front, rear = 25 + (depth - 15) * down, -20 + 10 * down
    return make_motion(
        thighs=(rear, front), knees=(10 + (depth - 10) * down, 20 + (depth - 20) * down)
    )


def sit_to_stands(
    count: int = 2, *, swing: float = 30.0, low: float = 0.0, seats: bool = True
) -> Motion:
    """From a seat up and down again; the pelvis stays put while the trunk swings.

    ``low`` is the share of the way that is missing at the top. Without ``seats``
    the pelvis does not tilt while it rests.
    """
    up = bend(count, still=1.6) * (1 - low)
    time = np.arange(len(up)) / RATE
    period = 2.0 + 1.6
    phase = (time % period) - 1.6 + 0.8
    tilt = -swing * np.exp(-((phase - 0.65) ** 2) / (2 * 0.2**2)) * seats
    bent = 90 * (1 - up)
    return make_motion(thighs=(bent, bent), knees=(bent, bent), tilt=tilt)


def drop_jump(*, fall: float = 2.4, leave: float = 2.4, contact: float = 0.5) -> Motion:
    """Fall, land at ``fall`` m/s, bend evenly and leave the floor at ``leave`` m/s."""
    time = np.arange(0, 1.3, 1 / RATE)
    landing, g = 0.3, 9.81
    since = np.clip(time - landing, 0, contact)
    s = since / contact
    # A cubic with these speeds at both ends, from and to the same height.
    down = contact * (fall * s * (1 - s) ** 2 + leave * s**2 * (1 - s))
    before = np.clip(landing - time, 0, fall / g)
    after = np.clip(time - landing - contact, 0, None)
    height = 0.88 - down
    height += fall * before - g * before**2 / 2
    height += leave * after - g * after**2 / 2
    bent = 15 + 80 * down / down.max()
    return make_motion(
        thighs=(bent / 2, bent / 2), knees=(bent, bent), height=height
    )  # fmt: skip


def walk(cycles: float = 3.0, *, period: float = 1.1, speed: float = 1.3) -> Motion:
    """Steady steps; the right foot is farthest ahead at 0.25 of the first period."""
    time = np.arange(0, cycles * period, 1 / RATE)
    turn = 2 * np.pi * time / period
    thighs = 25 * np.sin(turn), 25 * np.sin(turn + np.pi)
    knees = tuple(
        30 * (1 + np.cos(turn + shift)) for shift in (np.pi / 6, np.pi * 7 / 6)
    )
    height = 0.9 + 0.02 * np.cos(2 * turn)
    return make_motion(
        thighs=thighs, knees=(knees[0], knees[1]), height=height, ahead=speed * time
    )
