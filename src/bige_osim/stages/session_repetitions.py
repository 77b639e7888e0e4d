"""The solved repetitions of one session, as ``collect`` takes them in."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import xarray as xr

from bige_osim.dataset.dataset import make_dataset
from bige_osim.dataset.sample import Labels, Sample, make_sample
from bige_osim.errors import (
    BigeError,
    DatasetError,
    ExistingOutputError,
    ModelError,
    name_some,
)
from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.output import move_into
from bige_osim.io.session.marker_report import read_marker_errors
from bige_osim.io.session.read import Session
from bige_osim.io.session.trial import Trial
from bige_osim.motion import Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.paths import AnyPath
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.progress import Progress, report_as, silent
from bige_osim.repetitions.find import find_all
from bige_osim.repetitions.repetition import Detection, Repetition
from bige_osim.repetitions.signals import make_signals
from bige_osim.solving.contacts import add_contacts, skeleton_with_feet
from bige_osim.solving.engines import REFERENCE_RATE, Engine, make_engine
from bige_osim.solving.solution import SolveConfig
from bige_osim.solving.solve import solve_motion
from bige_osim.stages.text.collect import drop_known, repetition_row


@dataclass(frozen=True)
class Figures:
    """A figure of each trial, with what was found in it.

    Attributes
    ----------
    folder : where they belong
    drawing : folder in which they are drawn until all are
    force : replace figures that exist
    """

    folder: Path
    drawing: Path
    force: bool = False

    def draw(
        self,
        motion: Motion,
        detections: dict[str, Detection],
        *,
        session: str,
        trial: str,
    ) -> Path:
        """Draw a trial and return the path that its figure is to have.

        A file there is an ``ExistingOutputError`` without ``force``.
        """
        # matplotlib is slow to load, and most runs draw nothing
        from bige_osim.report.figures.repetitions import repetition_figure, write_png

        path = self.folder / f"{session}_{trial}.png"
        figure = repetition_figure(
            make_signals(motion), detections, title=f"{session}  {trial}"
        )
        if path.exists() and not self.force:
            raise ExistingOutputError(path)
        write_png(figure, self.drawing / path.name)
        return path

    def move(self) -> None:
        """Move what was drawn to where it belongs."""
        move_into(self.folder, self.drawing)


@dataclass(frozen=True)
class Collecting:
    """What is looked for, and how it is solved.

    Attributes
    ----------
    engine : ``fast`` or ``opensim``
    solve : how; repetitions are only found if it is ``None``
    exercises : which are looked for
    licence : of recordings that do not state theirs
    contacts : feet and contact points of the models (``profile.toml``)
    jobs : processes of OpenSim
    figures : where a figure of each trial is drawn, if they are wanted
    """

    engine: str
    solve: SolveConfig | None
    exercises: tuple[str, ...]
    licence: str = ""
    contacts: AnyPath | None = None
    jobs: int = 1
    figures: Figures | None = None


@dataclass(frozen=True)
class Collected:
    """What one source gave.

    Attributes
    ----------
    blocks : its repetitions, datasets of a few each; may be read once only
    rows : one for each trial and exercise
    inputs : files that were read
    warnings : sentences for the user
    figures : files that were drawn
    failed : sources that were left out when this one was made, and why

    Examples
    --------
    >>> Collected((), ()).is_empty
    True
    """

    blocks: Iterable[xr.Dataset]
    rows: tuple[dict[str, Any], ...]
    inputs: tuple[Path, ...] = ()
    warnings: tuple[str, ...] = ()
    figures: tuple[Path, ...] = ()
    failed: tuple[dict[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no repetition was found."""
        return not any(row["accepted"] for row in self.rows)


def collect_session(
    session: Session, config: Collecting, *, progress: Progress = silent
) -> Collected:
    """Find and solve the repetitions of a session.

    Raises
    ------
    DatasetError
        if it lacks what a dataset needs
    BigeError
        if one of its files is damaged
    """
    bare = [t.name for t in session.motions if session.model_of(t) is None]
    if bare or not (session.motions or session.model):
        whose = f" of {name_some(bare)}" if session.models else ""
        raise DatasetError(
            f"The session {session.source} has no model (.osim){whose} in "
            "OpenSimData/Model; put the participant's scaled model there."
        )
    if session.height is None and config.solve is not None:
        told = [
            text
            for text in session.problems
            if "for height_m" in text and "give nothing" not in text
        ]
        raise DatasetError(
            f"The session {session.source} states no height that the nets could use. "
            f"{told[0]}"
            if told
            else f"The session {session.source} does not state the participant's "
            "height, which the nets need; write height_m (metres) into its "
            "sessionMetadata.yaml."
        )
    return _SessionCollector(session, config, progress).collect()


class _Solver:
    """A model, and what finds and solves repetitions with it."""

    def __init__(self, model: Path, config: Collecting) -> None:
        self.model, self.config = model, config
        self.spec = add_contacts(read_model(model), config.contacts)
        self.standing: Skeleton | None = None  # of a model without feet
        with suppress(ModelError):
            self.standing = skeleton_with_feet(self.spec)

    @cached_property
    def engine(self) -> Engine:
        """The engine, made when the first repetition is to be solved."""
        assert self.config.solve is not None
        return make_engine(
            self.config.engine,
            model=self.model,
            spec=self.spec,
            config=self.config.solve.static,
        )


