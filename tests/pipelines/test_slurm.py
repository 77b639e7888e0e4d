"""The workflow on a real SLURM, where one is installed."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import xarray as xr
from tests.pipelines.conftest import Workflow, finished, kill
from tests.pipelines.one_node_slurm import OPTIONS, missing_programs, one_node_slurm

from bige_osim.dataset.netcdf_read import read_dataset

pytestmark = [
    pytest.mark.opensim,
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(missing_programs()),
        reason=f"SLURM is not installed: no {', '.join(missing_programs())}",
    ),
]


@pytest.fixture(scope="module")
def slurm() -> Iterator[dict[str, str]]:
    with (
        TemporaryDirectory(prefix="slurm") as folder,
        one_node_slurm(Path(folder)) as s,
    ):
        yield s


@pytest.fixture(autouse=True)
def variables(slurm: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in slurm.items():
        monkeypatch.setenv(name, value)


def test_killed_and_started_again_its_jobs_make_the_same_dataset(
    workflow: Workflow, unbroken: xr.Dataset, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    run = workflow(output, *OPTIONS, profile="slurm")
    while not list(output.glob("parts/*/*")):
        assert run.poll() is None, run.communicate()[0]
        time.sleep(0.2)
    kill(run)  # its jobs stay in the queue
    text = finished(workflow(output, *OPTIONS, profile="slurm"))
    assert "has been submitted with SLURM jobid" in text
    assert json.loads((output / "squats.collect.json").read_text())["failed"] == []
    xr.testing.assert_identical(read_dataset(output / "squats.nc"), unbroken)


def test_a_session_on_which_the_program_crashes_is_tried_twice_and_listed(
    workflow: Workflow, others: xr.Dataset, crashing: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    finished(workflow(output, *OPTIONS, profile="slurm", programs=crashing))
    (failed,) = json.loads((output / "squats.collect.json").read_text())["failed"]
    assert failed["source"] == "synth_001"
    assert "crashed on it 2 times (SIGSEGV)" in failed["reason"]
    xr.testing.assert_identical(read_dataset(output / "squats.nc"), others)
