"""What is recorded or computed over time, with names: the nouns that everybody shares.

SI units and radians throughout; OpenSim's ground frame (x forward, y up, z right).
Columns are found by name, never by position. Each says in one line what it is, and
becomes labelled arrays by ``to_xarray`` or a table by ``to_pandas``.
"""

from bige_osim.motion.ground_reaction import FOOT_BODIES, GroundReaction
from bige_osim.motion.markers import Markers
from bige_osim.motion.recording import Recording
from bige_osim.motion.series import (
    Activations,
    Forces,
    Moments,
    Motion,
    Series,
    is_rotational,
    is_translation,
)

__all__ = [
    "FOOT_BODIES",
    "Activations",
    "Forces",
    "GroundReaction",
    "Markers",
    "Moments",
    "Motion",
    "Recording",
    "Series",
    "is_rotational",
    "is_translation",
]
