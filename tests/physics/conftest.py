"""Models that OpenSim and this package are compared on."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture(scope="session")
def rajagopal() -> Path:
    """Rajagopal2015 of the nimblephysics wheel, found without importing it."""
    found = find_spec("nimblephysics")
    if found is None or not found.submodule_search_locations:
        pytest.skip("nimblephysics, which brings Rajagopal2015, is not installed")
    package = Path(found.submodule_search_locations[0])
    return package / "models" / "rajagopal_data" / "Rajagopal2015.osim"


class OpenSimModel:
    """A model open in OpenSim, without the muscles that kinematics does not need."""

    muscles = False

    def __init__(self, path: Path) -> None:
        import opensim

        from bige_osim.osim.tools.log import quiet

        quiet()
        self.model = opensim.Model(str(path))
        if not self.muscles:
            self.model.updForceSet().clearAndDestroy()
        self._open()

    def _open(self) -> None:
        self.state = self.model.initSystem()
        for coordinate in self.model.getCoordinateSet():
            coordinate.setLocked(self.state, False)
            coordinate.set_clamped(False)

    def place(self, values: Mapping[str, float]) -> None:
        """Set every coordinate as given, constraints aside."""
        for name, value in values.items():
            coordinate = self.model.getCoordinateSet().get(name)
            coordinate.setValue(self.state, float(value), False)
        self.model.realizePosition(self.state)

    def bodies(self, names: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Rotations (N, 3, 3) and origins (N, 3) of bodies in ground."""
        frames = [self.model.getBodySet().get(name) for name in names]
        transforms = [frame.getTransformInGround(self.state) for frame in frames]
        rotations = [
            [[t.R().get(i, j) for j in range(3)] for i in range(3)] for t in transforms
        ]
        return np.array(rotations), np.array([t.p().to_numpy() for t in transforms])

    def joint_centres(self, names: tuple[str, ...]) -> np.ndarray:
        """Origins (J, 3) of the joints' child frames in ground."""
        frames = [self.model.getJointSet().get(name).getChildFrame() for name in names]
        return np.array([f.getPositionInGround(self.state).to_numpy() for f in frames])

    def markers(self, names: tuple[str, ...]) -> np.ndarray:
        """Markers (M, 3) in ground."""
        markers = [self.model.getMarkerSet().get(name) for name in names]
        points = [m.getLocationInGround(self.state).to_numpy() for m in markers]
        return np.array(points).reshape(-1, 3)

    def center_of_mass(self) -> np.ndarray:
        """Centre of mass (3,) in ground."""
        position: np.ndarray = self.model.calcMassCenterPosition(self.state).to_numpy()
        return position

    def static_forces(
        self, values: Mapping[str, float], gravity: tuple[float, float, float]
    ) -> dict[str, float]:
        """Generalised forces that hold a pose still against gravity (m/s²)."""
        import opensim

        self.model.setGravity(opensim.Vec3(*gravity))
        self._open()
        self.place(values)
        still = opensim.Vector(self.state.getNU(), 0.0)
        tau = opensim.InverseDynamicsSolver(self.model).solve(self.state, still)
        names = self.model.getCoordinateNamesInMultibodyTreeOrder()
        return {names.getElt(i): tau.get(i) for i in range(names.size())}

    def forces(
        self,
        values: Mapping[str, float],
        speeds: Mapping[str, float],
        accelerations: Mapping[str, float],
    ) -> dict[str, float]:
        """Generalised forces that a motion takes."""
        import opensim

        self.place(values)
        for name, speed in speeds.items():
            coordinate = self.model.getCoordinateSet().get(name)
            coordinate.setSpeedValue(self.state, float(speed))
        self.model.realizeVelocity(self.state)
        names = self.model.getCoordinateNamesInMultibodyTreeOrder()
        order = [names.getElt(i) for i in range(names.size())]
        changes = opensim.Vector(self.state.getNU(), 0.0)
        for i, name in enumerate(order):
            changes.set(i, float(accelerations[name]))
        tau = opensim.InverseDynamicsSolver(self.model).solve(self.state, changes)
        return {name: tau.get(i) for i, name in enumerate(order)}


@pytest.fixture(scope="session")
def in_opensim() -> Callable[[Path], Any]:
    """Open a model in OpenSim."""
    return OpenSimModel
