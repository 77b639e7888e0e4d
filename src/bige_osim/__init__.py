"""From OpenCap recordings to simulated muscle activations and guided motions.

>>> import bige_osim as bige
>>> from bige_osim.osim.anthropometry import generic_model
>>> bige.read_model(generic_model()).spec.muscle_names[:2]
('addbrev_r', 'addlong_r')

What is listed here is loaded when first used, so that importing takes no time.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bige_osim.dataset.netcdf_read import read_dataset
    from bige_osim.errors import BigeError
    from bige_osim.io.opensim_files.forces import read_ground_reaction
    from bige_osim.io.opensim_files.series import (
        read_activations,
        read_moments,
        read_series,
        write_series,
    )
    from bige_osim.motion import Motion
    from bige_osim.solving.model import read_model
    from bige_osim.stages.front_door import (
        find_repetitions,
        guide,
        read_motion,
        read_session,
        solve,
        write_motion,
    )
    from bige_osim.stages.open_session import open_session

__version__ = "0.1.0"

__all__ = [
    "BigeError",
    "Motion",
    "find_repetitions",
    "guide",
    "open_session",
    "read_activations",
    "read_dataset",
    "read_ground_reaction",
    "read_model",
    "read_moments",
    "read_motion",
    "read_series",
    "read_session",
    "solve",
    "write_motion",
    "write_series",
]

_ELSEWHERE = {
    "BigeError": "errors",
    "Motion": "motion",
    "open_session": "stages.open_session",
    "read_activations": "io.opensim_files.series",
    "read_dataset": "dataset.netcdf_read",
    "read_ground_reaction": "io.opensim_files.forces",
    "read_model": "solving.model",
    "read_moments": "io.opensim_files.series",
    "read_series": "io.opensim_files.series",
    "write_series": "io.opensim_files.series",
}
"""Where names are that are not in ``stages.front_door``."""

if not TYPE_CHECKING:  # else every misspelt name would pass

    def __getattr__(name: str) -> Any:
        """Load a public name when it is first used (PEP 562)."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        place = _ELSEWHERE.get(name, "stages.front_door")
        value = getattr(import_module(f"{__name__}.{place}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        """List what is public, loaded or not."""
        return sorted({*globals(), *__all__})
