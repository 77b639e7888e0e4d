"""What guidance and its generator do for participants that no net saw: the table.

    python pipelines/left_out_people.py WORK RECORDINGS -o RESULTS [--step STEP]

WORK is the folder that `make_squats.py --everybody` filled. Participants are left out
in five groups; a generator is trained for each group on everybody else (copies of those
left out are left out too). The steps are `train`, `reconstruct`, `guide`, `opensim` and
`table`; all of them without `--step`. What is done already is not done again, and the
table is made from files.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

import bige_osim as bige
from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.evaluation.metrics import center_motion
from bige_osim.nets.checkpoint import load
from bige_osim.nets.reconstruction import score_reconstruction
from bige_osim.nets.samples import list_models, read_samples

GROUPS = (
    ("lab_s4", "ui_prmd_s01", "ui_prmd_s06"),
    ("lab_s6", "ui_prmd_s02", "ui_prmd_s07"),
    ("field_study_0", "ui_prmd_s03", "ui_prmd_s08"),
    ("video_s2", "ui_prmd_s04"),
    ("dls01", "ui_prmd_s05"),
)
BODIES = (
    *("lab_s4", "lab_s6", "field_study_0", "video_s2"),
    *("ui_prmd_s01", "ui_prmd_s05"),
)
"""Whom motions are made for: women and men, the tallest (1.96 m) among them."""

BANDS = ((0.15, 0.25), (0.25, 0.35), (0.35, 0.45))
VASTI = '[activation]\nmuscles = ["vasmed_r", "vasmed_l"]\n'
GOALS = {
    **{
        f"vasmed_{round(100 * low)}_{round(100 * high)}": (
            20,
            f"{VASTI}low = {low}\nhigh = {high}\n",
        )
        for low, high in BANDS
    },
    "unguided": (20, "[depth]\nmin = 0\n"),
    "glmax": (
        4,
        '[activation]\nmuscles = ["glmax1_r", "glmax1_l"]\nlow = 0.2\nhigh = 0.35\n',
    ),
    "hamstrings": (
        4,
        '[activation]\nmuscles = ["bflh_r", "bflh_l"]\nlow = 0.05\nhigh = 0.2\n',
    ),
    "soleus": (
        4,
        '[activation]\nmuscles = ["soleus_r", "soleus_l"]\nlow = 0.2\nhigh = 0.35\n',
    ),
    "asymmetric": (
        4,
        '[[activation]]\nmuscles = ["vasmed_r"]\nlow = 0.3\nhigh = 0.4\n'
        '[[activation]]\nmuscles = ["vasmed_l"]\nlow = 0.15\nhigh = 0.2\n',
    ),
    "depth_fixed": (
        4,
        f"{VASTI}low = 0.25\nhigh = 0.35\n[depth]\nmin = 80\nmax = 90\n",
    ),
}
"""Goals by name: how many motions, and the goal file."""

OPENSIM = 2
"""Motions of every body and band that OpenSim simulates."""


def main() -> None:
    """Run the steps."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("recordings", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--step", choices=["train", *STEPS], action="append")
    parser.add_argument("--bodies", nargs="*", choices=BODIES, default=BODIES)
    parser.add_argument("--goals", nargs="*", choices=GOALS, default=list(GOALS))
    given = parser.parse_args()
    study = Study(given.work, given.recordings, given.output, given.bodies, given.goals)
    for name in given.step or ["train", *STEPS]:
        getattr(study, name)()


