"""What a participant and their forces can be: statures, masses, force plates.

One place judges what comes from metadata, options, ``.b3d`` files and force plates. SI
units go in, sentences come out that name what it may be instead and what to write.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from bige_osim.errors import DataError, name_some
from bige_osim.motion import GroundReaction
from bige_osim.paths import AnyPath
from bige_osim.times import interval

STATURES = (0.4, 2.5)
"""m, from a newborn to the tallest."""

MASSES = (2.0, 400.0)
"""kg, likewise."""

GRAVITY = 9.80665
"""m/s²"""

POUND = 0.45359237
"""kg"""

FORCES = (20.0, 40_000.0)
"""N, between which the largest force of a participant on the ground lies."""

FARTHEST = 10.0
"""m from the origin of a laboratory to where somebody stands."""

_LENGTHS = {"centimetres": 0.01, "millimetres": 0.001, "inches": 0.0254, "feet": 0.3048}
_WEIGHTS = {"grams": 0.001, "pounds": POUND, "newtons": 1 / GRAVITY}
_FEWEST = 10  # frames from which forces show what they are
_MOSTLY, _HARDLY = 0.8, 0.5  # part of a force that is along an axis
_IDLE = 0.1  # part of the largest force below which a plate is not pressed
_LONGEST_ARM = 2.0  # m, of a free moment: a foot is shorter
_QUIET, _QUIET_TIME = 0.02, 0.5  # variation of the force, standing; s
_STANDING = (0.05, 1.4)  # part of body weight
_ALIKE = 0.1  # by which a weight may differ


def stature_fault(height: float) -> str | None:
    """Say why a height, m, is no stature, and what to write; ``None`` if it is one.

    Examples
    --------
    >>> print(stature_fault(168.0))
    168 m is no stature; if it is centimetres, write 1.68
    >>> stature_fault(1.68)
    """
    return _fault(height, "m is no stature", limits=STATURES, units=_LENGTHS)


def mass_fault(mass: float) -> str | None:
    """Say why a mass, kg, cannot be a participant's, and what to write; else ``None``.

    Examples
    --------
    >>> print(mass_fault(62600.0))
    62600 kg is no participant's mass; if it is grams, write 62.6
    """
    return _fault(mass, "kg is no participant's mass", limits=MASSES, units=_WEIGHTS)


def mass_difference(mass: float, model: float, *, whose: str = "model") -> str:
    """Say that a model has another mass than its participant, kg.

    Examples
    --------
    >>> print(mass_difference(60.0, 75.3))
    The model has a mass of 75.3 kg, the metadata say 60.0 kg.
    """
    said = f"The {whose} has a mass of {model:.1f} kg, the metadata say {mass:.1f} kg"
    for factor, unit in ((POUND, "pounds"), (1 / GRAVITY, "newtons")):
        if abs(mass * factor / model - 1) < 0.05:
            said += f"; if those are {unit}, write {mass * factor:.1f}"
    return said + "."


def judge_forces(path: AnyPath, ground: GroundReaction) -> GroundReaction:
    """Return forces that act on the feet, or say what else they are.

    Plates whose forces point down over the whole recording give the force on the plate:
    it is turned round, and the free moment with it, which a note says. The point where
    they act is the same. Estimated forces and very short recordings are not judged.

    Raises
    ------
    DataError
        Forces point along another axis than y, are not in N or act at points that are
        not in m; it names the path.

    Examples
    --------
    >>> force = np.full((20, 1, 3), [5.0, -600.0, 0.0])
    >>> plate = GroundReaction(np.arange(20) / 100, force, 0 * force, 0 * force, ("a",),
    ...                        "measured")
    >>> turned = judge_forces("a.mot", plate)
    >>> turned.force[0, 0].tolist(), turned.notes
    ([-5.0, 600.0, -0.0], ('a.mot: its forces point down, as those on the plates do; \
they and their free moments were turned round.',))
    """
    if ground.source != "measured" or len(ground.time) < _FEWEST:
        return ground
    force = np.where(np.isfinite(ground.force), ground.force, 0.0)
    size = np.linalg.norm(force, axis=2)  # (T, P)
    pressed = size.max(axis=0, initial=0.0) > _IDLE * size.max(initial=0.0)
    if not pressed.any():
        return ground
    along = force.sum(axis=0) / np.maximum(size.sum(axis=0), 1e-300)[:, None]  # (P, 3)
    _check_axes(path, along[pressed])
    down = pressed & (along[:, 1] < -_HARDLY)
    if down.any():
        ground = _turn_round(path, ground, down, every=bool(down[pressed].all()))
        force = np.where(down[None, :, None], -force, force)
    upward = pressed & (np.abs(along[:, 1]) > _HARDLY)
    if upward.any():
        _check_forces(path, force[:, upward, 1].sum(axis=1))
    stood_on = (size > _IDLE * size.max(axis=0)) & pressed
    _check_points(path, ground, pressed=stood_on)
    return ground


def weigh(ground: GroundReaction, mass: float) -> tuple[str, ...]:
    """Say if plates carry another weight than a participant's (mass, kg), standing.

    Standing still is half a second in which the force hardly varies; of several, that
    with the largest force counts, since a seat or a foot beside the plates takes force
    away. Without any, the mean counts of a recording in which somebody stands on the
    plates throughout. Less than the weight is only said if another unit explains it, or
    if it is next to nothing.

    Examples
    --------
    >>> force = np.full((100, 1, 3), [0.0, 138.0, 0.0])
    >>> plate = GroundReaction(np.arange(100) / 100, force, 0 * force, 0 * force,
    ...                        ("a",), "measured")
    >>> print(*weigh(plate, 62.6))
    Standing, the plates carry 138 N, 22 % of the weight of 62.6 kg; if the \
