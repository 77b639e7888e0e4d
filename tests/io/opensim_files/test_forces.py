"""Force plates and feet in .mot files."""

from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import DataError
from bige_osim.io.opensim_files.forces import (
    read_ground_reaction,
    write_ground_reaction,
)
from bige_osim.motion import GroundReaction

DAMAGED = Path(__file__).parents[1] / "damaged"


def write(path: Path, columns: dict[str, float]) -> Path:
    names = "\t".join(["time", *columns])
    values = "\t".join(str(value) for value in columns.values())
    path.write_text(f"a\nendheader\n{names}\n0\t{values}\n0.1\t{values}\n")
    return path


NAMINGS = {
    "OpenCap": ("ground_force_1", "ground_force_1_{}", "ground_force_1_m{}"),
    "OpenSim right": ("ground_force", "ground_force_{}", "ground_torque_{}"),
    "OpenSim left": ("1_ground_force", "1_ground_force_{}", "1_ground_torque_{}"),
    "by foot": ("ground_force_r", "ground_force_r_{}", "ground_torque_r_{}"),
}


@pytest.mark.parametrize("naming", NAMINGS)
def test_every_naming_of_the_columns_is_read(naming: str, tmp_path: Path) -> None:
    plate, column, moment = NAMINGS[naming]
    columns = {moment.format(axis): 7.0 + i for i, axis in enumerate("xyz")}
    columns |= {column.format("v" + axis): 1.0 + i for i, axis in enumerate("xyz")}
    columns |= {column.format("p" + axis): 4.0 + i for i, axis in enumerate("xyz")}
    ground = read_ground_reaction(write(tmp_path / "a.mot", columns))
    assert ground.names == (plate,)
    assert ground.force[1].tolist() == [[1.0, 2.0, 3.0]]
    assert ground.point[1].tolist() == [[4.0, 5.0, 6.0]]
    assert ground.moment[1].tolist() == [[7.0, 8.0, 9.0]]
    assert ground.source == "measured"


def plates(**forces: float) -> dict[str, float]:
    """Columns of plates that carry this vertical force and no free moment."""
    columns: dict[str, float] = {}
    for name, force in forces.items():
        columns |= {f"{name}_vx": 0.0, f"{name}_vy": force, f"{name}_vz": 0.0}
        columns |= {f"{name}_p{axis}": 0.5 for axis in "xyz"}
    return columns


def test_plates_that_carry_nothing_are_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mot", plates(first=0.0, second=300.0))
    ground = read_ground_reaction(path)
    assert ground.names == ("second",)
    assert ground.moment.tolist() == [[[0.0, 0.0, 0.0]]] * 2


def test_a_file_of_idle_plates_has_none(tmp_path: Path) -> None:
    ground = read_ground_reaction(write(tmp_path / "a.mot", plates(first=0.0)))
    assert ground.names == ()
    assert ground.force.shape == ground.point.shape == ground.moment.shape == (2, 0, 3)


@pytest.mark.parametrize("names", [("calcn_r", "calcn_l"), ("ground_force_1", "b")])
@pytest.mark.parametrize("source", ["measured", "estimated"])
def test_ground_reaction_is_read_back_bit_by_bit(
    names: tuple[str, ...], source: str, tmp_path: Path
) -> None:
    values = np.random.default_rng(0).normal(size=(3, 5, 2, 3))
    time = np.arange(5) / 60
    ground = GroundReaction(time, values[0], values[1], values[2], names, source)
    write_ground_reaction(tmp_path / "a.mot", ground)
    again = read_ground_reaction(tmp_path / "a.mot")
    assert (again.names, again.source) == (names, source)
    assert np.array_equal(again.time, time)
    assert np.array_equal([again.force, again.point, again.moment], values)


def test_feet_are_called_as_opencap_calls_them(tmp_path: Path) -> None:
    one = np.ones((1, 1, 3))
    ground = GroundReaction(np.array([0.0]), one, one, one, ("calcn_l",), "measured")
    write_ground_reaction(tmp_path / "a.mot", ground)
    names = (tmp_path / "a.mot").read_text().split("\n")[-3].split("\t")
    assert names[:4] == [
        "time",
        "ground_force_l_vx",
        "ground_force_l_vy",
        "ground_force_l_vz",
    ]
    assert names[4:] == [f"ground_force_l_{k}{a}" for k in "pm" for a in "xyz"]


def test_a_plate_without_an_axis_is_refused() -> None:
    path = DAMAGED / "plate_without_axis.mot"
    with pytest.raises(DataError) as caught:
        read_ground_reaction(path)
    assert str(caught.value) == (
        f"{path}, column ground_force_1_pz: expected forces and points along all three "
        "axes, got no such column; export the plates again."
    )


def test_a_file_without_forces_is_refused() -> None:
    path = DAMAGED / "degrees_as_radians.mot"
    with pytest.raises(DataError) as caught:
        read_ground_reaction(path)
    assert str(caught.value) == (
        f"{path}: expected columns of forces such as ground_force_1_vx, got columns "
        "such as pelvis_tilt; pass a file of ground reaction forces."
    )


@pytest.mark.recordings
def test_two_plates_carry_the_squats(sessions: Path) -> None:
    folder = sessions / "lab_s4" / "ForceData"
    ground = read_ground_reaction(folder / "squats1_forces.mot")
    assert ground.names == ("ground_force_1", "ground_force_2")
    assert ground.force.shape == (1346, 2, 3)
    weight = ground.force[..., 1].sum(axis=1).mean() / 9.81
    assert weight == pytest.approx(60.1, abs=0.5)


@pytest.mark.recordings
def test_simulated_ground_forces_under_a_simm_header_are_read(sessions: Path) -> None:
    folder = sessions / "field_study_0" / "OpenSimData" / "Dynamics" / "Asym_0_1"
    ground = read_ground_reaction(folder / "forces_resultant.mot")
    assert ground.names == ("ground_force_r", "ground_force_l")
    assert ground.force[0, 1].tolist() == [1.79049994, 511.15696405, 22.92399997]
    assert ground.moment[0, 1].tolist() == [0.0, 4.19118271, 0.0]


@pytest.mark.opensim
def test_opensim_reads_what_was_written(tmp_path: Path) -> None:
    opensim = pytest.importorskip("opensim")
    opensim.Logger.setLevelString("Off")
    values = np.random.default_rng(0).normal(size=(4, 1, 3))
    time = np.arange(4) / 60
    ground = GroundReaction(time, values, values, values, ("calcn_r",), "estimated")
    write_ground_reaction(tmp_path / "a.mot", ground)
    table = opensim.TimeSeriesTable(str(tmp_path / "a.mot"))
    column = table.getDependentColumn("ground_force_r_pz").to_numpy().copy()
    assert np.array_equal(column, values[:, 0, 2])
    assert opensim.Storage(str(tmp_path / "a.mot")).getSize() == 4
