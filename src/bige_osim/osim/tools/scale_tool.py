"""Scale a generic model to marker recordings by OpenSim's ScaleTool.

Measurements between markers give the factors (``ModelScaler``); then markers are moved
to where the standing participant wears them (``MarkerPlacer``).
"""

import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bige_osim.errors import BigeError, SimulationError
from bige_osim.motion import Markers
from bige_osim.osim.anthropometry import GENERIC_MASS, GENERIC_STATURE
from bige_osim.osim.nimble import keep_back_output
from bige_osim.osim.reading.open_model import open_osim
from bige_osim.osim.tools.log import collect_errors, describe_error
from bige_osim.osim.tools.scale_factors import MarkerRatios, ScalePlan, plan_scaling
from bige_osim.osim.tools.scaling import (
    check_scaled,
    fibre_lengths,
    muscle_volume,
    strengthen_muscles,
)
from bige_osim.paths import AnyPath
from bige_osim.spec.marker_set import MarkerSet

_FRAMES = 3  # of the standing pose, which OpenSim averages again
_HELD = 1.0  # m²: what a square radian of a held coordinate costs beside the markers


@dataclass(frozen=True)
class ScaledModel:
    """What scaling did.

    Attributes
    ----------
    path : the scaled ``.osim``
    factors : body -> factors (forward, up, right)
    notes : where a factor had to come from elsewhere, one sentence each
    moved : marker -> how far it was moved on its body, m
    """

    path: Path
    factors: dict[str, tuple[float, float, float]]
    notes: tuple[str, ...]
    moved: dict[str, float]


def scale_to_markers(
    generic: AnyPath,
    *,
    marker_set: MarkerSet,
    pose: Markers,
    mass: float,
    height: float,
    path: AnyPath,
    name: str,
    unlocked: Collection[str] = (),
    held: Collection[str] = (),
    multipliers: Mapping[str, float] | None = None,
) -> ScaledModel:
    """Write a model scaled to a standing participant, with the markers as worn.

    Isometric muscle forces follow the participant's muscle volume
    (:func:`muscle_volume`).

    Parameters
    ----------
    generic : the model to scale, of a man of 1.70 m and 75.3 kg; left as it is
    marker_set : markers on its bodies, and what they measure
    pose : mean positions while the participant stood, m, in OpenSim's frame, one frame
    mass, height : of the participant, kg and m
    path, name : of the scaled model
    unlocked : coordinates to free, where the model has them
    held : coordinates, of those the model has, that stay near zero while the standing
        participant is fitted
    multipliers : body -> what its measured factors are multiplied by

    Raises
    ------
    MissingFileError, BigeError
        There is no such model, or a marker's body is not in the model, or two markers
        of a pair coincide.
    SimulationError
        OpenSim failed, or the result has not the mass or the muscles it must have.
    """
    generic, path = Path(generic), Path(path)
    model = _open_with_markers(generic, marker_set, unlocked=unlocked)
    stature = height / GENERIC_STATURE
    ratios = MarkerRatios(model, pose)
    odd = ratios.odd(marker_set.measurements, stature=stature)
    kept = [m for m in marker_set.measurements if m.name not in odd]
    bodies = [body.getName() for body in model.getBodySet()]
    plan = plan_scaling(bodies, kept, recorded=pose.names)
    factors = ratios.factors(plan, stature=stature)
    multiplied = {
        body: (factors[body][0] * m, factors[body][1] * m, factors[body][2] * m)
        for body, m in (multipliers or {}).items()
        if body in factors
    }
    factors |= multiplied
    fibres, before = fibre_lengths(model), _locations(model)
    with _pose_file(pose) as file:
        by_hand = {body: (stature,) * 3 for body in plan.by_stature} | multiplied
        scaler = _make_scaler(plan, file=file, by_hand=by_hand)
        advice = f"check the measurements of {marker_set.name}"
        with _refuse_failure("ModelScaler", generic, advice) as results:
            results.append(scaler.processModel(model, "", mass))
        ratio = muscle_volume(mass, height)
        ratio /= muscle_volume(GENERIC_MASS, GENERIC_STATURE)
        strengthen_muscles(model, fibres=fibres, ratio=ratio)
        model.initSystem()
        known = [name for name in held if model.getCoordinateSet().contains(name)]
        placer = _make_placer(marker_set, pose, file=file, held=known)
        advice = "look for swapped markers in the standing stretch"
        with _refuse_failure("MarkerPlacer", generic, advice) as results:
            results.append(placer.processModel(model, ""))
    model.setName(name)
    model.finalizeConnections()
    model.printToXML(str(path))
    check_scaled(path, mass=mass, muscles=list(fibres))
    after = _locations(model)
    moved = {
        m.name: float(np.linalg.norm(after[m.name] - before[m.name] * factors[m.body]))
        for m in marker_set.markers
        if m.name in pose.names
    }
    return ScaledModel(path, factors, (*odd.values(), *plan.notes), moved)


