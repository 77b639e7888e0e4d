"""Marker recordings to a session: a person made by the program, and real ones."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from tests.synthetic.made_session import make_session

from bige_osim.errors import BigeError, ExistingOutputError, UnknownNameError
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.opensim_files.series import read_series
from bige_osim.io.opensim_files.trc import read_markers, write_markers
from bige_osim.io.session.read import read_session
from bige_osim.motion import Markers
from bige_osim.osim.anthropometry import generic_model, typical_body
from bige_osim.osim.reading.model import read_model
from bige_osim.osim.reading.open_model import OpenModel
from bige_osim.stages.import_markers import ImportRequest, import_markers
from bige_osim.stages.result import StageResult
from bige_osim.synthetic.squat_style import SquatStyle

pytestmark = pytest.mark.opensim

EVERY = 12  # frames of 60 Hz that make one of these tests
LEGS = [f"{c}_{s}" for c in ("hip_flexion", "knee_angle", "ankle_angle") for s in "rl"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tall man who squats, made by the program."""
    body = typical_body("male", stature=1.83)
    styles = {"squats1": SquatStyle(repetitions=1)}
    folder = tmp_path_factory.mktemp("made") / "adam"
    return make_session(folder, person="adam", body=body, styles=styles, seed=3)


@pytest.fixture(scope="module")
def marker_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generic model's own markers, as OpenSim saves them."""
    import opensim

    path = tmp_path_factory.mktemp("markers") / "rajagopal.xml"
    model = opensim.Model(str(generic_model()))
    model.getMarkerSet().printToXML(str(path))
    return path


