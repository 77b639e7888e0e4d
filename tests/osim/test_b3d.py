"""A ``.b3d`` that nimblephysics wrote (``b3d/write_leg.py``), read under NumPy 2."""

from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import DataError, MissingFileError
from bige_osim.osim.b3d import read_b3d

pytestmark = pytest.mark.nimble

LEG = Path(__file__).parent / "b3d" / "leg.b3d"
NAMES = tuple(f"pelvis_{end}" for end in ("tilt", "list", "rotation", "tx", "ty", "tz"))
NAMES = (*NAMES, "knee_angle_r", "ankle_angle_r")
ROUNDING = 1e-12


def test_the_participant_and_the_model_are_those_of_the_file() -> None:
    subject = read_b3d(LEG)
    assert (subject.mass, subject.height, subject.sex) == (60.5, 1.71, "female")
    assert subject.model == LEG.with_suffix(".osim").read_text()


def test_motions_are_those_of_the_fit_to_forces_and_not_low_passed() -> None:
    squat, walk = read_b3d(LEG).trials
    assert (squat.name, walk.name) == ("squat", "walk_segment_0")
    assert squat.motion.names == walk.motion.names == NAMES
    assert squat.motion.time == pytest.approx(0.01 * np.arange(6))
    expected = 0.1 * np.arange(1, 9) + 0.001 * np.arange(6)[:, None] + 0.01
    assert np.abs(squat.motion.values - expected).max() < ROUNDING
    assert walk.motion.values.shape == (4, 8)


def test_ground_forces_act_on_the_bodies_of_the_model() -> None:
    squat, _ = read_b3d(LEG).trials
    ground = squat.ground
    assert ground is not None
    assert (ground.names, ground.source) == (("foot",), "measured")
    assert np.abs(ground.force[:, 0] - [0.0, 600.0, 0.0]).max() < ROUNDING
    assert np.abs(ground.point[:, 0] - [0.1, 0.0, 0.2]).max() < ROUNDING
    assert np.abs(ground.moment[:, 0] - [0.0, 3.0, 0.0]).max() < ROUNDING


def test_what_is_left_out_is_said() -> None:
    subject = read_b3d(LEG)
    assert subject.trials[1].ground is None
    assert subject.notes == (
        "Trial walk_segment_0 lacks ground forces in 2 of its 4 frames; its forces are "
        "left out.",
        "Trial standing has no motion in the last fit; it is left out.",
    )


@pytest.mark.parametrize("size", [0, 5, 1000, 30000])
def test_a_file_cut_off_is_refused(size: int, tmp_path: Path) -> None:
    path = tmp_path / "cut.b3d"
    path.write_bytes(LEG.read_bytes()[:size])
    with pytest.raises(DataError, match=r"expected a whole \.b3d that nimble"):
        read_b3d(path)


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.b3d"
    path.write_text("<OpenSimDocument/>")
    with pytest.raises(DataError) as caught:
        read_b3d(path)
    assert str(caught.value) == (
        f"{path}: expected a whole .b3d that nimblephysics can read, got another kind "
        "of file; download it again."
    )


def test_a_model_that_nimblephysics_cannot_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.b3d"
    path.write_bytes(LEG.read_bytes().replace(b"<BodySet>", b"<BodyZet>"))
    with pytest.raises(DataError, match="nimblephysics can read, got"):
        read_b3d(path)


def test_values_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    content = LEG.read_bytes()
    first = np.float64(0.11).tobytes()  # pelvis_tilt of the first frame
    assert first in content
    path = tmp_path / "a.b3d"
    path.write_bytes(content.replace(first, np.float64(np.nan).tobytes()))
    with pytest.raises(DataError) as caught:
        read_b3d(path)
    assert str(caught.value) == (
        f"{path}: expected a whole .b3d that nimblephysics can read, got values in "
        "trial squat that are no numbers; download it again."
    )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"The session .* does not exist"):
        read_b3d(tmp_path / "a.b3d")


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    read_b3d(LEG)
    assert capfd.readouterr() == ("", "")
