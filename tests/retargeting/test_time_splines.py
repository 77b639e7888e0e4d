"""Splines of whole clips: banded systems give what dense ones do."""

import numpy as np

from bige_osim.retargeting.time_splines import (
    SPAN,
    choose_cutoff,
    make_spline,
    solve_blocks,
)


def test_least_squares_are_those_of_a_dense_matrix() -> None:
    random = np.random.default_rng(0)
    time = np.sort(random.uniform(0.0, 2.0, 60))
    spline = make_spline(time, duration=2.0, cutoff=3.0)
    values = random.normal(size=(60, 2))
    dense = spline.values(np.eye(spline.points))
    expected = np.linalg.lstsq(dense, values, rcond=None)[0]
    np.testing.assert_allclose(spline.fit(values), expected, atol=1e-5)


def test_blocks_are_solved_as_the_matrix_they_stand_for() -> None:
    random = np.random.default_rng(0)
    time = np.linspace(0.0, 1.0, 40)
    spline = make_spline(time, duration=1.0, cutoff=4.0)
    slopes = random.normal(size=(40, 5, 3))
    blocks = spline.gather_blocks(slopes.transpose(0, 2, 1) @ slopes)
    width = spline.points * 3
    dense = np.zeros((spline.points, 3, spline.points, 3))
    for k in range(SPAN):
        for p in range(spline.points - k):
            dense[p + k, :, p] = blocks[k, p]
            dense[p, :, p + k] = blocks[k, p].T
    jacobian = np.einsum("fp,frc->frpc", spline.values(np.eye(spline.points)), slopes)
    flat = jacobian.reshape(-1, width)
    np.testing.assert_allclose(dense.reshape(width, width), flat.T @ flat, atol=1e-9)
    right = random.normal(size=(spline.points, 3))
    expected = np.linalg.solve(dense.reshape(width, width), right.ravel())
    found = solve_blocks(blocks, right).ravel()
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_curves_pass_through_a_movement_below_the_cutoff() -> None:
    time = np.arange(80) / 20
    wave = np.sin(2 * np.pi * 1.0 * time)[:, None]
    spline = make_spline(time, duration=float(time[-1]), cutoff=6.0)
    np.testing.assert_allclose(spline.values(spline.fit(wave)), wave, atol=1e-3)


def test_more_noise_lowers_the_cutoff() -> None:
    random = np.random.default_rng(0)
    time = np.arange(100) / 20
    movement = np.sin(2 * np.pi * 0.5 * time)[:, None] * random.normal(size=60)
    noise = random.normal(size=(100, 60))
    cutoffs = [choose_cutoff(movement + s * noise, fps=20.0) for s in (0.0, 0.03, 0.3)]
    assert cutoffs == sorted(cutoffs, reverse=True)
    assert cutoffs[0] == 6.0
    assert cutoffs[-1] <= 2.0


def test_the_rate_of_a_clip_bounds_the_cutoff() -> None:
    values = np.sin(np.arange(60))[:, None]
    assert choose_cutoff(values, fps=10.0) <= 3.0
