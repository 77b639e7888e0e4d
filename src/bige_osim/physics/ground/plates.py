"""Force plates assigned to the feet that stand on them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from bige_osim.errors import BigeError, name_times
from bige_osim.motion import GroundReaction, Series
from bige_osim.physics.dynamics.wrench import Wrench
from bige_osim.physics.ground.feet import Feet, duration, runs
from bige_osim.times import covers


@dataclass(frozen=True)
class PlateConfig:
    """What counts as a foot on a plate.

    Attributes
    ----------
    cutoff : low-pass of forces and moments, Hz; ``None`` leaves them as they are
    least : N, vertical force below which a plate or foot counts as unloaded
    faint : N, vertical force up to which the centre of pressure says little, so the
        nearest foot gets it all
    near : m from the outline of a foot within which a centre of pressure is that foot's
    far : m from the outlines of both feet beyond which it is nobody's
    slow : m/s, below which a foot that touches the floor stands on it
    touch : m above its standing height, below which a foot touches the floor
    """

    cutoff: float | None = 6.0
    least: float = 20.0
    faint: float = 100.0
    near: float = 0.06
    far: float = 0.25
    slow: float = 0.2
    touch: float = 0.02


@dataclass(frozen=True)
class _Plate:
    """One plate at the times of the motion."""

    name: str
    wrench: Wrench
    point: Float[np.ndarray, "T 3"]
    loaded: Bool[np.ndarray, " T"]


def assign_plates(
    plates: GroundReaction, feet: Feet, *, config: PlateConfig | None = None
) -> tuple[GroundReaction, tuple[str, ...]]:
    """Give the forces of plates to the feet, by where they act, not by their number.

    Every stretch of time in which a plate is loaded goes to the foot in or near whose
    outline its centre of pressure lies; a plate under both feet is shared by where
    between them it lies. Forces and moments are low-passed and resampled by time, and
    centres of pressure are computed from these, for a mean of two points is not where
    the mean of two forces acts.

    Parameters
    ----------
    plates : as recorded, at any rate; must cover the times of ``feet``
    feet : where the feet are, from :func:`~bige_osim.physics.ground.feet.locate_feet`
    config : what counts as a foot on a plate

    Returns
    -------
    ground : measured, on the bodies of the feet, at the times of ``feet``
    warnings : sentences on plates under both feet or none, and feet on no plate

    Raises
    ------
    BigeError
        The plates start late, end early, or hold something that is no number.

    Examples
    --------
    600 N under the end of a pendulum that stands on it:

    >>> from bige_osim.motion import Motion
    >>> from bige_osim.physics.ground.feet import locate_feet
    >>> from bige_osim.physics.kinematics.skeleton import Skeleton
    >>> from bige_osim.spec import pendulum
    >>> model, time, none = pendulum(foot=True), np.arange(50) / 100, np.zeros((50, 1))
    >>> skeleton = Skeleton(model, contacts=model.contacts)
    >>> feet = locate_feet(skeleton, Motion(time, none, ("angle",)))
    >>> up, point = np.zeros((2, 50, 1, 3))
    >>> up[..., 1], point[..., 1] = 600.0, -1.0
    >>> plates = GroundReaction(time, up, point, 0 * up, ("plate",), "measured")
    >>> ground, warnings = assign_plates(plates, feet)
    >>> ground.names, ground.force[25, 0].round(6).tolist(), warnings
    (('rod',), [0.0, 600.0, 0.0], ())

    Notes
    -----
    Forces are filtered like the motion (Kristianslund et al. 2012, J Biomech 45, 666):
    otherwise impacts turn up in joint moments.
    """
    config = config or PlateConfig()
    check_plates(plates, feet.time)
    warnings: list[str] = []
    force = np.zeros_like(feet.centres)
    moment = np.zeros_like(feet.centres)  # about the origin of ground
    level = np.zeros(feet.heights.shape)  # height of the plates, times vertical force
    for plate in _smooth(plates, time=feet.time, config=config):
        part = _split(plate, feet, config=config, warnings=warnings)[..., None]
        force += part * plate.wrench.force[:, None]
        moment += part * plate.wrench.moment[:, None]
        vertical = part[..., 0] * plate.wrench.force[:, 1, None]
        level += vertical * plate.point[:, 1, None]
    ground = _ground(feet, force, moment, level=level, least=config.least)
    warnings += _describe_unsupported(ground, feet, config=config)
    return ground, tuple(warnings)


def check_plates(plates: GroundReaction, time: Float[np.ndarray, " T"]) -> None:
    """Refuse plates that do not cover a motion (times, s) or hold what is no number.

    Raises
    ------
    BigeError
        Says when they start and end, or which plate and when.

    Examples
    --------
    >>> none = np.zeros((3, 1, 3))
    >>> plates = GroundReaction(np.arange(3) / 10, none, none, none, ("1",), "measured")
    >>> check_plates(plates, np.arange(9) / 10)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    bige_osim.errors.BigeError: The plates cover 0.00 to 0.20 s, the motion 0.00 to ...
    """
    if not covers(plates.time, time):
        raise BigeError(
            f"The plates cover {plates.time[0]:.2f} to {plates.time[-1]:.2f} s, the "
            f"motion {time[0]:.2f} to {time[-1]:.2f} s; choose times that both cover."
        )
    # Points need not be known: a plate's is where its moments say.
    replace(plates, point=np.zeros_like(plates.force)).require_finite()


def _smooth(
    plates: GroundReaction, *, time: Float[np.ndarray, " T"], config: PlateConfig
) -> Iterator[_Plate]:
    """Filter and resample plates, as wrenches, all at once."""
    known = np.isfinite(plates.point).all(axis=-1)
    point = np.where(known[..., None], plates.point, 0.0)
    moment = plates.moment + np.cross(point, plates.force)
    columns = np.stack([plates.force, moment], axis=2).reshape(len(plates.time), -1)
    names = tuple(str(i) for i in range(columns.shape[1]))
    series = Series(plates.time, columns, names)
    if config.cutoff is not None:
        series = series.filter(config.cutoff)
    values = series.at(time, reach=np.inf).values  # as far as check_plates allows
    smooth = values.reshape(len(time), len(plates.names), 2, 3)
    for i, name in enumerate(plates.names):
        pressed = known[:, i] & (plates.force[:, i, 1] > config.least)
        height = float(np.median(point[pressed, i, 1])) if pressed.any() else 0.0
        wrench = Wrench(smooth[:, i, 0], smooth[:, i, 1])
        where = wrench.pressure_point(
            np.full(len(time), height), otherwise=np.zeros_like(wrench.force)
        )
        yield _Plate(name, wrench, where, wrench.force[:, 1] > config.least)


def _split(
    plate: _Plate, feet: Feet, *, config: PlateConfig, warnings: list[str]
) -> Float[np.ndarray, "T F"]:
    """Fraction (T, F) of a plate's wrench on each foot."""
    part = np.zeros(feet.heights.shape)
    distance = feet.outside(plate.point)
    for run in runs(plate.loaded):
        up = plate.wrench.force[run, 1]
        typical = np.average(distance[run], axis=0, weights=up)
        between = _locate_between_feet(plate.point[run], feet.centres[run])
        middling = len(feet.names) > 1 and bool(
            0.2 < np.average(between, weights=up) < 0.8
        )
        nearest = int(typical.argmin())
        when = f"from {feet.time[run][0]:.2f} to {feet.time[run][-1]:.2f} s"
        if up.max() > config.faint and typical.min() > config.far:
            warnings.append(
                f"Plate {plate.name} is loaded {when} {typical.min():.2f} m from the "
                "nearest foot and is left out there; check that plates and motion "
                "share one frame."
            )
        elif up.max() > config.faint and middling and typical.min() > config.near:
            part[run, 0], part[run, 1] = between, 1 - between
            warnings.append(
                f"Plate {plate.name} carries both feet {when}; its force is shared by "
                "the place of its centre of pressure."
            )
        else:
            part[run, nearest] = 1.0
    return part


