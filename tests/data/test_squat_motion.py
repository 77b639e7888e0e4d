import numpy as np
import pytest

from bige_osim.data.squat import SquatStyle
from bige_osim.data.squat_motion import SquatMaker
from bige_osim.errors import SimulationError
from bige_osim.io.profile import contact_spheres
from bige_osim.motion import Motion
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.inverse_kinematics import solve_inverse_kinematics
from bige_osim.osim.model import read_model
from bige_osim.osim.reference import inverse_dynamics
from bige_osim.osim.scaling import scale_model

pytestmark = pytest.mark.opensim

STYLE = SquatStyle(depth=float(np.radians(95.0)), shift=0.05, repetitions=1)


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> SquatMaker:
    """The generic man, with free subtalar joints."""
    path = tmp_path_factory.mktemp("man") / "man.osim"
    subtalar = ("subtalar_angle_r", "subtalar_angle_l")
    scale_model(generic_model(), factors={}, mass=75.337, path=path, unlocked=subtalar)
    return SquatMaker(path, contact_spheres(read_model(path)))


@pytest.fixture(scope="module")
def squat(maker: SquatMaker) -> Motion:
    return maker.motion(STYLE, rate=60.0, rng=np.random.default_rng(0))


def test_feet_stay_where_they_are(maker: SquatMaker, squat: Motion) -> None:
    feet = ["calcn_r", "calcn_l", "toes_r", "toes_l"]
    places = maker.loaded.origins(squat, feet)
    assert np.abs(places - places[0]).max() < 1e-4  # m


def test_the_lowest_points_of_the_soles_touch_the_floor(
    maker: SquatMaker, squat: Motion
) -> None:
    for _ in maker.loaded.poses(squat.between(1.0, 1.0)):
        heights = [
            (maker.loaded.placement(s.body) @ [*s.location, 1.0])[1] - s.radius
            for s in maker.contacts
        ]
    assert min(heights) == pytest.approx(0.0, abs=1e-4)
    assert max(heights) < 0.005


def test_knees_reach_the_depth_and_stand_nearly_straight(squat: Motion) -> None:
    knees = (squat.column("knee_angle_r") + squat.column("knee_angle_l")) / 2
    assert np.degrees(knees.max()) == pytest.approx(95.0, abs=0.1)
    assert np.degrees(knees[[0, -1]]) == pytest.approx([5.0, 5.0], abs=0.1)


def test_every_coordinate_is_within_the_models_range(
    maker: SquatMaker, squat: Motion
) -> None:
    for name in squat.names:
        low, high = maker.loaded.limits(name)
        values = squat.column(name)
        assert low <= values.min(), name
        assert values.max() <= high, name


def test_the_centre_of_mass_stays_above_the_feet(
    maker: SquatMaker, squat: Motion
) -> None:
    center = maker.loaded.center_of_mass(squat)
    feet = maker.loaded.origins(squat, ["calcn_r", "calcn_l", "toes_r", "toes_l"])[0]
    middle = (feet[:2, 0].mean() + feet[2:, 0].mean()) / 2
    np.testing.assert_allclose(center[:, 0], middle, atol=2e-3)
    assert feet[1, 2] < center[:, 2].min()
    assert center[:, 2].max() < feet[0, 2]


def test_the_zero_moment_point_stays_within_the_feet(
    maker: SquatMaker, squat: Motion
) -> None:
    # Root forces of inverse dynamics are what the ground must do; level pelvis.
    moments = inverse_dynamics(maker.model, squat)
    up, ahead = moments.column("pelvis_ty"), moments.column("pelvis_tx")
    pitch = moments.column("pelvis_tilt")
    height, forward = squat.column("pelvis_ty"), squat.column("pelvis_tx")
    point = forward + (pitch - height * ahead) / up
    heel, toe = maker.loaded.origins(squat, ["calcn_r", "toes_r"])[0, :, 0]
    assert up.min() > 0.5 * 75.337 * 9.81
    assert heel < point.min()
    assert point.max() < toe


def test_the_pelvis_goes_to_the_side_that_was_asked_for(squat: Motion) -> None:
    sideways = squat.column("pelvis_tz")
    assert sideways[np.argmax(np.abs(sideways))] == pytest.approx(0.05)
    assert sideways[[0, -1]] == pytest.approx([0.0, 0.0], abs=1e-6)


def test_opensims_inverse_kinematics_finds_the_same_motion_from_the_markers(
    maker: SquatMaker, squat: Motion
) -> None:
    some = squat.at(np.linspace(0.5, 1.7, 5))
    markers = maker.loaded.markers(some)
    found, errors = solve_inverse_kinematics(maker.model, markers)
    assert errors.max() < 1e-3
    legs = [n for n in squat.names if n.startswith(("hip", "knee", "ankle"))]
    legs = [n for n in legs if not n.endswith("_beta")]
    np.testing.assert_allclose(
        found.select(legs).values, some.select(legs).values, atol=np.radians(0.7)
    )


def test_stiff_ankles_make_the_trunk_lean_more_than_asked(maker: SquatMaker) -> None:
    upright = SquatStyle(depth=float(np.radians(100.0)), trunk_lean=0.6, repetitions=1)
    motion = maker.motion(upright, rate=60.0, rng=np.random.default_rng(0))
    lean = -(motion.column("pelvis_tilt") + motion.column("lumbar_extension"))
    assert lean.max() > 0.65
    assert np.degrees(motion.column("ankle_angle_r").max()) < 29.0


def test_a_squat_beyond_the_joints_names_the_limit(maker: SquatMaker) -> None:
    deep = SquatStyle(
        depth=float(np.radians(118.0)), trunk_lean=0.2, arm_bottom=0.0, repetitions=1
    )
    with pytest.raises(SimulationError) as caught:
        maker.motion(deep, rate=60.0, rng=np.random.default_rng(0))
    assert str(caught.value).startswith("No posture of man.osim with planted feet")
    assert "at the limit: ankle_angle_r" in str(caught.value)
