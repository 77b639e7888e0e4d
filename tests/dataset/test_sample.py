"""A repetition keeps its duration and starts where it stands."""

import numpy as np
import pytest
from tests.dataset.conftest import labels, make_repetition, make_spec

from bige_osim.dataset.sample import Sample, make_sample
from bige_osim.errors import BigeError
from bige_osim.solving.solution import Solution


def cut(solution: Solution) -> Sample:
    return make_sample(
        make_repetition(),
        solution=solution,
        spec=make_spec(),
        labels=labels(),
        frames=21,
    )


def test_a_sample_covers_its_cycle_and_keeps_its_duration(solution: Solution):
    sample = cut(solution)
    assert sample.motion.time[[0, -1]].tolist() == [0.0, 2.0]
    np.testing.assert_allclose(
        sample.motion.column("knee_angle_r"), np.sin(np.linspace(1, 3, 21)), atol=1e-6
    )


def test_the_pelvis_starts_at_zero_and_its_height_counts_from_the_floor(
    solution: Solution,
):
    sample = cut(solution)
    np.testing.assert_allclose(
        sample.motion.column("pelvis_tx"), 0.1 * np.linspace(0, 2, 21), atol=1e-9
    )
    np.testing.assert_allclose(sample.motion.column("pelvis_ty"), 0.93, atol=1e-9)
    np.testing.assert_allclose(sample.origin, [2.1, 0.02, 0.0], atol=1e-9)
    np.testing.assert_allclose(sample.ground.point[..., 0], 0.0, atol=1e-9)
    np.testing.assert_allclose(sample.ground.point[..., 1], -0.02, atol=1e-9)


def test_activations_at_a_lower_rate_are_met_between_their_frames(solution: Solution):
    vasti = cut(solution).activations.column("vasmed_r")
    np.testing.assert_allclose(vasti, np.linspace(0.25, 0.75, 21), atol=1e-9)


def test_coupled_coordinates_are_left_out(solution: Solution):
    assert "knee_angle_r_beta" not in cut(solution).motion.names


def test_a_repetition_with_a_failed_frame_is_refused(failed_solution: Solution):
    with pytest.raises(BigeError) as error:
        cut(failed_solution)
    assert str(error.value) == "static optimisation failed at 2.00 s"
