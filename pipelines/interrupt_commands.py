"""Interrupt the commands at random times and say how each of them ends.

    python pipelines/interrupt_commands.py FOLDER [--count 20] [--seed 0] [--before 25]

FOLDER gets the inputs (made on the first call: synthetic people, a dataset, two small
nets, guided motions) and a folder for every interruption. A row of the table is one
command that was started in a session of its own and sent one signal: to its whole
process group, as Ctrl-C in a terminal does, or to its first process alone, as ``kill``
does. Processes are found by a mark in their environment, whatever session they are in.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from bige_osim.stages.demo import GOAL
from bige_osim.stages.synth import synth

MARK = "BIGE_INTERRUPTED"
WAYS = {
    "SIGINT, group": (signal.SIGINT, True),
    "SIGINT": (signal.SIGINT, False),
    "SIGTERM": (signal.SIGTERM, False),
}
COMMANDS = (
    "solve",
    "solve --engine opensim",
    "collect",
    "train generator",
    "train surrogate",
    "guide",
    "validate",
    "validate --engine opensim",
    "demo",
    "synth",
    "import-markers",
)
LONGEST = 200.0
"""Longest wait for a command to end, s; it is killed then."""

PATIENCE = 60.0
"""How long the same command may run again, s, until it counts as going on."""


@dataclass(frozen=True)
class Inputs:
    """What the commands read; all of it made by the program."""

    folder: Path

    @property
    def session(self) -> Path:
        """A session with one trial."""
        return self.folder / "people" / "synth_000"

    def command(self, name: str) -> list[str]:
        """Arguments of a command; it writes into the working directory."""
        net, engine = self.folder / "net", ["--engine", "opensim"]
        model = next((self.session / "OpenSimData" / "Model").glob("*.osim"))
        people = sorted((self.folder / "people").glob("synth_*"))
        markers = self.session / "MarkerData" / "squats1.trc"
        lines: dict[str, Sequence[str | Path]] = {
            "solve": ["solve", self.session, "-o", "out"],
            "solve --engine opensim": ["solve", self.session, *engine, "-o", "out"],
            "collect": ["collect", *people, "-o", "out.nc"],
            "train generator": _training("generator", self.folder),
            "train surrogate": _training("surrogate", self.folder),
            "guide": ["guide", "--model", model, "--goal",
                      self.folder / "goal.toml", "--generator", net,
                      "--surrogate", net, "-o", "out"],
            "validate": ["validate", self.folder / "guided", "--model", model,
                         "-o", "out"],
            "validate --engine opensim": ["validate", self.folder / "guided",
                                          "--model", model, *engine, "-o", "out"],
            "demo": ["demo", "-o", "out"],
            "synth": ["synth", "-n", "6", "-o", "out"],
            "import-markers": ["import-markers", markers, "--markerset",
                               model, "--mass", "70",
                               "--height", "1.7", "-o", "out"],
        }  # fmt: skip
        return [*map(str, lines[name])]


def _training(net: str, folder: Path) -> list[str | Path]:
    return ["train", net, folder / "squats.nc", "--epochs", "40", "-o", "out"]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--before", type=float, default=25.0, metavar="S")
    parser.add_argument("--commands", nargs="+", choices=COMMANDS, default=COMMANDS)
    given = parser.parse_args()
    inputs = make_inputs(given.folder.resolve() / "inputs")
    draw = random.Random(given.seed)
    print("| command | signal | after, s | ended in, s | exit | processes left "
          "| left in the folder | temporary | next run | it said |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|")
    for number in range(given.count):
        name = given.commands[number % len(given.commands)]
        way = [*WAYS][number % len(WAYS)]
        folder = given.folder.resolve() / f"{number:03d}"
        after = draw.uniform(0.3, given.before)
        print(row(inputs, name, way=way, after=after, folder=folder), flush=True)


def make_inputs(folder: Path) -> Inputs:
    """Make what the commands read, once."""
    inputs = Inputs(folder)
    if (folder / "guided" / "guide.json").exists():
        return inputs
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "goal.toml").write_text(GOAL, encoding="utf-8")
    synth(4, output=folder / "people", repetitions=3, asymmetric=False, force=True)
    sessions = sorted(map(str, (folder / "people").glob("synth_*")))
    _bige(["collect", *sessions, "-o", "squats.nc", "--force"], folder)
    for net in ("generator", "surrogate"):
        few = ["--epochs", "2", "-o", "net", "--force"]
        _bige(["train", net, "squats.nc", *few], folder)
    wanted = inputs.command("guide")[:-1]
    _bige([*wanted, "guided", "--steps", "5", "--force"], folder)
    return inputs


def row(inputs: Inputs, name: str, *, way: str, after: float, folder: Path) -> str:
    """Start a command, stop it, start it again; a row of the table."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    code: int | None = 0
    number, to_group = WAYS[way]
    while True:
        started = _start(inputs.command(name), folder)
        try:
            started.wait(timeout=after)
        except subprocess.TimeoutExpired:
            break
        after /= 2  # it was done before its time had come
        for made in folder.glob("out*"):
            shutil.rmtree(made) if made.is_dir() else made.unlink()
        (folder / "collect.json").unlink(missing_ok=True)
    begin = time.perf_counter()
    if to_group:
        os.killpg(started.pid, number)
    else:
        started.send_signal(number)
    try:
        code = started.wait(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        code = None
    seconds = time.perf_counter() - begin
    time.sleep(0.2)
    left = _marked(folder)
    for process in left:
        process.kill()
    temporary = sorted(p.name for p in (folder / "tmp").iterdir())
    files = _left(folder)
    said = (folder / "stderr.txt").read_text(errors="replace").strip().splitlines()
    lines = [line for line in said if line.strip()] or ["nothing"]
    text = lines[-1] if len(lines) == 1 else f"{len(lines)} lines: {lines[-1]}"
    again = _again(inputs.command(name), folder)
    cells = [
        *(name, way, f"{after:.1f}", f"{seconds:.2f}", code, len(left)),
        *(files, len(temporary), again, text.replace(str(folder), ".")[:160]),
    ]
    return f"| {' | '.join(map(str, cells))} |"


def _left(folder: Path) -> str:
    """Say what is in the folder where results go."""
    out = [p for p in folder.iterdir() if p.name not in ("tmp", "stderr.txt")]
    files = [p for top in out for p in (top.rglob("*") if top.is_dir() else [top])]
    names = sorted({p.relative_to(folder).as_posix() for p in files if p.is_file()})
    hidden = [p.name for p in folder.rglob(".bige-*")]
    shown = ", ".join([*names[:3], *(["…"] if len(names) > 3 else []), *hidden])
    return shown or ("an empty folder" if out else "nothing")


def _again(arguments: list[str], folder: Path) -> str:
    """Run the same command again: whether it is taken up, not refused."""
    process = _start(arguments, folder)
    try:
        code = process.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        for other in _marked(folder):
            other.kill()
        process.wait()
        return "goes on"
    if code == 0:
        return "finished"
    text = (folder / "stderr.txt").read_text(errors="replace").strip().splitlines()
    return f"exit {code}: {text[-1][:80] if text else ''}"


def _start(arguments: list[str], folder: Path) -> "subprocess.Popen[bytes]":
    """Start a command in a session of its own, with a temporary folder of its own."""
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    with (folder / "stderr.txt").open("wb") as stream:
        return subprocess.Popen(
            [*_program(), *arguments],
            cwd=folder,
            env={**os.environ, MARK: str(folder), "TMPDIR": str(temporary)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stream,
            start_new_session=True,
        )


def _marked(folder: Path) -> list[psutil.Process]:
    """Find the processes that were started, directly or not, for this folder."""
    found = []
    for process in psutil.process_iter():
        try:
            dead = process.status() == psutil.STATUS_ZOMBIE
            if not dead and process.environ().get(MARK) == str(folder):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def _bige(arguments: Sequence[str], folder: Path) -> None:
    subprocess.run([*_program(), *arguments], cwd=folder, check=True)


def _program() -> list[str]:
    beside = Path(sys.executable).with_name("bige")
    return [str(beside if beside.exists() else shutil.which("bige") or "bige")]


if __name__ == "__main__":
    main()
