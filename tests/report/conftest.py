"""A small folder of results, made up, as the steps leave it."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bige_osim.evaluation.agreement import compare_activations
from bige_osim.evaluation.feet import FeetCheck
from bige_osim.evaluation.goal_check import MuscleRange, TermCheck
from bige_osim.evaluation.limits import Limits, RangeExcess, Reserve, Residuals
from bige_osim.evaluation.motion_validation import MotionValidation
from bige_osim.evaluation.validation import Validation
from bige_osim.guidance.feasibility import Feasibility, MuscleSpan
from bige_osim.guidance.goal import Goal
from bige_osim.io.opensim_files.mot import write_motion
from bige_osim.io.opensim_files.series import write_series
from bige_osim.io.output import write_json
from bige_osim.motion import Activations, Motion
from bige_osim.report.page import Page, render_page
from bige_osim.report.pages import page_from_folder
from bige_osim.solving.residuals import ResidualSummary

MUSCLES = tuple(f"{n}_{s}" for n in ("vasmed", "soleus", "glmax1") for s in "rl")
TARGETS = ("vasmed_r", "vasmed_l")
GOAL = Goal.from_dict(
    {
        "activation": {"muscles": list(TARGETS), "low": 0.35, "high": 0.45},
        "pelvis_tilt": {"min": -35, "max": 0},
        "asymmetry": {},
        "proximity": {},
    }
)
FEASIBILITY = Feasibility(
    count=64,
    knees=(61.0, 112.0),
    seconds=(2.1, 3.4),
    muscles=(
        MuscleSpan(
            "vasmed_r", "peak", "each", 0.35, 0.45, 0.2, 0.4, 0.8, 9,
            ((70.0, 0.2, 0.4), (90.0, 0.3, 0.6), (112.0, 0.5, 0.8)),
        ),
    ),
    satisfied={"activation": 9, "pelvis_tilt": 50},
    every=1,
    conflicts=(),
)  # fmt: skip
VERSIONS = {"python": "3.11.2", "numpy": "2.2.0", "opensim": "4.6"}


def _make(folder: Path) -> Path:
    """Leave guide, validate and train results of three motions in ``folder``."""
    for name in ("guided", "validated", "generator"):
        (folder / name).mkdir(parents=True)
    peaks = {"01": (0.40, 0.42), "02": (0.41, 0.52), "03": (0.44, 0.40)}
    motions, rows = [], []
    for name, (expected, found) in peaks.items():
        motion, surrogate = _motion(), _activations(expected)
        simulated = _activations(found, frames=76)
        guided = folder / "guided"
        write_motion(guided / f"{name}.mot", motion)
        write_series(guided / f"{name}_activations.sto", surrogate, name=name)
        spread = replace(surrogate, values=0.1 * surrogate.values)
        write_series(guided / f"{name}_uncertainty.sto", spread, name=name)
        write_series(
            folder / "validated" / f"{name}_simulated.sto", simulated, name=name
        )
        motions.append(_check(name, surrogate, simulated))
        rows.append(_row(name, expected))
    guide = {
        "goal": GOAL.to_dict(),
        "person": {
            "model": "s4.osim",
            "height_m": 1.68,
            "mass_kg": 62.6,
            "leg_length_m": 0.81,
        },
        "people": {"train": ["a", "b"], "validation": ["c"], "test": ["s4"]},
        "activations": "surrogate",
        "feasibility": FEASIBILITY.to_dict(),
        "asked": 4,
        "drawn": 64,
        "satisfied_when_drawn": 1,
        "refined": 5,
        "motions": rows,
        "failed": [_failed()],
        "manifest": _manifest("guide"),
    }
    write_json(folder / "guided" / "guide.json", guide)
    validation = Validation(tuple(motions)).to_dict()
    content = {"command": "validate", "validation": validation}
    content["manifest"] = _manifest("validate")
    write_json(folder / "validated" / "validate.json", content)
    _train(folder / "generator")
    _collect(folder)
    return folder


def _motion() -> Motion:
    time = np.linspace(0, 3, 196)
    bend = 0.5 - 0.5 * np.cos(2 * np.pi * time / 3)
    degrees = {"pelvis_tilt": -5 - 25 * bend}
    for side, more in (("r", 0), ("l", 3)):
        degrees[f"hip_flexion_{side}"] = 88 * bend + more
        degrees[f"knee_angle_{side}"] = 100 * bend + more
        degrees[f"ankle_angle_{side}"] = 8 + 24 * bend + more
    return Motion(time, np.deg2rad(np.stack(list(degrees.values()), 1)), tuple(degrees))


def _activations(peak: float, *, frames: int = 196) -> Activations:
    time = np.linspace(0, 3, frames)
    bend = 0.5 - 0.5 * np.cos(2 * np.pi * time / 3)
    sizes = np.array([peak, 1.05 * peak, 0.2, 0.22, 0.3, 0.005])
    return Activations(time, bend[:, None] ** 2 * sizes, MUSCLES)


def _check(
    name: str, surrogate: Activations, simulated: Activations
) -> MotionValidation:
    each = [s.select(TARGETS).values.max(axis=0) for s in (surrogate, simulated)]
    peaks = [float(values.mean()) for values in each]
    holds = name != "02"
    return MotionValidation(
        name=name,
        duration=3.0,
        frames=76,
        failed=(0.04,) if name == "02" else (),
        muscles=compare_activations(surrogate, simulated),
        terms=(
            TermCheck(
                "activation",
                "activation",
                *peaks,
                True,
                holds,
                MuscleRange(
                    TARGETS, 0.35, 0.45, "peak", *(tuple(map(float, v)) for v in each)
                ),
            ),
            TermCheck("pelvis_tilt", "deg", -29.8, -28.4, True, True),
            TermCheck("asymmetry", "deg", 3.0, 3.0, None, None),
        ),
        residuals=Residuals(
            ResidualSummary(
                force_rms=6.0,
                force_max=12.0,
                moment_rms=1.5,
                moment_max=9.0 if name == "02" else 3.0,
                body_weight=613.9,
                center_height=0.9,
                external_max=660.0,
                offset=0.0,
                carried=(),
                source="estimated",
            ),
            Limits(),
        ),
        reserves=(
            Reserve("lumbar_extension", 40.0, 40.0, alone=True),
            Reserve("hip_rotation_r", 1.2, 9.0, alone=False),
            Reserve("knee_angle_r", 0.4, 80.0, alone=False),
        ),
        ranges=(RangeExcess("ankle_angle_r", 0.06, 1.5),) if name == "02" else (),
        feet=FeetCheck(sliding=0.012, penetration=0.002, floating=0.0),
        limits=Limits(),
    )


def _row(name: str, peak: float) -> dict[str, Any]:
    def term(kind: str, unit: str, before: float, after: float, holds: bool | None):
        return {
            "name": kind,
            "unit": unit,
            "weight": 1.0,
            "before": before,
            "after": after,
            "holds": holds,
        }

    return {
        "file": f"{name}.mot",
        "activations": f"{name}_activations.sto",
        "duration": 3.0,
        "duration_before": 2.9,
        "uncertainty": 0.03,
        "holds": True,
        "reasons": [],
        "change_deg": {"legs": 3.0, "trunk": 2.0, "all": 2.5},
        "terms": [
            term("activation", "activation", 0.61, peak, True),
            term("pelvis_tilt", "deg", -41.2, -29.8, True),
            term("asymmetry", "deg", 4.1, 3.0, None),
            term("proximity", "SD", 0.2, 0.6, None),
        ],
    }


def _failed() -> dict[str, Any]:
    reasons = ["vasmed_r peaks at 0.610 in simulation.", "The feet slide."]
    changed = {"legs": 9.0, "trunk": 8.0, "all": 8.5}
    return {**_row("", 0.61), "holds": False, "reasons": reasons, "change_deg": changed}


def _train(folder: Path) -> None:
    epochs = np.arange(1, 41)
    curves = {
        "epoch": epochs.tolist(),
        "train_total": (np.exp(-epochs / 9) + 0.03).tolist(),
        "validation_total": (np.exp(-epochs / 11) + 0.08).tolist(),
    }
    write_json(folder / "generator_curves.json", curves)
    record = {
        "kind": "generator",
        "epoch": 33,
        "epochs": 40,
        "train_people": ["a", "b"],
        "validation_people": ["c"],
        "test_people": ["s4"],
        "selected_on": "validation",
        "repetitions": {"train": 20, "validation": 5, "left_out": 0},
        "metrics": {"rotation_rmse": 0.05, "translation_rmse": 0.012},
    }
    write_json(folder / "generator.json", record)


def _collect(folder: Path) -> None:
    def person(source: str) -> dict[str, Any]:
        return {"height_m": 1.68, "mass_kg": 62.6, "source": source}

    trials = [
        {
            "session": name,
            "person": name,
            "trial": "squats1",
            "accepted": 2,
            "repetitions": [{"depth_deg": 93.2}, {"depth_deg": 104.4}],
            "rejected": [{"depth_deg": 30.0, "reasons": ["too shallow"]}],
        }
        for name in ("a", "s4")
    ]
    collected = {
        "trials": trials,
        "people": {"a": person("synthetic"), "s4": person("measured")},
        "manifest": _manifest("collect"),
    }
    write_json(folder / "squats.collect.json", collected)
    solved = {
        "trials": [
            {"trial": "squats1", "text": "340 frames solved."},
            {"trial": "walk1", "error": "The forces end too early; cut the motion."},
        ],
        "manifest": _manifest("solve"),
    }
    write_json(folder / "solve.json", solved)


def _manifest(command: str) -> dict[str, Any]:
    return {
        "command": command,
        "inputs": [{"file": "models/s4.osim", "sha256": "0123456789abcdef" * 4}],
        "config": {},
        "seed": 7 if command == "guide" else None,
        "versions": VERSIONS,
        "timings": {command: 12.5},
        "warnings": [],
    }


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the results of guide, validate and train, to look at only."""
    return _make(tmp_path_factory.mktemp("report") / "squats")


@pytest.fixture
def results_folder(made_folder: Path, tmp_path: Path) -> Path:
    """Copy of the folder, to change."""
    return Path(shutil.copytree(made_folder, tmp_path / "squats"))


@pytest.fixture(scope="session")
def page(made_folder: Path) -> Page:
    """Page of the unchanged folder."""
    return page_from_folder(made_folder)


@pytest.fixture(scope="session")
def html(page: Page) -> str:
    """The same as HTML."""
    return render_page(page)
