"""Inverse dynamics and static optimisation by OpenSim itself: the reference.

OpenSim reports success on damaged input, so what goes in is checked before it runs, and
its log and the frames it wrote are checked after.

Measured on one core, 80-muscle model: inverse dynamics 1 ms a frame; static
optimisation 0.14 s a frame, 10 ms for a frame that is skipped, and 0.9 s for each
process. Of a frame, 0.12 s go into one acceleration of the whole model for every
actuator and the rest into the optimiser, neither of which can be had otherwise. What is
spared is assembling the model at every frame beforehand (8 ms a frame, see
:func:`~bige_osim.osim.tools.states.write_states`) and splines over frames far from
those that are solved.
"""

from bige_osim.osim.static_optimisation.activations import static_optimisation
from bige_osim.osim.tools.inverse_dynamics import inverse_dynamics
from bige_osim.solution import StaticOptimisationConfig, StaticSolution

__all__ = [
    "StaticOptimisationConfig",
    "StaticSolution",
    "inverse_dynamics",
    "static_optimisation",
]
