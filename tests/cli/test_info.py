"""``bige info``."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from tests.synthetic.made_session import make_session

from bige_osim.cli import main
from bige_osim.io.opensim_files.mot import read_motion, write_motion
from bige_osim.motion import Motion
from bige_osim.osim.anthropometry import typical_body
from bige_osim.osim.reading.model import read_model
from bige_osim.synthetic.squat_style import SquatStyle

PEOPLE = {
    "OpenCapData_2db17660-ae9d-44b4-85ee-ab3193511c6d": ("Jane", 60.0, 4),
    "field_study_0": ("field_study_0", 72.0, 2),
    "lab_s4": ("lab_s4", 62.6, 9),
    "lab_s6": ("lab_s6", 59.0, 6),
    "video_s2": ("video_s2", 78.2, 2),
}


@pytest.mark.parametrize("name", PEOPLE)
def test_info_knows_the_real_sessions(sessions: Path, name: str):
    person, mass, motions = PEOPLE[name]
    result = CliRunner().invoke(main, ["info", str(sessions / name), "--json"])
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["person"], found["mass_kg"]) == (person, mass)
    assert found["model"].endswith(".osim")
    rates = [t["rate_hz"] for t in found["trials"] if t["motion"]]
    assert len(rates) == motions
    assert set(rates) <= {60.0, 100.0}


def test_info_says_plates_rates_and_problems(sessions: Path):
    plates = CliRunner().invoke(main, ["info", str(sessions / "lab_s4")]).stdout
    assert "squats1     100 Hz, 13.45 s, 1346 frames; 51 markers; 2 force plates" in (
        plates
    )
    video = CliRunner().invoke(main, ["info", str(sessions / "video_s2")]).stdout
    assert "Trial squats1 has no markers (MarkerData/squats1.trc)." in video


def test_a_folder_that_is_no_session_is_an_error(tmp_path: Path):
    result = CliRunner().invoke(main, ["info", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: The folder")


def test_info_lists_what_others_simulated(sessions: Path):
    folder = str(sessions / "field_study_0")
    text = CliRunner().invoke(main, ["info", folder]).stdout
    assert "Others'      6 simulations, no EMG; never labels" in text
    assert (
        "Squats_0_1  trial Squats_0, 3.55 to 5.27 s, 50 Hz; 80 muscles; ground forces; "
        "joint moments"
    ) in text
    found = json.loads(CliRunner().invoke(main, ["info", folder, "--json"]).stdout)
    assert found["layout"] == "OpenCap"
    assert {s["muscles"] for s in found["simulations"]} == {80}
    assert "not measured" in found["simulations"][0]["source"]


def test_info_reads_a_zipped_session(sessions: Path, tmp_path: Path):
    name = "OpenCapData_2db17660-ae9d-44b4-85ee-ab3193511c6d"
    archive = shutil.make_archive(str(tmp_path / name), "zip", sessions, name)
    packed = CliRunner().invoke(main, ["info", archive])
    plain = CliRunner().invoke(main, ["info", str(sessions / name)])
    assert packed.exit_code == 0
    assert packed.stdout == plain.stdout
    assert f"Session      {name}\n" in packed.stdout


def test_info_reads_loose_files(recordings: Path):
    result = CliRunner().invoke(main, ["info", str(recordings / "mocap" / "dls01")])
    assert result.exit_code == 0
    assert "DLS01  200 Hz, 10.61 s, 2122 frames; 46 markers" in result.stdout
    assert "height unknown" in result.stdout


def test_info_says_which_trials_have_a_model_of_their_own(
    sessions: Path, tmp_path: Path
):
    source = sessions / "video_s2" / "OpenSimData"
    folder = tmp_path / "OpenSimData"
    shutil.copytree(source / "Kinematics", folder / "Kinematics")
    (model,) = (source / "Model").glob("*.osim")
    for trial in ("squats1", "walking1"):
        (folder / "Model" / trial).mkdir(parents=True)
        shutil.copy(model, folder / "Model" / trial)
    result = CliRunner().invoke(main, ["info", str(tmp_path)])
    assert result.exit_code == 0
    assert "Model        one for a trial (" in result.stdout
    assert f"801 frames; model squats1/{model.name}\n" in result.stdout


@pytest.mark.opensim
def test_info_judges_joint_angles_and_does_not_miss_what_is_held(
    tmp_path: Path,
) -> None:
    """One trial whose trunk jumps; its toes have no column, as OpenSim allows."""
    session = make_session(
        tmp_path / "ann",
        person="ann",
        body=typical_body("female"),
        styles={"squat": SquatStyle(repetitions=1)},
    )
    path = session / "OpenSimData" / "Kinematics" / "squat.mot"
    spec = read_model(next(session.rglob("*.osim")))
    squat = read_motion(path, spec=spec)
    bare = squat.select([n for n in squat.names if not n.startswith("mtp")])
    values = bare.values.copy()
    values[10:, bare.index("lumbar_bending")] += np.radians(40)
    write_motion(path, Motion(bare.time, values, bare.names), spec=spec)
    found = json.loads(
        CliRunner().invoke(main, ["info", str(session), "--json"]).stdout
    )
    (problem,) = found["problems"]
    assert problem.startswith("Trial squat: lumbar_bending jumps by 40 deg within a ")
    assert len(problem) < 300
    locked = {c.name for c in spec.coordinates if c.locked}
    held = [n for n in ("mtp_angle_r", "mtp_angle_l") if n not in locked]
    assert any("held at the default" in text for text in found["notes"]) == bool(held)
