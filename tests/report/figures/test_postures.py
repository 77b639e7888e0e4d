"""A body drawn from its joints and muscle paths."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from bige_osim.motion import Motion
from bige_osim.report.figures.postures import draw_posture, take_posture
from bige_osim.solving.model import read_model

pytestmark = pytest.mark.opensim


def test_bones_muscles_and_head_are_where_the_model_has_them(generic_man: Path) -> None:
    skeleton = read_model(generic_man).skeleton
    names = skeleton.coordinate_names
    values = np.zeros((3, len(names)))
    values[:, names.index("pelvis_ty")] = skeleton.standing_height()
    values[1:, names.index("knee_angle_r")] = np.radians([90, 90])
    motion = Motion(np.array([0.0, 0.5, 1.0]), values, tuple(names))
    straight, bent = (take_posture(motion, skeleton, time=t) for t in (0.0, 1.0))
    lowest = min(bone[:, 1].min() for bone in straight.bones)
    assert abs(lowest) < 0.03
    assert straight.head is not None
    assert 1.4 < straight.head[0][1] + straight.head[1] < 2.0
    assert set(straight.muscles) == {muscle.name for muscle in skeleton.spec.muscles}
    ankle = "tibant_r"
    assert bent.muscles[ankle][-1, 1] > straight.muscles[ankle][-1, 1] + 0.2
    np.testing.assert_allclose(bent.muscles["tibant_l"], straight.muscles["tibant_l"])


def test_only_muscles_with_activations_of_the_right_side_are_drawn(
    generic_man: Path,
) -> None:
    skeleton = read_model(generic_man).skeleton
    names = tuple(skeleton.coordinate_names)
    still = Motion(np.arange(3.0), np.zeros((3, len(names))), names)
    posture = take_posture(still, skeleton, time=1.0)
    axes = Figure().add_subplot()
    draw_posture(axes, posture, {"vasmed_r": 0.4, "vasmed_l": 0.9, "soleus_r": 0.1})
    bones, muscles = axes.collections
    assert len(bones.get_segments()) == len(posture.bones)
    widths = muscles.get_linewidths()
    assert len(widths) == 2
    assert widths[0] < widths[1]
