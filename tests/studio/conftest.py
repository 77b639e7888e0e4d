"""A studio that runs, and a browser that looks at it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"


@contextmanager
def run_studio(*paths: Path, output: Path) -> Iterator[str]:
    """Yield the address of a studio."""
    command = [sys.executable, "-m", "bige_osim", "studio", "--no-browser"]
    with subprocess.Popen(
        [*command, *map(str, paths), "-o", str(output)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[0]
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic participant who squats once."""
    from bige_osim.stages.synth import synth

    folder = tmp_path_factory.mktemp("participants")
    synth(1, output=folder, repetitions=1, asymmetric=False)
    return folder / "synth_000"
