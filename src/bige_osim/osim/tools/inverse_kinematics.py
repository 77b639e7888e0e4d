"""Inverse kinematics: coordinates from marker positions, by OpenSim's solver."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError, SimulationError, UnknownNameError
from bige_osim.motion import Markers, Motion
from bige_osim.osim.reading.open_model import OpenModel
from bige_osim.osim.tools.log import collect_errors, last_words
from bige_osim.paths import AnyPath

ACCURACY = 1e-7
"""Tolerance of OpenSim's assembler. Markers that the model can meet exactly are left up
to 8 mm away with the 1e-5 that OpenSim's tool has by default, 0.8 mm with this one."""


def solve_inverse_kinematics(
    model: AnyPath | OpenModel,
    markers: Markers,
    *,
    weights: Mapping[str, float] | None = None,
    accuracy: float = ACCURACY,
    held: Mapping[str, float] | None = None,
) -> tuple[Motion, Float[np.ndarray, "T M"]]:
    """Coordinates that bring a model's markers nearest to recorded ones.

    Every frame minimises the weighted sum of squared distances, starting from the one
    before (Lu and O'Connor 1999, J Biomech 32, 129), within the ranges of clamped
    coordinates; locked coordinates stay as they are.

    Parameters
    ----------
    model : the participant's ``.osim``, scaled, with markers; 60 to 100 ms a frame with
        Rajagopal2015's 66 markers
    markers : positions in m; those the model has not are left out, NaN is a gap
    weights : by marker name; markers not named are left out. All weigh 1 by default.
    accuracy : tolerance of OpenSim's assembler, which has no unit
    held : coordinates that are drawn to zero, of those the model has, with what a
        square radian costs beside the square metres of the markers

    Returns
    -------
    motion : all coordinates of the model, coupled and locked ones too
    errors : (T, M) distance of each marker from its target, m; NaN where left out

    Raises
    ------
    MissingFileError, UnknownNameError
        There is no such model, or a weight names no marker of both.
    BigeError
        Fewer than three markers are left to follow.
    SimulationError
        OpenSim's solver failed at a frame or logged an error.
    """
    opened = model if isinstance(model, OpenModel) else OpenModel(model)
    used = _choose_weights(opened, markers, weights)
    kept = {n: w for n, w in (held or {}).items() if n in opened.coordinates}
    with collect_errors() as logged:
        values = _track(opened, markers, used, accuracy=accuracy, held=kept)
    if logged:
        raise SimulationError(
            f"OpenSim's inverse kinematics of {opened.path} logged an error: "
            f"{logged[0][:120]}; check the markers against the model."
        )
    motion = Motion(markers.time, values, opened.coordinate_names)
    errors = np.full(markers.positions.shape[:2], np.nan)
    found = opened.markers(motion)
    for name in used:
        column = markers.names.index(name)
        distance = found.marker(name) - markers.positions[:, column]
        errors[:, column] = np.linalg.norm(distance, axis=-1)
    return motion, errors


def _choose_weights(
    opened: OpenModel, markers: Markers, weights: Mapping[str, float] | None
) -> dict[str, float]:
    shared = [name for name in markers.names if name in opened.marker_names]
    if weights is None:
        weights = dict.fromkeys(shared, 1.0)
    for name in weights:
        if name not in shared:
            raise UnknownNameError("marker", name, shared, where="the recording")
    used = {name: float(weight) for name, weight in weights.items() if weight > 0}
    if len(used) < 3:
        raise BigeError(
            f"Inverse kinematics needs three markers that both the recording and "
            f"{opened.path} have, got {len(used)}; rename the markers of one of them."
        )
    return used


def _track(
    opened: OpenModel,
    markers: Markers,
    weights: Mapping[str, float],
    *,
    accuracy: float,
    held: Mapping[str, float],
) -> Float[np.ndarray, "T C"]:
    import opensim

    at_zero = opensim.SimTKArrayCoordinateReference()
    for name, weight in held.items():
        reference = opensim.CoordinateReference(name, opensim.Constant(0.0))
        reference.setWeight(weight)
        at_zero.push_back(reference)
    solver = opensim.InverseKinematicsSolver(
        opened.model, _reference(markers, weights), at_zero, float("inf")
    )
    solver.setAccuracy(accuracy)
    values = np.empty((len(markers.time), len(opened.coordinate_names)))
    for frame, time in enumerate(markers.time):
        opened.state.setTime(float(time))
        try:
            solver.track(opened.state) if frame else solver.assemble(opened.state)
        except RuntimeError as error:
            reason = last_words(str(error))
            raise SimulationError(
                f"OpenSim's inverse kinematics of {opened.path} failed at {time:.3f} s "
                f"({reason}); look for swapped or missing markers there."
            ) from error
        values[frame] = [
            coordinate.getValue(opened.state)
            for coordinate in opened.coordinates.values()
        ]
    return values


def _reference(markers: Markers, weights: Mapping[str, float]) -> Any:
    """Build OpenSim's table of targets and the weights that go with it."""
    import opensim

    labels = opensim.StdVectorString()
    marker_weights = opensim.SetMarkerWeights()
    for name, weight in weights.items():
        labels.append(name)
        marker_weights.cloneAndAppend(opensim.MarkerWeight(name, weight))
    table = opensim.TimeSeriesTableVec3()
    table.setColumnLabels(labels)
    table.addTableMetaDataString("Units", "m")
    columns = [markers.names.index(name) for name in weights]
    for time, positions in zip(markers.time, markers.positions, strict=True):
        row = opensim.RowVectorVec3(len(columns))
        for place, column in enumerate(columns):
            row[place] = opensim.Vec3(*map(float, positions[column]))
        table.appendRow(float(time), row)
    return opensim.MarkersReference(table, marker_weights)
