"""What is measured of a squat is what its style asked for."""

from pathlib import Path

import numpy as np
import pytest

from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.repetitions.squat_features import SquatMeasures, measure_squat
from bige_osim.solving.contacts import contact_spheres
from bige_osim.synthetic.squat_motion import SquatMaker
from bige_osim.synthetic.squat_style import STANDING, SquatStyle

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def maker(generic_man: Path) -> SquatMaker:
    spec = read_model(generic_man)
    return SquatMaker(Skeleton(spec, contacts=contact_spheres(spec)))


def measured(maker: SquatMaker, style: SquatStyle) -> SquatMeasures:
    """Measure the only repetition."""
    motion = maker.motion(style, rate=100.0, rng=np.random.default_rng(0))
    start = STANDING
    bottom = start + style.descent
    return measure_squat(
        motion,
        maker.skeleton,
        start=start,
        bottom=bottom,
        stop=bottom + style.pause + style.ascent,
    )


def test_a_style_is_measured_as_it_was_asked_for(maker: SquatMaker) -> None:
    style = SquatStyle(
        depth=1.5,
        descent=1.0,
        pause=0.0,
        ascent=0.9,
        stance_width=1.2,
        toe_out=0.3,
        trunk_lean=1.1,
        arm_bottom=1.2,
        repetitions=1,
    )
    found = measured(maker, style)
    assert found.depth == pytest.approx(1.5, abs=0.005)
    assert (found.descent, found.ascent) == pytest.approx((1.0, 0.9))
    assert found.stance_width == pytest.approx(1.2, abs=0.01)
    assert found.toe_out == pytest.approx(0.3, abs=0.05)
    assert found.trunk_lean == pytest.approx(1.1, abs=0.02)
    assert found.arms == pytest.approx(1.2, abs=0.01)
    assert found.right_load == pytest.approx(0.5, abs=0.005)


def test_a_pause_and_a_shift_to_the_right_show(maker: SquatMaker) -> None:
    still = measured(maker, SquatStyle(pause=0.0, repetitions=1))
    found = measured(maker, SquatStyle(pause=0.8, shift=0.06, repetitions=1))
    assert found.pause - still.pause == pytest.approx(0.8, abs=0.15)
    assert found.right_load > 0.6
