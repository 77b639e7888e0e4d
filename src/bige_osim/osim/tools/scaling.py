"""Scale a generic model to a participant: geometry, masses, and muscles, by OpenSim."""

from collections.abc import Collection, Mapping
from typing import Any

from bige_osim.errors import SimulationError, UnknownNameError
from bige_osim.osim.reading.open_model import items, open_osim
from bige_osim.paths import AnyPath
from bige_osim.spec import ModelSpec

Factors = Mapping[str, tuple[float, float, float]]
"""Scale factors along a body's own axes (forward, up, right), by body name."""


def muscle_volume(mass: float, height: float) -> float:
    """Volume of a participant's leg muscles, cm³, from mass (kg) and height (m).

    The regression over 24 participants of Handsfield et al. 2014 (J Biomech 47, 631),
    with the coefficients of the strength script that goes with Rajagopal et al. 2016.

    Examples
    --------
    >>> round(muscle_volume(75.0, 1.70))
    7288
    """
    return 47.05 * mass * height + 1289.6


def scale_model(
    generic: AnyPath,
    *,
    factors: Factors,
    mass: float,
    path: AnyPath,
    name: str | None = None,
    muscle_volume_ratio: float | None = None,
    unlocked: Collection[str] = (),
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> None:
    """Write a scaled copy of a model.

    OpenSim scales bodies, joints, markers, wrapping surfaces and muscle paths by the
    factors, and optimal fibre and tendon slack lengths with the length of each
    muscle's path in the default pose. Body masses keep the proportions they have in
    the generic model; inertias follow mass and factors.

    Parameters
    ----------
    generic : the model to scale; it is left as it is
    factors : for every body that changes its size; the others keep theirs
    mass : total mass of the scaled model, kg
    path : the ``.osim`` to write; the same input gives the same bytes
    name : of the scaled model; the generic model's own by default
    muscle_volume_ratio : a factor, the participant's muscle volume over that of the
        generic model; maximal isometric forces are multiplied by it over the change of
        optimal fibre length (force goes with volume over length: Handsfield et al.
        2014, Rajagopal et al. 2016). Forces stay as they are by default.
    unlocked : coordinates to free that the generic model locks
    ranges : lowest and highest value (rad, m) of coordinates whose range is to change

    Raises
    ------
    MissingFileError, UnknownNameError
        There is no such model, body or coordinate.
    SimulationError
        OpenSim failed, or the result has not the mass or the muscles it must have.
    """
    model = open_osim(generic, remedy="pass a generic .osim")
    _check_names(model, factors=factors, coordinates=[*unlocked, *(ranges or {})])
    fibres = fibre_lengths(model)
    state = model.initSystem()
    if not model.scale(state, _scale_set(model, factors), True, mass):
        raise SimulationError(f"OpenSim could not scale {generic}; check the factors.")
    for coordinate in unlocked:
        model.updCoordinateSet().get(coordinate).set_locked(False)
    for coordinate, (low, high) in (ranges or {}).items():
        model.updCoordinateSet().get(coordinate).setRangeMin(low)
        model.updCoordinateSet().get(coordinate).setRangeMax(high)
    if muscle_volume_ratio is not None:
        strengthen_muscles(model, fibres=fibres, ratio=muscle_volume_ratio)
    if name is not None:
        model.setName(name)
    model.finalizeConnections()
    model.printToXML(str(path))
    check_scaled(path, mass=mass, muscles=list(fibres))


def _check_names(model: Any, *, factors: Factors, coordinates: Collection[str]) -> None:
    bodies = [body.getName() for body in model.getBodySet()]
    known = [c.getName() for c in model.getCoordinateSet()]
    where = f"model {model.getName()}"
    for body in factors:
        if body not in bodies:
            raise UnknownNameError("body", body, bodies, where=where)
    for coordinate in coordinates:
        if coordinate not in known:
            raise UnknownNameError("coordinate", coordinate, known, where=where)


def _scale_set(model: Any, factors: Factors) -> Any:
    import opensim

    scales = opensim.ScaleSet()
    for body in model.getBodySet():
        scale = opensim.Scale()
        scale.setSegmentName(body.getName())
        factor = factors.get(body.getName(), (1.0, 1.0, 1.0))
        scale.setScaleFactors(opensim.Vec3(*factor))
        scale.setApply(True)
        scales.cloneAndAppend(scale)
    return scales


def fibre_lengths(model: Any) -> dict[str, float]:
    """Optimal fibre length, m, by muscle."""
    muscles = items(model.getMuscles())
    return {m.getName(): float(m.getOptimalFiberLength()) for m in muscles}


def strengthen_muscles(
    model: Any, *, fibres: Mapping[str, float], ratio: float
) -> None:
    """Scale isometric forces with the muscles' volume over their length.

    Parameters
    ----------
    model : the scaled model, as OpenSim has it open
    fibres : optimal fibre lengths before scaling, m, by muscle
    ratio : of muscle volumes: a fraction, the participant's over the generic model's
    """
    for name, length in fibres.items():
        muscle = model.updMuscles().get(name)
        longer = muscle.getOptimalFiberLength() / length
        muscle.setMaxIsometricForce(muscle.getMaxIsometricForce() * ratio / longer)


def check_scaled(path: AnyPath, *, mass: float, muscles: list[str]) -> None:
    """Reload what was written; OpenSim reports success for less.

    Raises
    ------
    SimulationError
        It has not this mass (kg), or other muscles.
    """
    import opensim

    model = opensim.Model(str(path))
    state = model.initSystem()
    got = float(model.getTotalMass(state))
    if abs(got - mass) > 1e-6 * mass:
        raise SimulationError(
            f"The scaled model {path} has a mass of {got:.3f} kg instead of {mass:.3f}"
            " kg; report the generic model and the factors."
        )
    if list(fibre_lengths(model)) != muscles:
        raise SimulationError(
            f"The scaled model {path} lost muscles; report the generic model."
        )


def write_masses(model: AnyPath, spec: ModelSpec, *, output: AnyPath) -> None:
    """Write a copy of a model with the masses, mass centres and inertias of ``spec``.

    Parameters
    ----------
    model : the ``.osim`` that ``spec`` was read from
    spec : the same bodies, with other masses
    output : the ``.osim`` to write
    """
    import opensim

    opened = open_osim(model)
    for body in spec.bodies:
        found = opened.updBodySet().get(body.name)
        found.setMass(body.mass)
        found.setMassCenter(opensim.Vec3(*body.mass_center))
        i = body.inertia
        found.setInertia(
            opensim.Inertia(i[0, 0], i[1, 1], i[2, 2], i[0, 1], i[0, 2], i[1, 2])
        )
    opened.finalizeConnections()
    opened.printToXML(str(output))
