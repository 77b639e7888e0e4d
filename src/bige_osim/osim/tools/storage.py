"""OpenSim's text tables as its tools exchange them: exact values, real names.

These are the files a tool reads or leaves in a temporary folder; what a user keeps is
written by :mod:`bige_osim.io`.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float

from bige_osim.errors import SimulationError, cut_short
from bige_osim.motion import Series
from bige_osim.paths import AnyPath


def write_storage(
    path: AnyPath,
    time: Float[np.ndarray, " T"],
    *,
    values: Float[np.ndarray, "T C"],
    names: Sequence[str],
) -> None:
    """Write columns in full precision; rotations in radians.

    Parameters
    ----------
    time : (T,) s
    values : (T, C) in SI units
    names : C column names
    """
    path = Path(path)
    header = (
        f"{path.stem}\nversion=1\nnRows={len(time)}\nnColumns={len(names) + 1}\n"
        "inDegrees=no\nendheader\n"
    )
    rows = np.column_stack([time, values]).tolist()  # floats, whose repr is exact
    lines = ["\t".join(map(repr, row)) for row in rows]
    labels = "\t".join(["time", *names])
    path.write_text(header + labels + "\n" + "\n".join(lines) + "\n")


def read_storage(path: AnyPath) -> Series:
    """Read a table that an OpenSim tool wrote.

    Labels that several columns share are left out, for nobody can ask for one of them:
    OpenSim writes ``PotentialEnergy`` once for every spring and limit of a model. Those
    of muscles and other actuators differ, as their names in the model do.

    Raises
    ------
    SimulationError
        The tool did not write the file, or stopped in the middle of it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.sto"
    ...     write_storage(path, np.ones(1), values=np.full((1, 1), 1 / 3), names=["x"])
    ...     read_storage(path).column("x") == 1 / 3
    array([ True])
    """
    path = Path(path)
    try:
        lines = path.read_text().splitlines()
        start = [line.strip() for line in lines].index("endheader") + 1
        names = lines[start].strip().split("\t")[1:]
        rows = [line.split() for line in lines[start + 1 :] if line.strip()]
        values = np.array(rows, dtype=float).reshape(len(rows), len(names) + 1)
    except (OSError, ValueError, IndexError) as error:
        raise SimulationError(
            f"OpenSim left no complete {path.name} ({cut_short(str(error))}); run it "
            "again and check the disk."
        ) from error
    counts = Counter(names)
    own = [i for i, name in enumerate(names) if counts[name] == 1]
    return Series(values[:, 0], values[:, 1:][:, own], tuple(names[i] for i in own))
