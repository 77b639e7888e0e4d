"""Activations, moments and other columns in .sto files."""

from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import DataError
from bige_osim.io.opensim_files.series import (
    read_activations,
    read_moments,
    read_series,
    write_series,
)
from bige_osim.motion import Activations, Series


def write(path: Path, names: str) -> Path:
    count = len(names.split()) - 1
    path.write_text(f"a\nendheader\n{names}\n0 {'0.5 ' * count}\n")
    return path


@pytest.mark.parametrize(
    "names",
    [
        "time vasmed_r soleus_l",
        "time vasmed_r/activation soleus_l/activation",
        "time /forceset/vasmed_r/activation /forceset/soleus_l/activation",
        "time knee_angle_r vasmed_r/activation soleus_l/activation",
    ],
)
def test_activations_are_named_for_their_muscles(names: str, tmp_path: Path) -> None:
    activations = read_activations(write(tmp_path / "a.sto", names))
    assert isinstance(activations, Activations)
    assert activations.names == ("vasmed_r", "soleus_l")
    assert activations.values.tolist() == [[0.5, 0.5]]


def test_moments_are_named_for_their_coordinates(tmp_path: Path) -> None:
    path = write(tmp_path / "a.sto", "time pelvis_tilt_moment pelvis_tx_force")
    assert read_moments(path).names == ("pelvis_tilt", "pelvis_tx")


def test_two_muscles_of_one_name_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.sto", "time /a/soleus_r/activation soleus_r/activation")
    with pytest.raises(DataError, match="column soleus_r: expected every column name"):
        read_activations(path)


def test_a_series_is_read_back_bit_by_bit(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(20, 2))
    series = Series(np.arange(20) / 60, values, ("vasmed_r", "reserve_knee"))
    write_series(tmp_path / "a.sto", series, name="forces")
    again = read_series(tmp_path / "a.sto")
    assert again.names == series.names
    assert np.array_equal(again.time, series.time)
    assert np.array_equal(again.values, series.values)


@pytest.mark.recordings
def test_simulated_activations_and_moments_are_read(sessions: Path) -> None:
    folder = sessions / "field_study_0" / "OpenSimData" / "Dynamics" / "Squats_0_1"
    activations = read_activations(folder / "kinematics_activations.mot")
    assert len(activations.names) == 80
    assert "vasmed_r" in activations.names
    assert activations.values.min() >= 0
    assert activations.values.max() <= 1
    moments = read_moments(folder / "kinetics.mot")
    assert len(moments.names) == 33
    assert {"knee_angle_r", "pelvis_ty"} <= set(moments.names)


@pytest.mark.opensim
def test_opensim_reads_what_was_written(tmp_path: Path) -> None:
    opensim = pytest.importorskip("opensim")
    opensim.Logger.setLevelString("Off")
    series = Series(np.arange(3) / 7, np.array([[0.1], [1 / 3], [1e-9]]), ("vasmed_r",))
    write_series(tmp_path / "a.sto", series, name="activations")
    table = opensim.TimeSeriesTable(str(tmp_path / "a.sto"))
    column = table.getDependentColumn("vasmed_r").to_numpy().copy()
    assert np.array_equal(column, series.values[:, 0])
    assert np.array_equal(table.getIndependentColumn(), series.time)
    assert opensim.Storage(str(tmp_path / "a.sto")).getName() == "activations"
