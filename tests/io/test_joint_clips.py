"""Clips of joint centres: every order of axes, and what is none."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.io.joint_clips import read_clips
from bige_osim.spec.joint_names import HUMANML3D


def save(folder: Path, array: Any, name: str = "joints.npy") -> Path:
    np.save(folder / name, array)
    return folder / name


@pytest.fixture
def clip() -> np.ndarray:
    """One clip (T, 22, 3) whose every number differs."""
    return np.arange(10 * 22 * 3, dtype=np.float32).reshape(10, 22, 3)


def test_one_clip_is_read_whatever_the_order_of_its_axes(
    tmp_path: Path, clip: np.ndarray
) -> None:
    for array in (clip, clip.transpose(1, 2, 0), clip[None]):
        (found,) = read_clips(save(tmp_path, array), fps=20.0)
        np.testing.assert_array_equal(found.positions, clip)
        assert found.names == HUMANML3D
        assert found.name == "joints"
        assert found.time[-1] == pytest.approx(9 / 20)


def test_clips_of_a_batch_are_numbered(tmp_path: Path, clip: np.ndarray) -> None:
    batch = np.stack([clip, clip + 1]).transpose(0, 2, 3, 1)
    first, second = read_clips(save(tmp_path, batch), fps=20.0)
    np.testing.assert_array_equal(second.positions, clip + 1)
    assert (first.name, second.name) == ("joints_00", "joints_01")


def test_smpl_has_24_joints(tmp_path: Path) -> None:
    (found,) = read_clips(save(tmp_path, np.zeros((9, 24, 3))), fps=30.0)
    assert found.names[-2:] == ("left_hand", "right_hand")


def test_columns_are_called_as_a_file_says(tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("LWaist\nnone\nR_Hip\nLeftKnee\nknee_r\nleft ankle\nRightAnkle\n")
    path = save(tmp_path, np.zeros((9, 7, 3)))
    with pytest.raises(BigeError, match="has no joint named LWaist"):
        read_clips(path, fps=20.0, names=names)
    names.write_text(names.read_text().replace("LWaist", "LHip"))
    (found,) = read_clips(path, fps=20.0, names=names)
    assert found.names == (
        "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
        "right_ankle",
    )  # fmt: skip


SHAPES = (
    "the shape (frames, 22, 3) or (22, 3, frames), clips first if there are several"
)


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros((9, 17, 3)), f"{SHAPES}, got (9, 17, 3); pass joint centres; --names "
         "says which joints they are."),
        (np.zeros((9, 263)), f"{SHAPES}, got (9, 263); turn features into joints first "
         "(HumanML3D's recover_from_ric)."),
        (np.zeros((5, 22, 3)), "8 frames or more, got 5 in 1 clips; pass a longer "
         "clip."),
        (np.array([{"motion": 1}]), "an array of numbers, got Python objects (a "
         "pickle), which may run code and are not opened; save its array of joints "
         "alone, by numpy.save."),
        (np.array(["a"]), "an array of numbers, got values of type <U1; save the "
         "joints by numpy.save."),
    ],
    ids=["17 joints", "features", "too short", "pickle", "text"],
)  # fmt: skip
def test_what_is_no_clip_is_one_sentence(
    tmp_path: Path, array: np.ndarray, said: str
) -> None:
    path = save(tmp_path, array)
    with pytest.raises(BigeError) as error:
        read_clips(path, fps=20.0)
    assert str(error.value) == f"{path}: expected {said}"


def test_a_joint_without_a_place_is_named(tmp_path: Path, clip: np.ndarray) -> None:
    clip[3, HUMANML3D.index("left_knee"), 1] = np.nan
    path = save(tmp_path, clip)
    with pytest.raises(BigeError) as error:
        read_clips(path, fps=20.0)
    assert str(error.value) == (
        f"{path}: expected finite places of left_knee in frame 3, got 210, nan, 212; "
        "fill the gap or cut the clip."
    )


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "joints.npy"
    path.write_bytes(b"\x80\x04K\x01.")  # a bare pickle
    with pytest.raises(BigeError, match="expected an array in NumPy's format"):
        read_clips(path, fps=20.0)


@pytest.mark.parametrize("fps", [0.2, 20_000.0, float("nan")])
def test_a_rate_that_is_none_is_refused(tmp_path: Path, fps: float) -> None:
    with pytest.raises(BigeError, match="--fps: a clip has 1 to 1000 frames a second"):
        read_clips(save(tmp_path, np.zeros((9, 22, 3))), fps=fps)
