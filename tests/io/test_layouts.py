"""One small session made to order for every layout there is, with known answers."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import MissingFileError
from bige_osim.io.opensim_files.forces import write_ground_reaction
from bige_osim.io.opensim_files.mot import read_motion, write_motion
from bige_osim.io.opensim_files.trc import write_markers
from bige_osim.io.session.read import Session, read_session
from bige_osim.motion import GroundReaction, Markers, Motion

PELVIS = ("pelvis_tilt", "pelvis_ty", "knee_angle_r")
ARM = (*PELVIS, "arm_flex_r")
SHOULDER = (*PELVIS, "shoulder_plane_r", "shoulder_elevation_r")


def add_model(path: Path, *, names: Sequence[str] = PELVIS, mass: float = 60.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    coordinates = "".join(f'<Coordinate name="{name}"/>' for name in names)
    path.write_text(
        f'<OpenSimDocument><Model name="{path.stem}"><Body name="b"><mass>{mass}</mass>'
        f"</Body>{coordinates}</Model></OpenSimDocument>"
    )
    return path


def add_motion(
    path: Path,
    *,
    names: Sequence[str] = PELVIS,
    rate: float = 60.0,
    in_degrees: bool = True,
) -> Path:
    """One second of 0.5 rad in every joint."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = int(rate) + 1
    values = np.full((frames, len(names)), 0.5)
    motion = Motion(np.arange(frames) / rate, values, tuple(names))
    write_motion(path, motion, in_degrees=in_degrees)
    return path


def add_markers(path: Path, *, count: int = 4) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    names = tuple(f"m{i}" for i in range(count))
    times = np.arange(5) / 60
    write_markers(path, Markers(times, np.zeros((5, count, 3)), names))
    return path


