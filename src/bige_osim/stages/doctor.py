"""``doctor``: versions, and what works on this computer."""

import os
import platform

from bige_osim.io.manifest import versions
from bige_osim.stages.result import StageResult


def doctor() -> StageResult:
    """Import and use each engine once; say what works."""
    checks = {"OpenSim": _try_opensim(), "torch": _try_torch()}
    summary = {
        "versions": versions(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "works": checks,
    }
    lines = [f"{name:<16}{version}" for name, version in versions().items()]
    lines.append(f"{'platform':<16}{platform.platform()}, {os.cpu_count()} cores")
    lines += [f"{name:<16}{outcome}" for name, outcome in checks.items()]
    return StageResult(summary, "\n".join(lines))


def _try_opensim() -> str:
    from bige_osim.osim.anthropometry import generic_model
    from bige_osim.osim.reading.model import read_model

    try:
        spec = read_model(generic_model())
    except (ImportError, OSError, RuntimeError) as error:
        return f"does not work: {error}"
    return f"works: loaded {spec.name}, {len(spec.muscles)} muscles"


def _try_torch() -> str:
    try:
        import torch
    except (ImportError, OSError) as error:
        return f"does not work: {error}"
    cuda = "with CUDA" if torch.cuda.is_available() else "CPU only"
    return f"works: {cuda}, {torch.get_num_threads()} threads"
