"""Sessions as a folder, a ``.zip`` and a ``.b3d``."""

import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bige_osim.errors import BigeError, DataError
from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.opensim_files.mot import read_motion, write_motion
from bige_osim.motion import Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.stages.info import info
from bige_osim.stages.open_session import open_session
from bige_osim.stages.solve import solve
from bige_osim.stages.solve_request import SolveRequest

LEG = Path(__file__).parents[1] / "osim" / "b3d" / "leg.b3d"


class Trap:
    """Unpickling this makes the file it was told."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path(self.path),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A session of a leg that swings for a second, with a trap in it."""
    folder = tmp_path / "OpenCapData_1"
    (folder / "OpenSimData/Kinematics").mkdir(parents=True)
    (folder / "OpenSimData/Model").mkdir()
    (folder / "Videos").mkdir()
    spec = read_model(LEG.with_suffix(".osim"))
    time = np.arange(61) / 60
    values = np.zeros((61, len(spec.coordinate_names)))
    values[:, spec.coordinate_names.index("knee_angle_r")] = np.sin(time)
    motion = Motion(time, values, tuple(spec.coordinate_names))
    write_motion(folder / "OpenSimData/Kinematics/swing.mot", motion)
    shutil.copy(LEG.with_suffix(".osim"), folder / "OpenSimData/Model/leg_scaled.osim")
    (folder / "sessionMetadata.yaml").write_text("mass_kg: 60\nopenSimModel: leg\n")
    trap = pickle.dumps(Trap(str(tmp_path / "sprung")))
    (folder / "Videos/mappingCamDevice.pickle").write_bytes(trap)
    return folder


@pytest.fixture
def archive(folder: Path) -> Path:
    """The same, zipped as OpenCap's app does."""
    name = shutil.make_archive(str(folder), "zip", folder.parent, folder.name)
    path = Path(name)
    shutil.rmtree(folder)
    return path


def test_a_zip_is_told_as_its_folder_is(folder: Path, request: Any) -> None:
    plain = info(folder)
    archive = request.getfixturevalue("archive")
    packed = info(archive)
    assert packed.text == plain.text
    assert packed.summary == plain.summary | {"path": archive.as_posix()}
    assert packed.text.startswith("Session      OpenCapData_1\nLayout       OpenCap\n")
    assert not (archive.parent / "sprung").exists()


def test_problems_name_the_archive(archive: Path) -> None:
    with open_session(archive) as session:
        assert session.name == session.person == "OpenCapData_1"
        assert session.inputs(session.model) == [archive]
        assert not list(session.path.rglob("*.pickle"))
        path = session.motions[0].motion
        assert path is not None
        assert path.is_file()
    assert not path.exists()
    assert session.problems == (
        "The metadata give nothing for height_m.",
        "Trial swing has no markers (MarkerData/swing.trc).",
    )


def test_an_error_names_the_archive(archive: Path) -> None:
    with pytest.raises(BigeError) as caught, open_session(archive) as session:
        raise BigeError(f"{session.path / 'a.mot'} is damaged.")
    assert str(caught.value) == f"{archive / 'a.mot'} is damaged."


def test_an_archive_without_a_session_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "note.txt").write_text("nothing")
    path = Path(shutil.make_archive(str(tmp_path / "a"), "zip", tmp_path / "a"))
    with pytest.raises(BigeError) as caught, open_session(path):
        pytest.fail("it was read")
    assert str(caught.value) == (
        f"The folder {path / 'OpenSimData'} does not exist; pass the folder of an "
        "OpenCap session, which holds it."
    )


def test_another_file_is_no_session(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(DataError) as caught:
        info(tmp_path / "a.txt")
    assert str(caught.value) == (
        f"{tmp_path / 'a.txt'}: expected a session's folder, .zip or .b3d, got another "
        "file; pass the session."
    )


@pytest.mark.nimble
def test_a_b3d_is_a_session_with_its_notes() -> None:
    with open_session(LEG) as session:
        assert (session.name, session.person, session.sex) == ("leg", "leg", "female")
        assert (session.mass, session.height) == (60.5, 1.71)
        assert session.problems == ()
        assert session.notes == (
            "Trial walk_segment_0 lacks ground forces in 2 of its 4 frames; its forces "
            "are left out.",
            "Trial standing has no motion in the last fit; it is left out.",
        )
        squat, walk = session.motions
        assert (squat.rate, squat.frames, squat.plates) == (100.0, 6, 1)
        assert (walk.name, walk.frames, walk.plates) == ("walk_segment_0", 4, 0)
        assert session.model is not None
        assert squat.motion is not None
        assert squat.forces is not None
        motion = read_motion(squat.motion, spec=read_model(session.model))
        assert motion.column("pelvis_tilt")[0] == pytest.approx(0.11)
        assert motion.column("knee_angle_r")[-1] == pytest.approx(0.715)
        ground = read_ground_reaction(squat.forces)
        assert ground.names == ("foot",)
        assert ground.force[:, 0, 1].tolist() == pytest.approx([600.0] * 6)


@pytest.mark.opensim
def test_collect_refuses_a_session_without_a_height(
    archive: Path, tmp_path: Path
) -> None:
    from bige_osim.stages.collect import collect

    with pytest.raises(BigeError) as caught:
        collect([archive], output=tmp_path / "a.nc")
    assert str(caught.value) == (
        f"The session {archive} does not state the participant's height, which the "
        "nets need; write height_m (metres) into its sessionMetadata.yaml."
    )
    assert not (tmp_path / "a.nc").exists()


@pytest.mark.opensim
@pytest.mark.recordings
def test_a_zipped_session_is_solved_as_its_folder_is(
    sessions: Path, tmp_path: Path
) -> None:
    plain = sessions / "field_study_0"
    name = shutil.make_archive(
        str(tmp_path / "field_study_0"), "zip", sessions, plain.name
    )
    found = []
    for source in (plain, Path(name)):
        request = SolveRequest(source=source, trials=("Squats_0",), start=5.0, stop=5.5)
        found.append(solve(request, output=tmp_path / f"solved{source.suffix}"))
    first, second = (
        (tmp_path / folder / "Squats_0_activations.sto").read_bytes()
        for folder in ("solved", "solved.zip")
    )
    assert first == second
    manifest = found[1].summary["manifest"]
    assert [row["file"] for row in manifest["inputs"]] == [Path(name).as_posix()]


@pytest.mark.opensim
@pytest.mark.recordings
def test_squats_are_found_in_a_zip_and_in_loose_files(
    recordings: Path, tmp_path: Path
) -> None:
    from bige_osim.stages.collect import collect

    name = "field_study_0"
    base = str(tmp_path / name)
    archive = Path(shutil.make_archive(base, "zip", recordings / "sessions" / name))
    sources = [archive, recordings / "mocap" / "dls01"]
    result = collect(sources, output=tmp_path / "a.nc", dry_run=True)
    found = {
        (r["session"], r["trial"]): r["accepted"] for r in result.summary["trials"]
    }
    assert found == {(name, "Asym_0"): 5, (name, "Squats_0"): 5, ("dls01", "DLS01"): 5}