class _SessionCollector:
    """Goes through the trials of a session."""

    def __init__(
        self, session: Session, config: Collecting, progress: Progress
    ) -> None:
        self.session, self.config, self.progress = session, config, progress
        self.solvers = {model: _Solver(model, config) for model in session.models}
        self.inputs = session.inputs(*session.models)
        self.marker_errors = read_marker_errors(session.path)
        self.warnings: list[str] = []

    def collect(self) -> Collected:
        """Find and solve all repetitions."""
        blocks: list[xr.Dataset] = []
        rows: list[dict[str, Any]] = []
        figures: list[Path] = []
        for trial in self.session.motions:
            model = self.session.model_of(trial)
            if trial.motion is None or model is None:
                continue
            solver = self.solvers[model]
            motion = read_motion(trial.motion, spec=solver.spec)
            detections = find_all(
                motion, exercises=self.config.exercises, skeleton=solver.standing
            )
            if self.config.figures is not None:
                path = self.config.figures.draw(
                    motion,
                    drop_known(detections),
                    session=self.session.name,
                    trial=trial.name,
                )
                figures.append(path)
            accepted = [one for each in detections.values() for one in each.accepted]
            failed: list[dict[str, Any]] = []
            if self.config.solve is not None and accepted:
                self.inputs += self.session.inputs(trial.motion, trial.forces)
                samples, failed = self._solve(trial, motion, accepted, solver=solver)
                accepted = [sample.repetition for sample in samples]
                if samples:
                    cutoff = self.config.solve.cutoff
                    blocks.append(make_dataset(samples, cutoff=cutoff))
            rows += self._rows(trial, detections, accepted, failed)
        return Collected(
            tuple(blocks),
            tuple(rows),
            inputs=tuple(self.inputs),
            warnings=tuple(self.warnings),
            figures=tuple(figures),
        )

    def _solve(
        self,
        trial: Trial,
        motion: Motion,
        repetitions: Sequence[Repetition],
        *,
        solver: _Solver,
    ) -> tuple[list[Sample], list[dict[str, Any]]]:
        """Solve a trial: its samples, and rows of those that could not be solved."""
        config = self.config.solve
        assert config is not None
        label = f"{self.session.person} {trial.name}"
        # OpenSim is slow: it solves the repetitions only, with a frame to either side
        # for the splines.
        margin = 1.5 / (config.rate or REFERENCE_RATE)
        first, last = float(motion.time[0]), float(motion.time[-1])
        solution = solve_motion(
            solver.engine,
            motion,
            plates=read_ground_reaction(trial.forces) if trial.forces else None,
            config=config,
            spans=[
                (max(r.start - margin, first), min(r.stop + margin, last))
                for r in repetitions
            ],
            jobs=self.config.jobs,
            progress=report_as(self.progress, f"solving {label}"),
        )
        self.warnings += [f"{label}: {warning}" for warning in solution.warnings]
        labels = self._labels(trial, solver)
        samples, failed = [], []
        for one in repetitions:
            try:
                if solution.failure:
                    raise BigeError(f"the trial is implausible: {solution.failure}")
                samples.append(
                    make_sample(one, solution=solution, spec=solver.spec, labels=labels)
                )
            except BigeError as error:
                failed.append(repetition_row(one) | {"reasons": [str(error)]})
        return samples, failed

    def _labels(self, trial: Trial, solver: _Solver) -> Labels:
        session = self.session
        assert session.height is not None
        return Labels(
            person=session.person,
            session=session.name,
            trial=trial.name,
            source="synthetic" if session.synthetic else "measured",
            engine=solver.engine.name,
            height_m=session.height,
            mass_kg=solver.spec.mass,
            leg_length_m=solver.engine.skeleton.leg_length(),
            sex=session.sex or "",
            licence=session.licence or self.config.licence,
            derived_from=session.derived_from,
            marker_error=self.marker_errors.get(trial.name, float("nan")),
        )

    def _rows(
        self,
        trial: Trial,
        detections: dict[str, Detection],
        accepted: Sequence[Repetition],
        failed: Sequence[dict[str, Any]],
    ) -> list[dict[str, Any]]:
        """One row for each exercise: what was accepted, what was rejected and why."""
        rows = []
        for name, shown in drop_known(detections).items():
            own = [one for one in accepted if one.exercise == name]
            rejected = [
                repetition_row(one)
                | ({} if one in shown.rejected else {"hidden": True})
                for one in detections[name].rejected
            ]
            rows.append(
                {
                    "session": self.session.name,
                    "person": self.session.person,
                    "trial": trial.name,
                    "exercise": name,
                    "accepted": len(own),
                    "repetitions": [repetition_row(one) for one in own],
                    "rejected": rejected + [r for r in failed if r["exercise"] == name],
                }
            )
        return rows
