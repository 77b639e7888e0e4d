from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import SimulationError
from bige_osim.motion import Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.osim.reading.open_model import OpenModel
from bige_osim.osim.tools.inverse_dynamics import inverse_dynamics
from bige_osim.osim.tools.inverse_kinematics import solve_inverse_kinematics
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.repetitions.find import find_repetitions
from bige_osim.repetitions.signals import make_signals
from bige_osim.solving.contacts import contact_spheres
from bige_osim.synthetic.squat_motion import SquatMaker
from bige_osim.synthetic.squat_style import SquatStyle

pytestmark = pytest.mark.opensim

STYLE = SquatStyle(depth=float(np.radians(95.0)), shift=0.05, repetitions=1)


@dataclass(frozen=True)
class Man:
    """A model's file, open in OpenSim as well, and what makes its squats."""

    model: Path
    maker: SquatMaker

    @cached_property
    def loaded(self) -> OpenModel:
        return OpenModel(self.model)

    def squat(self, style: SquatStyle) -> Motion:
        return self.maker.motion(style, rate=60.0, rng=np.random.default_rng(0))


@pytest.fixture(scope="module")
def man(generic_man: Path) -> Man:
    spec = read_model(generic_man)
    return Man(generic_man, SquatMaker(Skeleton(spec, contacts=contact_spheres(spec))))


@pytest.fixture(scope="module")
def squat(man: Man) -> Motion:
    return man.squat(STYLE)


def test_feet_stay_where_they_are(man: Man, squat: Motion) -> None:
    feet = ["calcn_r", "calcn_l", "toes_r", "toes_l"]
    places = man.loaded.origins(squat, feet)
    assert np.abs(places - places[0]).max() < 1e-4  # m


def test_the_lowest_points_of_the_soles_touch_the_floor(
    man: Man, squat: Motion
) -> None:
    for _ in man.loaded.poses(squat.between(1.0, 1.0)):
        heights = [
            (man.loaded.placement(s.body) @ [*s.location, 1.0])[1] - s.radius
            for s in contact_spheres(man.maker.skeleton.spec)
        ]
    assert min(heights) == pytest.approx(0.0, abs=1e-4)
    assert max(heights) < 0.005


def test_knees_reach_the_depth_and_stand_nearly_straight(squat: Motion) -> None:
    knees = (squat.column("knee_angle_r") + squat.column("knee_angle_l")) / 2
    assert np.degrees(knees.max()) == pytest.approx(95.0, abs=0.1)
    assert np.degrees(knees[[0, -1]]) == pytest.approx([5.0, 5.0], abs=0.1)


def test_every_coordinate_is_within_the_models_range(man: Man, squat: Motion) -> None:
    for name in squat.names:
        low, high = man.loaded.limits(name)
        values = squat.column(name)
        assert low <= values.min(), name
        assert values.max() <= high, name


def test_the_centre_of_mass_stays_above_the_feet(man: Man, squat: Motion) -> None:
    center = man.loaded.center_of_mass(squat)
    feet = man.loaded.origins(squat, ["calcn_r", "calcn_l", "toes_r", "toes_l"])[0]
    middle = (feet[:2, 0].mean() + feet[2:, 0].mean()) / 2
    np.testing.assert_allclose(center[:, 0], middle, atol=2e-3)
    assert feet[1, 2] < center[:, 2].min()
    assert center[:, 2].max() < feet[0, 2]


def test_the_zero_moment_point_stays_within_the_feet(man: Man, squat: Motion) -> None:
    # Root forces of inverse dynamics are what the ground must do; level pelvis.
    moments = inverse_dynamics(man.model, squat)
    up, ahead = moments.column("pelvis_ty"), moments.column("pelvis_tx")
    pitch = moments.column("pelvis_tilt")
    height, forward = squat.column("pelvis_ty"), squat.column("pelvis_tx")
    point = forward + (pitch - height * ahead) / up
    heel, toe = man.loaded.origins(squat, ["calcn_r", "toes_r"])[0, :, 0]
    assert up.min() > 0.5 * 75.337 * 9.81
    assert heel < point.min()
    assert point.max() < toe


def test_the_pelvis_goes_to_the_side_that_was_asked_for(squat: Motion) -> None:
    sideways = squat.column("pelvis_tz")
    assert sideways[np.argmax(np.abs(sideways))] == pytest.approx(0.05)
    assert sideways[[0, -1]] == pytest.approx([0.0, 0.0], abs=1e-6)


def test_opensims_inverse_kinematics_finds_the_same_motion_from_the_markers(
    man: Man, squat: Motion
) -> None:
    some = squat.at(np.linspace(0.5, 1.7, 5))
    markers = man.loaded.markers(some)
    found, errors = solve_inverse_kinematics(man.model, markers)
    assert errors.max() < 1e-3
    legs = [n for n in squat.names if n.startswith(("hip", "knee", "ankle"))]
    legs = [n for n in legs if not n.endswith("_beta")]
    np.testing.assert_allclose(
        found.select(legs).values, some.select(legs).values, atol=np.radians(0.7)
    )


def test_the_pelvis_has_its_share_of_the_lean(man: Man) -> None:
    style = SquatStyle(trunk_lean=1.0, pelvis_share=0.3, repetitions=1)
    motion = man.squat(style)
    assert motion.column("pelvis_tilt").min() == pytest.approx(-0.3, abs=1e-3)
    assert motion.column("lumbar_extension").min() == pytest.approx(-0.7, abs=1e-3)


def test_feet_far_apart_and_turned_out_are_no_seat(man: Man) -> None:
    """Along the right foot alone the centre of mass is 5 cm behind its heel."""
    wide = SquatStyle(stance_width=1.6, toe_out=0.5, depth=1.9, repetitions=1)
    motion = man.squat(wide)
    signals = make_signals(motion, man.maker.skeleton)
    found = find_repetitions(motion, skeleton=man.maker.skeleton)
    assert len(found.accepted) == 1
    heels = man.loaded.origins(motion, ["calcn_r", "calcn_l"])[:, :, 0].mean(axis=1)
    ahead = man.loaded.center_of_mass(motion)[:, 0] - heels
    # the contact spheres reach behind the calcaneus' origin
    np.testing.assert_allclose(-signals.behind, ahead, atol=0.03)


def test_stiff_ankles_make_the_trunk_lean_more_than_asked(man: Man) -> None:
    upright = SquatStyle(depth=float(np.radians(100.0)), trunk_lean=0.6, repetitions=1)
    motion = man.squat(upright)
    lean = -(motion.column("pelvis_tilt") + motion.column("lumbar_extension"))
    assert lean.max() > 0.65
    assert np.degrees(motion.column("ankle_angle_r").max()) < 29.0


def test_a_squat_beyond_the_joints_names_the_limit(man: Man) -> None:
    deep = SquatStyle(
        depth=float(np.radians(118.0)), trunk_lean=0.2, arm_bottom=0.0, repetitions=1
    )
    with pytest.raises(SimulationError) as caught:
        man.squat(deep)
    assert "with planted feet has a knee flexion of 11" in str(caught.value)
    assert "at the limit: ankle_angle_r, ankle_angle_l" in str(caught.value)
