"""Write a small .c3d: ``python c3d_writer.py PATH UNITS KIND_OF_PLATE [ARRAYS]``.

``ARRAYS``, an ``.npz`` of ``names`` (M) and ``positions`` (20, M, 3), is what it holds;
without it two markers.

In a process of its own, because OpenSim does not work where ezc3d was loaded.
"""

import sys
from typing import Any

import numpy as np

FRAMES = 20


def write(path: str, units: str, plate: int, arrays: str | None = None) -> None:
    """Two markers at 100 Hz, the second unseen in frame 3; a plate at 1000 Hz."""
    import ezc3d

    file = ezc3d.c3d()
    names = ["RASI", "C7"]
    points = np.ones((4, 2, FRAMES))
    points[:3, 0] = np.array([[100.0], [-200.0], [900.0]])
    points[0, 1] = np.arange(FRAMES)
    points[:3, 1, 3] = np.nan
    if arrays is not None:
        given = np.load(arrays)
        names = given["names"].tolist()
        points = np.ones((4, len(names), FRAMES))
        points[:3] = given["positions"].transpose(2, 1, 0)
    file["parameters"]["POINT"]["UNITS"]["value"] = [units]
    file["parameters"]["POINT"]["LABELS"]["value"] = names
    file["parameters"]["POINT"]["RATE"]["value"] = [100.0]
    file["data"]["points"] = points
    if plate:
        add_plate(file, kind=plate)
    file.write(path)


def add_plate(file: Any, *, kind: int) -> None:
    """Load a plate of 0.4 m by 0.6 m with 700 N, 0.1 m off its centre."""
    from ezc3d import ezc3d as wrapped

    channels = np.zeros((6, 10 * FRAMES))
    channels[2] = 700.0
    channels[4] = -70_000.0  # N mm about y: the force acts at x = 100 mm
    file["parameters"]["ANALOG"]["LABELS"]["value"] = list("abcdef")
    file["parameters"]["ANALOG"]["RATE"]["value"] = [1000.0]
    file["parameters"]["ANALOG"]["UNITS"]["value"] = ["N"] * 3 + ["Nmm"] * 3
    file["data"]["analogs"] = channels[None]
    corners = np.array([[600.0, 600, 0, 0], [0, 400, 400, 0], [0, 0, 0, 0]])
    file.add_parameter("FORCE_PLATFORM", "USED", 1)
    for name, values, shape in (
        ("TYPE", [kind], [1]),
        ("CHANNEL", [1, 2, 3, 4, 5, 6], [6, 1]),
        ("ZERO", [0, 0], [2]),
    ):
        parameter = wrapped.Parameter(name, "")
        parameter.set(wrapped.VecInt(values), shape)
        file["parameters"].add_parameter("FORCE_PLATFORM", parameter)
    file.add_parameter("FORCE_PLATFORM", "CORNERS", corners[:, :, None])
    file.add_parameter("FORCE_PLATFORM", "ORIGIN", np.zeros((3, 1)))


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], int(sys.argv[3]), *sys.argv[4:])
