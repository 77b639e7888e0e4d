"""The workflow goes on after anything and leaves out what is broken."""

import json
import random
import re
import shutil
import time
from pathlib import Path

import pytest
import xarray as xr
from tests.pipelines.conftest import PIPELINES, Workflow, finished, kill, wait_for_job

from bige_osim.dataset.netcdf_read import read_dataset

pytestmark = [pytest.mark.opensim, pytest.mark.slow]


def motion_of(session: Path) -> Path:
    (motion,) = (session / "OpenSimData" / "Kinematics").glob("*.mot")
    return motion


def truncate_row(session: Path) -> str:
    motion = motion_of(session)
    motion.write_text(motion.read_text()[:-40])
    return motion.name


def write_nan(session: Path) -> str:
    motion = motion_of(session)
    *lines, row, last = motion.read_text().splitlines()
    row = re.sub(r"\S+$", "nan", row)
    motion.write_text("\n".join([*lines, row, last]) + "\n")
    return motion.name


def remove_model(session: Path) -> str:
    shutil.rmtree(session / "OpenSimData" / "Model")
    return "has no model"


def remove_all(session: Path) -> str:
    shutil.rmtree(session)
    session.mkdir()
    return "does not exist"


def failed_in(output: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(
        (output / "squats.collect.json").read_text()
    )["failed"]
    return found


def test_killed_at_three_random_points_it_makes_the_same_dataset(
    workflow: Workflow, unbroken: xr.Dataset, tmp_path: Path
) -> None:
    start = time.perf_counter()
    finished(workflow(tmp_path / "whole"))
    duration = time.perf_counter() - start
    output = tmp_path / "killed"
    waits = [random.uniform(0.0, duration / 4) for _ in range(3)]
    survived = 0
    for wait in waits:
        run = workflow(output)
        wait_for_job(run)
        time.sleep(wait)
        survived += run.poll() is not None
        kill(run)
    finished(workflow(output))
    assert survived < len(waits), f"killed too late, after {waits} s"
    for folder in (tmp_path / "whole", output):
        found = read_dataset(folder / "squats.nc")
        xr.testing.assert_identical(found, unbroken)
        assert found.attrs["content_hash"] == unbroken.attrs["content_hash"]


def test_broken_sessions_are_listed_and_the_others_are_as_if_they_were_not_there(
    workflow: Workflow,
    others: xr.Dataset,
    people: Path,
    own_recordings: Path,
    tmp_path: Path,
) -> None:
    reasons = {}
    for damage in (write_nan, truncate_row, remove_model, remove_all):
        shutil.copytree(people / "synth_001", own_recordings / damage.__name__)
        reasons[damage.__name__] = damage(own_recordings / damage.__name__)
    output = tmp_path / "out"
    text = finished(workflow(output, recordings=own_recordings))
    failed = {one["source"]: one["reason"] for one in failed_in(output)}
    assert failed.keys() == reasons.keys()
    for name, reason in reasons.items():
        assert reason in failed[name]
        assert f"Left out: {name}. {failed[name]}" in text
    xr.testing.assert_identical(read_dataset(output / "squats.nc"), others)


def test_a_session_that_was_mended_joins_when_the_workflow_is_run_again(
    workflow: Workflow, others: xr.Dataset, own_recordings: Path, tmp_path: Path
) -> None:
    motion = motion_of(own_recordings / "synth_002")
    whole = motion.read_text()
    truncate_row(own_recordings / "synth_002")
    output = tmp_path / "out"
    finished(workflow(output, recordings=own_recordings))
    assert [one["source"] for one in failed_in(output)] == ["synth_002"]
    motion.write_text(whole)
    text = finished(workflow(output, recordings=own_recordings))
    assert text.count("rule session:") == 1
    assert not failed_in(output)
    xr.testing.assert_identical(read_dataset(output / "squats.nc"), others)


def test_a_session_on_which_the_program_crashes_is_tried_twice_and_listed(
    workflow: Workflow, others: xr.Dataset, crashing: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    text = finished(workflow(output, programs=crashing))
    (failed,) = failed_in(output)
    assert failed["source"] == "synth_001"
    assert "crashed on it 2 times (SIGSEGV)" in failed["reason"]
    assert text.count("wildcards: session=synth_001") >= 2
    xr.testing.assert_identical(read_dataset(output / "squats.nc"), others)


def test_a_second_run_on_the_same_output_is_refused(
    workflow: Workflow, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    first = workflow(output)
    while not (output / ".lock").exists():
        assert first.poll() is None
        time.sleep(0.05)
    second = workflow(output)
    text, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert f"Another run is at work in {output}; wait for it or stop it." in text
    assert first.poll() is None


def test_results_among_the_recordings_are_not_taken_for_a_session(
    workflow: Workflow, people: Path, tmp_path: Path
) -> None:
    recordings = tmp_path / "recordings"
    shutil.copytree(people / "synth_000", recordings / "synth_000")
    (recordings / "results").mkdir()
    run = workflow(recordings / "results", "--dry-run", recordings=recordings)
    assert finished(run).count("rule session:") == 1


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
