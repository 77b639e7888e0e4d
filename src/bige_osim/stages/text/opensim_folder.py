"""What stands in the README of a folder that OpenSim re-runs a motion from."""

from collections.abc import Sequence

from bige_osim.osim.setup_files import (
    INVERSE_DYNAMICS,
    RESERVES,
    RESULTS,
    STATIC_OPTIMISATION,
)
from bige_osim.osim.tools.external import FORCES, LOADS
from bige_osim.solving.solution import Solution

_TEXT = f"""\
{{name}}, to be run again in OpenSim 4
{{failure}}
Files
  {{model}}
      {{about_model}}
  {{name}}_ik.mot
      all coordinates, degrees and metres, low-passed at {{cutoff:g}} Hz already:
      no tool is to filter it again
  {FORCES}
      ground reaction ({{ground}}): forces N, points m, free moments N m, in ground
  {LOADS}
      which forces of {FORCES} act on which body
  {RESERVES}
      actuators that are added to the model: reserves (optimal force {{reserve:g}})
      and residuals of the pelvis ({{residual:g}}), N m or N
  {INVERSE_DYNAMICS}, {STATIC_OPTIMISATION}
      setups of OpenSim's InverseDynamicsTool, and of its AnalyzeTool with a
      StaticOptimization of {{frames}} frames from {{start:.3f}} to {{stop:.3f}} s
  {{name}}_activations_motion.mot
      the activations that bige found ({{engine}} engine), with the coordinates of
      these frames, rad and m, as states of the model

Run it again in OpenSim's window
  1. File > Open Model: {{model}}.
     File > Load Motion: {{name}}_activations_motion.mot plays the motion, muscles
     coloured by activation.
  2. Tools > Inverse Dynamics, Load: {INVERSE_DYNAMICS}, Run.
  3. Tools > Static Optimization, Load: {STATIC_OPTIMISATION}, Run.

or, in this folder, from a command line
  opensim-cmd run-tool {INVERSE_DYNAMICS}
  opensim-cmd run-tool {STATIC_OPTIMISATION}

or by Python
  import opensim
  opensim.InverseDynamicsTool("{INVERSE_DYNAMICS}").run()
  opensim.AnalyzeTool("{STATIC_OPTIMISATION}").run()

OpenSim writes to {RESULTS}/: {{name}}_id.sto, the net moments, and
{{name}}_StaticOptimization_activation.sto, to be compared with
{{name}}_activations_motion.mot.
"""


def readme_of(
    name: str,
    solution: Solution,
    *,
    model: str,
    changes: Sequence[str],
) -> str:
    """Write down what each file is, and how it is run again.

    Parameters
    ----------
    name : of the motion
    solution : of it
    model : name of the model's file in the folder
    changes : what is not as in the file that was solved with, one line each
    """
    about = ["the model that it was solved with, the same file"]
    if changes:
        about = ["the model that it was solved with, but for what these tools need:"]
        about += [f"  {change}" for change in changes]
    static, time = solution.static, solution.static.activations.time
    return _TEXT.format(
        name=name,
        failure=f"\nFAILED: {solution.failure}.\n" if solution.failure else "",
        model=model,
        about_model="\n      ".join(about),
        cutoff=solution.config.cutoff,
        ground=solution.ground.source,
        reserve=static.config.reserve,
        residual=static.config.residual,
        frames=len(time),
        start=time[0],
        stop=time[-1],
        engine=static.engine,
    )
