"""Processes that stop at a frame: it alone is lost."""

import sys
from pathlib import Path
from typing import Any

import pytest

from bige_osim.errors import SimulationError
from bige_osim.osim.static_optimisation import processes as static_processes
from bige_osim.osim.static_optimisation.frames import (
    FramesJob,
    StaticOptimisationConfig,
)
from bige_osim.osim.static_optimisation.processes import solve_in_processes
from bige_osim.osim.static_optimisation.solution import Frames
from bige_osim.progress import Progress

CHILD = """
import json, os, signal, sys, time
job = json.load(open(sys.argv[1]))
faults = json.load(open(job["inputs"] + "/faults.json"))
rows = []
if "start" in faults:
    sys.exit("RuntimeError: std::exception in 'f()': no body named calcn_x.")
print("[info] Executing the analyses from 0 to 7...", flush=True)

def leave():
    for kind in ("activation", "force"):
        path = f"{job['folder']}/frames_StaticOptimization_{kind}.sto"
        with open(path, "w") as table:
            table.write("t\\nendheader\\ntime\\tsoleus\\n")
            table.writelines(f"{t}\\t{t}\\n" for t in rows)

for t in job["times"]:
    fault = faults.get(str(t))
    if fault == "throw":
        leave()
        sys.exit("RuntimeError: std::exception in 'f()': Point inside the surface")
    if fault == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if fault == "hang":
        time.sleep(60)
    rows.append(t)
    print(f"time = {t} Performance = 1.0 Constraint violation = 0", flush=True)
leave()
"""
"""Does as OpenSim does: what it has solved is lost when it crashes or is killed."""

TIMES = tuple(float(t) for t in range(8))


@pytest.fixture
def solve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "child.py").write_text(CHILD)
    command = (sys.executable, str(tmp_path / "child.py"))
    monkeypatch.setattr(static_processes, "COMMAND", command)
    monkeypatch.setattr(static_processes, "LIMIT", 1.0)
    monkeypatch.setattr(static_processes, "_POLL", 0.1)

    def run(faults: dict[Any, str], progress: Progress | None = None) -> list[Frames]:
        text = ", ".join(f'"{time}": "{fault}"' for time, fault in faults.items())
        (tmp_path / "faults.json").write_text("{" + text + "}")
        job = FramesJob(
            model="m.osim",
            inputs=str(tmp_path),
            folder=str(tmp_path),
            moving=(),
            times=TIMES,
            step=1,
            config=StaticOptimisationConfig(),
        )
        return solve_in_processes([job], processes=1, progress=progress)

    return run


def written(parts: list[Frames]) -> list[float]:
    return sorted(float(time) for part in parts for time in part.activations.time)


def failed(parts: list[Frames]) -> dict[float, str]:
    pairs = [(part.log.failed, part.log.reasons) for part in parts]
    return {times[0]: reasons[0] for times, reasons in pairs if times}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("throw", "Point inside the surface"),
        ("crash", "OpenSim crashed: Segmentation fault"),
        ("hang", "a frame took longer than 1 s"),
    ],
)
@pytest.mark.parametrize("at", [0.0, 3.0, 7.0])
def test_the_frame_that_opensim_stops_at_is_the_only_one_lost(
    solve, fault: str, reason: str, at: float
):
    parts = solve({at: fault})
    assert written(parts) == [time for time in TIMES if time != at]
    assert failed(parts) == {at: reason}
    assert [time for part in parts for time in part.hung] == [at] * (fault == "hang")


def test_several_faults_of_one_job_are_told_apart(solve):
    parts = solve({1.0: "throw", 4.0: "crash", 5.0: "throw"})
    assert written(parts) == [0.0, 2.0, 3.0, 6.0, 7.0]
    assert failed(parts) == {
        1.0: "Point inside the surface",
        4.0: "OpenSim crashed: Segmentation fault",
        5.0: "Point inside the surface",
    }


def test_a_job_of_which_nothing_can_be_solved_is_given_up_soon(solve):
    parts = solve(dict.fromkeys(TIMES, "throw"))
    assert written(parts) == []
    assert len(parts) == static_processes.FRUITLESS


def test_a_process_that_does_not_come_to_its_frames_ends_the_run(solve):
    with pytest.raises(SimulationError) as caught:
        solve({"start": "throw"})
    assert str(caught.value) == (
        "OpenSim's static optimisation with model m.osim failed (no body named "
        "calcn_x); check that motion, forces and model belong together."
    )


def test_a_second_frame_that_hangs_is_the_last_to_be_waited_for(solve):
    parts = solve(dict.fromkeys(TIMES[2:], "hang"))
    assert written(parts) == [0.0, 1.0]
    assert sorted(t for part in parts for t in part.hung) == list(TIMES[2:])


def test_progress_counts_frames_that_are_lost(solve):
    told = []
    solve({3.0: "throw"}, progress=lambda *step: told.append(step))
    assert told == [("static optimisation", 0, 8), ("static optimisation", 8, 8)]
