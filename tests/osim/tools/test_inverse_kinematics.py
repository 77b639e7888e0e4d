from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import (
    BigeError,
    MissingFileError,
    SimulationError,
    UnknownNameError,
)
from bige_osim.motion import Markers, Motion
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.open_model import OpenModel
from bige_osim.osim.tools.inverse_kinematics import solve_inverse_kinematics

pytestmark = pytest.mark.opensim

MOVED = {
    "pelvis_ty": (0.94, 0.80),
    "pelvis_tilt": (0.0, -0.3),
    "hip_flexion_r": (0.1, 1.0),
    "hip_flexion_l": (0.1, 0.8),
    "knee_angle_r": (0.1, 1.2),
    "knee_angle_l": (0.1, 1.0),
    "ankle_angle_r": (0.0, 0.3),
    "lumbar_extension": (0.0, -0.3),
    "arm_flex_r": (0.0, 1.0),
}


@pytest.fixture(scope="module")
def known() -> tuple[Motion, Markers]:
    """A motion, and where the model's markers are in it."""
    time = np.linspace(0, 0.5, 6)
    values = [np.linspace(low, high, len(time)) for low, high in MOVED.values()]
    motion = Motion(time, np.array(values).T, tuple(MOVED))
    return motion, OpenModel(generic_model()).markers(motion)


def test_markers_of_a_known_motion_give_that_motion_back(
    known: tuple[Motion, Markers],
) -> None:
    motion, markers = known
    found, errors = solve_inverse_kinematics(generic_model(), markers)
    assert errors.shape == markers.positions.shape[:2]
    assert errors.max() < 1e-3
    np.testing.assert_allclose(
        found.select(motion.names).values, motion.values, atol=np.radians(0.5)
    )
    assert len(found.names) == 39
    np.testing.assert_allclose(
        found.column("knee_angle_r_beta"), found.column("knee_angle_r"), atol=1e-4
    )


def test_a_gap_and_a_marker_of_no_weight_leave_no_error_and_no_trace(
    known: tuple[Motion, Markers],
) -> None:
    motion, markers = known
    positions = markers.positions.copy()
    positions[2:4, markers.names.index("RASI")] = np.nan
    positions[:, markers.names.index("CLAV")] += 1.0
    names = [n for n in markers.names if n != "CLAV"]
    found, errors = solve_inverse_kinematics(
        generic_model(),
        replace(markers, positions=positions),
        weights=dict.fromkeys(names, 1.0),
    )
    assert np.isnan(errors[2:4, markers.names.index("RASI")]).all()
    assert np.isnan(errors[:, markers.names.index("CLAV")]).all()
    assert np.nanmax(errors) < 1e-3
    knee = found.column("knee_angle_r")
    np.testing.assert_allclose(knee, motion.column("knee_angle_r"), atol=0.01)


def test_a_frame_without_any_marker_is_named(known: tuple[Motion, Markers]) -> None:
    positions = known[1].positions.copy()
    positions[3] = np.nan
    with pytest.raises(SimulationError) as caught:
        solve_inverse_kinematics(
            generic_model(), replace(known[1], positions=positions)
        )
    assert "failed at 0.300 s" in str(caught.value)


def test_a_weight_for_an_unknown_marker_is_refused(
    known: tuple[Motion, Markers],
) -> None:
    with pytest.raises(UnknownNameError) as caught:
        solve_inverse_kinematics(generic_model(), known[1], weights={"RASIS": 1.0})
    assert str(caught.value) == (
        "the recording has no marker named RASIS; did you mean RASI?"
    )


def test_markers_of_another_set_are_refused(known: tuple[Motion, Markers]) -> None:
    other = replace(known[1], names=tuple(f"m{i}" for i in range(66)))
    with pytest.raises(BigeError, match=r"needs three markers .* got 0"):
        solve_inverse_kinematics(generic_model(), other)


def test_a_missing_model_is_named(
    known: tuple[Motion, Markers], tmp_path: Path
) -> None:
    with pytest.raises(MissingFileError):
        solve_inverse_kinematics(tmp_path / "no.osim", known[1])


def test_nothing_is_printed(
    known: tuple[Motion, Markers], capfd: pytest.CaptureFixture[str]
) -> None:
    short = Markers(known[1].time[:2], known[1].positions[:2], known[1].names)
    solve_inverse_kinematics(generic_model(), short)
    assert capfd.readouterr().out == ""


def test_a_held_coordinate_is_drawn_to_zero_whatever_the_markers_show(
    known: tuple[Motion, Markers],
) -> None:
    motion, markers = known
    last = Markers(np.zeros(1), markers.positions[-1:], markers.names)
    loaded = OpenModel(generic_model())
    weights = {"lumbar_extension": 1e3, "of_another_model": 1.0}
    held, _ = solve_inverse_kinematics(loaded, last, held=weights)
    free, _ = solve_inverse_kinematics(loaded, last)
    assert motion.column("lumbar_extension")[-1] == pytest.approx(-0.3)
    assert free.column("lumbar_extension")[0] == pytest.approx(-0.3, abs=0.01)
    assert held.column("lumbar_extension")[0] == pytest.approx(0.0, abs=0.01)
