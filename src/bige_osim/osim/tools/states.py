"""Every coordinate and speed of a model from a motion, as OpenSim's tools take them.

Coupled coordinates are computed: OpenCap writes ``knee_angle_*_beta`` in radians among
columns in degrees, and OpenSim, given both, would bend the knee to meet the two.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError, UnknownNameError, name_some
from bige_osim.motion import Motion
from bige_osim.osim.reading.open_model import items
from bige_osim.osim.tools.storage import write_storage
from bige_osim.paths import AnyPath
from bige_osim.splines import FEWEST

_LARGEST_ANGLE = 4 * np.pi


def complete_motion(model: Any, motion: Motion) -> Motion:
    """Give a value to every coordinate of the model, in the model's order.

    Parameters
    ----------
    model : as from :func:`bige_osim.osim.tools.prepared_model.prepare_model`
    motion : every independent coordinate that the model neither locks nor prescribes;
        a column for a coupled one is ignored

    Raises
    ------
    UnknownNameError
        The model has no coordinate of a column's name.
    BigeError
        A coordinate is missing, a value is no number or in degrees, or the motion is
        too short for accelerations.
    """
    coordinates = {c.getName(): c for c in items(model.getCoordinateSet())}
    _check(motion, coordinates)
    couplers = couplers_of(model)
    values: dict[str, Float[np.ndarray, " T"]] = {}
    for name, coordinate in coordinates.items():
        if name in couplers:
            continue
        if name in motion.names:
            values[name] = motion.column(name)
        elif coordinate.getDefaultLocked():
            values[name] = np.full(len(motion.time), coordinate.getDefaultValue())
        elif coordinate.getDefaultIsPrescribed():
            function = coordinate.getPrescribedFunction()
            values[name] = _evaluate(function, motion.time[:, None])
        else:
            raise BigeError(
                f"The motion has no column {name}, which model {model.getName()} needs;"
                " export the motion with all coordinates of its model."
            )
    waiting = dict(couplers)
    while waiting:
        ready = [n for n, c in waiting.items() if values.keys() >= {*_sources(c)}]
        if not ready:
            raise BigeError(
                f"Coordinates {name_some(waiting)} of model {model.getName()} are "
                "coupled to each other in a circle; mend the model's constraints."
            )
        for name in ready:
            coupler = waiting.pop(name)
            sources = [
                values[n] for n in items(coupler.getIndependentCoordinateNames())
            ]
            values[name] = _evaluate(coupler.getFunction(), np.column_stack(sources))
    columns = np.column_stack([values[name] for name in coordinates])
    return Motion(motion.time, columns, tuple(coordinates))


def write_states(path: AnyPath, motion: Motion, *, speeds: Motion, model: Any) -> None:
    """Write coordinates and speeds as a table of OpenSim states.

    With states, unlike with coordinates, OpenSim's ``AnalyzeTool`` does not assemble
    the model at every frame beforehand, which takes it 8 ms a frame.
    """
    coordinates = items(model.getCoordinateSet())
    paths = {c.getName(): c.getAbsolutePathString() for c in coordinates}
    names = [f"{paths[n]}/{kind}" for kind in ("value", "speed") for n in motion.names]
    values = np.hstack([motion.values, speeds.values])
    write_storage(path, motion.time, values=values, names=names)


def coordinate_splines(motion: Motion, folder: AnyPath) -> Any:
    """Quintic splines through every coordinate, OpenSim's ``GCVSplineSet``.

    Parameters
    ----------
    motion : at least :data:`FEWEST` frames
    folder : where a file may be left
    """
    import opensim

    path = Path(folder) / "coordinates.sto"
    write_storage(path, motion.time, values=motion.values, names=motion.names)
    return opensim.GCVSplineSet(5, opensim.Storage(str(path)))


def spline_speeds(motion: Motion, folder: AnyPath) -> Motion:
    """First derivatives by the splines that OpenSim itself uses; arguments as there."""
    import opensim

    derivative = coordinate_splines(motion, folder).constructStorage(1)
    columns = []
    for name in motion.names:
        column = opensim.ArrayDouble()
        derivative.getDataColumn(name, column)
        columns.append([column.get(i) for i in range(column.getSize())])
    return Motion(motion.time, np.array(columns).T, motion.names)


def _check(motion: Motion, coordinates: dict[str, Any]) -> None:
    import opensim

    if len(motion.time) < FEWEST:
        raise BigeError(
            f"A motion of {len(motion.time)} frames is too short for accelerations; "
            f"give at least {FEWEST} frames."
        )
    for name, column in zip(
        motion.names, motion.require_finite().values.T, strict=True
    ):
        if name not in coordinates:
            raise UnknownNameError(
                "coordinate", name, coordinates, where="the model of the motion"
            )
        turns = coordinates[name].getMotionType() == opensim.Coordinate.Rotational
        if turns and np.abs(column).max() > _LARGEST_ANGLE:
            raise BigeError(
                f"Column {name} of the motion reaches {np.abs(column).max():.0f} rad; "
                "angles must be in radians: check inDegrees in the file's header."
            )


def couplers_of(model: Any) -> dict[str, Any]:
    """Couplers that are enforced, by the coordinate that each sets; OpenSim's."""
    import opensim

    constraints = map(
        opensim.CoordinateCouplerConstraint.safeDownCast,
        items(model.getConstraintSet()),
    )
    return {
        coupler.getDependentCoordinateName(): coupler
        for coupler in constraints
        if coupler is not None and coupler.get_isEnforced()
    }


def _sources(coupler: Any) -> list[str]:
    """Names of the coordinates that a coupler's function takes, in its order."""
    return list(items(coupler.getIndependentCoordinateNames()))


def coupler_slopes(
    couplers: dict[str, Any], at: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """How fast coupled coordinates move with those that drive them.

    Parameters
    ----------
    couplers : as from :func:`couplers_of`
    at : value of every coordinate, rad or m

    Returns
    -------
    dict
        coupled coordinate -> driving coordinate -> slope; what drives another coupled
        coordinate comes after that one
    """
    import opensim

    slopes: dict[str, dict[str, float]] = {}
    waiting = dict(couplers)
    while waiting:
        driving = set().union(*map(_sources, waiting.values()))
        for name in [n for n in waiting if n not in driving]:
            coupler = waiting.pop(name)
            sources = list(items(coupler.getIndependentCoordinateNames()))
            point = opensim.Vector([at[n] for n in sources])
            slopes[name] = {
                source: coupler.getFunction().calcDerivative(_std_vector(i), point)
                for i, source in enumerate(sources)
            }
    return slopes


def _std_vector(index: int) -> Any:
    """Which argument to differentiate by, as OpenSim takes it."""
    import opensim

    vector = opensim.StdVectorInt()
    vector.append(index)
    return vector


def _evaluate(
    function: Any, arguments: Float[np.ndarray, "T N"]
) -> Float[np.ndarray, " T"]:
    """Values of OpenSim's function of N arguments."""
    import opensim

    vectors = map(opensim.Vector, arguments.tolist())
    return np.array([function.calcValue(vector) for vector in vectors])
