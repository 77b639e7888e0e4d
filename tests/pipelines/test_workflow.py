"""The workflow goes on after anything and leaves out what is broken."""

import json
import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import xarray as xr
from tests.pipelines.conftest import PIPELINES, Workflow, finished, kill

from bige_osim.io.dataset import read_dataset

pytestmark = [pytest.mark.opensim, pytest.mark.slow]


@pytest.fixture(scope="module")
def unbroken(people: Path, tmp_path_factory: pytest.TempPathFactory) -> xr.Dataset:
    """What the workflow has to make of the three people: all collected at once."""
    from bige_osim.stages.collect import collect

    path = tmp_path_factory.mktemp("unbroken") / "squats.nc"
    collect(sorted(people.iterdir()), output=path)
    return read_dataset(path)


def break_motion(session: Path) -> str:
    (motion,) = (session / "OpenSimData" / "Kinematics").glob("*.mot")
    motion.write_text(motion.read_text()[:-40])
    return motion.name


def remove_model(session: Path) -> str:
    shutil.rmtree(session / "OpenSimData" / "Model")
    return "has no model"


def remove_all(session: Path) -> str:
    shutil.rmtree(session)
    session.mkdir()
    return "does not exist"


def test_killed_at_three_random_points_it_makes_the_same_dataset(
    workflow: Workflow, unbroken: xr.Dataset, tmp_path: Path
) -> None:
    start = time.perf_counter()
    finished(workflow(tmp_path / "whole"))
    duration = time.perf_counter() - start
    output = tmp_path / "killed"
    moments = random.Random()
    killed = 0
    for _ in range(3):
        run = workflow(output)
        try:
            run.wait(timeout=moments.uniform(0.2, 0.9) * duration)
        except subprocess.TimeoutExpired:
            kill(run)
            killed += 1
        finished(workflow(output, "--unlock"))
    finished(workflow(output))
    assert killed >= 1
    for folder in (tmp_path / "whole", output):
        found = read_dataset(folder / "squats.nc")
        xr.testing.assert_identical(found, unbroken)
        assert found.attrs["content_hash"] == unbroken.attrs["content_hash"]


@pytest.mark.parametrize("damage", [break_motion, remove_model, remove_all])
def test_a_broken_session_is_listed_and_the_others_are_collected(
    damage, workflow: Workflow, unbroken: xr.Dataset, people: Path, tmp_path: Path
) -> None:
    recordings = tmp_path / "recordings"
    shutil.copytree(people, recordings)
    reason = damage(recordings / "synth_001")
    output = tmp_path / "out"
    text = finished(workflow(output, recordings=recordings))
    (failed,) = json.loads((output / "collect.json").read_text())["failed"]
    assert failed["source"] == "synth_001"
    assert reason in failed["reason"]
    assert f"Left out: synth_001. {failed['reason']}" in text
    kept = unbroken["person"].values != "synth_001"
    found = read_dataset(output / "squats.nc")
    assert found["person"].values.tolist() == ["synth_000", "synth_002"]
    for name in ("motion", "activations", "start"):
        xr.testing.assert_equal(found[name], unbroken[name][kept])


def test_with_the_slurm_profile_every_session_is_a_job_with_its_resources(
    workflow: Workflow, tmp_path: Path
) -> None:
    text = finished(workflow(tmp_path / "out", "--dry-run", profile="slurm"))
    assert text.count("rule session:") == 3
    assert "slurm_partition=YOUR_PARTITION" in text
    assert "runtime=120" in text


def test_the_slurm_profile_runs_on_one_machine_as_well(
    workflow: Workflow, unbroken: xr.Dataset, tmp_path: Path
) -> None:
    options = ("--executor", "local", "--cores", "2", "--latency-wait", "5")
    finished(workflow(tmp_path / "out", *options, profile="slurm"))
    xr.testing.assert_identical(read_dataset(tmp_path / "out/squats.nc"), unbroken)


def test_the_run_files_name_goals_that_exist() -> None:
    for path in PIPELINES.glob("runs/*.yaml"):
        (goal,) = (
            line.split(": ")[1]
            for line in path.read_text().splitlines()
            if line.startswith("goal:")
        )
        assert (PIPELINES.parent / goal).is_file()