@dataclass(frozen=True)
class Study:
    """Files of the study, by what they are of."""

    work: Path
    recordings: Path
    output: Path
    bodies: Sequence[str]
    goals: Sequence[str]

    @cached_property
    def data(self) -> Any:
        """All repetitions, balanced."""
        return read_dataset(self.work / "squats.nc")

    def run(self, name: str) -> Path:
        """Run folder of the generator that did not see a participant."""
        group = next(g for g, names in enumerate(GROUPS) if name in names)
        return self.output / "nets" / str(group)

    def session(self, name: str) -> Any:
        """Read a participant's session."""
        places = [self.recordings / "sessions" / name, self.work / "ui" / name]
        return bige.read_session(
            next((p for p in places if p.exists()), self.work / name)
        )

    def train(self) -> None:
        """Train a generator for each group that is left out."""
        present = set(self.data["person"].values.astype(str))
        for group in GROUPS:
            run = self.run(group[0])
            if (run / "train.json").exists():
                continue
            left_out = [f"--hold-out={name}" for name in group if name in present]
            call(
                *("train", "generator", self.work / "squats.nc", "-o", run),
                *left_out,
            )

    def reconstruct(self) -> None:
        """Encode and decode every left-out participant's squats."""
        found = {}
        models = list_models(self.data)
        for name in sorted({name for group in GROUPS for name in group}):
            samples = read_samples(
                self.data, [name], activations=False, footprints=True
            )
            if len(samples):
                net = load(self.run(name), "generator")
                found[name] = score_reconstruction(net, samples, models)
        write(self.output / "reconstruction.json", found)

    def guide(self) -> None:
        """Make motions for every body and goal, and validate them."""
        for name in self.bodies:
            model, session = self.model(name), self.session(name)
            for goal in self.goals:
                count, text = GOALS[goal]
                made = self.output / "guided" / name / goal
                if (made / "guide.json").exists():
                    continue
                path = self.output / "goals" / f"{goal}.toml"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
                call(
                    *("guide", "--model", model, "--goal", path, "-n", count),
                    *("--generator", self.run(name), "-o", made),
                    *(("--height", session.height) if session.height else ()),
                )
                self.validate(name, goal, made)

    def validate(self, name: str, goal: str, made: Path, *more: object) -> None:
        """Validate a folder of guided motions, if there are any."""
        if not json.loads((made / "guide.json").read_text())["motions"]:
            return
        engine = "opensim" if more else "fast"
        output = self.output / f"validated_{engine}" / name / goal
        if not (output / "validate.json").exists():
            call("validate", made, "--model", self.model(name), "-o", output, *more)

    def opensim(self) -> None:
        """Let OpenSim simulate some motions of every body and band."""
        for name in self.bodies:
            for goal in list(GOALS)[: len(BANDS)]:
                made = self.output / "guided" / name / goal
                some = self.output / "some" / name / goal
                listing = json.loads((made / "guide.json").read_text())
                listing["motions"] = listing["motions"][:OPENSIM]
                write(some / "guide.json", listing)
                for motion in listing["motions"]:
                    for key in ("file", "activations"):
                        content = (made / motion[key]).read_bytes()
                        (some / motion[key]).write_bytes(content)
                self.validate(name, goal, some, "--engine", "opensim")

    def model(self, name: str) -> Path:
        """Model of a participant."""
        return Path(self.session(name).model)

    def table(self) -> None:
        """Print what came out."""
        print("| what | measured |\n|---|---|")
        for title, value in Table(self).rows():
            print(f"| {title} | {value} |")


STEPS = ("reconstruct", "guide", "opensim", "table")


