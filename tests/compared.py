"""A comparison as `bige compare` leaves it, of a body whose squats are known by hand.

Hips are 0.1 m below the pelvis and 0.9 m above the floor on straight legs.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from tests import models

from bige_osim.motion import Activations, Motion
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.spec import ModelSpec, spec_to_json
from bige_osim.stages.compared_motions import SimulatedMotion, keep_motions

MUSCLES = ("vasmed_r", "vasmed_l", "soleus_r")
TARGETS = ("vasmed_r", "vasmed_l")
GOAL = {"activation": {"muscles": list(TARGETS), "low": 0.25, "high": 0.35}}
TIME = np.linspace(0.0, 2.0, 41)
BEND = np.sin(np.pi * TIME / 2.0) ** 2
"""From 0, standing, to 1 in the middle, and back."""


def make_walker() -> ModelSpec:
    """A pelvis on legs of 0.4 m each part, with a sphere 2 cm in radius as a foot."""
    joints, spheres = [models.floating_pelvis()], []
    for side, z in (("r", 0.1), ("l", -0.1)):
        parts = [
            ("pelvis", "femur", "hip_flexion", (0.0, -0.1, z)),
            ("femur", "tibia", "knee_angle", (0.0, -0.4, 0.0)),
            ("tibia", "calcn", "ankle_angle", (0.0, -0.4, 0.0)),
        ]
        for parent, child, name, at in parts:
            carrier = parent if parent == "pelvis" else f"{parent}_{side}"
            turns = models.axes([f"{name}_{side}"], [models.Z])
            joints.append(models.joint(carrier, f"{child}_{side}", turns, at=at))
        spheres += [
            models.sphere(f"{end}_{side}", f"calcn_{side}", x, -0.08, 0.0)
            for end, x in (("heel", -0.05), ("toe", 0.15))
        ]
    muscles = tuple(
        models.muscle(
            name,
            models.point("pelvis", 0.0, 0.0, 0.0),
            models.point("pelvis", 0.0, 1.0, 0.0),
        )
        for name in MUSCLES
    )
    return models.model(
        *joints, name="walker", contacts=tuple(spheres), muscles=muscles
    )


def make_skeleton() -> Skeleton:
    """The walker's, with its spheres."""
    spec = make_walker()
    return Skeleton(spec, contacts=spec.contacts)


def squat(depth: float, tilt: float = 0.0, **columns: np.ndarray | float) -> Motion:
    """Sink by ``depth`` (m) and back, the pelvis tilted by ``tilt`` (deg) at most."""
    names = make_walker().coordinate_names
    values = np.zeros((len(TIME), len(names)))
    values[:, names.index("pelvis_ty")] = 1.0 - depth * BEND
    values[:, names.index("pelvis_tilt")] = np.deg2rad(tilt) * BEND
    for name, column in columns.items():
        values[:, names.index(name)] = column
    return Motion(TIME, values, names)


def activate(peak: float, *, add: float = 0.0) -> Activations:
    """Activate all muscles up to ``peak``, and everywhere by ``add`` more."""
    values = np.repeat(peak * BEND[:, None] + add, len(MUSCLES), axis=1)
    return Activations(TIME, values, MUSCLES)


Made = tuple[Motion, Activations | None, Activations | None]
"""Motion, simulated activations, and those of the surrogate."""


def write_compared(
    folder: Path,
    systems: Mapping[str, Sequence[Made]],
    *,
    participants: Sequence[str] = ("s4",),
) -> Path:
    """Write a comparison in which all participants have the same motions."""
    spec = make_walker()
    for who in participants:
        (folder / "models").mkdir(parents=True, exist_ok=True)
        (folder / "models" / f"{who}.json").write_text(spec_to_json(spec))
        for system, made in systems.items():
            own = folder / "motions" / system / who
            own.parent.mkdir(parents=True, exist_ok=True)
            motions = [
                SimulatedMotion(
                    name=f"{number:02d}",
                    motion=motion,
                    activations=simulated,
                    predicted=predicted,
                )
                for number, (motion, simulated, predicted) in enumerate(made, start=1)
            ]
            keep_motions(own, spec, motions, made_from={})
    titles = [{"system": name, "title": name.upper()} for name in systems]
    record = {
        "systems": titles,
        "held_out": list(participants),
        "manifest": {"config": {"goal": GOAL}},
    }
    (folder / "compare.json").write_text(json.dumps(record))
    return folder
