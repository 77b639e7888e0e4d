"""A pendulum with two muscles on one hinge."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bige_osim.motion import GroundReaction, Motion

MASS, LENGTH, INERTIA, GRAVITY = 2.0, 0.5, 0.1, 9.81  # kg, m, kg m², m/s²
ARMS, STRENGTHS = (0.03, 0.06), (500.0, 1000.0)  # m, N


@pytest.fixture(scope="session")
def make_pendulum(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Make a rod that hangs on a hinge at the origin, pulled back by two muscles.

    ``locked`` or ``coupled`` gives it a second body, on a hinge of that kind; ``add``
    gets the model and its rod, to add whatever else.
    """

    def make(
        *,
        locked: bool = False,
        coupled: bool = False,
        add: Callable[[Any, Any], None] = lambda model, rod: None,
    ) -> Path:
        import opensim

        model = opensim.Model()
        model.setName("pendulum")
        model.setGravity(opensim.Vec3(0, -GRAVITY, 0))
        center, inertia = opensim.Vec3(0, -LENGTH, 0), opensim.Inertia(INERTIA)
        rod = opensim.Body("rod", MASS, center, inertia)
        hinge = opensim.PinJoint("hinge", model.getGround(), rod)
        hinge.updCoordinate().setName("angle")
        model.addBody(rod)
        model.addJoint(hinge)
        if locked or coupled:
            tip = opensim.Body("tip", 0.5, opensim.Vec3(0), opensim.Inertia(0.01))
            wrist = opensim.PinJoint("wrist", rod, tip)
            wrist.updCoordinate().setName("wrist_angle")
            wrist.updCoordinate().setDefaultLocked(locked)
            model.addBody(tip)
            model.addJoint(wrist)
        if coupled:
            coupler = opensim.CoordinateCouplerConstraint()
            names = opensim.ArrayStr()
            names.append("angle")
            coupler.setIndependentCoordinateNames(names)
            coupler.setDependentCoordinateName("wrist_angle")
            coupler.setFunction(opensim.LinearFunction(2.0, 0.1))
            model.addConstraint(coupler)
        for name, arm, strength in zip(("near", "far"), ARMS, STRENGTHS, strict=True):
            muscle = opensim.Millard2012EquilibriumMuscle(name, strength, 0.2, 0.1, 0.0)
            muscle.addNewPathPoint("o", model.getGround(), opensim.Vec3(arm, 0.3, 0))
            muscle.addNewPathPoint("i", rod, opensim.Vec3(arm, 0, 0))
            model.addForce(muscle)
        add(model, rod)
        model.finalizeConnections()
        path = tmp_path_factory.mktemp("model") / "pendulum.osim"
        model.printToXML(str(path))
        return path

    return make


@pytest.fixture(scope="session")
def pendulum(make_pendulum: Callable[..., Path]) -> Path:
    return make_pendulum()


class Swing:
    """0.5 rad forwards and 0.2 rad to and fro, with known answers."""

    def __init__(self, *, seconds: float = 0.4) -> None:
        time = np.arange(round(seconds * 100)) / 100
        self.angle = 0.5 + 0.2 * np.sin(6 * time)
        self.motion = Motion(time, self.angle[:, None], ("angle",))

    def net_moment(self) -> np.ndarray:
        """What the hinge has to bear, by Newton, N m."""
        acceleration = -36 * (self.angle - 0.5)
        weight = MASS * GRAVITY * LENGTH * np.sin(self.angle)
        return np.asarray((INERTIA + MASS * LENGTH**2) * acceleration + weight)

    def muscle_moments(self) -> np.ndarray:
        """Moments (T, 2) of both muscles at full activation, N m.

        Their arms follow from the plane triangle that the hinge and their ends make.
        """
        moments = []
        for arm, strength in zip(ARMS, STRENGTHS, strict=True):
            end = arm * np.stack([np.cos(self.angle), np.sin(self.angle)], axis=-1)
            pull = np.array([arm, 0.3]) - end
            pull /= np.linalg.norm(pull, axis=-1, keepdims=True)
            moments.append(strength * (end[:, 0] * pull[:, 1] - end[:, 1] * pull[:, 0]))
        return np.stack(moments, axis=-1)

    def free(self) -> GroundReaction:
        """Nothing pushes."""
        none = np.zeros((len(self.angle), 0, 3))
        return GroundReaction(self.motion.time, none, none, none, (), "measured")

    def pushed(self, newtons: float) -> GroundReaction:
        """A constant force along x at the centre of the rod, below the hinge."""
        sine, cosine = np.sin(self.angle), np.cos(self.angle)
        point = LENGTH * np.stack([sine, -cosine, 0 * sine], axis=-1)
        force = np.tile([newtons, 0.0, 0.0], (len(sine), 1, 1))
        return GroundReaction(
            self.motion.time, force, point[:, None], 0 * force, ("rod",), "measured"
        )


@pytest.fixture
def make_swing() -> type[Swing]:
    return Swing


@pytest.fixture
def swing() -> Swing:
    return Swing()
