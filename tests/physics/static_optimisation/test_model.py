"""Static optimisation in torch: known answers, what it refuses."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from tests import models
from tests.models import point

from bige_osim.errors import BigeError
from bige_osim.motion import GroundReaction, Motion
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.static_optimisation.model import StaticOptimisation
from bige_osim.physics.static_optimisation.solve import static_optimisation
from bige_osim.spec import ModelSpec, UnsupportedSpec


def forearm(*strengths: float) -> ModelSpec:
    """2 kg, 0.3 m ahead of a hinge; muscles above it of arm 0.04 m, at rest length."""
    muscles = tuple(
        models.muscle(
            f"m{i}",
            point("ground", 0.0, 0.3, 0.0),
            point("arm", 0.04, 0.0, 0.0),
            max_isometric_force=strength,
            tendon_slack_length=math.hypot(0.04, 0.3) - 0.1,
            **models.CURVES,
        )
        for i, strength in enumerate(strengths)
    )
    return models.model(
        models.joint("ground", "arm", models.axes(["elbow"], [models.Z])),
        name="arm",
        bodies=[models.body("arm", 2.0, (0.3, 0.0, 0.0))],
        muscles=muscles,
    )


def held_still(spec: ModelSpec, *, reserve: float = 1e-4) -> dict[str, float]:
    """Activations of a forearm that is held level."""
    model = StaticOptimisation(Skeleton(spec), reserve=reserve)
    still = torch.zeros(1, 1, dtype=torch.float64)
    found = model(still, still, still)
    return dict(zip(model.muscle_names, found.activations[0].tolist(), strict=True))


def test_one_muscle_holds_the_weight_by_the_law_of_the_lever():
    arm = 0.04 * 0.3 / math.hypot(0.04, 0.3)  # m, of the muscle's line
    found = held_still(forearm(400.0))
    assert found["m0"] == pytest.approx(2.0 * 9.80665 * 0.3 / (400.0 * arm), rel=1e-6)


def test_a_muscle_of_twice_the_strength_does_twice_the_work_at_twice_the_activation():
    found = held_still(forearm(200.0, 400.0))
    assert found["m1"] == pytest.approx(2 * found["m0"], rel=1e-6)


def test_what_a_saturated_muscle_cannot_carry_the_reserve_does_and_it_is_told():
    spec = forearm(50.0)
    model = StaticOptimisation(Skeleton(spec))
    time = np.arange(20) / 100
    motion = Motion(time, np.zeros((20, 1)), ("elbow",))
    none = np.zeros((20, 0, 3))
    nothing = GroundReaction(time, none, none, none, (), "measured")
    found = static_optimisation(model, motion, ground=nothing)
    arm = 0.04 * 0.3 / math.hypot(0.04, 0.3)
    needed = 2.0 * 9.80665 * 0.3
    np.testing.assert_allclose(found.reserves.column("elbow"), needed - 50.0 * arm)
    assert found.saturated() == {"m0": 1.0}
    assert found.failed == ()
    np.testing.assert_allclose(found.moments.column("elbow"), needed)
    np.testing.assert_allclose(found.objective(), 1 + (needed - 50 * arm) ** 2)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_a_saturated_muscle_says_by_how_much_it_is_too_weak(dtype: torch.dtype):
    model = StaticOptimisation(Skeleton(forearm(50.0), dtype=dtype), reserve=2.0)
    still = torch.zeros(1, 1, dtype=dtype)
    bent = still.clone().requires_grad_()
    found = model(bent, still, still)
    arm = 50.0 * 0.04 * 0.3 / math.hypot(0.04, 0.3)  # N m at full activation
    missing = 2.0 * 9.80665 * 0.3 - arm
    assert found.activations.item() == 1.0
    assert found.unbounded.item() == pytest.approx(arm * missing / 2.0**2, rel=1e-5)
    assert float(torch.autograd.grad(found.unbounded.sum(), bent)[0].abs()) > 0.1
    strong = StaticOptimisation(Skeleton(forearm(400.0), dtype=dtype))
    found = strong(still, still, still)
    assert torch.equal(found.unbounded, found.activations)


def test_a_model_that_only_opensim_can_simulate_is_named():
    odd = UnsupportedSpec(
        element="muscle soleus_r", problem="type Thelen2003Muscle is not supported"
    )
    spec = replace(forearm(50.0), unsupported=(odd,))
    with pytest.raises(BigeError) as caught:
        StaticOptimisation(Skeleton(spec))
    assert str(caught.value) == (
        "Model arm, muscle soleus_r: type Thelen2003Muscle is not supported; use "
        "--engine opensim."
    )


@pytest.mark.opensim
def test_a_generic_model_is_made_ready_in_no_time_and_solved_to_rounding():
    spec = read_model(generic_model())
    model = StaticOptimisation(Skeleton(spec))
    names = model.names
    q = torch.tensor([[spec.coordinate(n).default for n in names]], dtype=torch.float64)
    with torch.no_grad():
        found = model(q, 0 * q, 0 * q)
    assert float(found.imbalance.max()) < 1e-6
    assert float(found.activations.sum()) > 0
