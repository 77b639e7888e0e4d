"""The workflow run as a person runs it, on people who were made for it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import xarray as xr

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.stages.collect import collect
from bige_osim.synthetic.population import PopulationConfig, make_population

ROOT = Path(__file__).resolve().parents[2]
PIPELINES = ROOT / "pipelines"

Workflow = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three sessions, one squat each."""
    folder = tmp_path_factory.mktemp("people")
    make_population(folder, PopulationConfig(3, repetitions=1, asymmetric=False))
    return folder


@pytest.fixture(scope="session")
def unbroken(people: Path, tmp_path_factory: pytest.TempPathFactory) -> xr.Dataset:
    """What the workflow has to make of the three people: all collected at once."""
    path = tmp_path_factory.mktemp("unbroken") / "squats.nc"
    collect(sorted(people.iterdir()), output=path)
    return read_dataset(path)


@pytest.fixture(scope="session")
def others(people: Path, tmp_path_factory: pytest.TempPathFactory) -> xr.Dataset:
    """What it has to make of them without the one in the middle."""
    path = tmp_path_factory.mktemp("others") / "squats.nc"
    collect([people / "synth_000", people / "synth_002"], output=path)
    return read_dataset(path)


@pytest.fixture
def own_recordings(people: Path, tmp_path: Path) -> Path:
    """The others' sessions in a folder of their own, to be damaged."""
    folder = tmp_path / "recordings"
    for name in ("synth_000", "synth_002"):
        shutil.copytree(people / name, folder / name)
    return folder


@pytest.fixture
def crashing(tmp_path: Path) -> Path:
    """A folder with a `bige` that crashes on the person in the middle."""
    program = tmp_path / "bin" / "bige"
    program.parent.mkdir()
    program.write_text(
        '#!/bin/sh\ncase "$2" in *synth_001) kill -SEGV $$ ;; esac\n'
        f'exec "{Path(sys.executable).with_name("bige")}" "$@"\n'
    )
    program.chmod(0o755)
    return program.parent


@pytest.fixture
def workflow(people: Path, tmp_path: Path) -> Iterator[Workflow]:
    """Start the workflow towards the dataset; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(
        output: Path,
        *options: str,
        recordings: Path = people,
        profile: str = "local",
        programs: Path = Path(sys.executable).parent,
    ) -> subprocess.Popen[str]:
        run_file = tmp_path / "run.yaml"
        run_file.write_text(
            "sessions: ['*/']\nhold_out: synth_000\nmodel: none\nheight: 1.7\n"
            "goal: none\ncount: 1\nengine: fast\nseed: 0\n"
        )
        profile_folder = PIPELINES / "profiles" / profile
        command = [
            *(sys.executable, "-m", "snakemake", "-s", str(PIPELINES / "Snakefile")),
            *("--profile", str(profile_folder), "--directory", str(tmp_path)),
            *("--configfile", str(run_file)),
            *("--config", f"recordings={recordings}", f"output={output}"),
            *options,
            *("--", str(output / "squats.nc")),
        ]
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        run = subprocess.Popen(
            command,
            env=os.environ | {"PATH": path, "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(run)
        return run

    yield start
    for run in started:
        kill(run)
        if run.stdout:
            run.stdout.close()


def kill(run: subprocess.Popen[str]) -> None:
    """Kill a run and all it started, so that nothing of it can tidy up."""
    try:
        whole = [*psutil.Process(run.pid).children(recursive=True)]
        whole.append(psutil.Process(run.pid))
    except psutil.NoSuchProcess:
        return
    for process in reversed(whole):  # the workflow first, that it learns of nothing
        try:
            process.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue
    run.wait()
    psutil.wait_procs(whole, timeout=10)


def wait_for_job(run: subprocess.Popen[str]) -> None:
    """Wait until a run has begun to collect a session."""
    while run.poll() is None:
        for process in psutil.Process(run.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if "collect" in process.cmdline():
                    return
        time.sleep(0.05)


def finished(run: subprocess.Popen[str]) -> str:
    """Wait for a run that must succeed; what it printed."""
    text, _ = run.communicate(timeout=600)
    assert run.returncode == 0, text
    return text
