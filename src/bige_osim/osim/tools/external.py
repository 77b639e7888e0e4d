"""Ground reaction as OpenSim's ExternalLoads: forces on bodies, given in ground."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError, UnknownNameError
from bige_osim.motion import GroundReaction
from bige_osim.osim.reading.open_model import items
from bige_osim.osim.tools.storage import write_storage
from bige_osim.paths import AnyPath
from bige_osim.times import covers

LOADS, FORCES = "external_loads.xml", "grf.mot"
"""Names of the files: which force acts where, and the forces."""

_KINDS = {
    "force": ("ground_force_{}_v", "set_force_identifier"),
    "point": ("ground_force_{}_p", "set_point_identifier"),
    "moment": ("ground_torque_{}_", "set_torque_identifier"),
}
"""Arrays of :class:`GroundReaction` -> what their columns are called, and who is told
it. Names are those of OpenSim's own examples."""

_SIDES = {"calcn_r": "r", "calcn_l": "l"}
"""What stands for a body in the columns' names; any other is named itself."""


def write_external_loads(
    folder: AnyPath,
    ground: GroundReaction,
    *,
    model: Any,
    time: Float[np.ndarray, " T"],
) -> Path:
    """Write ``external_loads.xml`` and ``grf.mot``, which it names, into ``folder``.

    The one names the other without its folder, so that both can be moved together.

    Parameters
    ----------
    folder : an existing folder
    ground : forces on bodies; its names are the bodies
    model : OpenSim's
    time : (T,) of the motion, s, which the forces must cover; they are written at
        these times, so that OpenSim has nothing to interpolate

    Returns
    -------
    Path
        the ``.xml`` for OpenSim's tools

    Raises
    ------
    UnknownNameError
        A force acts on a body that the model does not have.
    BigeError
        The forces do not cover the times, or a force, a moment or the point of a
        force that is not zero is no number.
    """
    import opensim

    folder = Path(folder)
    bodies = [body.getName() for body in items(model.getBodySet())]
    ground = _cover_time(ground, time)
    names: list[str] = []
    columns = [np.zeros((len(time), 0))]
    loads = opensim.ExternalLoads()
    for i, body in enumerate(ground.names):
        if body not in bodies:
            where = f"model {model.getName()}"
            raise UnknownNameError("body", body, bodies, where=where)
        applied = opensim.ExternalForce()
        applied.setName(f"ground_{body}")
        applied.set_applied_to_body(body)
        applied.set_force_expressed_in_body("ground")
        applied.set_point_expressed_in_body("ground")
        for kind, (called, setter) in _KINDS.items():
            identifier = called.format(_SIDES.get(body, body))
            getattr(applied, setter)(identifier)
            names += [identifier + axis for axis in "xyz"]
            columns.append(getattr(ground, kind)[:, i])
        loads.cloneAndAppend(applied)
    write_storage(folder / FORCES, ground.time, values=np.hstack(columns), names=names)
    loads.setDataFileName(FORCES)
    path = folder / LOADS
    loads.printToXML(str(path))
    return path


def _cover_time(
    ground: GroundReaction, time: Float[np.ndarray, " T"]
) -> GroundReaction:
    if not covers(ground.time, time):
        raise BigeError(
            f"The ground reaction covers {ground.time[0]:.2f} to "
            f"{ground.time[-1]:.2f} s, the motion {time[0]:.2f} to {time[-1]:.2f} s; "
            "cut the motion to the forces."
        )
    if not ground.names:
        empty = np.zeros((len(time), 0, 3))
        return replace(ground, time=time, force=empty, point=empty, moment=empty)
    held = ground.at(np.clip(time, ground.time[0], ground.time[-1]))
    return replace(held, time=time).require_finite()
