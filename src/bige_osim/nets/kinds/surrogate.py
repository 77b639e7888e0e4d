"""The surrogate, which predicts muscle activations of motions."""

from bige_osim.nets.amortised_run import STATIC_OPTIMISATION, SurrogateSettings
from bige_osim.nets.kinematic_surrogate import KINEMATICS

__all__ = ["METHODS", "NET", "SurrogateSettings"]

NET = STATIC_OPTIMISATION

METHODS = {"static_optimisation": STATIC_OPTIMISATION, "kinematics": KINEMATICS}
