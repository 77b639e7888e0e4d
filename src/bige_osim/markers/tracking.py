"""Inverse kinematics of marker trials, with their errors, each into its own files."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from bige_osim.errors import BigeError, name_some
from bige_osim.io.opensim_files.forces import write_ground_reaction
from bige_osim.io.opensim_files.mot import write_motion
from bige_osim.io.opensim_files.series import write_series
from bige_osim.io.opensim_files.trc import write_markers
from bige_osim.markers.marker_errors import MarkerErrors
from bige_osim.markers.recordings import MarkerTrial
from bige_osim.motion import Markers, Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.osim.reading.open_model import OpenModel
from bige_osim.osim.tools.inverse_kinematics import solve_inverse_kinematics
from bige_osim.spec.marker_set import MarkerSet

FAR = 0.10
"""A marker this far (m) from the model may be another one's, or lost."""

ODD = 4.0
"""... if it is this many times as far as that marker is at its median frame."""

_PASSES = 5  # markers left out of a frame at most

ACCURACY = 1e-5
"""Tolerance of OpenSim's inverse kinematics, its own default."""


@dataclass(frozen=True, kw_only=True)
class Tracker:
    """What the trials of a session have in common.

    Attributes
    ----------
    folder : of the session
    model : the participant's scaled model, with markers
    marker_set : weights and regions of the markers
    accuracy : of OpenSim's inverse kinematics, a tolerance without unit
    held : coordinates that are drawn to zero, since no marker shows them, by weight
    """

    folder: Path
    model: Path
    marker_set: MarkerSet
    accuracy: float = ACCURACY
    held: Mapping[str, float] = field(default_factory=dict)

    def track(self, trial: MarkerTrial) -> dict[str, Any]:
        """Solve and write one trial: its row of the summary, or what is wrong."""
        start = time.perf_counter()
        row: dict[str, Any] = {"trial": trial.name, "file": trial.source.name}
        try:
            errors, notes = self._solve(trial)
        except BigeError as error:
            return {**row, "error": str(error), "notes": list(trial.notes)}
        frames = len(trial.markers.time)
        seconds = time.perf_counter() - start
        return {
            **row,
            "frames": frames,
            "rate_hz": round(trial.markers.rate, 3) if frames > 1 else None,
            "seconds_per_frame": round(seconds / frames, 5),
            **errors.to_dict(),
            "plates": 0 if trial.ground is None else len(trial.ground.names),
            "notes": [*trial.notes, *notes],
        }

    def _solve(self, trial: MarkerTrial) -> tuple[MarkerErrors, list[str]]:
        loaded = _open(self.model)
        weights = {
            marker.name: marker.weight
            for marker in self.marker_set.markers
            if marker.name in trial.markers.names and marker.weight > 0
        }
        regions = {marker.name: marker.region for marker in self.marker_set.markers}
        rigid = [regions[name] != "head" for name in trial.markers.names]
        motion, distances, lost = _follow(
            loaded,
            trial.markers,
            weights=weights,
            accuracy=self.accuracy,
            held=self.held,
            rigid=np.array(rigid),
        )
        errors = MarkerErrors(motion.time, distances, trial.markers.names, regions)
        motions = self.folder / "OpenSimData" / "Kinematics"
        markers = self.folder / "MarkerData"
        spec = read_model(self.model)
        write_motion(motions / f"{trial.name}.mot", motion, spec=spec)
        write_markers(markers / f"{trial.name}.trc", trial.markers)
        write_series(
            markers / f"{trial.name}_errors.sto",
            errors.series(),
            name=f"{trial.name} marker errors in m, -1 where not seen",
        )
        if trial.ground is not None:
            path = self.folder / "ForceData" / f"{trial.name}_forces.mot"
            write_ground_reaction(path, trial.ground)
        return errors, _describe_lost(lost)


def _follow(
    loaded: OpenModel,
    markers: Markers,
    *,
    weights: Mapping[str, float],
    accuracy: float,
    held: Mapping[str, float],
    rigid: Bool[np.ndarray, " M"],
) -> tuple[Motion, Float[np.ndarray, "T M"], dict[str, int]]:
    """Inverse kinematics without the markers that have jumped off the body.

    Frames with a marker far off and far more so than usual are solved again without
    it, the worst marker at a time.

    Returns
    -------
    motion, distances, and in how many frames each marker was left out
    """
    motion, distances = solve_inverse_kinematics(
        loaded, markers, weights=weights, accuracy=accuracy, held=held
    )
    usual = np.nanmedian(distances[:, _find_seen(distances)], axis=0)
    limit = np.full(len(markers.names), np.inf)
    limit[_find_seen(distances)] = np.maximum(FAR, ODD * usual)
    limit[~rigid] = np.inf
    values, positions = motion.values.copy(), markers.positions.copy()
    lost: dict[str, int] = {}
    for _ in range(_PASSES):
        excess = np.nan_to_num(distances / limit, nan=0.0)
        frames = np.flatnonzero(excess.max(axis=1) > 1)
        if not len(frames):
            break
        for frame, worst in zip(frames, excess[frames].argmax(axis=1), strict=True):
            positions[frame, worst] = np.nan
            name = markers.names[worst]
            lost[name] = lost.get(name, 0) + 1
        again = Markers(markers.time[frames], positions[frames], markers.names)
        part, distances[frames] = solve_inverse_kinematics(
            loaded, again, weights=weights, accuracy=accuracy, held=held
        )
        values[frames] = part.values
    return replace(motion, values=values), distances, lost


def _find_seen(distances: Float[np.ndarray, "T M"]) -> Bool[np.ndarray, " M"]:
    return np.asarray(np.isfinite(distances).any(axis=0))


def _describe_lost(lost: Mapping[str, int]) -> list[str]:
    if not lost:
        return []
    most = sorted(lost, key=lambda name: -lost[name])
    named = name_some(f"{name} in {lost[name]}" for name in most)
    return [f"Markers left out in frames in which they jump off the body: {named}."]


@lru_cache(maxsize=1)
def _open(model: Path) -> OpenModel:
    """Open a model once in each process."""
    return OpenModel(model)
