"""What OpenSim needs to re-run a motion by its own tools: model, forces and setups.

Written by the parts that set OpenSim up for the engine ``opensim``, and by OpenSim's
own classes: reading a model has loaded OpenSim anyway, whichever engine solves.
"""

import math
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bige_osim.errors import name_some
from bige_osim.motion import GroundReaction, Motion
from bige_osim.osim.reading.open_model import items, open_osim
from bige_osim.osim.static_optimisation.analysis import make_analysis, make_tool
from bige_osim.osim.tools.external import LOADS, write_external_loads
from bige_osim.osim.tools.prepared_model import (
    MARBLE,
    contact_forces,
    fixed_coordinates,
    give_mass,
    make_reserves,
    massless_ends,
    prepare_model,
)
from bige_osim.paths import AnyPath
from bige_osim.solution import StaticOptimisationConfig

RESERVES = "reserves.xml"
INVERSE_DYNAMICS, STATIC_OPTIMISATION = "setup_id.xml", "setup_so.xml"
"""Names of the files: actuators that are added, and the setups of the two tools."""

RESULTS = "results"
"""Folder, within that of the files, which OpenSim's tools write into."""

UNFILTERED = -1.0
"""Cut-off that tells OpenSim's tools not to filter, Hz."""


@dataclass(frozen=True)
class FrameTimes:
    """Which frames of a motion OpenSim's tools are to solve.

    Attributes
    ----------
    whole : times of the first and the last frame of the motion, s
    solved : of the frames for static optimisation, s
    step : rows of the motion from one of these to the next
    """

    whole: tuple[float, float]
    solved: tuple[float, float]
    step: int


class SetupFiles:
    """Writes what OpenSim needs to re-run motions of one model, opened once.

    Parameters
    ----------
    path : the ``.osim``
    moving : coordinates that the motions prescribe
    config : settings of static optimisation

    Attributes
    ----------
    model_file : what the model is called in every folder
    changes : what was changed of the model, and where, one line each; it is the user's
        own file where there is none
    value_paths : by coordinate, what OpenSim calls its value among the model's states
    activation_paths : by muscle, likewise

    Raises
    ------
    MissingFileError, SimulationError
        There is no such file, or OpenSim cannot read it.
    """

    def __init__(
        self,
        path: AnyPath,
        *,
        moving: Collection[str],
        config: StaticOptimisationConfig,
    ) -> None:
        self.path, self.config = Path(path), config
        self.model_file = self.path.name
        self.model = prepare_model(path, moving=moving)
        light = massless_ends(self.model)
        give_mass(self.model, light)
        forces = [force.getName() for force in items(self.model.getForceSet())]
        self.reserves = make_reserves(
            self.model, reserve=config.reserve, residual=config.residual
        )
        renamed = set(forces) - {f.getName() for f in items(self.model.getForceSet())}
        self.changes = (
            *_say_prepared(self.path, moving),
            *_say(light, f"given a mass of {MARBLE * 1000:.0f} g: {{}}"),
            *_say(sorted(renamed), "called model_… now: {}"),
        )
        self.value_paths = {
            c.getName(): f"{c.getAbsolutePathString()}/value"
            for c in items(self.model.getCoordinateSet())
        }
        self.activation_paths = {
            m.getName(): f"{m.getAbsolutePathString()}/activation"
            for m in items(self.model.getMuscles())
        }

    def write(
        self,
        folder: AnyPath,
        *,
        name: str,
        motion: Motion,
        motion_file: str,
        ground: GroundReaction,
        times: FrameTimes,
    ) -> None:
        """Write the model, the forces from outside, reserves and setups.

        Parameters
        ----------
        folder : an existing folder; all paths in the files are relative to it
        name : what OpenSim's results are called after
        motion : (T, A) all coordinates, rad and m, filtered
        motion_file : name of the file in ``folder`` that holds it
        ground : forces on bodies, covering the motion
        times : what is to be solved

        Raises
        ------
        UnknownNameError, BigeError
            As :func:`~bige_osim.osim.tools.external.write_external_loads`.
        """
        folder = Path(folder)
        if self.changes:
            self.model.printToXML(str(folder / self.model_file))
        else:
            shutil.copyfile(self.path, folder / self.model_file)
        write_external_loads(folder, ground, model=self.model, time=motion.time)
        self._write_reserves(folder / RESERVES)
        tool = _inverse_dynamics(name, span=times.whole)
        tool.setModelFileName(self.model_file)
        tool.setCoordinatesFileName(motion_file)
        tool.printToXML(str(folder / INVERSE_DYNAMICS))
        tool = self._static_optimisation(name, times)
        tool.setCoordinatesFileName(motion_file)
        tool.printToXML(str(folder / STATIC_OPTIMISATION))

    def _write_reserves(self, path: Path) -> None:
        import opensim

        added = opensim.ForceSet()
        for actuator in self.reserves:
            added.cloneAndAppend(actuator)
        added.printToXML(str(path))

    def _static_optimisation(self, name: str, times: FrameTimes) -> Any:
        import opensim

        first, last = map(_round_up, times.solved)
        tool = make_tool(name, span=(first, last), loads=LOADS, results=RESULTS)
        tool.setModelFilename(self.model_file)
        tool.setLowpassCutoffFrequency(UNFILTERED)
        added = opensim.ArrayStr()
        added.append(RESERVES)
        tool.setForceSetFiles(added)
        tool.setReplaceForceSet(False)
        analysis = make_analysis(self.config, span=times.solved, step=times.step)
        tool.updAnalysisSet().cloneAndAppend(analysis)
        return tool


def _inverse_dynamics(name: str, *, span: tuple[float, float]) -> Any:
    """Set OpenSim's ``InverseDynamicsTool`` up, with no force but those from outside.

    What is left at a coordinate is its net moment, as in
    :func:`~bige_osim.osim.tools.inverse_dynamics.inverse_dynamics`.
    """
    import opensim

    tool = opensim.InverseDynamicsTool()
    tool.setName(name)
    tool.setStartTime(_round_up(span[0]))
    tool.setEndTime(_round_up(span[1]))
    tool.setLowpassCutoffFrequency(UNFILTERED)
    tool.setExternalLoadsFileName(LOADS)
    excluded = opensim.ArrayStr()
    excluded.append("ALL")
    tool.setExcludedForces(excluded)
    tool.setOutputGenForceFileName(f"{name}_id.sto")
    tool.setResultsDir(RESULTS)
    return tool


def _round_up(time: float) -> float:
    """Round a time (s) to what a setup keeps of it, six digits, or the end is cut off.

    OpenSim's tools take the last frame that is not after it.

    Examples
    --------
    >>> _round_up(2.38333333), _round_up(123.4561)
    (2.3834, 123.457)
    """
    whole = len(str(int(abs(time))))
    digits = 10.0 ** max(0, min(4, 6 - whole))
    return math.ceil(time * digits) / digits


def _say_prepared(path: Path, moving: Collection[str]) -> tuple[str, ...]:
    """Say what ``prepare_model`` changes of a model."""
    model = open_osim(path)
    model.finalizeConnections()
    return (
        *_say(
            [c.getName() for c in items(model.getControllerSet())],
            "controllers removed: {}",
        ),
        *_say(
            [f.getName() for f in contact_forces(model)],
            "contact forces switched off: {}",
        ),
        *_say(
            [c.getName() for c in fixed_coordinates(model, moving)],
            "freed, as the motion moves them: {}",
        ),
    )


def _say(names: Collection[str], sentence: str) -> tuple[str, ...]:
    return (sentence.format(name_some(names)),) if names else ()
