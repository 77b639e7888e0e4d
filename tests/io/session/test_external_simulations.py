"""Activations that others simulated."""

from pathlib import Path

import pytest

from bige_osim.errors import DataError, MissingFileError
from bige_osim.io.session.external_simulations import read_simulation

HEADER = "name a\ndatacolumns 4\ndatarows 2\nendheader\n"
ROWS = "3.5 45 0.25 0\n3.52 46 0.5 1\n"


def write(folder: Path, *, ending: str = "/activation", case: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    names = f"time knee_angle_r vasmed_r{ending} soleus_r{ending}\n"
    path = folder / f"kinematics_activations{case}.mot"
    path.write_text(HEADER + names + ROWS)
    return path


def test_a_folder_is_read_with_its_source_named(tmp_path: Path) -> None:
    folder = tmp_path / "Squats_0_1"
    write(folder)
    for name in ("forces_resultant", "kinetics"):
        (folder / f"{name}.mot").write_text("not read here")
    simulation = read_simulation(folder)
    assert (simulation.name, simulation.trial) == ("Squats_0_1", "Squats_0")
    assert simulation.activations.names == ("vasmed_r", "soleus_r")
    assert simulation.activations.values.tolist() == [[0.25, 0.0], [0.5, 1.0]]
    assert simulation.activations.time.tolist() == [3.5, 3.52]
    assert simulation.forces == folder / "forces_resultant.mot"
    assert simulation.moments == folder / "kinetics.mot"
    assert simulation.source == (
        "simulated by others, not measured (Squats_0_1/kinematics_activations.mot)"
    )


def test_several_cases_in_a_folder_are_told_apart(tmp_path: Path) -> None:
    folder = tmp_path / "squats1"
    paths = [write(folder, case=f"_squats1_{case}") for case in ("0", "1")]
    (folder / "kinetics_squats1_1.mot").write_text("not read here")
    found = [read_simulation(path, trials=("squats1",)) for path in paths]
    assert [(s.name, s.trial) for s in found] == [
        ("squats1_0", "squats1"),
        ("squats1_1", "squats1"),
    ]
    assert [s.moments is not None for s in found] == [False, True]
    with pytest.raises(MissingFileError, match="pass one of its files"):
        read_simulation(folder)


def test_the_longest_name_of_a_trial_is_meant(tmp_path: Path) -> None:
    path = write(tmp_path / "squat_slow_1")
    trials = ("squat", "squat_slow", "squat_slower")
    assert read_simulation(path, trials=trials).trial == "squat_slow"
    assert read_simulation(path, trials=("walk",)).trial is None


def test_what_is_no_coordinate_is_an_activation_if_no_column_says_so(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "a_1", ending="")
    found = read_simulation(path, coordinates=("knee_angle_r",))
    assert found.activations.names == ("vasmed_r", "soleus_r")
    with pytest.raises(DataError) as caught:
        read_simulation(path)
    assert str(caught.value) == (
        f"{path}: expected columns ending in /activation, got none; pass the file of "
        "coordinates and activations."
    )


def test_a_folder_without_a_simulation_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError) as caught:
        read_simulation(tmp_path)
    assert str(caught.value) == (
        f"The simulation {tmp_path / 'kinematics_activations.mot'} does not exist; "
        "pass the folder it is in."
    )