@dataclass(frozen=True)
class Table:
    """Numbers over the files of a study."""

    study: Study

    def rows(self) -> Iterator[tuple[str, str]]:
        """Titles and values."""
        yield from self.describe_reconstruction()
        yield from self.describe_guidance()
        yield from self.describe_motions()
        yield from self.describe_opensim()

    def guided(self, goal: str) -> dict[str, Any]:
        """Read what `guide` says, by participant."""
        found = {name: self.study.output / "guided" / name / goal for name in BODIES}
        return {
            name: json.loads((path / "guide.json").read_text())
            for name, path in found.items()
            if (path / "guide.json").exists()
        }

    def validated(self, goal: str, engine: str = "fast") -> dict[str, list[Any]]:
        """Motions as `validate` judges them, by participant."""
        root = self.study.output / f"validated_{engine}"
        found = {name: root / name / goal / "validate.json" for name in BODIES}
        return {
            name: json.loads(path.read_text())["validation"]["motions"]
            for name, path in found.items()
            if path.exists()
        }

    def describe_reconstruction(self) -> Iterator[tuple[str, str]]:
        """Errors of encoding and decoding, by left-out participant."""
        scores = json.loads((self.study.output / "reconstruction.json").read_text())
        for title, key, factor, unit in (
            ("legs and trunk", "legs_rmse", 180 / np.pi, "deg"),
            ("joint centres", "joint_centre_rmse", 100.0, "cm"),
        ):
            values = {name: factor * one[key] for name, one in scores.items()}
            worst = max(values, key=lambda name: values[name])
            yield (
                f"reconstruction, {title} (RMS), {len(values)} left-out participants",
                f"median {np.median(list(values.values())):.2f} {unit}, worst "
                f"{values[worst]:.2f} {unit} ({worst})",
            )

    def describe_guidance(self) -> Iterator[tuple[str, str]]:
        """Count what was delivered of every goal."""
        for goal in GOALS:
            found = self.guided(goal)
            if not found:
                continue
            delivered = {name: len(one["motions"]) for name, one in found.items()}
            asked = {name: one["asked"] for name, one in found.items()}
            refined = sum(one["refined"] for one in found.values())
            drawn = sum(one["drawn"] for one in found.values())
            met = sum(one["satisfied_when_drawn"] for one in found.values())
            seconds = max(
                one["manifest"]["timings"]["search"] for one in found.values()
            )
            short = ", ".join(
                f"{name} {delivered[name]}" for name in asked if lacks(found[name])
            )
            yield (
                f"{goal}: delivered of asked for, {len(found)} bodies",
                f"{sum(delivered.values())} of {sum(asked.values())}"
                f"{f' ({short})' if short else ''}; {refined} refined; "
                f"{met} of {drawn} drawn passed before; {seconds:.0f} s at most",
            )

    def describe_motions(self) -> Iterator[tuple[str, str]]:
        """Physics, depth and diversity of the motions of the three bands."""
        bands = list(GOALS)[: len(BANDS)]
        every = [
            m for goal in bands for one in self.validated(goal).values() for m in one
        ]
        passed = sum(m["passed"] for m in every)
        yield "bands: pass by the fast engine", f"{passed} of {len(every)}"
        for title, key, unit in (
            ("foot sliding", "sliding_m_s", "m/s"),
            ("penetration", "penetration_cm", "cm"),
            ("float", "floating_cm", "cm"),
        ):
            worst = max(m["feet"][key] for m in every)
            yield f"{title}, worst", f"{worst:.2g} {unit}"
        ratios = self.compare_acceleration(every)
        yield (
            "centre-of-mass acceleration (RMS) over that of recorded squats",
            f"median {np.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
        )
        depths, middles = [], []
        for (bottom, top), goal in zip(BANDS, bands, strict=True):
            for motion in self.motions(goal):
                depths.append(measure_depth(motion))
                middles.append((bottom + top) / 2)
        correlation = np.corrcoef(depths, middles)[0, 1]
        yield "squat depth over the band: correlation", f"{correlation:.2f}"
        yield from self.describe_diversity(bands)

    def motions(self, goal: str, name: str = "*") -> list[Any]:
        """Read the motions that were delivered."""
        folder = self.study.output / "guided"
        return [
            bige.read_motion(p) for p in sorted(folder.glob(f"{name}/{goal}/??.mot"))
        ]

    def compare_acceleration(self, motions: Sequence[Any]) -> list[float]:
        """RMS accelerations over the median of recorded squats."""
        title = "centre-of-mass acceleration (RMS)"
        recorded = np.median(self.recorded_accelerations())
        return [
            check["value"] / recorded
            for motion in motions
            for check in motion["checks"]
            if check["name"] == title
        ]

    def recorded_accelerations(self) -> list[float]:
        """RMS acceleration (m/s²) of recorded squats, without the rests."""
        path = self.study.output / "recorded_acceleration.json"
        if not path.exists():
            write(path, list(measure_recorded(self.study)))
        values: list[float] = json.loads(path.read_text())
        return values

    def describe_diversity(self, bands: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Mean pairwise distance over that between real participants."""
        data = self.study.data
        real = data["source"].values.astype(str) != "synthetic"
        angles = [
            i
            for i, name in enumerate(data["coordinate"].values.astype(str))
            if not name.startswith("pelvis_t")
        ]
        values = np.degrees(data["motion"].values[real][:, ::5][..., angles])
        who = data["person"].values.astype(str)[real]
        between = [
            np.abs(values[i] - values[j]).mean()
            for i, j in combinations(range(len(who)), 2)
            if who[i] != who[j]
        ]
        names = data["coordinate"].values.astype(str)[angles].tolist()
        for goal in (*bands, "unguided"):
            ratios = []
            for name in BODIES:
                made = [
                    np.degrees(m.select(names).values[::5])
                    for m in self.motions(goal, name)
                ]
                if len(made) > 1:
                    pairs = combinations(made, 2)
                    ratios.append(np.mean([np.abs(a - b).mean() for a, b in pairs]))
            made, real = np.mean(ratios), np.mean(between)
            yield (
                f"diversity, {goal}: mean distance for one body",
                f"{made:.1f} deg; between real participants {real:.1f} deg "
                f"({made / real:.0%})",
            )

    def describe_opensim(self) -> Iterator[tuple[str, str]]:
        """Count what OpenSim says of motions that the fast engine passed."""
        bands = list(GOALS)[: len(BANDS)]
        every = [
            m
            for goal in bands
            for one in self.validated(goal, "opensim").values()
            for m in one
        ]
        if every:
            passed = sum(m["passed"] for m in every)
            title = "bands: pass by OpenSim, some of every body and band"
            yield title, f"{passed} of {len(every)}"


def lacks(one: dict[str, Any]) -> bool:
    """Whether fewer motions were delivered than asked for."""
    return len(one["motions"]) < int(one["asked"])


def measure_depth(motion: Any) -> float:
    """Deepest flexion of the more bent knee, deg."""
    return float(
        np.degrees(motion.select(("knee_angle_r", "knee_angle_l")).values.max())
    )


def measure_recorded(study: Study) -> Iterator[float]:
    """RMS acceleration of the centre of mass, m/s², of every recorded squat."""
    for name in sorted({name for group in GROUPS for name in group}):
        session = study.session(name)
        model = bige.read_model(session.model)
        for trial in session.motions:
            motion = bige.read_motion(trial.motion, model=model)
            for squat in bige.find_repetitions(motion, model).accepted:
                part = motion.filter(4.0).between(squat.start, squat.stop)
                yield center_motion(part, model.skeleton, center="body")[1]


def write(path: Path, content: Any) -> None:
    """Write JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def call(*arguments: object) -> None:
    """Run a command of the toolkit; guidance that delivers fewer goes on."""
    command = [str(Path(sys.executable).with_name("bige")), *map(str, arguments)]
    done = subprocess.run(command, check=False)
    if done.returncode not in (0, 4):
        raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
