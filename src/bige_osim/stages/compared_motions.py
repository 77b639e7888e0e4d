"""Motions of the systems that are compared, drawn for one participant and simulated.

What is made of a participant by one system lies in a folder of its own, which is
complete or not there, so that a comparison goes on where it was stopped.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import xarray as xr

from bige_osim.dataset.dataset import BODY, read_models
from bige_osim.errors import BigeError, SimulationError
from bige_osim.evaluation.validation import validate_motion
from bige_osim.guidance.goal import Goal
from bige_osim.io.opensim_files.mot import read_motion, write_motion
from bige_osim.io.opensim_files.series import read_activations, write_series
from bige_osim.io.output import new_folder, write_json
from bige_osim.io.profile import find_profile
from bige_osim.motion import Activations, Motion
from bige_osim.physics.kinematics.coordinates import complete_motion
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.engines import Engine, make_engine
from bige_osim.solving.solution import SolveConfig
from bige_osim.solving.solve import SQUAT_CUTOFF, solve_motion
from bige_osim.spec import ModelSpec

RECORD = "motions.json"
"""What says that a folder is complete, and what is in it."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Participant:
    """A participant of a dataset, ready to be simulated.

    Attributes
    ----------
    name : in the dataset
    engine : the fast one, with the participant's model
    body : (3,) stature m, mass kg, leg length m
    """

    name: str
    engine: Engine
    body: torch.Tensor

    @property
    def spec(self) -> ModelSpec:
        """Of the model."""
        return self.engine.skeleton.spec

    @property
    def skeleton(self) -> Skeleton:
        """Of the model, with contact points."""
        return self.engine.skeleton


def find_participant(dataset: xr.Dataset, name: str) -> Participant:
    """Make a participant of a dataset ready; all repetitions are on one model.

    Raises
    ------
    BigeError
        The participant has repetitions on several models.
    """
    own = dataset.isel(repetition=np.flatnonzero(dataset["person"].values == name))
    models = sorted({str(value) for value in own["model"].values})
    if len(models) != 1:
        raise BigeError(
            f"Participant {name} has repetitions on {len(models)} models, expected "
            "one; collect each model as a participant of its own."
        )
    spec = read_models(dataset)[models[0]]
    body = [float(own[key].values[0]) for key in BODY]
    return Participant(
        name=name,
        engine=make_engine("fast", model=Path(spec.name), spec=spec),
        body=torch.tensor(body, dtype=torch.float32),
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class SimulatedMotion:
    """A motion of a system, and its simulation.

    Attributes
    ----------
    name : for the reader
    motion : rad and m
    activations : 0 to 1; ``None`` where static optimisation solved nothing
    passed : whether its certificate says so; ``None`` for a recorded one
    reasons : why it does not pass
    seconds : that it took to make, simulation apart
    """

    name: str
    motion: Motion
    activations: Activations | None
    passed: bool | None = None
    reasons: tuple[str, ...] = ()
    seconds: float = 0.0


Draw = Callable[[Participant], Sequence[tuple[Motion, float]]]
"""Makes motions of a participant (rad, m; independent coordinates); seconds of each."""


def make_motions(
    folder: Path, participant: Participant, draw: Draw, *, goal: Goal
) -> list[SimulatedMotion]:
    """Draw, simulate and judge motions, or read what was made before.

    Parameters
    ----------
    folder : of this system and participant
    draw : makes the motions
    goal : what all are judged by, whether or not they were guided by it
    """
    if not (folder / RECORD).exists():
        made = [
            _simulate(participant, motion, goal=goal, name=f"{number:02d}", took=took)
            for number, (motion, took) in enumerate(draw(participant), start=1)
        ]
        with new_folder(folder, landmark=RECORD) as temporary:
            write_json(
                temporary / RECORD,
                {"motions": [_write(one, participant, temporary) for one in made]},
            )
    return list(_read(folder, participant))


def _simulate(
    participant: Participant, motion: Motion, *, goal: Goal, name: str, took: float
) -> SimulatedMotion:
    """Solve a motion as recordings are, and judge it."""
    config = SolveConfig(cutoff=SQUAT_CUTOFF)
    try:
        solution = solve_motion(participant.engine, motion, config=config)
        validation = validate_motion(
            name,
            motion=motion,
            solution=solution,
            skeleton=participant.skeleton,
            goal=goal,
            groups=find_profile(participant.spec).muscle_groups,
        )
    except SimulationError as error:
        return SimulatedMotion(
            name=name,
            motion=motion,
            activations=None,
            passed=False,
            reasons=(str(error),),
            seconds=took,
        )
    return SimulatedMotion(
        name=name,
        motion=motion,
        activations=solution.static.activations,
        passed=validation.passed,
        reasons=tuple(validation.reasons),
        seconds=took,
    )


def _write(
    one: SimulatedMotion, participant: Participant, folder: Path
) -> dict[str, Any]:
    spec = participant.spec
    write_motion(
        folder / f"{one.name}.mot", complete_motion(one.motion, spec), spec=spec
    )
    if one.activations is not None:
        path = folder / f"{one.name}_simulated.sto"
        write_series(path, one.activations, name=f"{one.name} simulated")
    return {
        "name": one.name,
        "simulated": one.activations is not None,
        "passed": one.passed,
        "reasons": list(one.reasons),
        "seconds": one.seconds,
    }


def _read(folder: Path, participant: Participant) -> Iterator[SimulatedMotion]:
    rows = json.loads((folder / RECORD).read_text(encoding="utf-8"))["motions"]
    for row in rows:
        name, activations = row["name"], None
        motion = read_motion(folder / f"{name}.mot", spec=participant.spec)
        if row["simulated"]:
            activations = read_activations(folder / f"{name}_simulated.sto")
        yield SimulatedMotion(
            name=name,
            motion=motion.select(participant.skeleton.coordinate_names),
            activations=activations,
            passed=row["passed"],
            reasons=tuple(row["reasons"]),
            seconds=row["seconds"],
        )


def read_recorded(
    dataset: xr.Dataset, participant: Participant
) -> list[SimulatedMotion]:
    """Repetitions of a participant as a dataset has them, with their activations."""
    own = dataset.isel(
        repetition=np.flatnonzero(dataset["person"].values == participant.name)
    ).transpose("repetition", "frame", "coordinate", "muscle", ...)
    names = tuple(str(name) for name in own["coordinate"].values)
    muscles = tuple(str(name) for name in own["muscle"].values)
    made = []
    for place in range(own.sizes["repetition"]):
        one = own.isel(repetition=place)
        time = np.linspace(0.0, float(one["duration"]), own.sizes["frame"])
        motion = Motion(time, one["motion"].values.astype(float), names)
        made.append(
            SimulatedMotion(
                name=f"{one['trial'].values!s} {float(one['start']):.1f} s",
                motion=motion,
                activations=Activations(
                    time, one["activations"].values.astype(float), muscles
                ),
            )
        )
    return made
