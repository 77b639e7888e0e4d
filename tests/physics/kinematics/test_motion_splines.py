"""Derivatives of motions: as OpenSim's, and within automatic differentiation."""

from pathlib import Path

import numpy as np
import pytest
import torch

from bige_osim.errors import BigeError
from bige_osim.motion import Motion
from bige_osim.physics.kinematics.motion_splines import derivative_matrices


def uneven(count: int) -> np.ndarray:
    random = np.random.default_rng(count)
    return np.asarray(np.cumsum(random.uniform(0.5, 1.5, count)) / 60)


def wave(count: int) -> Motion:
    time = uneven(count)
    values = np.stack([np.sin(5 * time), np.cos(11 * time) + time], axis=1)
    return Motion(time, values, ("a", "b"))


@pytest.mark.opensim
@pytest.mark.parametrize("count", [7, 8, 60])
def test_derivatives_are_those_of_opensim_to_the_very_ends(
    count: int, tmp_path: Path
) -> None:
    import opensim

    from bige_osim.osim.tools.log import quiet
    from bige_osim.osim.tools.states import coordinate_splines

    quiet()
    motion = wave(count)
    splines = coordinate_splines(motion, tmp_path)
    for order, ours in enumerate(motion.derivatives(), start=1):
        nth = opensim.StdVectorInt([0] * order)
        theirs = [
            [splines.get(n).calcDerivative(nth, opensim.Vector(1, t)) for n in "ab"]
            for t in motion.time.tolist()
        ]
        np.testing.assert_allclose(ours, theirs, atol=1e-8)


def test_matrices_differentiate_as_motions_do() -> None:
    motion = wave(40)
    matrices = derivative_matrices(torch.from_numpy(motion.time))
    values = torch.from_numpy(motion.values)
    for matrix, expected in zip(matrices, motion.derivatives(), strict=True):
        np.testing.assert_allclose(matrix @ values, expected, atol=1e-7)


def test_gradients_pass_through_speeds_and_accelerations() -> None:
    first, second = derivative_matrices(torch.from_numpy(uneven(9)))
    values = torch.rand(9, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: (first @ x, 1e-3 * second @ x), values)


def test_too_short_a_motion_is_refused() -> None:
    with pytest.raises(BigeError) as caught:
        derivative_matrices(torch.arange(6.0))
    assert str(caught.value) == (
        "Quintic splines need 7 frames, got 6; take a longer stretch of the motion."
    )
