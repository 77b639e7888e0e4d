"""Muscle activations that others simulated: another optimiser's output, never EMG.

opencap-processing writes ``kinematics_activations….mot`` with coordinates in degrees
and a column ``<muscle>/activation`` per muscle, and beside it ``forces_resultant….mot``
and ``kinetics….mot`` (Falisse et al.'s direct collocation, in
https://github.com/stanfordnmbl/opencap-processing, ``UtilsDynamicSimulations``).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bige_osim.errors import DataError, MissingFileError
from bige_osim.io.opensim_files.series import read_activations
from bige_osim.io.opensim_files.table import read_table
from bige_osim.motion import Activations
from bige_osim.paths import AnyPath

TOLERANCE = 0.01
"""By which activations may leave 0 to 1, as optimisers' constraints do."""

_STEM = "kinematics_activations"
_ENDING = "/activation"
_BESIDE = {"forces": "forces_resultant", "moments": "kinetics"}


@dataclass(frozen=True)
class Simulation:
    """What someone else's program found for one stretch of a trial.

    Attributes
    ----------
    name : of its folder, with the case if the folder holds several
    trial : that was simulated, ``None`` if it is none of the session's
    path : the file of coordinates and activations
    forces, moments : files of ground forces and joint moments, ``None`` without
    activations : as simulated; not measured
    source : what made them, to be told wherever they are shown
    """

    name: str
    trial: str | None
    path: Path
    forces: Path | None
    moments: Path | None
    activations: Activations = field(repr=False, compare=False)
    source: str

    def to_dict(self, folder: Path) -> dict[str, Any]:
        """Plain data for JSON; files relative to ``folder``."""
        files = {"file": self.path, "forces": self.forces, "moments": self.moments}
        time = self.activations.time
        return {
            "name": self.name,
            "trial": self.trial,
            **{k: v and v.relative_to(folder).as_posix() for k, v in files.items()},
            "start_s": float(time[0]),
            "stop_s": float(time[-1]),
            "frames": len(time),
            "rate_hz": round(self.activations.rate, 2) if len(time) > 1 else None,
            "muscles": len(self.activations.names),
            "source": self.source,
        }


def read_simulation(
    path: AnyPath, *, trials: Collection[str] = (), coordinates: Collection[str] = ()
) -> Simulation:
    """Read the activations of a simulation, and find what belongs to them.

    Parameters
    ----------
    path : a folder of one simulation, or its ``kinematics_activations….mot``
    trials : names among which that of the simulated trial is looked for; without them
        it is the folder's without the number at its end
    coordinates : of the model; what else a file has is taken for activations if no
        column says that it is one

    Raises
    ------
    MissingFileError, DataError
        There is no such file, or none in the folder; it is damaged, or its activations
        are missing or beyond 0 to 1.
    """
    path = Path(path)
    if path.is_dir():
        found = sorted(path.glob(f"{_STEM}*.mot"))
        if len(found) != 1:
            raise MissingFileError(
                path / f"{_STEM}.mot",
                what="simulation",
                remedy="pass one of its files" if found else "pass the folder it is in",
            )
        (path,) = found
    case = path.stem.removeprefix(_STEM)  # "" or "_<trial>_<case>"
    beside = {k: path.with_name(f"{v}{case}.mot") for k, v in _BESIDE.items()}
    name = case.strip("_") or path.parent.name
    return Simulation(
        name=name,
        trial=_trial(name, trials),
        path=path,
        activations=_activations(path, coordinates),
        source=f"simulated by others, not measured ({path.parent.name}/{path.name})",
        **{kind: p if p.is_file() else None for kind, p in beside.items()},
    )


def _trial(name: str, trials: Collection[str]) -> str | None:
    """Longest trial that a simulation is named for, with a number or case after it."""
    if not trials:
        bare, _, number = name.rpartition("_")
        return bare if bare and number.isdigit() else name
    named = [t for t in trials if name == t or name.startswith(f"{t}_")]
    return max(named, key=len, default=None)


def _activations(path: Path, coordinates: Collection[str]) -> Activations:
    found = read_activations(path)
    table = read_table(path)
    if not any(name.endswith(_ENDING) for name in table.names):
        kept = [name for name in found.names if name not in coordinates]
        found = found.select(kept if coordinates else [])
    if not found.names:
        raise DataError(
            path,
            expected=f"columns ending in {_ENDING}",
            got="none",
            remedy="pass the file of coordinates and activations",
        )
    faults = np.argwhere((found.values < -TOLERANCE) | (found.values > 1 + TOLERANCE))
    if len(faults):
        row, column = faults[0]
        raise DataError(
            path,
            row=int(row) + 1,
            column=found.names[column],
            expected="activations from 0 to 1",
            got=f"{found.values[row, column]:g}",
            remedy="pass the simulation that the file belongs to",
        )
    return found
