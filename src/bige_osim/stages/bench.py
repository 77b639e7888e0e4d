"""``bench``: speed and agreement with OpenSim and nimblephysics, side by side."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch

from bige_osim.errors import BigeError
from bige_osim.io.session.read import read_session
from bige_osim.nets.shipped import find_run, is_shipped
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress, silent
from bige_osim.stages.bench_surrogate import measure_surrogate
from bige_osim.stages.benchmarks import (
    BenchCase,
    BenchRow,
    measure_dynamics,
    measure_kinematics,
    measure_muscles,
    measure_solve,
    read_case,
)
from bige_osim.stages.result import StageResult
from bige_osim.stages.synth import synth

MEASURES: dict[str, Callable[[BenchCase], Iterator[BenchRow]]] = {
    "kinematics": measure_kinematics,
    "dynamics": measure_dynamics,
    "muscles": measure_muscles,
    "solve": measure_solve,
    "surrogate": measure_surrogate,
}


def bench(
    what: str | None = None,
    *,
    model: AnyPath | None = None,
    motion: AnyPath | None = None,
    forces: AnyPath | None = None,
    surrogate: AnyPath | None = None,
    progress: Progress = silent,
) -> StageResult:
    """Compare with OpenSim and nimblephysics in one run, on one model and motion.

    Parameters
    ----------
    what : one of :data:`MEASURES`; all for ``None``
    model, motion : ``.osim`` and ``.mot``; a synthetic participant who squats for
        ``None``
    forces : force plates of that motion
    surrogate : run folder of a net; the shipped one for ``None``

    Raises
    ------
    BigeError
        Of model and motion only one is given, or one of them is unusable.
    """
    if (model is None) != (motion is None):
        raise BigeError("--model and --motion belong together; pass both or neither.")
    wanted = list(MEASURES) if what is None else [what]
    with tempfile.TemporaryDirectory(prefix="bige-") as folder:
        if model is None or motion is None:
            progress("making a participant", 0, len(wanted))
            model, motion = _synthetic(Path(folder))
        case = read_case(model, motion, forces)
        if surrogate is not None or is_shipped("surrogate"):
            case = replace(case, surrogate=find_run("surrogate", surrogate))
        rows: list[BenchRow] = []
        for done, name in enumerate(wanted):
            progress(f"measuring {name}", done, len(wanted))
            rows += list(MEASURES[name](case))
        progress("measuring", len(wanted), len(wanted))
    summary = {
        "model": case.spec.name,
        "frames": len(case.motion.time),
        "threads": torch.get_num_threads(),
        "rows": [asdict(row) for row in rows],
    }
    return StageResult(summary, _text(summary, rows))


def _synthetic(folder: Path) -> tuple[Path, Path]:
    """Make a participant who squats once."""
    synth(1, output=folder / "people", repetitions=1, asymmetric=False)
    session = read_session(folder / "people" / "synth_000")
    motion = session.motions[0].motion
    assert session.model is not None
    assert motion is not None
    return session.model, motion


def _text(summary: dict[str, Any], rows: Sequence[BenchRow]) -> str:
    lines = [f"{summary['model']}, {summary['frames']} frames, one core:"]
    for row in rows:
        lines.append(
            f"{row.what}: {row.ours_ms_per_frame:.3g} ms a frame, {row.peer} "
            f"{row.peer_ms_per_frame:.3g} ms: {row.ratio:.0f} times faster; difference "
            f"at most {row.max_abs_difference:.2g}, RMS {row.rms_difference:.2g} "
            f"({row.unit}), {row.frames} frames"
            + (f"; {row.note}." if row.note else ".")
        )
    return "\n".join(lines)
