"""What actuators had to deliver at frames that OpenSim solved, and what muscles did.

OpenSim's static optimisation says only by how much accelerations miss. Its solver of
inverse dynamics, with the forces of muscles held at what was found, says it in N m.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from bige_osim.motion import Forces, GroundReaction, Moments, Motion
from bige_osim.osim.reading.open_model import items
from bige_osim.osim.tools.external import write_external_loads
from bige_osim.osim.tools.prepared_model import give_mass, massless_ends
from bige_osim.osim.tools.states import coupler_slopes, couplers_of


def balance_moments(
    model: Any,
    motion: Motion,
    *,
    speeds: Motion,
    rows: Int[np.ndarray, " N"],
    forces: Forces,
    ground: GroundReaction,
    folder: Path,
) -> tuple[Moments, Moments]:
    """Net moments that were to be met at some frames, and those of the muscles.

    Parameters
    ----------
    model : as from :func:`~bige_osim.osim.tools.prepared_model.open_model`; it is
        changed
    motion, speeds : (T, A) all coordinates, and their derivatives
    rows : frames that were solved
    forces : (N, M) tendon forces found there, N
    ground : forces on bodies
    folder : where files may be left

    Returns
    -------
    demand, muscle_moments : (N, I) N m or N at the independent coordinates, with those
        of coupled ones by virtual work; without a number where ``forces`` are none
    """
    import opensim

    give_mass(model, massless_ends(model))
    loads = write_external_loads(folder, ground, model=model, time=motion.time)
    external = opensim.ExternalLoads(str(loads), True)
    model.addModelComponent(external)
    external.thisown = False  # the model destroys it
    state = model.initSystem()
    actuators = {
        actuator.getName(): opensim.ScalarActuator.safeDownCast(actuator)
        for actuator in items(model.getActuators())
    }
    for actuator in actuators.values():
        actuator.overrideActuation(state, True)
        actuator.setOverrideActuation(state, 0.0)
    acting = [actuators[name] for name in forces.names]
    solver = opensim.InverseDynamicsSolver(model)
    coordinates = {c.getName(): c for c in items(model.getCoordinateSet())}
    tree = sorted(
        coordinates,
        key=lambda name: (
            int(coordinates[name].getBodyIndex()),
            int(coordinates[name].getMobilizerQIndex()),
        ),
    )
    rates, _ = speeds.derivatives()  # as OpenSim's static optimisation has them
    couplers = couplers_of(model)
    independent = tuple(name for name in motion.names if name not in couplers)
    asked, given = np.full((2, len(rows), len(independent)), np.nan)

    def solve(row: int) -> Float[np.ndarray, " I"]:
        udot = opensim.Vector([rates[row, motion.index(name)] for name in tree])
        found = dict(zip(tree, solver.solve(state, udot).to_numpy(), strict=True))
        at = {name: c.getValue(state) for name, c in coordinates.items()}
        for name, slopes in coupler_slopes(couplers, at).items():
            moment = found.pop(name)
            for source, slope in slopes.items():
                found[source] += slope * moment
        return np.array([found[name] for name in independent])

    for i, row in enumerate(rows.tolist()):
        state.setTime(float(motion.time[row]))
        for name, coordinate in coordinates.items():
            column = motion.index(name)
            coordinate.setValue(state, float(motion.values[row, column]), False)
            coordinate.setSpeedValue(state, float(speeds.values[row, column]))
        try:
            model.assemble(state)  # may hold clamped coordinates, as the analysis does
        except RuntimeError:
            continue  # nor could the analysis
        _pull(acting, state, np.zeros(len(acting)))
        asked[i] = solve(row)
        _pull(acting, state, np.nan_to_num(forces.values[i]))
        given[i] = asked[i] - solve(row)
    given[~np.isfinite(forces.values).all(axis=1)] = np.nan
    time = motion.time[rows]
    return Moments(time, asked, independent), Moments(time, given, independent)


def _pull(
    actuators: Sequence[Any], state: Any, forces: Float[np.ndarray, " M"]
) -> None:
    for actuator, force in zip(actuators, forces.tolist(), strict=True):
        actuator.setOverrideActuation(state, force)
