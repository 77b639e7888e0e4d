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
    model : as from :func:`~bige_osim.osim.tools.prepared_model.prepare_model`; it is
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
    balance = _Balance(model, motion.names)
    rates, _ = speeds.derivatives()  # as OpenSim's static optimisation has them
    idle = dict.fromkeys(forces.names, 0.0)
    asked, given = np.full((2, len(rows), len(balance.independent)), np.nan)
    for i, row in enumerate(rows.tolist()):
        q, qd, udot = (
            dict(zip(motion.names, values[row].tolist(), strict=True))
            for values in (motion.values, speeds.values, rates)
        )
        if not balance.place(float(motion.time[row]), q, qd):
            continue
        pulling = np.nan_to_num(forces.values[i]).tolist()
        pulled = dict(zip(forces.names, pulling, strict=True))
        asked[i] = balance.moments(udot, idle)
        given[i] = asked[i] - balance.moments(udot, pulled)
    given[~np.isfinite(forces.values).all(axis=1)] = np.nan
    time, names = motion.time[rows], balance.independent
    return Moments(time, asked, names), Moments(time, given, names)


class _Balance:
    """OpenSim's solver of inverse dynamics, with actuators whose forces are known.

    Attributes
    ----------
    independent : names of the coordinates that it balances
    slopes : of the coupled coordinates, where the model was placed last
    """

    def __init__(self, model: Any, names: Sequence[str]) -> None:
        import opensim

        self.model, self.state = model, model.initSystem()
        self.actuators = {
            actuator.getName(): opensim.ScalarActuator.safeDownCast(actuator)
            for actuator in items(model.getActuators())
        }
        for actuator in self.actuators.values():
            actuator.overrideActuation(self.state, True)
            actuator.setOverrideActuation(self.state, 0.0)
        self.solver = opensim.InverseDynamicsSolver(model)
        self.coordinates = {c.getName(): c for c in items(model.getCoordinateSet())}
        self.tree = sorted(
            self.coordinates,
            key=lambda name: (
                int(self.coordinates[name].getBodyIndex()),
                int(self.coordinates[name].getMobilizerQIndex()),
            ),
        )
        self.couplers = couplers_of(model)
        self.independent = tuple(name for name in names if name not in self.couplers)
        self.slopes: dict[str, dict[str, float]] = {}

    def place(self, time: float, q: dict[str, float], qd: dict[str, float]) -> bool:
        """Move the model there; say whether it could be."""
        self.state.setTime(time)
        for name, coordinate in self.coordinates.items():
            coordinate.setValue(self.state, q[name], False)
            coordinate.setSpeedValue(self.state, qd[name])
        try:  # may hold clamped coordinates, as the analysis does
            self.model.assemble(self.state)
        except RuntimeError:
            return False  # nor could the analysis
        at = {name: c.getValue(self.state) for name, c in self.coordinates.items()}
        self.slopes = coupler_slopes(self.couplers, at)
        return True

    def moments(
        self, udot: dict[str, float], forces: dict[str, float]
    ) -> Float[np.ndarray, " I"]:
        """Moments that accelerations need besides these forces of actuators, N m, N."""
        import opensim

        for name, force in forces.items():
            self.actuators[name].setOverrideActuation(self.state, force)
        rates = opensim.Vector([udot[name] for name in self.tree])
        solved = self.solver.solve(self.state, rates).to_numpy()
        found = dict(zip(self.tree, solved, strict=True))
        for name, slopes in self.slopes.items():
            moment = found.pop(name)
            for source, slope in slopes.items():
                found[source] += slope * moment
        return np.array([found[name] for name in self.independent])
