"""Forces in sessions as laboratories have them: under other names, in other places."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from bige_osim.io.opensim_files.forces import write_ground_reaction
from bige_osim.io.opensim_files.mot import write_motion
from bige_osim.io.session.force_files import holds_forces
from bige_osim.io.session.read import Session, read_session
from bige_osim.motion import GroundReaction, Motion

FORCES = "ForceData/squat_forces.mot"


def plates_of(session: Session) -> dict[str, str | None]:
    """Files of forces by trial."""
    return {
        t.name: t.forces and t.forces.relative_to(session.path).as_posix()
        for t in session.trials
    }


def moved(folder: Path, place: str) -> Path:
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / FORCES).rename(folder / place)
    return folder


@pytest.mark.parametrize(
    "place",
    [
        "ForceData/squat.mot",
        "ForceData/squat_GRF.mot",
        "ForceData/squat_forces.sto",
        "ForceData/squat/forces.mot",
        "Forces/squat.mot",
        "Forces/Squat_Forces.mot",
        "GRF/squat_grf.sto",
        "GRF/grf_squat.mot",
        "squat_ground_forces.mot",
        "OpenSimData/Kinematics/squat_grf.mot",
        "OpenSimData/Kinematics/squat_ground_reaction.MOT",
        "OpenSimData/ForcePlates/squat.sto",
    ],
)
def test_forces_are_found_under_any_name_in_any_place(place: str, folder: Path) -> None:
    session = read_session(moved(folder, place))
    assert plates_of(session) == {"squat": place, "static": None}
    assert session.trial("squat").plates == 2
    assert session.problems == session.notes == ()


def test_forces_of_another_name_are_used_for_the_only_trial_of_their_times(
    folder: Path,
) -> None:
    session = read_session(moved(folder, "Forces/Ann_T03.mot"))
    assert plates_of(session)["squat"] == "Forces/Ann_T03.mot"
    assert session.notes == (
        "Forces/Ann_T03.mot holds forces and is used for trial squat, the only one of "
        "its times.",
    )


def test_forces_that_may_belong_to_two_trials_belong_to_none(folder: Path) -> None:
    kinematics = folder / "OpenSimData/Kinematics"
    shutil.copy(kinematics / "squat.mot", kinematics / "jump.mot")
    session = read_session(moved(folder, "Forces/Ann_T03.mot"))
    assert [t.forces for t in session.motions] == [None, None]
    assert session.notes == (
        "Forces/Ann_T03.mot holds forces and is used for no motion: no trial is called "
        "Ann_T03, and several files or trials are of the same times.",
    )


def test_forces_of_other_times_belong_to_no_trial(folder: Path) -> None:
    times = 20 + np.arange(101) / 100
    force = np.full((101, 1, 3), 300.0)
    ground = GroundReaction(times, force, force, force, ("a",), "measured")
    (folder / FORCES).unlink()
    write_ground_reaction(folder / "ForceData/later.mot", ground)
    session = read_session(folder)
    assert session.trial("squat").forces is None
    assert session.notes == (
        "ForceData/later.mot holds forces and is used for no motion: no trial is called"
        " later, and it covers the motion of none.",
    )


def test_standing_forces_are_no_squats(folder: Path) -> None:
    session = read_session(moved(folder, "ForceData/calibration_forces.mot"))
    assert session.trial("squat").forces is None
    assert session.trial("calibration").plates == 2


def test_a_second_file_of_forces_is_named(folder: Path) -> None:
    (folder / "GRF").mkdir()
    shutil.copy(folder / FORCES, folder / "GRF/squat.mot")
    session = read_session(folder)
    assert plates_of(session)["squat"] == FORCES
    assert session.notes == (
        f"GRF/squat.mot holds forces of trial squat too; {FORCES} is used.",
    )


def test_estimated_and_simulated_forces_are_not_taken_for_measured(
    folder: Path,
) -> None:
    estimated = folder / "solved/squat_grf.mot"
    moved(folder, "solved/squat_grf.mot")
    text = estimated.read_text()
    estimated.write_text(text.replace("source=measured", "source=estimated"))
    (folder / "OpenSimData/Dynamics/squat_1").mkdir(parents=True)
    simulated = folder / "OpenSimData/Dynamics/squat_1/forces_resultant.mot"
    simulated.write_text(text)
    assert read_session(folder).trial("squat").forces is None


def test_forces_that_were_written_for_opensim_are_not_taken_for_plates(
    folder: Path,
) -> None:
    (folder / "solved").mkdir()
    (folder / "solved/solve.json").write_text("{}")
    moved(folder, "solved/opensim/squat/grf.mot")
    assert read_session(folder).trial("squat").forces is None


def test_a_motion_with_forces_beside_its_coordinates_stays_a_motion(
    folder: Path,
) -> None:
    (folder / FORCES).unlink()
    path = folder / "OpenSimData/Kinematics/squat.mot"
    forces = [f"ground_force_{k}{axis}" for k in "vp" for axis in "xyz"]
    names = ("pelvis_tilt", "pelvis_ty", "knee_angle_r", *(f"q{i}" for i in range(9)))
    values = np.full((101, len(names) + 6), 0.5)
    values[:, -6:] = [0.0, 600.0, 0.0, 0.1, 0.0, 0.2]
    motion = Motion(np.arange(101) / 100, values, (*names, *forces))
    write_motion(path, motion, in_degrees=False)
    session = read_session(folder)
    assert not holds_forces(path)
    assert session.trial("squat").frames == 101
    assert session.trial("squat").forces == path
    assert session.problems == ()
    assert session.notes == (
        "squat.mot: q0, q1, q2, q3, q4, q5 and 3 more are no coordinates of the model "
        "leg_scaled and are not read.",
    )


def test_loose_forces_are_told_by_their_columns(folder: Path, tmp_path: Path) -> None:
    loose = tmp_path / "loose"
    loose.mkdir()
    shutil.copy(folder / "OpenSimData/Kinematics/squat.mot", loose / "squat_ik.mot")
    shutil.copy(folder / "OpenSimData/Model/leg_scaled.osim", loose)
    shutil.copy(folder / FORCES, loose / "Squat_Ground_Forces.sto")
    (loose / "other").mkdir()
    shutil.copy(folder / FORCES, loose / "other/squat_forces.mot")
    session = read_session(loose)
    assert plates_of(session) == {"squat": "Squat_Ground_Forces.sto"}


def mono(folder: Path) -> Path:
    """Make a session of the app for a single phone: a model for each trial."""
    models, kinematics = folder / "OpenSimData/Model", folder / "OpenSimData/Kinematics"
    shutil.copy(kinematics / "squat.mot", kinematics / "jump.mot")
    shutil.rmtree(folder / "MarkerData")
    shutil.rmtree(folder / "ForceData")
    for trial in ("squat", "jump"):
        (models / trial).mkdir()
        shutil.copy(models / "leg_scaled.osim", models / trial)
    (models / "leg_scaled.osim").unlink()
    with (folder / "sessionMetadata.yaml").open("a") as file:
        file.write("isMono: true\n")
    return folder


def test_every_trial_has_the_model_of_its_own_folder(folder: Path) -> None:
    session = read_session(mono(folder))
    assert session.problems == session.notes == ()
    assert session.model is None
    for trial in session.motions:
        own = folder / "OpenSimData/Model" / trial.name / "leg_scaled.osim"
        assert session.model_of(trial) == trial.model == own
    assert len(session.models) == 2
    told = session.to_dict()
    assert told["model"] is None
    assert told["trials"][0]["model"] == "OpenSimData/Model/jump/leg_scaled.osim"


def test_a_trial_without_a_model_of_its_own_has_the_sessions(folder: Path) -> None:
    models = mono(folder) / "OpenSimData/Model"
    shutil.move(models / "jump/leg_scaled.osim", models / "leg_scaled.osim")
    session = read_session(folder)
    assert session.problems == ()
    assert session.model_of(session.trial("jump")) == models / "leg_scaled.osim"
    assert session.model_of(session.trial("squat")) == models / "squat/leg_scaled.osim"


def test_a_trial_without_any_model_is_a_problem(folder: Path) -> None:
    shutil.rmtree(mono(folder) / "OpenSimData/Model/jump")
    assert read_session(folder).problems == (
        "There is no model (.osim) of jump in OpenSimData/Model; pass one with "
        "--model.",
    )


def test_every_model_is_compared_with_the_participants_mass(folder: Path) -> None:
    path = mono(folder) / "OpenSimData/Model/jump/leg_scaled.osim"
    path.write_text(path.read_text().replace("60.0", "27.2"))
    assert read_session(folder).problems == (
        "The model of trial jump has a mass of 27.2 kg, the metadata say 60.0 kg; if "
        "those are pounds, write 27.2.",
    )


def test_a_model_in_a_folder_of_no_trial_is_the_sessions(folder: Path) -> None:
    models = folder / "OpenSimData/Model"
    (models / "scaled").mkdir()
    (models / "leg_scaled.osim").rename(models / "scaled/leg_scaled.osim")
    session = read_session(folder)
    assert session.model == models / "scaled/leg_scaled.osim"
    assert session.problems == ()
