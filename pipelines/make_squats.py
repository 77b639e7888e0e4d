"""The dataset that the shipped nets are trained on, from recordings, step by step.

    python pipelines/make_squats.py RECORDINGS -o WORK
    python pipelines/make_squats.py RECORDINGS -o WORK --everybody

RECORDINGS holds `sessions/`, `mocap/` and `models/LaiUhlrich2022.osim`. The first
makes WORK/squats.nc of those whose recordings may be redistributed as weights; with
`--everybody` it has all recorded participants, for leaving each of them out in turn.
What is done already is not done again; WORK/times.json has the seconds of every step.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

SHIPPED = ("lab_s4", "lab_s6")
"""Sessions whose licence (CC BY 4.0, AddBiomechanics) lets their weights be shipped."""

OTHERS = ("field_study_0", "video_s2")

COPIES = 2
"""Bodies that repeat the squats of each recorded participant."""

PEOPLE = 60
"""Synthetic participants on each generic model."""

DLS01 = """\
subjectID: dls01
mass_kg: 75.337
height_m: 1.75
openSimModel: final
"""
"""Metadata of a recording that has none; its model has the generic mass."""


def main() -> None:
    """Make the dataset."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("recordings", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--everybody", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    Work(given.recordings, given.output, given.jobs).make(everybody=given.everybody)


class Work:
    """Steps with their outputs in one folder."""

    def __init__(self, recordings: Path, output: Path, jobs: int) -> None:
        self.recordings, self.output, self.jobs = recordings, output, jobs
        self.generic = recordings / "models" / "LaiUhlrich2022.osim"

    def make(self, *, everybody: bool) -> None:
        """Sessions, copies, synthetic participants; solved, balanced, put together."""
        recorded = self.import_markers()
        names = (*SHIPPED, *OTHERS) if everybody else SHIPPED
        recorded += [self.recordings / "sessions" / name for name in names]
        if everybody:
            recorded.append(self.adopt_dls01())
        copies = self.copy(recorded)
        made = [
            *self.synthesise("lai", first=PEOPLE, generic=self.generic),
            *self.synthesise("rajagopal", first=0),
        ]
        licence = ("--licence", "see the recording", "--keep-going")
        self.bige("recorded.nc", "collect", *recorded, *licence)
        self.bige("balanced.nc", "balance", self.output / "recorded.nc")
        # Copies and synthetic squats were checked when they were made.
        self.bige("copied.nc", "collect", *copies, *licence)
        self.bige("synthetic.nc", "collect", *made)
        names = ("balanced.nc", "copied.nc", "synthetic.nc")
        self.bige("squats.nc", "collect", *(self.output / name for name in names))

    def import_markers(self) -> list[Path]:
        """Sessions of UI-PRMD's squats."""
        folder = self.output / "ui"
        here = Path(__file__).with_name("ui_prmd.py")
        source = self.recordings / "mocap" / "ui_prmd"
        command = [sys.executable, here, source, self.generic, "-o", folder]
        self.run("ui_prmd", [*command, "--jobs", self.jobs], done=folder / "done")
        (folder / "done").touch()
        return sorted(folder.glob("ui_prmd_s*"))

    def adopt_dls01(self) -> Path:
        """Put a recording without a session's folders into a session."""
        session = self.output / "dls01"
        source = self.recordings / "mocap" / "dls01"
        for name, place in (("final.osim", "Model"), ("DLS01_ik.mot", "Kinematics")):
            folder = session / "OpenSimData" / place
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, folder / name)
        (session / "sessionMetadata.yaml").write_text(DLS01, encoding="utf-8")
        return session

    def copy(self, recorded: Sequence[Path]) -> list[Path]:
        """Sessions of other bodies that repeat recorded squats."""
        sources = [argument for path in recorded for argument in ("--from", path)]
        people = COPIES * len(recorded)
        options = ("-n", people, "--generic", self.generic, "--seed", 3)
        self.bige("copies", "synth", *options, *sources)
        return sorted((self.output / "copies").glob("copy_*"))

    def synthesise(
        self, name: str, *, first: int, generic: Path | None = None
    ) -> list[Path]:
        """Sessions of synthetic participants."""
        options = ["-n", PEOPLE, "--first", first, "--seed", 1]
        options += ["--generic", generic] if generic else []
        self.bige(name, "synth", *options)
        return sorted((self.output / name).glob("synth_*"))

    def bige(self, name: str, verb: str, *arguments: object) -> None:
        """Run a command of the toolkit, unless its output is there."""
        path = self.output / name
        command = [Path(sys.executable).with_name("bige"), verb, *arguments]
        self.run(name, [*command, "-o", path, "--jobs", self.jobs], done=path)

    def run(self, name: str, command: Sequence[object], *, done: Path) -> None:
        """Run a step and keep how long it took, s."""
        if done.exists():
            return
        start = time.perf_counter()
        subprocess.run([str(part) for part in command], check=True)
        path = self.output / "times.json"
        times = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        times[name] = round(time.perf_counter() - start, 1)
        path.write_text(json.dumps(times, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
