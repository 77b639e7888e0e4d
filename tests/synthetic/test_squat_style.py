import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.synthetic.squat_style import SquatStyle, draw_style, squat_progress


def progress(style: SquatStyle, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    return squat_progress(style, rate=100.0, rng=np.random.default_rng(seed))


def test_a_squat_stands_descends_waits_and_ascends_in_its_times() -> None:
    style = SquatStyle(descent=1.0, pause=0.5, ascent=0.8, repetitions=2)
    time, s = progress(style)
    assert time[-1] == pytest.approx(0.5 + 2 * 2.3 + 0.4 + 0.5)
    assert np.all(s[time <= 0.5] == 0)
    bottom = (time >= 1.5) & (time <= 2.0)
    np.testing.assert_allclose(s[bottom], 1.0, atol=1e-12)
    between = (time >= 2.81) & (time <= 3.19)
    np.testing.assert_allclose(s[between], 0.0, atol=1e-12)


@pytest.mark.parametrize("pause", [0.0, 0.3])
@pytest.mark.parametrize(("descent", "ascent"), [(1.0, 1.0), (2.0, 0.6), (0.5, 3.0)])
def test_going_down_and_up_is_smooth_and_never_turns_back(
    pause: float, descent: float, ascent: float
) -> None:
    style = SquatStyle(descent=descent, pause=pause, ascent=ascent, repetitions=1)
    time, s = progress(style)
    bottom = 0.5 + descent
    assert np.all(np.diff(s[time <= bottom]) >= -1e-12)
    assert np.all(np.diff(s[time >= bottom + pause]) <= 1e-12)
    jerk = np.abs(np.diff(s, 3)).max() * 100**3
    assert jerk < 61 / min(descent, ascent) ** 3  # 60 is a minimum-jerk piece's most


def test_a_turn_without_a_pause_has_the_acceleration_of_least_jerk() -> None:
    style = SquatStyle(descent=1.0, pause=0.0, ascent=1.0, repetitions=1)
    time, s = progress(style)
    bottom = int(np.argmax(s))
    assert time[bottom] == pytest.approx(1.5)
    assert np.diff(s, 2)[bottom - 1] * 100**2 == pytest.approx(-20 / 3, rel=0.01)


def test_repetitions_vary_by_the_seed_and_the_deepest_reaches_the_depth() -> None:
    style = SquatStyle(variation=0.1, repetitions=4)
    runs = [progress(style, seed=seed)[1] for seed in (1, 1, 2)]
    np.testing.assert_array_equal(runs[0], runs[1])
    assert len(runs[0]) != len(runs[2])
    assert runs[0].max() == pytest.approx(1.0, abs=1e-3)


def test_styles_are_drawn_alike_by_the_same_seed_and_lean_on_either_side() -> None:
    drawn = [draw_style(np.random.default_rng(i), asymmetric=True) for i in range(20)]
    assert drawn[3] == draw_style(np.random.default_rng(3), asymmetric=True)
    sides = {np.sign(style.shift) for style in drawn}
    assert sides == {-1.0, 1.0}
    assert abs(draw_style(np.random.default_rng(0)).shift) <= 0.02


def test_the_pelvis_takes_less_of_the_lean_in_deeper_squats() -> None:
    """0.5 of it to 100 degrees, 0.25 at 140, up to 0.13 more or less."""
    for depth, share in ((70.0, 0.5), (100.0, 0.5), (120.0, 0.375), (140.0, 0.25)):
        drawn = [
            draw_style(np.random.default_rng(i), depth=float(np.radians(depth)))
            for i in range(40)
        ]
        shares = np.array([style.pelvis_share for style in drawn])
        assert np.abs(shares - share).max() <= 0.13
        assert np.ptp(shares) > 0.2


def test_a_style_that_nobody_can_do_is_refused() -> None:
    with pytest.raises(BigeError) as caught:
        SquatStyle(depth=3.0)
    assert str(caught.value) == (
        "A squat's depth must lie between 0.6981 and 2.443, got 3."
    )
