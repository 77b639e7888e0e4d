"""Derivatives of motions: as OpenSim's, and within automatic differentiation."""

from pathlib import Path

import numpy as np
import pytest

from bige_osim.motion import Motion


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
