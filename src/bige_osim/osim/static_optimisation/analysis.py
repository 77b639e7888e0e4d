"""OpenSim's ``StaticOptimization`` and the ``AnalyzeTool`` that runs it, set up."""

from typing import Any

from bige_osim.paths import AnyPath
from bige_osim.solution import StaticOptimisationConfig


def make_analysis(
    config: StaticOptimisationConfig, *, span: tuple[float, float], step: int
) -> Any:
    """Set OpenSim's ``StaticOptimization`` up.

    Parameters
    ----------
    config : settings of the optimisation, but for the reserves, which are the model's
    span : times of the first and the last frame to solve, s
    step : rows of the motion from one frame to the next
    """
    import opensim

    analysis = opensim.StaticOptimization()
    analysis.setStartTime(span[0])
    analysis.setEndTime(span[1])
    analysis.setStepInterval(step)
    analysis.setUseModelForceSet(True)
    analysis.setActivationExponent(config.exponent)
    analysis.setUseMusclePhysiology(config.physiology)
    analysis.setConvergenceCriterion(config.tolerance)
    analysis.setMaxIterations(config.iterations)
    return analysis


def make_tool(
    name: str, *, span: tuple[float, float], loads: AnyPath, results: AnyPath
) -> Any:
    """Set OpenSim's ``AnalyzeTool`` up, without a model, a motion or an analysis.

    Parameters
    ----------
    name : first part of the names of the files that it writes
    span : times of the first and the last frame to solve, s
    loads : ``.xml`` of the forces from outside
    results : folder to write into
    """
    import opensim

    tool = opensim.AnalyzeTool()
    tool.setName(name)
    tool.setExternalLoadsFileName(str(loads))
    tool.setResultsDir(str(results))
    tool.setInitialTime(span[0])
    tool.setFinalTime(span[1])
    tool.setSolveForEquilibrium(False)  # static optimisation takes tendons as rigid
    return tool