@pytest.fixture(scope="module")
def recordings_of_adam(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """His squat in a laboratory with z up that he crosses along -y, and a bad file."""
    folder = tmp_path_factory.mktemp("recorded")
    markers = read_markers(made / "MarkerData" / "squats1.trc")
    forward, up, right = np.moveaxis(markers.positions[::EVERY], 2, 0)
    positions = np.stack([-right, -forward, up], axis=2)
    positions[3, markers.names.index("RTH1")] = np.nan
    slow = Markers(markers.time[::EVERY], positions, markers.names)
    write_markers(folder / "squats1.trc", slow)
    standing = positions[:1] + np.zeros((20, 1, 1))
    write_markers(
        folder / "static1.trc", Markers(np.arange(20) / 60, standing, markers.names)
    )
    (folder / "broken.trc").write_text("PathFileType\t4\n")
    return folder


@pytest.fixture(scope="module")
def imported(
    made: Path,
    marker_file: Path,
    recordings_of_adam: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, StageResult]:
    output = tmp_path_factory.mktemp("imported") / "adam"
    names = ("squats1.trc", "static1.trc", "broken.trc")
    person = read_session(made)
    assert person.mass is not None
    assert person.height is not None
    request = ImportRequest(
        files=tuple(recordings_of_adam / name for name in names),
        markerset=str(marker_file),
        mass=person.mass,
        height=person.height,
        static="static1",
        accuracy=1e-7,
    )
    return output, import_markers(request, output=output)


def test_the_session_reads_as_opencaps_do(imported: tuple[Path, StageResult]) -> None:
    output, _ = imported
    found = read_session(output)
    assert found.problems == ()
    assert [trial.name for trial in found.motions] == ["squats1", "static1"]
    assert found.person == "adam"
    assert found.height == 1.83
    assert found.model is not None
    assert found.model.name == "Rajagopal2015_scaled.osim"
    assert found.mass is not None
    assert read_model(found.model).mass == pytest.approx(found.mass)
    metadata = yaml.safe_load((output / "sessionMetadata.yaml").read_text())
    assert metadata["openSimModel"] == "Rajagopal2015"


def test_the_angles_of_a_known_person_come_back(
    made: Path, imported: tuple[Path, StageResult]
) -> None:
    """Within 3 degrees RMS: his model was scaled by other measures than his markers."""
    output, _ = imported
    found = read_motion(output / "OpenSimData" / "Kinematics" / "squats1.mot")
    known = read_motion(made / "OpenSimData" / "Kinematics" / "squats1.mot")
    names = [*LEGS, "pelvis_tilt", "lumbar_extension"]
    assert np.ptp(np.degrees(known.column("knee_angle_r"))) > 60
    error = found.select(names).values - known.select(names).at(found.time).values
    rms = np.degrees(np.sqrt(np.mean(error**2, axis=0)))
    assert rms.max() < 3.0, dict(zip(names, rms.round(2), strict=True))


def test_bones_have_the_persons_lengths(
    made: Path, imported: tuple[Path, StageResult]
) -> None:
    model = read_session(made).model
    assert model is not None
    lengths = []
    for path in (imported[0] / "OpenSimData/Model/Rajagopal2015_scaled.osim", model):
        loaded = OpenModel(path)
        loaded.place({})
        joints = [loaded.placement(b)[:3, 3] for b in ("femur_r", "tibia_r", "talus_r")]
        lengths.append(np.linalg.norm(np.diff(joints, axis=0), axis=1))
    np.testing.assert_allclose(lengths[0], lengths[1], rtol=0.01)


def test_errors_are_told_per_marker_and_frame(
    imported: tuple[Path, StageResult],
) -> None:
    output, result = imported
    row = result.summary["trials"][0]
    assert row["core_rms_mm"] < 10
    assert 0 < row["frames_within_guideline"] <= 1
    assert row["markers"]["RTH1"]["gaps"] == 1
    table = read_series(output / "MarkerData" / "squats1_errors.sto")
    assert table.column("RTH1")[3] == -1
    worst = table.column("core_max").max()
    assert 1000 * worst == pytest.approx(row["core_max_mm"], abs=0.01)
    saved = json.loads((output / "import-markers.json").read_text())
    assert saved["trials"] == result.summary["trials"]
    assert saved["standing"]["trial"] == "static1"


def test_a_person_is_turned_forward_and_told_so(
    made: Path, imported: tuple[Path, StageResult]
) -> None:
    output, result = imported
    turned = read_markers(output / "MarkerData" / "squats1.trc")
    known = read_markers(made / "MarkerData" / "squats1.trc")
    np.testing.assert_allclose(turned.positions[5], known.positions[5 * EVERY])
    notes = result.summary["trials"][0]["notes"]
    assert notes == ["Turned to x forward, y up, z right: its axes -y z -x."]


def test_a_file_that_cannot_be_read_does_not_stop_the_others(
    imported: tuple[Path, StageResult],
) -> None:
    output, result = imported
    row = result.summary["trials"][2]
    assert row["trial"] == "broken"
    assert "expected a marker file that begins with PathFileType" in row["error"]
    assert "broken: not imported. " in result.text
    assert not list(output.rglob("broken*"))


def test_what_cannot_be_imported_is_said(
    imported: tuple[Path, StageResult],
    recordings_of_adam: Path,
    marker_file: Path,
    tmp_path: Path,
) -> None:
    request = ImportRequest(
        files=(recordings_of_adam / "static1.trc",),
        markerset=str(marker_file),
        mass=80.0,
        height=1.83,
    )
    with pytest.raises(ExistingOutputError):
        import_markers(request, output=imported[0])
    with pytest.raises(UnknownNameError, match="has no trial named stand"):
        import_markers(replace(request, static="stand"), output=tmp_path / "a")
    other = replace(request, markerset="plug_in_gait_39", files=(tmp_path / "x.trc",))
    with pytest.raises(BigeError, match=r"x\.trc does not exist"):
        import_markers(other, output=tmp_path / "a")
    twice = replace(request, files=request.files * 2)
    with pytest.raises(BigeError, match="Two recordings give the trial static1"):
        import_markers(twice, output=tmp_path / "a")
    assert not (tmp_path / "a").exists()


@pytest.mark.recordings
def test_a_real_deep_squat_follows_its_markers(
    recordings: Path, tmp_path: Path
) -> None:
    name = "m01_s08_e01_positions.txt.gz"
    lines = gzip.decompress((recordings / "mocap/ui_prmd/correct" / name).read_bytes())
    down = b"\n".join(lines.splitlines()[:110])  # to the deepest
    (tmp_path / name).write_bytes(gzip.compress(down))
    request = ImportRequest(
        files=(tmp_path / name,),
        markerset="plug_in_gait_39",
        mass=68.7,
        height=1.73,
        generic=recordings / "models" / "LaiUhlrich2022.osim",
        fit=False,  # a minute
    )
    result = import_markers(request, output=tmp_path / "s08")
    row = result.summary["trials"][0]
    assert row["trial"] == "m01_s08_e01"
    assert row["core_rms_mm"] < 25
    assert "Turned to" not in str(row["notes"])  # the reader's frame faces x already
    motion = read_motion(tmp_path / "s08/OpenSimData/Kinematics/m01_s08_e01.mot")
    knee = np.degrees(motion.column("knee_angle_r"))
    assert knee[0] < 20
    assert 90 < knee.max() <= 140
    assert read_session(tmp_path / "s08").problems == ()


@pytest.mark.recordings
def test_angles_are_near_those_of_a_laboratory(sessions: Path, tmp_path: Path) -> None:
    """Theirs come from another model and their own placing of the markers."""
    for name, step in (("static1", 5), ("squats1", 60)):
        seen = read_markers(sessions / "lab_s4/MarkerData" / f"{name}.trc")
        few = Markers(seen.time[::step], seen.positions[::step], seen.names)
        write_markers(tmp_path / f"{name}.trc", few)
    request = ImportRequest(
        files=(tmp_path / "squats1.trc", tmp_path / "static1.trc"),
        markerset="opencap_study",
        mass=62.6,
        height=1.68,
        generic=sessions.parent / "models" / "LaiUhlrich2022.osim",
        static="static1",
    )
    result = import_markers(request, output=tmp_path / "s4")
    assert result.summary["trials"][0]["core_rms_mm"] < 15
    found = read_motion(tmp_path / "s4/OpenSimData/Kinematics/squats1.mot")
    known = read_motion(sessions / "lab_s4/OpenSimData/Kinematics/squats1.mot")
    names = [*LEGS, "pelvis_tilt", "lumbar_extension"]
    error = found.select(names).values - known.select(names).at(found.time).values
    rms = np.degrees(np.sqrt(np.mean(error**2, axis=0)))
    assert rms.max() < 6.0, dict(zip(names, rms.round(1), strict=True))


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        (
            "height",
            168.0,
            "--height: 168 m is no stature; if it is centimetres, write 1.68.",
        ),
        (
            "mass",
            62600.0,
            "--mass: 62600 kg is no participant's mass; if it is grams, write 62.6.",
        ),
    ],
)
def test_a_person_of_no_possible_size_is_refused(
    option: str, value: float, sentence: str, tmp_path: Path
) -> None:
    person = {"mass": 62.6, "height": 1.68} | {option: value}
    request = ImportRequest(files=(), markerset="opencap_video", **person)
    with pytest.raises(BigeError) as caught:
        import_markers(request, output=tmp_path / "session")
    assert str(caught.value) == sentence
