"""Open a ``.c3d`` with ezc3d, in a process of its own: ``python -m … IN OUT.npz``.

ezc3d and OpenSim are both wrapped by SWIG and share its table of types: in a process
that has loaded ezc3d, OpenSim 4.6 takes no list of strings any more (``TypeError`` in
``setColumnLabels``). So ezc3d is never loaded where OpenSim may be.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float


def main(source: str, target: str) -> None:
    """Write what :mod:`bige_osim.io.c3d` needs of a file as plain arrays."""
    import ezc3d

    reason = ""
    try:
        content = ezc3d.c3d(source, extract_forceplat_data=True)
        plates = content["data"]["platform"]
    except (OSError, RuntimeError, ValueError, IndexError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        content = ezc3d.c3d(source)  # perhaps only its plates are of an unknown kind
        plates = []
    points = content["parameters"]["POINT"]
    np.savez(
        Path(target),
        labels=np.array(_labels(points), dtype=str),
        units=np.array(
            points["UNITS"]["value"] if "UNITS" in points else [], dtype=str
        ),
        points=content["data"]["points"],
        residuals=content["data"]["meta_points"]["residuals"],
        rates=[content["header"][kind]["frame_rate"] for kind in ("points", "analogs")],
        reason=np.array(reason),
        plate_units=np.array(
            [[p["unit_position"], p["unit_moment"]] for p in plates], dtype=str
        ),
        force=_arrays(plates, "force"),
        point=_arrays(plates, "center_of_pressure"),
        moment=_arrays(plates, "Tz"),
    )


def _arrays(plates: list[Any], key: str) -> Float[np.ndarray, "P 3 T"]:
    empty = np.zeros((0, 3, 0))
    return np.array([plate[key] for plate in plates], dtype=float) if plates else empty


def _labels(points: Any) -> list[str]:
    """All names: beyond 255 they go on in LABELS2 and so on."""
    keys = ["LABELS", *(f"LABELS{number}" for number in range(2, 10))]
    return [str(name) for key in keys if key in points for name in points[key]["value"]]


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (OSError, RuntimeError, ValueError, IndexError, KeyError) as fault:
        sys.exit(" ".join(str(fault).split()) or type(fault).__name__)