@contextmanager
def _refuse_failure(tool: str, generic: Path, advice: str) -> Iterator[list[bool]]:
    """Let a tool of OpenSim's run quietly; what it says of success goes into a list."""
    results: list[bool] = []
    with collect_errors() as wrong, keep_back_output():
        yield results
    if not all(results):
        raise SimulationError(
            f"OpenSim's {tool} failed on {generic.name}{describe_error(wrong)}; "
            f"{advice}."
        )


def _open_with_markers(
    generic: Path, marker_set: MarkerSet, *, unlocked: Collection[str]
) -> Any:
    """Open the model with the markers of the set instead of its own."""
    import opensim

    model = open_osim(generic, remedy="pass a generic .osim")
    model.updMarkerSet().clearAndDestroy()
    bodies = model.getBodySet()
    for marker in marker_set.markers:
        if not bodies.contains(marker.body):
            raise BigeError(
                f"The marker {marker.name} of {marker_set.name} is on the body "
                f"{marker.body}, which {generic} has not; pass another --generic."
            )
        body, place = bodies.get(marker.body), opensim.Vec3(*marker.location)
        model.addMarker(opensim.Marker(marker.name, body, place))
    for coordinate in model.updCoordinateSet():
        if coordinate.getName() in unlocked:
            coordinate.set_locked(False)
    model.finalizeConnections()
    model.initSystem()
    return model


def _make_scaler(
    plan: ScalePlan, *, file: Path, by_hand: Mapping[str, tuple[float, ...]]
) -> Any:
    import opensim

    scaler = opensim.ModelScaler()
    scaler.setApply(True)
    scaler.setScalingOrder(_strings("measurements", "manualScale"))
    scaler.setPreserveMassDist(True)
    scaler.setMarkerFileName(str(file))
    scaler.setTimeRange(_whole())
    for measured in plan.measurements:
        measurement = opensim.Measurement()
        measurement.setName(measured.name)
        measurement.setApply(True)
        for pair in measured.pairs:
            measurement.getMarkerPairSet().cloneAndAppend(opensim.MarkerPair(*pair))
        for body, axes in measured.scales.items():
            scale = opensim.BodyScale()
            scale.setName(body)
            scale.setAxisNames(_strings(*axes.upper()))
            measurement.getBodyScaleSet().cloneAndAppend(scale)
        scaler.addMeasurement(measurement)
    for body, factors in by_hand.items():
        manual = opensim.Scale()
        manual.setName(body)
        manual.setSegmentName(body)
        manual.setScaleFactors(opensim.Vec3(*factors))
        manual.setApply(True)
        scaler.addScale(manual)
    return scaler


def _make_placer(
    marker_set: MarkerSet, pose: Markers, *, file: Path, held: Collection[str]
) -> Any:
    """Make the tool that moves markers; ``held`` coordinates are drawn to zero."""
    import opensim

    placer = opensim.MarkerPlacer()
    placer.setApply(True)
    placer.setMoveModelMarkers(True)
    placer.setStaticPoseFileName(str(file))
    placer.setTimeRange(_whole())
    for marker in marker_set.markers:
        if marker.name in pose.names:
            task = opensim.IKMarkerTask()
            task.setName(marker.name)
            task.setApply(marker.placement > 0)
            task.setWeight(marker.placement)
            placer.getIKTaskSet().cloneAndAppend(task)
    for coordinate in held:
        task = opensim.IKCoordinateTask()
        task.setName(coordinate)
        task.setApply(True)
        task.setWeight(_HELD)
        task.setValueType(opensim.IKCoordinateTask.ManualValue)
        task.setValue(0.0)
        placer.getIKTaskSet().cloneAndAppend(task)
    return placer


def _strings(*texts: str) -> Any:
    import opensim

    array = opensim.ArrayStr()
    for text in texts:
        array.append(text)
    return array


def _whole() -> Any:
    """Time range of the standing pose, s."""
    import opensim

    times = opensim.ArrayDouble()
    times.append(0.0)
    times.append((_FRAMES - 1) / 100)
    return times


@contextmanager
def _pose_file(pose: Markers) -> Iterator[Path]:
    """Write the standing pose as the ``.trc`` that OpenSim's tools want."""
    import opensim

    table = opensim.TimeSeriesTableVec3()
    labels = opensim.StdVectorString()
    for name in pose.names:
        labels.append(name)
    table.setColumnLabels(labels)
    table.addTableMetaDataString("DataRate", "100")
    table.addTableMetaDataString("Units", "m")
    row = opensim.RowVectorVec3(len(pose.names))
    for column, place in enumerate(pose.positions[0].tolist()):
        row[column] = opensim.Vec3(*place)
    for frame in range(_FRAMES):
        table.appendRow(frame / 100, row)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "standing.trc"
        opensim.TRCFileAdapter.write(table, str(path))
        yield path


def _locations(model: Any) -> dict[str, Any]:
    return {m.getName(): m.get_location().to_numpy() for m in model.getMarkerSet()}
