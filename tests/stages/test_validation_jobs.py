"""What there is to validate, and what force plates belong to."""

import json
from pathlib import Path

import pytest

from bige_osim.errors import BigeError
from bige_osim.stages.validate import validate
from bige_osim.stages.validation_jobs import list_jobs


@pytest.fixture
def guided(tmp_path: Path) -> Path:
    """A guide folder of one motion."""
    folder = tmp_path / "guided"
    folder.mkdir()
    listing = {
        "goal": {"depth": {"min": 80}},
        "motions": [{"file": "01.mot", "activations": "01_activations.sto"}],
    }
    (folder / "guide.json").write_text(json.dumps(listing))
    return folder


def test_a_recorded_motion_takes_its_force_plates(tmp_path: Path) -> None:
    motion = tmp_path / "squats1.mot"
    motion.touch()
    (job,) = list_jobs([motion], forces="plates.mot")
    assert job.files == [motion, Path("plates.mot")]
    assert (job.name, job.goal) == ("squats1", None)


def test_force_plates_of_several_motions_are_refused(tmp_path: Path) -> None:
    motions = [tmp_path / f"squats{i}.mot" for i in (1, 2)]
    for motion in motions:
        motion.touch()
    with pytest.raises(BigeError) as error:
        list_jobs(motions, forces="plates.mot")
    assert str(error.value) == (
        "--grf belongs to one recorded motion, got 2; validate that .mot file alone."
    )


def test_force_plates_of_a_guided_motion_are_refused(guided: Path) -> None:
    with pytest.raises(BigeError) as error:
        list_jobs([guided], forces="plates.mot")
    assert str(error.value) == (
        "--grf belongs to one recorded motion, got guided motions; validate that .mot "
        "file alone."
    )


def test_guided_motions_are_not_predicted_again(guided: Path, tmp_path: Path) -> None:
    with pytest.raises(BigeError) as error:
        validate([guided], model="m.osim", surrogate="run", output=tmp_path / "out")
    assert str(error.value) == (
        "--surrogate predicts recorded motions, got guided ones, which come with the "
        "activations expected of them; pass .mot files, or leave it out."
    )
