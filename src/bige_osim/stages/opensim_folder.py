"""Folders from which OpenSim re-runs what was solved, as it is."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from bige_osim.io.opensim_files.mot import write_motion
from bige_osim.io.opensim_files.series import write_series
from bige_osim.motion import Series
from bige_osim.osim.setup_files import FrameTimes, SetupFiles
from bige_osim.paths import AnyPath
from bige_osim.solving.engines import Engine
from bige_osim.solving.solution import Solution
from bige_osim.stages.text.opensim_folder import readme_of

FOLDER = "opensim"
"""Folder, within that of the results, that has one for every motion."""


def place_of(name: str) -> str:
    """Name, within the folder of the results, of the folder of a motion.

    Examples
    --------
    >>> place_of("squats1")
    'opensim/squats1'
    """
    return f"{FOLDER}/{name}"


@dataclass(frozen=True)
class OpenSimFolders:
    """Writes the folders of motions that one engine solved.

    Attributes
    ----------
    engine : with the participant's model
    """

    engine: Engine

    @cached_property
    def files(self) -> SetupFiles:
        """What OpenSim needs besides the motions; the model is opened once."""
        skeleton = self.engine.skeleton
        names = skeleton.coordinates.names
        return SetupFiles(self.engine.model, moving=names, config=self.engine.config)

    def write(self, output: AnyPath, name: str, solution: Solution) -> str:
        """Write what OpenSim needs to re-run a motion; path of it, within ``output``.

        Parameters
        ----------
        output : folder of the results; that of the motion is made in it
        name : of the motion
        solution : by the engine, with one frame solved at least

        Raises
        ------
        UnknownNameError, BigeError, DataError
            The ground reaction does not fit the model, or a value is not finite.
        """
        folder = Path(output) / place_of(name)
        folder.mkdir(parents=True, exist_ok=True)
        motion, spec = solution.motion, self.engine.skeleton.spec
        files = {
            "motion": f"{name}_ik.mot",
            "activations": f"{name}_activations_motion.mot",
        }
        write_motion(folder / files["motion"], motion, spec=spec)
        self.files.write(
            folder,
            name=name,
            motion=motion,
            motion_file=files["motion"],
            ground=solution.ground,
            times=_times(solution),
        )
        write_series(
            folder / files["activations"],
            self._states(solution),
            name=f"{name} activations",
        )
        text = readme_of(
            name,
            solution,
            model=self.files.model_file,
            changes=self.files.changes,
        )
        (folder / "README.txt").write_text(text, encoding="utf-8")
        return f"{place_of(name)}/{files['motion']}"

    def _states(self, solution: Solution) -> Series:
        """Coordinates (rad, m) and activations, named as states, at solved frames."""
        active, motion = solution.activations.finite(), solution.motion
        rows = np.abs(motion.time[:, None] - active.time).argmin(axis=0)
        values = np.hstack([motion.values[rows], active.values])
        names = [self.files.value_paths[n] for n in motion.names]
        names += [self.files.activation_paths[n] for n in active.names]
        return Series(active.time, values, tuple(names))


def _times(solution: Solution) -> FrameTimes:
    every, solved = solution.motion.time, solution.static.activations.time
    rate = solution.static.config.rate
    step = 1 if rate is None else max(1, round(solution.motion.rate / rate))
    return FrameTimes(
        whole=(float(every[0]), float(every[-1])),
        solved=(float(solved[0]), float(solved[-1])),
        step=step,
    )
