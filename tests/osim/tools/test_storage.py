"""Tables of OpenSim's tools."""

from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import SimulationError
from bige_osim.osim.tools.storage import read_storage, write_storage


def test_labels_that_columns_share_are_left_out(tmp_path: Path):
    values = np.arange(10.0).reshape(2, 5)
    names = ("limit_r", "PotentialEnergy", "limit_l", "PotentialEnergy", "soleus")
    write_storage(tmp_path / "a.sto", np.array([0.0, 0.1]), values=values, names=names)
    table = read_storage(tmp_path / "a.sto")
    assert table.names == ("limit_r", "limit_l", "soleus")
    np.testing.assert_array_equal(table.values, values[:, [0, 2, 4]])


def test_a_table_without_rows_has_its_columns(tmp_path: Path):
    path = tmp_path / "a.sto"
    write_storage(path, np.zeros(0), values=np.zeros((0, 2)), names=("x", "y"))
    assert read_storage(path).names == ("x", "y")


def test_a_table_that_was_cut_off_is_refused_shortly(tmp_path: Path):
    path = tmp_path / "a.sto"
    path.write_text("a\nendheader\ntime\tx\ty\n0\t1\t2\n0.1\t" + "1" * 500)
    with pytest.raises(SimulationError) as caught:
        read_storage(path)
    assert str(caught.value).startswith("OpenSim left no complete a.sto (")
    assert len(str(caught.value)) < 300
