"""Train the nets that are shipped with the package, and write their model cards.

    python pipelines/shipped_nets.py WORK -o src/bige_osim/nets/weights

WORK is the folder that `make_squats.py --everybody` filled. Participants whose
recordings may not be redistributed as weights, and copies of them, are held out. What
is trained already is not trained again; WORK/times.json has the seconds.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from make_squats import OTHERS

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.nets.net import find_net

KEPT_OUT = (*OTHERS, "dls01")
"""Recordings under other licences than the public domain and CC BY."""

SETTINGS = {
    "generator": "",
    "surrogate": "[fitting]\nepochs = 200\n",
}
"""Settings files by kind of net."""

USES = {
    "generator": "draws squats for the body of a participant; `bige guide` refines "
    "them by exact static optimisation and delivers those that pass",
    "surrogate": "predicts muscle activations from posture, speed and net joint "
    "moments, as OpenSim's static optimisation finds them",
}
VALIDATION = {
    "generator": "Weights chosen on",
    "surrogate": "Predicted deviations scaled on",
}
"""What validation participants are for."""

LIMITS = {
    "generator": "Squats only, of young and healthy adults; body masses of UI-PRMD are "
    "assumptions (body mass index 23 kg/m²). What it draws has to be refined.",
    "surrogate": "Models of the families in its data (Rajagopal2015, LaiUhlrich2022, "
    "LaiArnold2017), without their own muscle strengths only within the range that was "
    "sampled; it says how unsure it is. Where many muscles are saturated it errs: such "
    "frames, of which it is unsure, the surrogate solves exactly (scores above are the "
    "net's alone). It is not a measurement of muscle activity.",
}
SOURCES = (
    "UI-PRMD (Vakanski et al. 2018, doi 10.3390/data3010002): deep squats of eight "
    "participants, public domain (PDDL 1.0)",
    "OpenCap LabValidation (Uhlrich et al. 2023), participants 4 and 6, as in "
    "AddBiomechanics (Werling et al. 2023): CC BY 4.0",
    "copies of these squats on bodies drawn from ANSUR II, and synthetic squats of "
    "such bodies, both made by `bige synth`",
)


def main() -> None:
    """Train what is missing, and copy it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--only", choices=sorted(SETTINGS))
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    for kind in [given.only] if given.only else SETTINGS:
        train(kind, given.work)
        for end in (".safetensors", ".json"):
            shutil.copyfile(
                given.work / kind / f"{kind}{end}", given.output / f"{kind}{end}"
            )
        card = "\n".join(write_card(kind, given.work))
        (given.output / f"{kind}.md").write_text(card + "\n", encoding="utf-8")


def train(kind: str, work: Path) -> None:
    """Train a net, unless it is there."""
    data, run = work / "squats.nc", work / kind
    if (run / "train.json").exists():
        return
    people = set(read_dataset(data)["person"].values.astype(str))
    settings = work / f"{kind}.toml"
    settings.write_text(SETTINGS[kind], encoding="utf-8")
    command = [Path(sys.executable).with_name("bige"), "train", kind, data, "-o", run]
    command += ["--config", settings]
    command += [f"--hold-out={name}" for name in KEPT_OUT if name in people]
    start = time.perf_counter()
    subprocess.run([str(part) for part in command], check=True)
    path = work / "times.json"
    times = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    times[f"train {kind}"] = round(time.perf_counter() - start, 1)
    path.write_text(json.dumps(times, indent=1), encoding="utf-8")


def write_card(kind: str, work: Path) -> Iterator[str]:
    """Lines of a net's model card."""
    record = json.loads((work / kind / f"{kind}.json").read_text(encoding="utf-8"))
    times = json.loads((work / "times.json").read_text(encoding="utf-8"))
    yield f"# The shipped {kind}\n"
    yield f"It {USES[kind]}.\n"
    yield "## Data\n"
    yield from (f"- {source}" for source in SOURCES)
    yield ""
    yield from describe_people(kind, record)
    yield "\n## Scores on the validation participants\n"
    yield from describe_scores(kind, record["metrics"])
    yield "\n## Limits\n"
    yield LIMITS[kind]
    yield "\n## Training\n"
    yield (
        f"`pipelines/make_squats.py --everybody` and `pipelines/shipped_nets.py`, seed "
        f"{record.get('seed', 0)}; {times[f'train {kind}']:.0f} s on two cores. The "
        f"weights may be used under CC BY 4.0, which the recordings ask for."
    )


def describe_people(kind: str, record: dict[str, Any]) -> Iterator[str]:
    """Who was trained on, and whom validation looked at."""
    titles = {"train": "Trained on", "validation": VALIDATION[kind]}
    for use, title in titles.items():
        names = record[f"{use}_people"]
        real = [n for n in names if not n.startswith(("copy_", "synth_"))]
        copies = sum(name.startswith("copy_") for name in names)
        made = len(names) - len(real) - copies
        yield (
            f"{title} {', '.join(real) or 'nobody recorded'}; {copies} bodies that "
            f"repeat recorded squats, {made} synthetic participants "
            f"({record['repetitions'][use]} repetitions)."
        )


def describe_scores(kind: str, metrics: dict[str, Any]) -> Iterator[str]:
    """Scores as the net's kind says them."""
    for score in find_net(kind).scores:
        if metrics.get(score.key) is not None:
            yield f"- {score.words.format(score.factor * metrics[score.key])}"


if __name__ == "__main__":
    main()
