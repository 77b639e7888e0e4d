"""Motions of the systems that are compared, drawn for one participant and simulated.

What one system makes of a participant lies in a folder of its own, which is complete or
not there, so that a comparison goes on where it was stopped: `NN.mot`; the activations
`NN_simulated.sto` and, where a surrogate knows the model, `NN_predicted.sto`; and
`motions.json`.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import xarray as xr
from jaxtyping import Float

from bige_osim.dataset.dataset import BODY, read_models
from bige_osim.errors import BigeError, SimulationError
from bige_osim.evaluation.validation import validate_motion
from bige_osim.guidance.goal import Goal
from bige_osim.io.opensim_files.mot import read_motion, write_motion
from bige_osim.io.opensim_files.series import read_activations, write_series
from bige_osim.io.output import new_folder, write_json
from bige_osim.io.profile import find_profile
from bige_osim.motion import Activations, Motion
from bige_osim.nets.prediction import Predictor
from bige_osim.physics.kinematics.coordinates import complete_motion
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.engines import Engine, make_engine
from bige_osim.solving.solution import Solution, SolveConfig
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
    body: Float[torch.Tensor, " 3"]

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
    predicted : by a surrogate, asked alone; ``None`` where there is none
    passed : whether its certificate says so; ``None`` for a recorded one
    reasons : why it does not pass
    seconds : s that it took to make, simulation apart
    """

    name: str
    motion: Motion
    activations: Activations | None
    predicted: Activations | None = None
    passed: bool | None = None
    reasons: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def surrogate_error(self) -> float:
        """RMSE of what was predicted over all muscles, 0 to 1; NaN where nothing is."""
        if self.activations is None or self.predicted is None:
            return math.nan
        shared = [n for n in self.predicted.names if n in self.activations.names]
        simulated = self.activations.select(shared).finite()
        predicted = self.predicted.select(shared).finite().at(simulated.time)
        return float(np.sqrt(np.mean((predicted.values - simulated.values) ** 2)))


Draw = Callable[[Participant], Sequence[tuple[Motion, float]]]
"""Makes motions of a participant (rad, m; independent coordinates); seconds of each."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Simulation:
    """How all motions are simulated and judged.

    Attributes
    ----------
    goal : what all are judged by, whether or not they were guided by it
    predictor : of activations, to be compared with simulated ones; ``None`` for none
    """

    goal: Goal
    predictor: Predictor | None = None

    def __call__(
        self, participant: Participant, motion: Motion, *, name: str, took: float
    ) -> SimulatedMotion:
        """Solve a motion as recordings are, and judge it.

        Parameters
        ----------
        participant : on whose model
        motion : rad and m, independent coordinates
        name : for the reader
        took : s, to make it
        """
        try:
            config = SolveConfig(cutoff=SQUAT_CUTOFF)
            solution = solve_motion(participant.engine, motion, config=config)
            validation = validate_motion(
                name,
                motion=motion,
                solution=solution,
                skeleton=participant.skeleton,
                goal=self.goal,
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
            predicted=self._predict(solution, participant),
            passed=validation.passed,
            reasons=tuple(validation.reasons),
            seconds=took,
        )

    def _predict(
        self, solution: Solution, participant: Participant
    ) -> Activations | None:
        """Ask the net alone; nothing of a model that it does not know."""
        if self.predictor is None:
            return None
        try:
            made = self.predictor.predict(
                solution, participant.skeleton, repetitions=(), net_alone=True
            )
        except BigeError:
            return None
        return made.mean


def make_motions(
    participant: Participant, draw: Draw, *, simulation: Simulation
) -> list[SimulatedMotion]:
    """Draw, simulate and judge motions.

    Parameters
    ----------
    participant : whose
    draw : makes the motions
    simulation : how they are simulated and judged
    """
    return [
        simulation(participant, motion, name=f"{number:02d}", took=took)
        for number, (motion, took) in enumerate(draw(participant), start=1)
    ]


def keep_motions(
    folder: Path,
    spec: ModelSpec,
    made: Sequence[SimulatedMotion],
    *,
    made_from: Mapping[str, Any],
) -> None:
    """Write the motions of a system and participant to a folder of their own.

    Parameters
    ----------
    folder : which is replaced
    spec : of the participant's model
    made : the motions
    made_from : plain data that decided what they are
    """
    with new_folder(folder, landmark=RECORD, force=True) as temporary:
        rows = [_write(one, spec, temporary) for one in made]
        record = {"made_from": made_from, "motions": rows}
        write_json(temporary / RECORD, record)


def is_kept(folder: Path, made_from: Mapping[str, Any]) -> bool:
    """Whether a folder has motions that were made from the same."""
    path = folder / RECORD
    if not path.exists():
        return False
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return bool(found["made_from"] == json.loads(json.dumps(made_from)))


def read_motions(folder: Path, skeleton: Skeleton) -> list[SimulatedMotion]:
    """Read what :func:`keep_motions` has written, of the model it was made for."""
    rows = json.loads((folder / RECORD).read_text(encoding="utf-8"))["motions"]
    return [_read(folder, row, skeleton) for row in rows]


def _write(one: SimulatedMotion, spec: ModelSpec, folder: Path) -> dict[str, Any]:
    write_motion(
        folder / f"{one.name}.mot", complete_motion(one.motion, spec), spec=spec
    )
    for what, series in (("simulated", one.activations), ("predicted", one.predicted)):
        if series is not None:
            path = folder / f"{one.name}_{what}.sto"
            write_series(path, series.finite(), name=f"{one.name} {what}")
    return {
        "name": one.name,
        "passed": one.passed,
        "reasons": list(one.reasons),
        "seconds": one.seconds,
    }


def _read(folder: Path, row: Mapping[str, Any], skeleton: Skeleton) -> SimulatedMotion:
    name = row["name"]
    motion = read_motion(folder / f"{name}.mot", spec=skeleton.spec)
    activations, predicted = (
        read_activations(path) if path.exists() else None
        for path in (
            folder / f"{name}_{what}.sto" for what in ("simulated", "predicted")
        )
    )
    return SimulatedMotion(
        name=name,
        motion=motion.select(skeleton.coordinate_names),
        activations=activations,
        predicted=predicted,
        passed=row["passed"],
        reasons=tuple(row["reasons"]),
        seconds=row["seconds"],
    )
