"""Interrupt the commands at random times and say how each of them ends.

    python pipelines/interrupt_commands.py FOLDER [--count 20] [--seed 0] [--latest 30]

FOLDER gets the inputs (made on the first call: synthetic participants, a dataset, two
small nets, guided motions) and a folder for every interruption. A row of the table is
one command that was started in a session of its own and sent one signal: to its whole
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

from bige_osim.osim.anthropometry import generic_model
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
KINEMATICS = Path(__file__).parent / "runs" / "kinematics.toml"
"""Settings of the surrogate that the search asks."""

LONGEST = 200.0
"""Longest wait for a command to end, s; it is killed then."""

PATIENCE = 30.0
"""How long the same command may run again, s, until it counts as going on."""

HEADINGS = (
    *("command", "signal", "after, s", "ended in, s", "exit", "processes left"),
    *("left where results go", "left in TMPDIR", "the next run", "it said"),
)


@dataclass(frozen=True)
class Ending:
    """How a command that was interrupted ended.

    Attributes
    ----------
    after, seconds : s from its start to the signal, and from there to its end
    code : as the system states it; ``None`` if it had to be killed
    processes : how many were left
    files : final names and hidden folders where results go
    temporary : how many entries in its temporary folder
    again : how the same command goes, given once more
    said : lines on standard error
    """

    command: str
    way: str
    after: float
    seconds: float
    code: int | None
    processes: int
    files: tuple[str, ...]
    temporary: int
    again: str
    said: tuple[str, ...]

    def row(self) -> str:
        """Return a row of the table."""
        files = ", ".join([*self.files[:3], *(["…"] if len(self.files) > 3 else [])])
        cells = [
            *(self.command, self.way, f"{self.after:.1f}", f"{self.seconds:.2f}"),
            *(self.code, self.processes, files or "nothing", self.temporary),
            *(self.again, self.said[-1][:120] if self.said else "nothing"),
        ]
        return f"| {' | '.join(map(str, cells))} |"


@dataclass(frozen=True)
class Inputs:
    """What the commands read; all of it made by the program."""

    folder: Path

    def command(self, name: str) -> list[str]:
        """Arguments of a command; it writes into the working directory."""
        people = sorted((self.folder / "people").glob("synth_*"))
        model = next((people[0] / "OpenSimData" / "Model").glob("*.osim"))
        net, guided = self.folder / "net", self.folder / "guided"
        opensim = ["--engine", "opensim"]
        train = [self.folder / "squats.nc", "--epochs", "40", "-o", "out"]
        lines: dict[str, Sequence[str | Path]] = {
            "solve": [people[0], "-o", "out"],
            "solve --engine opensim": [people[0], *opensim, "-o", "out"],
            "collect": [*people, "-o", "out.nc"],
            "train generator": ["generator", *train],
            "train surrogate": ["surrogate", *train, "--config", KINEMATICS],
            "guide": [
                *("--model", model, "--goal", self.folder / "goal.toml"),
                *("--generator", net, "-o", "out"),
            ],
            "validate": [guided, "--model", model, "-o", "out"],
            "validate --engine opensim": [
                *(guided, "--model", model, *opensim, "-o", "out")
            ],
            "demo": ["-o", "out"],
            "synth": ["-n", "6", "-o", "out"],
            "import-markers": [
                *sorted(self.folder.glob("*.trc")),
                *("--markerset", self.folder / "markers.xml", "--mass", "70"),
                *("--height", "1.7", "-o", "out"),
            ],
        }
        return [name.split(maxsplit=1)[0], *map(str, lines[name])]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--latest", type=float, default=30.0, metavar="S")
    parser.add_argument("--commands", nargs="+", choices=COMMANDS, default=COMMANDS)
    given = parser.parse_args()
    inputs = make_inputs(given.folder.resolve() / "inputs")
    draw = random.Random(given.seed)
    print(f"| {' | '.join(HEADINGS)} |\n|{'---|' * len(HEADINGS)}")
    for number in range(given.count):
        turn, place = divmod(number, len(given.commands))
        name, way = given.commands[place], [*WAYS][(place + turn) % len(WAYS)]
        ending = interrupt(
            inputs.command(name),
            name=name,
            way=way,
            after=draw.uniform(0.3, given.latest),
            folder=given.folder.resolve() / f"{number:03d}",
        )
        print(ending.row(), flush=True)


def make_inputs(folder: Path) -> Inputs:
    """Make what the commands read, once."""
    import opensim

    inputs = Inputs(folder)
    if (folder / "guided" / "guide.json").exists():
        return inputs
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "goal.toml").write_text(GOAL, encoding="utf-8")
    synth(4, output=folder / "people", repetitions=3, asymmetric=False, force=True)
    people = sorted((folder / "people").glob("synth_*"))
    for number in (1, 2):
        markers = people[0] / "MarkerData" / "squats1.trc"
        shutil.copy(markers, folder / f"squats{number}.trc")
    model = opensim.Model(str(generic_model()))
    model.getMarkerSet().printToXML(str(folder / "markers.xml"))
    _bige(["collect", *map(str, people), "-o", "squats.nc", "--force"], folder)
    for net in ("generator", "surrogate"):
        few = ["--epochs", "2", "-o", "net", "--force"]
        few += ["--config", str(KINEMATICS)] if net == "surrogate" else []
        _bige(["train", net, "squats.nc", *few], folder)
    wanted = inputs.command("guide")[:-1]
    _bige([*wanted, "guided", "-n", "1", "--force"], folder)
    return inputs


def interrupt(
    arguments: list[str],
    *,
    name: str,
    way: str,
    after: float,
    folder: Path,
    patience: float = PATIENCE,
) -> Ending:
    """Start a command, stop it after a time or half of it, and start it again."""
    number, to_group = WAYS[way]
    code: int | None = 0
    while code == 0:  # it was done before its time had come
        shutil.rmtree(folder, ignore_errors=True)
        started = _start(arguments, folder)
        try:
            code = started.wait(timeout=after)
        except subprocess.TimeoutExpired:
            begin = time.perf_counter()
            os.killpg(started.pid, number) if to_group else os.kill(started.pid, number)
            try:
                code = started.wait(timeout=LONGEST)
            except subprocess.TimeoutExpired:
                code = None
            seconds = time.perf_counter() - begin
        else:
            after /= 2
    time.sleep(0.2)
    left = _marked(folder)
    for process in left:
        process.kill()
    said = (folder / "stderr.txt").read_text(errors="replace").splitlines()
    return Ending(
        command=name,
        way=way,
        after=after,
        seconds=seconds,
        code=code,
        processes=len(left),
        files=_left(folder),
        temporary=len(list((folder / "tmp").iterdir())),
        again=_again(arguments, folder, patience),
        said=tuple(line for line in said if line.strip()),
    )


def _left(folder: Path) -> tuple[str, ...]:
    """Name what is in the folder where results go."""
    out = [p for p in folder.iterdir() if p.name not in ("tmp", "stderr.txt")]
    inside = [p for top in out for p in (top, *top.rglob("*"))]
    ends = [p for p in inside if p.is_file() or not any(p.iterdir())]
    return tuple(sorted(p.relative_to(folder).as_posix() for p in ends))


def _again(arguments: list[str], folder: Path, patience: float) -> str:
    """Run the same command again: whether it is taken up, not refused."""
    process = _start(arguments, folder)
    try:
        code = process.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        for other in _marked(folder):
            other.kill()
        process.wait()
        return "goes on"
    if code == 0:
        return "finishes"
    text = (folder / "stderr.txt").read_text(errors="replace").strip().splitlines()
    return f"ends with {code}: {text[-1][:80] if text else ''}"


def _start(arguments: list[str], folder: Path) -> "subprocess.Popen[bytes]":
    """Start a command in a session of its own, with a temporary folder of its own."""
    temporary = folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
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
    subprocess.run(
        [*_program(), *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL
    )


def _program() -> list[str]:
    beside = Path(sys.executable).with_name("bige")
    return [str(beside if beside.exists() else shutil.which("bige") or "bige")]


if __name__ == "__main__":
    main()
