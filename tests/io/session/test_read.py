"""OpenCap sessions made to order."""

import json
import shutil
from pathlib import Path

import pytest

from bige_osim.errors import MissingFileError, UnknownNameError
from bige_osim.io.session.read import read_session


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_whole_session_has_no_problems(folder: Path) -> None:
    session = read_session(folder)
    assert (session.person, session.sex) == ("Ann", "female")
    assert (session.mass, session.height) == (60.0, 1.7)
    assert session.model == folder / "OpenSimData" / "Model" / "leg_scaled.osim"
    assert session.model_name == "leg"
    assert session.problems == session.notes == ()
    assert [trial.name for trial in session.trials] == ["squat", "static"]
    trial = session.trial("squat")
    assert (trial.frames, trial.rate, trial.start) == (101, 100.0, 0.0)
    assert (trial.duration, trial.marker_count, trial.plates) == (1.0, 4, 2)
    assert session.motions == (trial,)
    static = session.trial("static")
    assert (static.motion, static.forces, static.frames) == (None, None, 0)


def test_a_session_is_told_in_json(folder: Path) -> None:
    told = json.loads(json.dumps(read_session(folder).to_dict()))
    assert told["person"] == "Ann"
    assert told["model"] == "OpenSimData/Model/leg_scaled.osim"
    assert told["trials"][0] == {
        "name": "squat",
        "motion": "OpenSimData/Kinematics/squat.mot",
        "markers": "MarkerData/squat.trc",
        "forces": "ForceData/squat_forces.mot",
        "frames": 101,
        "rate_hz": 100.0,
        "start_s": 0.0,
        "duration_s": 1.0,
        "marker_count": 4,
        "plates": 2,
    }
    assert told["trials"][1]["motion"] is None


def test_an_unknown_trial_is_an_error(folder: Path) -> None:
    with pytest.raises(UnknownNameError) as caught:
        read_session(folder).trial("sqat")
    assert str(caught.value) == (
        f"The session {folder} has no trial named sqat; did you mean squat?"
    )


def test_the_other_names_of_folders_and_files_are_known(folder: Path) -> None:
    (folder / "OpenSimData/Kinematics").rename(folder / "OpenSimData/IK")
    (folder / "sessionMetadata.yaml").rename(folder / "metadata.yaml")
    session = read_session(folder)
    assert session.problems == ()
    assert session.trial("squat").motion == folder / "OpenSimData" / "IK" / "squat.mot"


@pytest.mark.parametrize(
    ("said", "sex"),
    [
        ("gender_mf: Man", "male"),
        ("gender_mf: f", "female"),
        ("sex: m", "male"),
        ("sex: F", "female"),
        ("gender_mf: prefer not to say", None),
        ("", None),
    ],
)
def test_sex_is_female_male_or_unknown(
    said: str, sex: str | None, folder: Path
) -> None:
    change(folder / "sessionMetadata.yaml", "gender_mf: Woman", said)
    assert read_session(folder).sex == sex


def test_a_participant_without_a_name_is_called_after_the_folder(folder: Path) -> None:
    change(folder / "sessionMetadata.yaml", "subjectID: Ann\n", "")
    assert read_session(folder).person == "session"


def test_the_plain_scaled_model_is_chosen(folder: Path) -> None:
    models = folder / "OpenSimData" / "Model"
    for name in ("a.osim", "leg_scaled_contacts.osim", "leg.osim"):
        shutil.copy(models / "leg_scaled.osim", models / name)
    session = read_session(folder)
    assert session.model == models / "leg_scaled.osim"
    assert session.notes == tuple(
        f"OpenSimData/Model/{name} is there too; leg_scaled.osim is used."
        for name in ("leg.osim", "leg_scaled_contacts.osim", "a.osim")
    )


def only_problem(folder: Path) -> str:
    (problem,) = read_session(folder).problems
    return problem


def test_a_missing_model_is_a_problem(folder: Path) -> None:
    (folder / "OpenSimData/Model/leg_scaled.osim").unlink()
    assert only_problem(folder) == (
        "There is no model (.osim) in OpenSimData/Model; pass one with --model."
    )
    assert read_session(folder).model is None


def test_a_damaged_model_is_a_problem(folder: Path) -> None:
    path = folder / "OpenSimData/Model/leg_scaled.osim"
    path.write_text("<OpenSimDocument/>")
    assert only_problem(folder) == (
        f"{path}, document: it holds no Model; pass an OpenSim 4 model."
    )


def test_missing_metadata_are_a_problem(folder: Path) -> None:
    (folder / "sessionMetadata.yaml").unlink()
    assert only_problem(folder) == (
        "There is no sessionMetadata.yaml: mass, height and sex are unknown."
    )
    session = read_session(folder)
    assert (session.person, session.model_name) == ("session", "leg_scaled")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [1", "is no YAML from line 2 on; export it again."),
        ("- 1", "holds no fields; export it again."),
    ],
)
def test_damaged_metadata_are_a_problem(text: str, problem: str, folder: Path) -> None:
    path = folder / "sessionMetadata.yaml"
    path.write_text(text + "\n")
    assert only_problem(folder) == f"{path} {problem}"


@pytest.mark.parametrize(
    ("said", "found"),
    [("mass_kg: heavy", "heavy"), ("mass_kg: -1", "-1"), ("", "nothing")],
)
def test_a_mass_that_is_none_is_a_problem(said: str, found: str, folder: Path) -> None:
    change(folder / "sessionMetadata.yaml", "mass_kg: 60", said)
    assert only_problem(folder) == f"The metadata give {found} for mass_kg."
    assert read_session(folder).mass is None


def test_a_model_of_another_mass_is_a_problem(folder: Path) -> None:
    change(folder / "OpenSimData/Model/leg_scaled.osim", "60.0", "75.3")
    assert only_problem(folder) == (
        "The model has a mass of 75.3 kg, the metadata say 60.0 kg."
    )


def test_a_session_without_motion_is_a_problem(folder: Path) -> None:
    (folder / "OpenSimData/Kinematics/squat.mot").unlink()
    assert only_problem(folder) == (
        "There is no motion (.mot) in OpenSimData/Kinematics or OpenSimData/IK."
    )


def test_hidden_files_are_passed_over(folder: Path) -> None:
    (folder / "OpenSimData/Kinematics/._squat.mot").write_bytes(b"\0\1")
    assert read_session(folder).problems == ()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError) as caught:
        read_session(tmp_path / "a")
    assert str(caught.value) == (
        f"The session folder {tmp_path / 'a'} does not exist; check the path."
    )


def test_a_folder_that_is_no_session_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError) as caught:
        read_session(tmp_path)
    assert str(caught.value) == (
        f"The folder {tmp_path / 'OpenSimData'} does not exist; "
        "pass the folder of an OpenCap session, which holds it."
    )


def test_the_folder_above_sessions_names_them(folder: Path) -> None:
    with pytest.raises(MissingFileError) as caught:
        read_session(folder.parent)
    assert str(caught.value).endswith("does not exist; pass a session in it: session.")