def _locate_between_feet(
    point: Float[np.ndarray, "N 3"], centres: Float[np.ndarray, "N F 3"]
) -> Float[np.ndarray, " N"]:
    """Place of a point on the line from the left foot (0) to the right foot (1)."""
    line = (centres[:, 0] - centres[:, -1])[:, [0, 2]]
    along = ((point - centres[:, -1])[:, [0, 2]] * line).sum(axis=1)
    length = np.maximum((line**2).sum(axis=1), 1e-9)
    return np.asarray(np.clip(along / length, 0.0, 1.0))


def _ground(
    feet: Feet,
    force: Float[np.ndarray, "T F 3"],
    moment: Float[np.ndarray, "T F 3"],
    *,
    level: Float[np.ndarray, "T F"],
    least: float,
) -> GroundReaction:
    """Turn a wrench on each foot into a force at its centre of pressure."""
    points, free = feet.centres.copy(), np.zeros_like(moment)
    points[..., 1] = feet.floor
    loaded = force[..., 1] > least
    force = np.where(loaded[..., None], force, 0.0)
    heights = np.where(loaded, level / np.where(loaded, force[..., 1], 1.0), feet.floor)
    for foot in range(len(feet.names)):
        wrench = Wrench(force[:, foot], moment[:, foot])
        points[:, foot] = wrench.pressure_point(
            heights[:, foot], otherwise=points[:, foot]
        )
        about = wrench.about(points[:, foot])
        free[:, foot] = np.where(loaded[:, foot, None], about, 0.0)
    return GroundReaction(feet.time, force, points, free, feet.names, "measured")


def find_bare_feet(
    ground: GroundReaction, feet: Feet, *, config: PlateConfig | None = None
) -> Bool[np.ndarray, "T F"]:
    """Find feet that stand on the floor beside the plates.

    Parameters
    ----------
    ground : on the bodies of the feet, at their times
    feet : where the feet are
    config : what counts as a foot on a plate

    Returns
    -------
    (T, F) : whether a foot stands without a force on it, for more than 0.1 s: a few
        frames around heel strike and toe off are no fault of the plates
    """
    config = config or PlateConfig()
    still = (feet.heights < config.touch) & (feet.speeds < config.slow)
    bare = still & (ground.force[..., 1] <= config.least)
    for foot in range(len(feet.names)):
        for run in runs(bare[:, foot].copy()):
            bare[run, foot] = duration(feet.time, run) > 0.1
    return bare


def _describe_unsupported(
    ground: GroundReaction, feet: Feet, *, config: PlateConfig
) -> Iterator[str]:
    """Say which foot stands on the floor without a force on it, and when."""
    sides = ("right foot", "left foot") if len(feet.names) > 1 else ("foot",)
    bare = find_bare_feet(ground, feet, config=config)
    for foot, side in enumerate(sides):
        bouts = list(runs(bare[:, foot]))
        if bouts:
            times = name_times(
                (float(feet.time[run][0]), float(feet.time[run][-1])) for run in bouts
            )
            yield (
                f"The {side} stands with no force on it ({times}): it is beside the "
                "plates, where its muscles come out wrong, or there is a missing "
                "external force (a chair, a hand?)."
            )
