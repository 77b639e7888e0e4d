"""The picture of the README: squats of one body, each guided to another load.

    python pipelines/squat_picture.py MODEL.osim GUIDED... -o docs/squats.png

GUIDED are folders of `bige guide`; of each, the first motion is drawn where it is
deepest.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

import bige_osim as bige
from bige_osim.report.figures.postures import COLOURS, draw_posture, take_posture
from bige_osim.report.figures.style import drawing, panels
from bige_osim.solving.model import Model

MOST = 0.5
"""Activation of the strongest colour."""


def main() -> None:
    """Draw the squats side by side."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("guided", type=Path, nargs="+")
    parser.add_argument("-o", "--output", type=Path, required=True)
    given = parser.parse_args()
    model = bige.read_model(given.model)
    with drawing():
        count = len(given.guided)
        figure, axes = panels(count, height=3.0, columns=count, width=2.4 * count)
        for place, folder in zip(axes, given.guided, strict=True):
            draw(place, folder, model)
        scale = ScalarMappable(Normalize(0, MOST), COLOURS)
        figure.colorbar(scale, ax=axes, label="activation", fraction=0.03)
        figure.savefig(given.output, dpi=160)


def draw(axes: Axes, folder: Path, model: Model) -> None:
    """Draw the first motion of a folder at its deepest."""
    guided = json.loads((folder / "guide.json").read_text(encoding="utf-8"))
    entry = guided["motions"][0]
    motion = bige.read_motion(folder / entry["file"], model=model)
    found = bige.read_activations(folder / entry["activations"])
    knee = motion.column("knee_angle_r")
    deepest = float(motion.time[np.argmax(knee)])
    values = found.at(np.array([deepest])).values[0]
    activations = dict(zip(found.names, values.clip(0, 1), strict=True))
    posture = take_posture(motion, model.skeleton, time=deepest)
    draw_posture(axes, posture, activations, most=MOST)
    asked = guided["goal"]["activation"]
    peak = found.column("vasmed_r").max()
    axes.set_title(
        f"vastus medialis {asked['low']:.2f} to {asked['high']:.2f}\n"
        f"peak {peak:.2f}, knees bent {np.degrees(knee.max()):.0f}°"
    )
    axes.set_axis_off()


if __name__ == "__main__":
    main()