def add_forces(path: Path, *, rate: float = 60.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = int(rate) + 1
    force = np.full((frames, 1, 3), 300.0)
    ground = GroundReaction(
        np.arange(frames) / rate, force, force, force, ("plate",), "measured"
    )
    write_ground_reaction(path, ground)
    return path


def add_simulation(folder: Path, *, marked: bool = True, case: str = "") -> Path:
    """0.4 s at 50 Hz: a knee in degrees and two muscles, in SIMM's format."""
    folder.mkdir(parents=True, exist_ok=True)
    ending = "/activation" if marked else ""
    names = ("time", "knee_angle_r", f"vasmed_r{ending}", f"soleus_r{ending}")
    rows = [f"{3.5 + 0.02 * i:.8f} 45.0 0.25 {0.01 * i:.4f}" for i in range(21)]
    header = "name C:/Data\\a.mot\ndatacolumns 4\ndatarows 21\nrange 3.5 3.9\nendheader"
    text = "\n".join([header, " ".join(names), *rows]) + "\n"
    path = folder / f"kinematics_activations{case}.mot"
    path.write_text(text)
    return path


def add_metadata(path: Path, model: str, *, sex: str = "gender_mf: Woman") -> None:
    text = f"mass_kg: 60.0\nheight_m: 1.7\nopenSimModel: {model}\n{sex}\n"
    path.write_text(text)


def download(folder: Path, model: str = "LaiUhlrich2022") -> Path:
    """What OpenCap's app gives for download, videos and calibration included."""
    add_motion(folder / "OpenSimData/Kinematics/squats1.mot")
    add_model(folder / f"OpenSimData/Model/{model}_scaled.osim")
    for name in ("neutral", "squats1"):
        add_markers(folder / f"MarkerData/{name}.trc")
    add_metadata(folder / "sessionMetadata.yaml", model)
    (folder / "Videos/Cam0/InputMedia/squats1").mkdir(parents=True)
    (folder / "Videos/Cam0/InputMedia/squats1/squats1.mov").write_bytes(b"\0video")
    return folder


def summary(session: Session) -> tuple[str, float | None, float | None, str | None]:
    return session.person, session.mass, session.height, session.sex


def trials(session: Session) -> dict[str, tuple[float | None, int, int]]:
    """Rate, markers and plates by trial."""
    return {t.name: (t.rate, t.marker_count, t.plates) for t in session.trials}


@pytest.mark.parametrize("model", ["LaiArnoldModified2017", "LaiUhlrich2022"])
def test_a_download_of_the_app(model: str, tmp_path: Path) -> None:
    session = read_session(download(tmp_path / "OpenCapData_1", model))
    assert session.layout == "OpenCap"
    assert summary(session) == ("OpenCapData_1", 60.0, 1.7, "female")
    assert trials(session) == {"neutral": (None, 4, 0), "squats1": (60.0, 4, 0)}
    assert session.model is not None
    assert session.model.name == f"{model}_scaled.osim"
    assert session.model_name == model
    assert session.problems == session.notes == ()


def test_a_session_of_the_shoulder_model(tmp_path: Path) -> None:
    folder = download(tmp_path / "a", "LaiUhlrich2022_shoulder")
    add_model(
        folder / "OpenSimData/Model/LaiUhlrich2022_shoulder_scaled.osim", names=SHOULDER
    )
    add_motion(folder / "OpenSimData/Kinematics/squats1.mot", names=SHOULDER)
    session = read_session(folder)
    assert session.model_name == "LaiUhlrich2022_shoulder"
    assert session.problems == session.notes == ()
    assert session.motions[0].frames == 61


def test_the_model_that_the_motions_fit_wins_over_the_one_of_the_metadata(
    tmp_path: Path,
) -> None:
    folder = download(tmp_path / "a")  # whose metadata say LaiUhlrich2022
    models = folder / "OpenSimData/Model"
    add_model(models / "LaiUhlrich2022_scaled.osim", names=ARM)
    shoulder = add_model(models / "LaiUhlrich2022_shoulder_scaled.osim", names=SHOULDER)
    add_motion(folder / "OpenSimData/Kinematics/squats1.mot", names=SHOULDER)
    session = read_session(folder)
    assert session.model == shoulder
    assert session.problems == ()
    assert session.notes == (
        "OpenSimData/Model/LaiUhlrich2022_scaled.osim is there too; "
        "LaiUhlrich2022_shoulder_scaled.osim is used.",
    )


def test_markers_in_folders_of_their_steps(tmp_path: Path) -> None:
    folder = download(tmp_path / "a")
    (folder / "MarkerData/squats1.trc").unlink()
    add_markers(folder / "MarkerData/PreAugmentation/squats1.trc", count=20)
    add_markers(folder / "MarkerData/PostAugmentation/squats1/squats1_LSTM.trc")
    session = read_session(folder)
    assert trials(session) == {"neutral": (None, 4, 0), "squats1": (60.0, 4, 0)}
    assert session.problems == ()


def published(folder: Path) -> Path:
    """OpenCap's laboratory validation: motions by markers and by two cameras."""
    for place, mass, rate in (
        ("Mocap", 60.0, 100.0),
        ("Video/HRNet/2-cameras", 61.0, 60.0),
        ("Video/OpenPose_default/5-cameras", 61.0, 60.0),
    ):
        for trial in ("DJ1", "squats1"):
            add_motion(folder / f"OpenSimData/{place}/IK/{trial}.mot", rate=rate)
        add_model(folder / f"OpenSimData/{place}/Model/Lai_scaled.osim", mass=mass)
    for trial in ("DJ1", "squats1", "static1"):
        add_markers(folder / f"MarkerData/Mocap/{trial}.trc", count=7)
        add_markers(
            folder / f"MarkerData/Video/HRNet/2-cameras/{trial}_LSTM.trc", count=5
        )
        add_forces(folder / f"ForceData/{trial}_forces.mot", rate=100.0)
    add_metadata(folder / "sessionMetadata.yaml", "Lai", sex="sex: m")
    (folder / "EMGData").mkdir()
    (folder / "EMGData/squats1_EMG.sto").write_text("not read")
    return folder


def test_published_data_are_read_as_found_by_markers(tmp_path: Path) -> None:
    session = read_session(published(tmp_path / "subject2"))
    assert session.layout == "OpenCap, Mocap"
    assert summary(session) == ("subject2", 60.0, 1.7, "male")
    assert trials(session) == {
        "DJ1": (100.0, 7, 1),
        "squats1": (100.0, 7, 1),
        "static1": (None, 7, 1),
    }
    assert session.model is not None
    assert session.model.parent.parent.name == "Mocap"
    assert session.problems == ()
    assert session.notes == (
        "The motions of OpenSimData/Mocap are used; others lie in "
        "OpenSimData/Video/HRNet/2-cameras, "
        "OpenSimData/Video/OpenPose_default/5-cameras: pass that folder to use them.",
    )


def test_published_data_are_read_as_found_by_cameras_when_asked_for(
    tmp_path: Path,
) -> None:
    folder = published(tmp_path / "subject2")
    session = read_session(folder / "OpenSimData/Video/HRNet/2-cameras")
    assert session.layout == "OpenCap, Video/HRNet/2-cameras"
    assert session.name == session.person == "subject2 Video/HRNet/2-cameras"
    assert session.mass == 60.0
    assert trials(session)["squats1"] == (60.0, 5, 1)
    assert session.model is not None
    assert session.model.relative_to(session.path).as_posix() == (
        "OpenSimData/Video/HRNet/2-cameras/Model/Lai_scaled.osim"
    )
    # its forces run at another rate, which is said of each trial
    assert len(session.problems) == 2


def test_a_field_study_with_simulations(tmp_path: Path) -> None:
    folder = tmp_path / "field"
    for trial in ("Squats_0", "Squats_0_slow"):
        add_motion(folder / f"OpenSimData/IK/{trial}.mot")
        add_markers(folder / f"MarkerData/{trial}.trc")
    add_model(folder / "OpenSimData/Model/Lai_scaled.osim")
    add_metadata(folder / "metadata.yaml", "Lai", sex="sex: m")
    for name in ("Squats_0_1", "Squats_0_slow_2"):
        add_simulation(folder / f"OpenSimData/Dynamics/{name}")
    session = read_session(folder)
    assert summary(session) == ("field", 60.0, 1.7, "male")
    assert [trial.rate for trial in session.motions] == [60.0, 60.0]
    assert session.problems == session.notes == ()
    assert [(s.name, s.trial) for s in session.simulations] == [
        ("Squats_0_1", "Squats_0"),
        ("Squats_0_slow_2", "Squats_0_slow"),
    ]
    assert session.to_dict()["simulations"][0] == {
        "name": "Squats_0_1",
        "trial": "Squats_0",
        "file": "OpenSimData/Dynamics/Squats_0_1/kinematics_activations.mot",
        "forces": None,
        "moments": None,
        "start_s": 3.5,
        "stop_s": 3.9,
        "frames": 21,
        "rate_hz": 50.0,
        "muscles": 2,
        "source": "simulated by others, not measured "
        "(Squats_0_1/kinematics_activations.mot)",
    }


def test_a_damaged_simulation_is_a_problem(tmp_path: Path) -> None:
    folder = download(tmp_path / "a")
    path = add_simulation(folder / "OpenSimData/Dynamics/squats1_1")
    path.write_text(path.read_text().replace(" 0.25 ", " 2.5 "))
    session = read_session(folder)
    assert session.simulations == ()
    assert session.problems == (
        f"{path}, row 1, column vasmed_r: expected activations from 0 to 1, got 2.5; "
        "pass the simulation that the file belongs to.",
    )


def results(folder: Path) -> Path:
    """AddBiomechanics' results of one squat, in radians."""
    add_motion(folder / "IK/squats1_segment_0_ik.mot", rate=100.0, in_degrees=False)
    add_markers(folder / "MarkerData/squats1_segment_0.trc")
    add_forces(folder / "ID/squats1_segment_0_grf.mot", rate=100.0)
    add_forces(folder / "ID/squats1_segment_0_grf_raw.mot", rate=100.0)
    models = folder / "Models"
    for name in ("unscaled_generic", "match_markers_but_ignore_physics"):
        add_model(models / f"{name}.osim", mass=70.0)
    add_model(models / "match_markers_and_physics.osim", mass=64.2)
    return folder


SUBJECT = '{"massKg": "62.6", "heightM": "1.68", "sex": "female", "ageYears": 30}'


@pytest.mark.parametrize("inner", ["", "osim_results"])
def test_results_of_addbiomechanics(inner: str, tmp_path: Path) -> None:
    folder = tmp_path / "subject4"
    results(folder / inner)
    (folder / "_subject.json").write_text(SUBJECT)
    for passed in {folder, folder / inner}:
        session = read_session(passed)
        assert session.layout == "AddBiomechanics"
        assert session.name == "subject4"
        assert summary(session) == ("subject4", 62.6, 1.68, "female")
        assert trials(session) == {"squats1_segment_0": (100.0, 4, 1)}
        assert session.model is not None
        assert session.model.name == "match_markers_and_physics.osim"
        assert session.problems == ()
        assert session.notes[-1] == (  # it is fitted, so that this is as it should be
            "The model has a mass of 64.2 kg, the metadata say 62.6 kg."
        )
        (trial,) = session.motions
        assert trial.motion is not None
        knee = read_motion(trial.motion).column("knee_angle_r")
        assert knee.tolist() == [0.5] * 101  # radians, as the header says


def test_addbiomechanics_last_model_is_the_one_named_final(tmp_path: Path) -> None:
    final = add_model(results(tmp_path / "a") / "Models/final.osim")
    assert read_session(tmp_path / "a").model == final


def test_damaged_json_is_a_problem(tmp_path: Path) -> None:
    folder = results(tmp_path / "a")
    (folder / "_subject.json").write_text('{"massKg":\n')
    assert read_session(folder).problems == (
        f"{folder / '_subject.json'} is no JSON from line 2 on; export it again.",
    )


def loose(folder: Path) -> Path:
    add_motion(folder / "DLS01_ik.mot", rate=200.0, in_degrees=False)
    add_markers(folder / "DLS01.trc")
    add_model(folder / "final.osim", mass=75.3)
    return folder


def test_loose_files_beside_a_model(tmp_path: Path) -> None:
    session = read_session(loose(tmp_path / "dls01"))
    assert session.layout == "loose files"
    assert summary(session) == ("dls01", 75.3, None, None)
    assert trials(session) == {"DLS01": (200.0, 4, 0)}
    assert session.model == tmp_path / "dls01" / "final.osim"
    assert session.problems == ()
    assert session.notes == (
        "Nothing says who the participant is: the mass of 75.3 kg is the model's, "
        "height and sex are unknown.",
    )


def test_loose_forces_and_metadata_count_too(tmp_path: Path) -> None:
    folder = loose(tmp_path / "dls01")
    add_forces(folder / "DLS01_grf.mot", rate=200.0)
    add_metadata(folder / "sessionMetadata.yaml", "", sex="gender_mf: Man")
    add_model(folder / "final.osim", mass=60.0)
    session = read_session(folder)
    assert trials(session) == {"DLS01": (200.0, 4, 1)}
    assert summary(session) == ("dls01", 60.0, 1.7, "male")
    assert session.problems == session.notes == ()


def test_a_motion_and_its_copy_under_another_name_are_two_trials(
    tmp_path: Path,
) -> None:
    folder = loose(tmp_path / "a")
    add_motion(folder / "DLS01.mot", in_degrees=False)
    assert [t.name for t in read_session(folder).motions] == ["DLS01", "DLS01_ik"]


def test_motions_without_a_model_are_no_session(tmp_path: Path) -> None:
    (loose(tmp_path / "a") / "final.osim").unlink()
    with pytest.raises(MissingFileError, match="pass the folder of an OpenCap session"):
        read_session(tmp_path / "a")


def test_the_folder_above_names_sessions_of_all_layouts(tmp_path: Path) -> None:
    download(tmp_path / "a")
    results(tmp_path / "b")
    loose(tmp_path / "c")
    (tmp_path / "d").mkdir()
    with pytest.raises(MissingFileError, match="pass a session in it: a, b, c"):
        read_session(tmp_path)


@pytest.mark.recordings
@pytest.mark.parametrize(
    ("place", "trial", "rate", "mass", "coordinates"),
    [
        ("mocap/dls01", "DLS01", 200.0, 75.3, 35),
        ("sessions/lab_s4/AddBiomechanics", "squats1", 100.0, 62.6, 33),
    ],
)
def test_real_loose_files_are_a_session(
    place: str,
    trial: str,
    rate: float,
    mass: float,
    coordinates: int,
    recordings: Path,
) -> None:
    session = read_session(recordings / place)
    assert session.mass == pytest.approx(mass, abs=0.05)
    assert session.height is None
    assert session.problems == ()
    (found,) = session.motions
    assert (found.name, found.rate) == (trial, rate)
    assert found.motion is not None
    motion = read_motion(found.motion)
    assert len(motion.names) == coordinates
    assert np.abs(motion.column("knee_angle_r")).max() > 1.5  # rad: it is a squat


@pytest.mark.recordings
def test_real_simulations_of_others_are_listed_and_read(sessions: Path) -> None:
    session = read_session(sessions / "field_study_0")
    names = [f"{t}_{k}" for t in ("Asym_0", "Squats_0") for k in (1, 2, 3)]
    assert [s.name for s in session.simulations] == names
    for simulation in session.simulations:
        found = simulation.to_dict(session.path)
        assert found["trial"] == simulation.name[:-2]
        assert found["muscles"] == 80
        assert found["rate_hz"] == pytest.approx(50.0, abs=0.25)
        assert found["forces"].endswith("forces_resultant.mot")
        assert found["moments"].endswith("kinetics.mot")
        assert "vasmed_r" in simulation.activations.names
        whole = session.trial(simulation.trial or "")
        assert whole.start is not None
        assert whole.duration is not None
        assert whole.start <= found["start_s"] < found["stop_s"] <= whole.duration