forces are pounds, multiply them by 4.448.
    """
    level = _find_carried(ground)
    if ground.source != "measured" or level is None or mass <= 0:
        return ()
    share = level / (mass * GRAVITY)
    said = (
        f"Standing, the plates carry {level:.0f} N, {100 * share:.0f} % of the "
        f"weight of {mass:.1f} kg; "
    )
    for unit, factor in (
        ("pounds", POUND * GRAVITY),
        ("kilograms", GRAVITY),
        ("N per kg", mass),
    ):
        if abs(share * factor - 1) < _ALIKE:
            return (said + f"if the forces are {unit}, multiply them by {factor:.4g}.",)
    if not _STANDING[0] < share < _STANDING[1]:
        return (said + "check the unit of the forces and the participant's mass.",)
    return ()


def _fault(
    value: float, what: str, *, limits: Sequence[float], units: dict[str, float]
) -> str | None:
    if limits[0] <= value <= limits[1]:
        return None
    likely = {unit: value * factor for unit, factor in units.items()}
    advice = [
        f"if it is {unit}, write {found:.3g}"
        for unit, found in likely.items()
        if limits[0] <= found <= limits[1]
    ]
    expected = f"write one from {limits[0]:g} to {limits[1]:g}"
    return f"{value:g} {what}; {', '.join(advice) or expected}"


def _check_axes(path: AnyPath, along: Float[np.ndarray, "P 3"]) -> None:
    """Refuse forces of which hardly anything is vertical and most along another axis.

    ``along`` is the part of each plate's force that is along x, y and z.
    """
    x, y, z = np.abs(along).max(axis=0)
    for part, name in ((x, "x"), (z, "z")):
        if y < _HARDLY and part > _MOSTLY:
            raise DataError(
                Path(path),
                expected="forces that point up along y",
                got=f"forces along {name}",
                remedy="turn them to x forward, y up, z right, the points and moments "
                "too",
            )


def _turn_round(
    path: AnyPath, ground: GroundReaction, down: Bool[np.ndarray, " P"], *, every: bool
) -> GroundReaction:
    sign = np.where(down, -1.0, 1.0)[None, :, None]
    names = [n for n, turned in zip(ground.names, down, strict=True) if turned]
    which = "" if every else f" of {name_some(names)}"
    note = (
        f"{Path(path).name}: its forces{which} point down, as those on the plates "
        "do; they and their free moments were turned round."
    )
    return replace(
        ground,
        force=sign * ground.force,
        moment=sign * ground.moment,
        notes=(*ground.notes, note),
    )


def _check_forces(path: AnyPath, vertical: Float[np.ndarray, " T"]) -> None:
    """Refuse vertical forces (T,) of all plates that are no newtons."""
    peak = float(vertical.max())
    if FORCES[0] <= peak <= FORCES[1]:
        return
    small = (
        "multiply kN by 1000, body weights by the participant's weight, N per kg by "
        "the mass; if nobody stands there, leave the plates out"
    )
    raise DataError(
        Path(path),
        expected="forces in N",
        got=f"{peak:.3g} at most",
        remedy=small if peak < FORCES[0] else "if they are mN, divide them by 1000",
    )


def _check_points(
    path: AnyPath, ground: GroundReaction, *, pressed: Bool[np.ndarray, "T P"]
) -> None:
    """Refuse points and free moments that are not in m and N m.

    A point that never moves was not measured and is not judged.
    """
    seen = pressed & np.isfinite(ground.point).all(axis=2)
    distances = np.linalg.norm(ground.point[seen], axis=1)
    moves = len(distances) > 0 and np.ptp(ground.point[seen], axis=0).max() > 0
    far = float(np.median(distances)) if moves else 0.0
    if far > FARTHEST:
        raise DataError(
            Path(path),
            expected="points where forces act in m",
            got=f"points {far:.3g} from the origin",
            remedy="if they are mm, divide them by 1000 (and moments in N mm too); if "
            "cm, by 100",
        )
    turning = np.nanmax(np.abs(ground.moment[seen]), initial=0.0)
    largest = np.nanmax(np.linalg.norm(ground.force, axis=2), initial=0.0)
    if turning > _LONGEST_ARM * largest:
        raise DataError(
            Path(path),
            expected="free moments in N m",
            got=f"{turning:.3g} beside forces of {largest:.3g} N",
            remedy="if they are N mm, divide them by 1000; if about the origin, export "
            "free moments",
        )


def _find_carried(ground: GroundReaction) -> float | None:
    """Find the vertical force, N, of somebody who stands; ``None`` if nobody does."""
    step = interval(ground.time)
    if not step or not ground.names:
        return None
    count = max(2, round(_QUIET_TIME / step))
    total = ground.force[..., 1].sum(axis=1)
    levels = list(_quiet_levels(total, count))
    mean = float(total.mean())
    if not levels and len(total) > 2 * count and total.min() > 0.3 * mean > 0:
        return mean
    return max(levels, default=None)


def _quiet_levels(total: Float[np.ndarray, " T"], count: int) -> Iterator[float]:
    """Yield the mean of each stretch of ``count`` frames that hardly varies."""
    peak = np.nanmax(np.abs(total), initial=0.0)
    for start in range(0, len(total) - count + 1, max(1, count // 4)):
        part = total[start : start + count]
        mean = float(part.mean())
        if np.isfinite(mean) and mean > _IDLE * peak and part.std() < _QUIET * mean:
            yield mean
