"""``bige retarget``: what it writes, prints and refuses."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from tests.retargeting.made_clip import make_motion, place_joints

from bige_osim.cli import main
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.osim.reading.model import read_model
from bige_osim.solving.contacts import skeleton_with_feet

pytestmark = pytest.mark.opensim


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["retarget", *map(str, arguments)])


@pytest.fixture(scope="module")
def joints(generic_man: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of a squat, in HumanML3D's axes: y up, facing z."""
    spec = read_model(generic_man)
    clip = place_joints(spec, make_motion(skeleton_with_feet(spec), seconds=1.0))
    path = tmp_path_factory.mktemp("made") / "joints.npy"
    x, y, z = clip.positions.transpose(2, 0, 1)
    np.save(path, np.stack([-z, y, x], axis=2).astype(np.float32))
    return path


def test_a_clip_becomes_a_motion_of_the_model_and_a_report(
    joints: Path, generic_man: Path, tmp_path: Path
) -> None:
    output = tmp_path / "squat.mot"
    result = run(joints, "--model", generic_man, "-o", output, "--json")
    assert result.exit_code == 0, result.stderr
    summary = json.loads(result.stdout)
    assert json.loads((tmp_path / "squat.retarget.json").read_text()) == summary
    (clip,) = summary["clips"]
    assert clip["turned_deg"] == pytest.approx(90.0, abs=3.0)
    assert clip["joints"]["left_knee"]["rms_mm"] < 5.0
    assert clip["coordinates"]["knee_angle_r"]["known_by"] == "joints"
    assert clip["coordinates"]["pro_sup_r"]["known_by"] == "default"
    spec = read_model(generic_man)
    motion = read_motion(output, spec=spec)
    assert set(motion.names) == set(spec.coordinate_names)
    assert motion.rate == pytest.approx(60.0)
    assert motion.time[0] == 0.0
    lines = output.read_text().splitlines()
    assert "inDegrees=yes" in lines
    assert f"nColumns={len(spec.coordinate_names) + 1}" in lines
    again = run(joints, "--model", generic_man, "-o", output)
    assert again.exit_code == 1
    assert "exists already; pass --force" in again.stderr


def test_several_clips_fill_a_folder(
    joints: Path, generic_man: Path, tmp_path: Path
) -> None:
    clip = np.load(joints)
    batch = tmp_path / "batch.npy"
    np.save(batch, np.stack([clip, clip]).transpose(0, 2, 3, 1))
    result = run(batch, "--model", generic_man, "-o", tmp_path / "a.mot")
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {batch} has 2 clips, and {tmp_path / 'a.mot'} can hold one; name a "
        "folder, or choose a clip with --clip.\n"
    )
    result = run(batch, "--model", generic_man, "-o", tmp_path / "made")
    assert result.exit_code == 0, result.stderr
    assert sorted(p.name for p in (tmp_path / "made").iterdir()) == [
        "batch_00.mot", "batch_01.mot", "retarget.json",
    ]  # fmt: skip
    assert result.stdout.startswith("batch_00: ")
    one = run(batch, "--model", generic_man, "--clip", 1, "-o", tmp_path / "a.mot")
    assert one.exit_code == 0, one.stderr
    assert (tmp_path / "a.mot").read_text() == (
        tmp_path / "made" / "batch_01.mot"
    ).read_text()
    none = run(batch, "--model", generic_man, "--clip", 2, "-o", tmp_path / "b.mot")
    assert "numbered from 0, and none of number 2" in none.stderr


def test_a_pickle_is_not_opened(generic_man: Path, tmp_path: Path) -> None:
    path = tmp_path / "results.npy"
    np.save(path, {"motion": np.zeros((1, 22, 3, 40))})  # type: ignore[arg-type]
    result = run(path, "--model", generic_man, "-o", tmp_path / "a.mot")
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {path}: expected an array of numbers, got Python objects (a pickle), "
        "which may run code and are not opened; save its array of joints alone, by "
        "numpy.save.\n"
    )
    assert [p.name for p in tmp_path.iterdir()] == ["results.npy"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--fps", "0"), 2, "0"),
        (("--fps", "5000"), 1, "--fps: a clip has 1 to 1000 frames a second, got 5000"),
        (("--rate", "5000"), 1, "--rate: a motion has 1 to 1000 frames a second"),
        (("--names", "coco"), 1, "The file of names coco does not exist; pass it, or "
         "humanml3d or smpl."),
    ],
)  # fmt: skip
def test_options_that_cannot_be_meant_are_refused(
    joints: Path,
    generic_man: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    output = tmp_path / "a.mot"
    result = run(joints, "--model", generic_man, *arguments, "-o", output)
    assert result.exit_code == code
    assert said in result.stderr
    assert not output.exists()
