"""Net joint moments, by OpenSim's solver."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from jaxtyping import Float

from bige_osim.errors import SimulationError
from bige_osim.motion import GroundReaction, Moments, Motion
from bige_osim.osim.reading.open_model import items
from bige_osim.osim.tools.external import write_external_loads
from bige_osim.osim.tools.log import last_words
from bige_osim.osim.tools.prepared_model import prepare_model
from bige_osim.osim.tools.states import complete_motion, coordinate_splines
from bige_osim.paths import AnyPath


def inverse_dynamics(
    model: AnyPath, motion: Motion, *, ground: GroundReaction | None = None
) -> Moments:
    """Net generalised forces that a motion takes, by ``InverseDynamicsSolver``.

    Without muscles, ligaments and contact forces of the model's own: what is left at a
    coordinate is the net joint moment, and at the root what ``ground`` does not explain
    (all of the ground reaction, without ``ground``).

    Parameters
    ----------
    model : the participant's ``.osim``
    motion : (T, C) rad and m, filtered; names as in the model. Columns of coupled
        coordinates are recomputed, locked coordinates may be missing.
    ground : forces on bodies of the model, covering the motion

    Returns
    -------
    Moments
        (T, N) of all coordinates of the model, in its order, N m or N. Rotations of a
        sequence count about their own axes, as in OpenSim.

    Raises
    ------
    MissingFileError, UnknownNameError, BigeError
        The model is not there, or motion and ground do not fit it (see
        :func:`~bige_osim.osim.tools.states.complete_motion`).
    SimulationError
        OpenSim failed or left frames out.
    """
    import opensim

    opened = prepare_model(model, moving=motion.names)
    full = complete_motion(opened, motion)
    opened.updForceSet().clearAndDestroy()
    with TemporaryDirectory(prefix="bige-") as name:
        folder = Path(name)
        if ground is not None:
            loads = write_external_loads(folder, ground, model=opened, time=full.time)
            external = opensim.ExternalLoads(str(loads), True)
            opened.addModelComponent(external)
            external.thisown = False  # the model destroys it
        try:
            values = _generalised_forces(opened, full, coordinate_splines(full, folder))
        except RuntimeError as error:
            raise SimulationError(
                f"OpenSim's inverse dynamics with model {model} failed "
                f"({last_words(str(error))}); check that motion and model belong "
                "together."
            ) from error
    bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(bad):
        raise SimulationError(
            f"OpenSim's inverse dynamics with model {model} gave no number at "
            f"{full.time[bad[0]]:.3f} s; look for a jump in the motion there."
        )
    return Moments(full.time, values, full.names)


def _generalised_forces(
    opened: Any, motion: Motion, splines: Any
) -> Float[np.ndarray, "T C"]:
    """Solve frame by frame: the tool does the same, but prints to standard output."""
    import opensim

    state = opened.initSystem()
    places = {
        c.getName(): (int(c.getBodyIndex()), int(c.getMobilizerQIndex()))
        for c in items(opened.getCoordinateSet())
    }
    tree = sorted(places, key=places.__getitem__)  # how the solver orders coordinates
    functions = opensim.FunctionSet()
    for name in tree:
        functions.cloneAndAppend(splines.get(name))
    solver = opensim.InverseDynamicsSolver(opened)
    rows = [
        solver.solve(state, functions, float(time)).to_numpy() for time in motion.time
    ]
    return np.array(rows)[:, [tree.index(name) for name in motion.names]]
