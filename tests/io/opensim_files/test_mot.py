"""Motions: degrees outside, radians inside."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.models import coordinate

from bige_osim.errors import DataError, UnknownNameError
from bige_osim.io.opensim_files.mot import read_motion, write_motion
from bige_osim.io.opensim_files.table import read_table
from bige_osim.motion import Motion
from bige_osim.spec import (
    CouplerSpec,
    FunctionSpec,
    ModelSpec,
)

DAMAGED = Path(__file__).parents[1] / "damaged"


MODEL = ModelSpec(
    name="leg",
    sha256="0" * 64,
    coordinates=(
        coordinate("pelvis_tilt"),
        coordinate("pelvis_ty", translational=True, motion_type="coupled"),
        coordinate("knee_angle_r"),
        coordinate("knee_angle_r_beta", motion_type="coupled"),
        coordinate("mtp_angle_r", locked=True),
    ),
    couplers=(
        CouplerSpec(
            dependent="knee_angle_r_beta",
            independent="knee_angle_r",
            function=FunctionSpec(kind="linear"),
        ),
    ),
)


def write(path: Path, names: str, *rows: str, header: str = "inDegrees=yes") -> Path:
    path.write_text("\n".join(["a", header, "endheader", names, *rows]) + "\n")
    return path


def test_only_rotations_are_turned_into_radians(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mot", "time knee pelvis_ty", "0 180 0.9", "1 90 0.8")
    motion = read_motion(path)
    assert motion.names == ("knee", "pelvis_ty")
    np.testing.assert_allclose(motion.column("knee"), [np.pi, np.pi / 2])
    assert motion.column("pelvis_ty").tolist() == [0.9, 0.8]


def test_radians_stay_as_they_are(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mot", "time knee", "0 1.5", "1 2", header="inDegrees=no")
    assert read_motion(path).values.ravel().tolist() == [1.5, 2.0]


def test_the_model_says_which_columns_are_translations(tmp_path: Path) -> None:
    names = "time knee_angle_r pelvis_ty pelvis_tilt"
    path = write(tmp_path / "a.mot", names, "0 180 0.9 90")
    motion = read_motion(path, spec=MODEL)
    assert motion.names == ("knee_angle_r", "pelvis_ty", "pelvis_tilt")
    np.testing.assert_allclose(motion.values, [[np.pi, 0.9, np.pi / 2]])


def test_columns_of_a_state_file_take_the_name_of_their_coordinate(
    tmp_path: Path,
) -> None:
    names = "time /jointset/k/knee/value /jointset/k/knee/speed /forceset/m/activation"
    path = write(tmp_path / "a.sto", names, "0 1.5 9 0.1", header="inDegrees=no")
    motion = read_motion(path)
    assert motion.names == ("knee",)
    assert motion.values.tolist() == [[1.5]]


def test_a_simm_header_that_does_not_say_means_degrees(tmp_path: Path) -> None:
    header = "datacolumns 2\ndatarows 1\nrange 0 0"
    motion = read_motion(write(tmp_path / "a.mot", "time knee", "0 180", header=header))
    assert motion.values.tolist() == [[np.pi]]


FAULTS = {
    "misspelt_coordinate.mot": (
        UnknownNameError,
        " has column knee_angel_r, but the model leg has no coordinate named "
        "knee_angel_r; did you mean knee_angle_r?",
    ),
    "missing_coordinate.mot": (
        DataError,
        ": expected every coordinate of the model leg, got no column pelvis_ty, "
        "knee_angle_r; pass the model that the motion was made with.",
    ),
    "degrees_as_radians.mot": (
        DataError,
        ", row 3, column knee_angle_r: expected radians within two turns, as "
        "inDegrees=no says, got 14.0; if the angles are degrees, write inDegrees=yes "
        "into the header.",
    ),
    "no_unit.mot": (
        DataError,
        ": expected inDegrees=yes or inDegrees=no in the header, got neither; write "
        "the one that holds into the header.",
    ),
    "no_coordinates.sto": (
        DataError,
        ": expected columns of coordinates, got columns such as vasmed_r/activation; "
        "pass a file of joint angles.",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_motion_that_cannot_be_meant_is_refused_in_one_sentence(name: str) -> None:
    kind, sentence = FAULTS[name]
    with pytest.raises(kind) as caught:
        read_motion(DAMAGED / name, spec=MODEL)
    assert str(caught.value) == f"{DAMAGED / name}{sentence}"


def test_two_columns_of_one_coordinate_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.sto", "time knee /jointset/k/knee/value", "0 1 1")
    with pytest.raises(DataError, match="column knee: expected every column name once"):
        read_motion(path)


def a_motion() -> Motion:
    generator = np.random.default_rng(0)
    values = generator.uniform(-2, 2, size=(200, 3))
    return Motion(np.arange(200) / 60, values, ("hip", "pelvis_ty", "knee"))


def test_a_written_motion_has_the_header_of_the_gui(tmp_path: Path) -> None:
    write_motion(tmp_path / "a.mot", a_motion())
    lines = (tmp_path / "a.mot").read_text().split("\n")
    assert lines[:5] == [
        "Coordinates",
        "version=1",
        "nRows=200",
        "nColumns=4",
        "inDegrees=yes",
    ]
    assert lines[10].split("\t") == ["time", "hip", "pelvis_ty", "knee"]


def test_writing_and_reading_keeps_angles_to_1e_13_and_times_exactly(
    tmp_path: Path,
) -> None:
    motion = a_motion()
    write_motion(tmp_path / "a.mot", motion)
    again = read_motion(tmp_path / "a.mot")
    assert np.array_equal(again.time, motion.time)
    assert np.array_equal(again.column("pelvis_ty"), motion.column("pelvis_ty"))
    np.testing.assert_allclose(again.values, motion.values, rtol=1e-13)


def test_reading_writing_and_reading_is_equal(tmp_path: Path) -> None:
    write_motion(tmp_path / "a.mot", a_motion())
    first = read_motion(tmp_path / "a.mot")
    write_motion(tmp_path / "b.mot", first)
    assert np.array_equal(read_motion(tmp_path / "b.mot").values, first.values)
    assert (tmp_path / "a.mot").read_bytes() == (tmp_path / "b.mot").read_bytes()


def test_radians_are_written_exactly(tmp_path: Path) -> None:
    motion = a_motion()
    write_motion(tmp_path / "a.mot", motion, in_degrees=False)
    assert np.array_equal(read_motion(tmp_path / "a.mot").values, motion.values)


def test_what_the_model_does_not_count_as_a_rotation_is_not_written_in_degrees(
    tmp_path: Path,
) -> None:
    slider = coordinate("slider", translational=True, motion_type="translational")
    spec = replace(MODEL, coordinates=(slider,), couplers=())
    motion = Motion(np.array([0.0]), np.array([[0.5]]), ("slider",))
    write_motion(tmp_path / "a.mot", motion, spec=spec)
    assert (tmp_path / "a.mot").read_text().endswith("time\tslider\n0.0\t0.5\n")


@pytest.mark.recordings
def test_recorded_motions_survive_reading_writing_and_reading(
    recordings: Path, tmp_path: Path
) -> None:
    patterns = ("Kinematics/*.mot", "IK/*.mot", "kinematics_act*.mot", "*_ik.mot")
    folders = (recordings / "sessions", recordings / "mocap")
    paths = [path for f in folders for p in patterns for path in sorted(f.rglob(p))]
    assert len(paths) >= 30
    for path in paths:
        motion = read_motion(path)
        degrees = not path.stem.endswith("_ik")
        assert len(motion.names) in (33, 35)
        assert np.abs(motion.values).max() < 4
        write_motion(tmp_path / "a.mot", motion, in_degrees=degrees)
        again = read_motion(tmp_path / "a.mot")
        assert np.array_equal(again.time, motion.time)
        assert np.array_equal(again.values, motion.values)


@pytest.mark.recordings
def test_the_same_squats_agree_in_degrees_and_in_radians(sessions: Path) -> None:
    folder = sessions / "lab_s4"
    degrees = read_motion(folder / "OpenSimData" / "Kinematics" / "squats1.mot")
    radians = read_motion(folder / "AddBiomechanics" / "squats1_ik.mot")
    for name in ("knee_angle_r", "hip_flexion_l", "pelvis_ty"):
        difference = degrees.column(name) - radians.column(name)
        assert (
            np.abs(difference).mean() < 0.15
        )  # another scaling of the same participant


@pytest.mark.opensim
def test_opensim_reads_what_was_written(tmp_path: Path) -> None:
    opensim = pytest.importorskip("opensim")
    opensim.Logger.setLevelString("Off")
    motion = a_motion()
    path = tmp_path / "a.mot"
    write_motion(path, motion)
    table = opensim.TimeSeriesTable(str(path))
    assert table.getTableMetaDataString("inDegrees") == "yes"
    assert np.array_equal(table.getIndependentColumn(), motion.time)
    for name in motion.names:
        column = table.getDependentColumn(name).to_numpy().copy()
        if name != "pelvis_ty":
            column = np.deg2rad(column)
        np.testing.assert_allclose(column, motion.column(name), rtol=1e-13)
    storage = opensim.Storage(str(path))
    assert storage.getName() == "Coordinates"
    assert storage.isInDegrees()
    assert storage.getSize() == 200
    assert storage.getLastTime() == motion.time[-1]


def test_columns_that_are_no_coordinates_are_left_out_and_named(tmp_path: Path) -> None:
    names = "time knee_angle_r RASI_tx pelvis_ty event pelvis_tilt ground_force_vx"
    names += " ground_force_vy ground_force_vz"
    path = write(tmp_path / "a.mot", names, "0 180 9 0.9 1 90 5 700 3")
    motion = read_motion(path, spec=MODEL)
    assert motion.names == ("knee_angle_r", "pelvis_ty", "pelvis_tilt")
    np.testing.assert_allclose(motion.values, [[np.pi, 0.9, np.pi / 2]])
    assert motion.notes == (
        "a.mot: RASI_tx, event are no coordinates of the model leg and are not read.",
    )


@pytest.mark.parametrize("name", ["Knee_Angle_R", "knee_angle_R", "knee_angel_r"])
def test_a_misspelt_coordinate_is_none_of_the_columns_left_out(
    name: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.mot", f"time {name} pelvis_ty pelvis_tilt", "0 1 1 1")
    with pytest.raises(UnknownNameError, match=f"no coordinate named {name}; did you"):
        read_motion(path, spec=MODEL)


def test_times_become_those_of_the_constant_rate_that_they_are_rounded_from(
    tmp_path: Path,
) -> None:
    rows = [f"{time:.3f} 1" for time in np.arange(60) / 60]
    motion = read_motion(write(tmp_path / "a.mot", "time knee", *rows))
    np.testing.assert_allclose(motion.time, np.arange(60) / 60)


def test_what_a_reader_should_know_of_a_file_stays_with_its_motion() -> None:
    motion = read_motion(DAMAGED / "wrong_column_count.mot")
    assert motion.notes == read_table(DAMAGED / "wrong_column_count.mot").notes
    assert motion.select(["pelvis_ty"]).notes == motion.notes != ()
