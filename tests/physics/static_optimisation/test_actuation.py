"""Muscles and actuators that share the moments of several coordinates."""

import pytest
import torch
from tests.models import muscle

from bige_osim.physics.static_optimisation.actuation import Actuation, Carried
from bige_osim.spec import ActuatorSpec


def carry(*actuators: ActuatorSpec, arms: list[float], moments: list[float]) -> Carried:
    """Muscles a and b on the knee, c on the elbow; nothing else on the neck."""
    actuation = Actuation(
        [muscle("a"), muscle("b"), muscle("c")],
        actuators,
        names=["knee", "elbow", "neck"],
        pairs=[(0, 0), (1, 0), (2, 1)],
    )
    return actuation(
        torch.tensor([arms], dtype=torch.float64),
        torch.tensor([moments], dtype=torch.float64),
    )


def test_joints_that_no_muscle_ties_together_are_solved_apart():
    found = carry(arms=[30.0, 10.0, 5.0], moments=[20.0, 4.0, 0.0])
    assert found.activations[0].tolist() == pytest.approx([0.6, 0.2, 0.8])
    assert float(found.imbalance) < 1e-9


def test_a_joint_without_muscles_is_its_actuators():
    two = (
        ActuatorSpec(name="x", coordinate="neck", optimal_force=2.0),
        ActuatorSpec(name="y", coordinate="neck", optimal_force=1.0),
    )
    found = carry(*two, arms=[30.0, 10.0, 5.0], moments=[0.0, 0.0, 10.0])
    # 2 x + y = 10 with the least x² + y².
    assert found.controls[0].tolist() == pytest.approx([4.0, 2.0])


def test_a_bounded_actuator_gives_what_it_can_and_the_rest_is_told():
    motor = ActuatorSpec(
        name="motor", coordinate="neck", optimal_force=4.0, controls=(-1.0, 1.0)
    )
    found = carry(motor, arms=[30.0, 10.0, 5.0], moments=[0.0, 0.0, 10.0])
    assert found.controls[0].tolist() == pytest.approx([1.0])
    assert float(found.imbalance) == pytest.approx(6.0)


def test_a_moment_that_nothing_can_carry_is_told():
    found = carry(arms=[30.0, 10.0, 5.0], moments=[0.0, 0.0, -3.0])
    assert float(found.imbalance) == pytest.approx(3.0)


def test_a_bounded_actuator_helps_the_muscles():
    motor = ActuatorSpec(
        name="motor", coordinate="knee", optimal_force=30.0, controls=(0.0, 1.0)
    )
    found = carry(motor, arms=[30.0, 10.0, 5.0], moments=[19.0, 0.0, 0.0])
    assert found.activations[0].tolist() == pytest.approx([0.3, 0.1, 0.0])
    assert found.controls[0].tolist() == pytest.approx([0.3])
