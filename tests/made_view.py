"""A folder of results with a squat of one second, as ``bige solve`` leaves it."""

import shutil
from pathlib import Path

import numpy as np

from bige_osim.io.opensim_files.forces import write_ground_reaction
from bige_osim.io.opensim_files.mot import write_motion
from bige_osim.io.opensim_files.series import write_series
from bige_osim.io.output import write_json
from bige_osim.motion import Activations, GroundReaction, Motion
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.model import read_model
from bige_osim.spec import ModelSpec

DEPTH = 0.3
"""m, by which the pelvis sinks."""


def make_squat(spec: ModelSpec, *, depth: float = DEPTH) -> Motion:
    """One second: down and up, all other coordinates at their defaults; rad and m."""
    time = np.arange(61) / 60
    sink = np.sin(np.pi * time) ** 2
    names = spec.independent_names
    values = np.tile([spec.coordinate(n).default for n in names], (len(time), 1))
    flexions = {"hip_flexion": 1.2, "knee_angle": 1.6, "ankle_angle": 0.4}
    for name, most in flexions.items():
        for side in "rl":
            values[:, names.index(f"{name}_{side}")] = most * sink
    values[:, names.index("pelvis_ty")] = 0.94 - depth * sink
    values[:, names.index("pelvis_tx")] = 5.0
    values[:, names.index("pelvis_rotation")] = np.pi / 2
    return Motion(time, values, names)


def make_ground(time: np.ndarray) -> GroundReaction:
    """400 N under each foot."""
    force = np.zeros((len(time), 2, 3))
    force[:, :, 1] = 400.0
    point = np.tile([[5.0, 0.0, 0.1], [5.0, 0.0, -0.1]], (len(time), 1, 1))
    return GroundReaction(
        time, force, point, 0 * force, ("calcn_r", "calcn_l"), "measured"
    )


def make_results(folder: Path, *names: str) -> Path:
    """Leave solved trials in a folder; the left soleus has half the activation."""
    model = generic_model()
    spec = read_model(model)
    motion = make_squat(spec)
    rise = motion.time[:, None]
    activations = Activations(
        motion.time, np.hstack([rise, rise / 2]), ("soleus_r", "soleus_l")
    )
    for name in names:
        place = folder / "opensim" / name
        place.mkdir(parents=True)
        shutil.copy(model, place)
        write_motion(place / f"{name}_ik.mot", motion, spec=spec)
        write_ground_reaction(folder / f"{name}_grf.mot", make_ground(motion.time))
        write_series(folder / f"{name}_activations.sto", activations, name=name)
    write_json(
        folder / "solve.json",
        {
            "trials": [{"trial": name} for name in names],
            "manifest": {"inputs": [{"file": model.as_posix(), "sha256": ""}]},
        },
    )
    return folder
