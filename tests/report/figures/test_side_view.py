"""Bodies from their right side."""

import numpy as np
import pytest
from tests.compared import TIME, make_skeleton, squat

from bige_osim.report.figures.side_view import find_trail, take_side_views


def test_the_trail_is_the_middle_of_the_hip_joint_centres() -> None:
    skeleton = make_skeleton()
    motion = squat(0.3, tilt=-40.0, pelvis_tx=0.1 * TIME)
    trail = find_trail(motion, skeleton, times=TIME)
    centres = skeleton.joint_centres(skeleton.pose_of(motion)).numpy()
    children = [joint.child for joint in skeleton.spec.joints]
    hips = [children.index("femur_r"), children.index("femur_l")]
    assert trail == pytest.approx(centres[:, hips, :2].mean(axis=1))


def test_a_body_that_faces_aside_looks_as_one_that_faces_ahead() -> None:
    skeleton = make_skeleton()
    ahead = squat(0.3, hip_flexion_r=0.5)
    aside = squat(0.3, hip_flexion_r=0.5, pelvis_rotation=np.pi / 2)
    times = np.array([0.0, 1.0])
    first, second = (take_side_views(m, skeleton, times=times) for m in (ahead, aside))
    for one, other in zip(first, second, strict=True):
        assert other.pelvis == pytest.approx(one.pelvis)
        for line, same in zip(one.near, other.near, strict=True):
            assert same == pytest.approx(line, abs=1e-12)


def test_the_right_leg_is_near_and_the_left_one_far() -> None:
    (view,) = take_side_views(
        squat(0.0, hip_flexion_r=np.pi / 2), make_skeleton(), times=np.zeros(1)
    )
    assert view.near[0] == pytest.approx(np.array([[0, 0.9], [0.4, 0.9]]))
    assert view.far[0] == pytest.approx(np.array([[0, 0.9], [0, 0.5]]))
    assert view.find_ends()[2] == pytest.approx(0.0)
