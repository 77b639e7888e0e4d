"""Gradients of activations by the motion: finite everywhere, and those of differences.

Made-up postures here are those in which something ends: contact, load, a range, a
muscle's strength.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.physics.activation_chain import ActivationChain, frame_misfit

from bige_osim.motion import Motion
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.ground.foot_loads import GroundConfig

pytestmark = pytest.mark.opensim

APART = GroundConfig(cutoff=None)
CLOSE = 1e-4
"""Largest relative difference between gradients and differences."""


def standing(dtype: torch.dtype = torch.float64) -> ActivationChain:
    """Stand a generic model straight, both feet level."""
    spec = read_model(generic_model())
    names = spec.independent_names
    pose = np.array([spec.coordinate(name).default for name in names])
    pose[names.index("pelvis_ty")] = 0.95
    motion = Motion(np.arange(10) / 100, np.tile(pose, (10, 1)), names)
    return ActivationChain(spec, motion, ground=APART, dtype=dtype)


@pytest.fixture(scope="module")
def still() -> ActivationChain:
    return standing()


def frame(
    chain: ActivationChain, **changes: tuple[float, float, float]
) -> torch.Tensor:
    """One frame (1, 3, A): what a coordinate, its speed and acceleration are more."""
    q = chain.start[:1].clone()
    values = chain.skeleton.coordinates(q, chain.independent)
    state = torch.stack([values, 0 * values, 0 * values], dim=1)
    for name, more in changes.items():
        state[0, :, chain.names.index(name)] += state.new_tensor(more)
    return state


def squat(*, lift: float) -> dict[str, tuple[float, float, float]]:
    """Bend both legs deeply, pushed upwards at so many m/s²."""
    bent = {"hip_flexion": 1.4, "knee_angle": 1.7, "ankle_angle": 0.5}
    legs = {f"{n}_{s}": (a, 0.0, 0.0) for n, a in bent.items() for s in "rl"}
    return {**legs, "pelvis_ty": (-0.33, 0.0, lift), "pelvis_tilt": (-0.4, 0.0, 0.0)}


ONE_LEG = {"hip_flexion_r": (0.9, 0.0, 0.0), "knee_angle_r": (1.4, 0.0, 0.0)}
POSTURES: dict[str, dict[str, tuple[float, float, float]]] = {
    "symmetric and still": {},
    "weight all on the left": {"pelvis_tz": (0.0, 0.0, 1.3)},
    "tipping over": {"pelvis_tz": (0.0, 0.0, 6.0)},
    "right foot lifted": ONE_LEG,
    "free fall": {"pelvis_ty": (0.5, -1.0, -9.80665)},
    "pulled down on the floor": {"pelvis_ty": (0.0, 0.0, -15.0)},
    "knee beyond its range": {"knee_angle_r": (-0.1, 0.0, 0.0)},
    "muscles at their limits": squat(lift=25.0),
    "shortening too fast": {"knee_angle_r": (0.5, -30.0, 0.0)},
}
UNBALANCED = ("tipping over", "pulled down on the floor")
"""Where feet cannot carry the load, activations are known to 1e-8 only: too roughly for
differences at steps over which they stay smooth."""


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_gradients_are_finite_where_contact_load_range_or_strength_ends(
    dtype: torch.dtype,
):
    chain = standing(dtype)
    states = torch.cat([frame(chain, **posture) for posture in POSTURES.values()])
    for lift in (0.05, 0.1):  # bearing ends exactly at these heights
        standing_still = chain.soles
        points = chain.skeleton.foot_points(chain.skeleton.place(states[:1, 0]))
        level = points[0, chain.order, 1] - lift
        chain.soles = replace(chain.soles, standing=level)
        assert_finite(chain, states)
        chain.soles = standing_still
    assert_finite(chain, states)


def assert_finite(chain: ActivationChain, states: torch.Tensor) -> None:
    leaves = states.clone().requires_grad_()
    found = chain.effort(leaves, np.arange(len(states)) / 100)
    for part in (found.activations, found.forces, found.controls):
        (gradient,) = torch.autograd.grad(part.sum(), leaves, retain_graph=True)
        assert bool(torch.isfinite(gradient).all())


@pytest.mark.parametrize("posture", [p for p in POSTURES if p not in UNBALANCED])
def test_gradients_in_such_postures_are_those_of_differences(
    still: ActivationChain, posture: str
):
    count = len(still.independent)
    columns = [(0, column) for column in range(count)]
    columns += [(kind, column) for kind in (1, 2) for column in range(0, count, 4)]
    found = frame_misfit(still, frame(still, **POSTURES[posture]), columns=columns)
    assert len(found.smooth) + len(found.kinked) >= 30  # of 57
    assert found.smooth.max(initial=0.0) < CLOSE
    assert found.kinked.max(initial=0.0) < CLOSE
