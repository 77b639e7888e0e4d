"""Static optimisation of some frames, in a process of its own.

Run as ``python -m bige_osim.osim.static_optimisation.frames JOB.json`` by
:mod:`bige_osim.osim.static_optimisation.processes`: OpenSim prints what went wrong on
its standard output, which the caller keeps as the log, and takes the interpreter with
it when it crashes.
"""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from bige_osim.osim.static_optimisation.analysis import make_analysis, make_tool
from bige_osim.osim.tools.external import LOADS
from bige_osim.osim.tools.prepared_model import (
    add_reserves,
    give_mass,
    massless_ends,
    prepare_model,
)
from bige_osim.paths import AnyPath
from bige_osim.solution import StaticOptimisationConfig

NAME = "frames"
"""First part of the names of the files that OpenSim writes."""


@dataclass(frozen=True)
class FramesJob:
    """What one process solves; everything in it can be written as JSON.

    Attributes
    ----------
    model : path of the ``.osim``
    inputs : folder that holds ``states.sto`` and ``external_loads.xml``
    folder : results go there; it may be the same
    moving : coordinates that the motion prescribes
    times : of the frames to solve, s: every ``step``-th row of the states from the
        first to the last of them; the states may go further
    step : rows from one frame to the next
    config : settings of the optimisation
    """

    model: str
    inputs: str
    folder: str
    moving: tuple[str, ...]
    times: tuple[float, ...]
    step: int
    config: StaticOptimisationConfig

    def write(self) -> Path:
        """Write the job as JSON into its folder."""
        path = Path(self.folder) / "job.json"
        path.write_text(json.dumps(asdict(self)))
        return path


def read_job(path: AnyPath) -> FramesJob:
    """Read what :meth:`FramesJob.write` wrote."""
    fields = json.loads(Path(path).read_text())
    fields["config"] = StaticOptimisationConfig(**fields["config"])
    return FramesJob(**fields | {k: tuple(fields[k]) for k in ("moving", "times")})


def solve_frames(job: FramesJob) -> bool:
    """Run OpenSim's ``AnalyzeTool`` with a ``StaticOptimization``.

    Where OpenSim throws at a frame, the frames before it are written all the same.

    Returns
    -------
    bool
        What OpenSim claims; the log and the files say what is true.

    Raises
    ------
    RuntimeError
        Whatever OpenSim threw.
    """
    import opensim

    config, inputs, folder = job.config, Path(job.inputs), job.folder
    model = prepare_model(Path(job.model), moving=job.moving)
    give_mass(model, massless_ends(model))
    add_reserves(model, reserve=config.reserve, residual=config.residual)
    span = (job.times[0], job.times[-1])
    analysis = make_analysis(config, span=span, step=job.step)
    model.addAnalysis(analysis)
    analysis.thisown = False  # the model destroys it
    tool = make_tool(NAME, span=span, loads=inputs / LOADS, results=folder)
    tool.setModel(model)
    tool.setStatesFileName(str(inputs / "states.sto"))
    tool.setLoadModelAndInput(True)
    opensim.Logger.setLevelString("Info")
    try:
        return bool(tool.run())
    except RuntimeError:
        if analysis.getActivationStorage().getSize():
            analysis.printResults(NAME, folder, -1.0, ".sto")
        raise


if __name__ == "__main__":
    sys.tracebacklimit = 0  # what OpenSim said is wanted, not where it was called
    sys.exit(0 if solve_frames(read_job(Path(sys.argv[1]))) else 1)
