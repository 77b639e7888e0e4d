"""What became of a repetition that was refined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from bige_osim.evaluation.motion_validation import MotionValidation
from bige_osim.guidance.result import TermResult
from bige_osim.io.opensim_files.mot import write_motion
from bige_osim.io.opensim_files.series import write_series
from bige_osim.io.output import finite
from bige_osim.motion import Activations, Motion
from bige_osim.physics.kinematics.coordinates import complete_motion
from bige_osim.physics.planted_ik import LEGS
from bige_osim.solving.solution import Solution
from bige_osim.stages.opensim_folder import OpenSimFolders, place_of

NOT_DELIVERED = 4
"""Exit code when a motion that was asked for could not be delivered."""

FILES = ("file", "activations", "uncertainty_file")
"""Keys of a motion's row that name files of it."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What became of one repetition, refined, projected and certified.

    Attributes
    ----------
    motion : as projected, rad and m, from 0 s
    own : the same before refinement, feet planted
    planted : RMS angle by which planting the feet changed it before that, deg
    activations : 0 to 1, of ``motion``, as the source of activations has them
    std : (F, M) their predicted standard deviation, same unit; 0 if they are exact
    solution : of the simulation that certifies it
    validation : of ``motion``, with the goal
    terms : before and after, of a batch of one
    steps, seconds : of refinement; processor time in s
    """

    motion: Motion
    own: Motion
    planted: dict[str, float]
    activations: Activations
    std: Float[np.ndarray, "F M"]
    solution: Solution
    validation: MotionValidation
    terms: tuple[TermResult, ...]
    steps: int
    seconds: float

    def add(self, former: "Outcome | None", steps: int, seconds: float) -> "Outcome":
        """Count steps and processor time (s) that it took, and a former one."""
        if former is not None:
            steps, seconds = steps + former.steps, seconds + former.seconds
        return replace(self, steps=steps, seconds=seconds)

    @property
    def simulated(self) -> Activations:
        """Activations of the simulation that certifies it, 0 to 1, at its frames."""
        return self.solution.static.activations

    @property
    def passed(self) -> bool:
        """Whether it passes as ``bige validate`` judges it."""
        return self.validation.passed

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences of the simulation."""
        return self.validation.warnings

    def row(self) -> dict[str, Any]:
        """Plain data, angles in degrees."""
        change = measure_change(self.motion.values - self.own.values, self.motion.names)
        return {
            "duration": self.motion.duration,
            "duration_before": self.own.duration,
            "holds": self.passed,
            "reasons": list(self.validation.reasons),
            "unsatisfied": self.unsatisfied,
            "change_deg": change,
            "planting_deg": self.planted,
            "steps": self.steps,
            "seconds": self.seconds,
            "uncertainty": float(self.std.mean()),
            "terms": [term.row(0) for term in self.terms],
        }

    @property
    def unsatisfied(self) -> list[str]:
        """Names of constraints that are not satisfied."""
        flags = [(t.term.name, t.satisfied) for t in self.terms]
        return [name for name, flag in flags if flag is not None and not flag[0]]


def write_outcome(
    one: Outcome, folder: Path, *, number: int, folders: OpenSimFolders
) -> dict[str, Any]:
    """Write a motion that is delivered; return its row, which names the files.

    Its simulation is written as a folder that OpenSim re-runs it from.

    Parameters
    ----------
    one : what is delivered, rad, m and activations 0 to 1
    folder : where
    number : what the files are called after
    folders : for OpenSim, of the participant's model
    """
    name, spec = f"{number:02d}", folders.engine.skeleton.spec
    files = {"file": f"{name}.mot", "activations": f"{name}_activations.sto"}
    whole = complete_motion(one.motion, spec)
    write_motion(folder / files["file"], whole, spec=spec)
    write_series(
        folder / files["activations"], one.activations, name=f"{name} expected"
    )
    if one.std.any():
        files["uncertainty_file"] = f"{name}_uncertainty.sto"
        path = folder / files["uncertainty_file"]
        deviation = replace(one.activations, values=one.std)
        write_series(path, deviation, name=f"{name} uncertainty")
    folders.write(folder, name, one.solution)
    row: dict[str, Any] = finite({**files, **one.row()})
    return row


def output_names(summary: Mapping[str, Any]) -> list[str]:
    """Names of the files and folders of every delivered motion."""
    rows = summary["motions"]
    names = [str(m[key]) for m in rows for key in FILES if key in m]
    return names + [place_of(Path(m["file"]).stem) for m in rows]


def measure_change(
    difference: Float[np.ndarray, "F I"], names: Sequence[str]
) -> dict[str, float]:
    """Root mean square of angles by region, deg; translations do not count.

    Parameters
    ----------
    difference : rad and m
    names : I coordinates

    Examples
    --------
    >>> measure_change(np.full((1, 2), np.pi), ("knee_angle_r", "pelvis_tx"))
    {'legs': 180.0, 'all': 180.0}
    """
    regions: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        if name in ("pelvis_tx", "pelvis_ty", "pelvis_tz"):
            continue
        region = (
            "legs"
            if name in LEGS
            else "pelvis"
            if name.startswith("pelvis_")
            else "trunk"
            if name.startswith("lumbar_")
            else "arms and toes"
        )
        for key in (region, "all"):
            regions.setdefault(key, []).append(i)
    return {
        region: float(np.degrees(np.sqrt(np.mean(difference[:, columns] ** 2))))
        for region, columns in sorted(
            regions.items(), key=lambda item: item[0] == "all"
        )
    }
