"""``validate``: re-simulate motions, judge them, and certify what they keep to."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bige_osim.errors import BigeError, UnknownNameError
from bige_osim.evaluation.motion_validation import MotionValidation
from bige_osim.evaluation.validation import Validation, validate_motion
from bige_osim.io.manifest import Manifest
from bige_osim.io.opensim_files.series import read_activations, write_series
from bige_osim.io.output import new_folder, write_json
from bige_osim.io.profile import find_profile
from bige_osim.motion import Activations
from bige_osim.nets.checkpoint import weights_path
from bige_osim.nets.prediction import Predictor, load_predictor
from bige_osim.nets.shipped import SHIPPED, is_shipped
from bige_osim.osim.reading.model import read_model
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress, report_as, silent
from bige_osim.repetitions.find import find_repetitions
from bige_osim.repetitions.repetition import Repetition
from bige_osim.report.page import write_page
from bige_osim.report.pages import page_from_certificates
from bige_osim.solving.contacts import add_contacts
from bige_osim.solving.engines import Engine, make_engine
from bige_osim.solving.solution import Solution, SolveConfig
from bige_osim.solving.solve import SQUAT_CUTOFF
from bige_osim.stages.leftovers import former_results, remove_leftovers_after
from bige_osim.stages.opensim_folder import OpenSimFolders, place_of
from bige_osim.stages.result import StageResult
from bige_osim.stages.solved_motion import solve_file
from bige_osim.stages.text.validate import text_of
from bige_osim.stages.validation_jobs import Job, list_jobs
from bige_osim.times import within


def validate(
    sources: Sequence[AnyPath],
    *,
    model: AnyPath,
    output: AnyPath,
    surrogate: AnyPath | None = None,
    net_alone: bool = False,
    grf: AnyPath | None = None,
    engine: str = "fast",
    rate: float | None = None,
    cutoff: float = SQUAT_CUTOFF,
    contacts: AnyPath | None = None,
    verbose: bool = False,
    jobs: int = 1,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write what was simulated, ``validate.json`` and the certificates to ``output``.

    These are ``NN_simulated.sto`` per motion, ``certificate.json`` and
    ``certificate.html``; of recorded motions also what a surrogate predicted,
    ``NN_predicted.sto``, and its predicted standard deviation, ``NN_uncertainty.sto``.
    ``opensim/NN`` is what OpenSim re-runs the simulation from.

    Parameters
    ----------
    sources : guide folders (with ``guide.json``) or ``.mot`` files
    model : ``.osim`` of the participant
    surrogate : run folder of a net that predicts the activations of ``.mot`` files, the
        shipped net for ``None``; guided motions come with the activations expected of
        them
    net_alone : predict by the net, too, what it is unsure of; such frames are solved
        exactly else
    grf : force plates (``.mot``) of a single recorded motion
    engine : ``fast`` or ``opensim``
    rate : solved frames per second; ``None`` for the engine's own
    cutoff : low-pass of the motion, Hz
    contacts : feet and contact points of the model (``profile.toml``)
    verbose : the text gives every reason against every motion

    Raises
    ------
    DataError
        if two motions have the same name and lie in folders of the same name
    """
    model, output = Path(model), Path(output)
    work = list_jobs(sources, forces=grf)
    surrogate = _choose_surrogate(surrogate, work)
    predictor = None if surrogate is None else load_predictor(surrogate)
    spec = add_contacts(read_model(model), contacts)
    config = SolveConfig(cutoff=cutoff, rate=rate)
    simulator = make_engine(engine, model=model, spec=spec, config=config.static)
    inputs = [model, *(path for job in work for path in job.files)]
    if surrogate is not None and predictor is not None:
        inputs.append(weights_path(surrogate, predictor.record.kind))
    manifest = Manifest("validate", inputs, config={"engine": engine, **asdict(config)})
    former = former_results(output / "validate.json", _output_names)
    with (
        ExitStack() as after,
        new_folder(output, landmark="validate.json", force=force) as folder,
    ):
        folders = OpenSimFolders(simulator)
        run = _Run(folders, config, predictor, net_alone, manifest, folder)
        validation = Validation(
            tuple(run.judge(job, jobs=jobs, progress=progress) for job in work)
        )
        summary = {
            "command": "validate",
            "validation": validation.to_dict(),
            "predicted": [
                motion.name
                for job, motion in zip(work, validation.motions, strict=True)
                if run.asks(job) and not motion.unpredicted
            ],
            "manifest": manifest.to_dict(),
        }
        _certify(validation, folder)
        write_json(folder / "validate.json", summary)
        after.enter_context(
            remove_leftovers_after(output, former, _output_names(summary))
        )
    return StageResult(summary, text_of(validation, output, verbose=verbose))


def _choose_surrogate(run: AnyPath | None, work: Sequence[Job]) -> AnyPath | None:
    """Run folder of the net that predicts recorded motions, if any of them is one."""
    recorded = any(job.activations is None for job in work)
    if run is None:
        return SHIPPED if recorded and is_shipped("surrogate") else None
    if not recorded:
        raise BigeError(
            "--surrogate predicts recorded motions, got guided ones, which come with "
            "the activations expected of them; pass .mot files, or leave it out."
        )
    return run


@dataclass(frozen=True)
class _Predicted:
    """What a net predicted of a motion, or why it does not.

    Attributes
    ----------
    activations : NaN where nothing was predicted
    repetitions : to be compared one by one
    problem : why nothing was predicted, "" if something was
    exact : share of the frames that were solved exactly, 0 to 1
    """

    activations: Activations | None = None
    repetitions: tuple[Repetition, ...] = ()
    problem: str = ""
    exact: float = 0.0


@dataclass(frozen=True)
class _Run:
    """What all motions have in common."""

    folders: OpenSimFolders
    config: SolveConfig
    predictor: Predictor | None
    net_alone: bool
    manifest: Manifest
    folder: Path

    @property
    def simulator(self) -> Engine:
        """What simulates."""
        return self.folders.engine

    def judge(self, job: Job, *, jobs: int, progress: Progress) -> MotionValidation:
        """Simulate a motion, write what was found, and judge it."""
        skeleton = self.simulator.skeleton
        motion, solution = solve_file(
            self.simulator,
            job.motion,
            forces=job.forces,
            config=self.config,
            jobs=jobs,
            progress=report_as(progress, f"simulating {job.name}"),
            timing=self.manifest.time_part(job.name),
        )
        self._write(solution.activations, job, "simulated")
        self.folders.write(self.folder, job.name, solution)
        predicted = self._predict(job, solution)
        return validate_motion(
            job.name,
            motion=motion.select(skeleton.spec.independent_names),
            solution=solution,
            skeleton=skeleton,
            surrogate=predicted.activations,
            expected_by=job.expected_by,
            repetitions=predicted.repetitions,
            unpredicted=predicted.problem,
            solved_exactly=predicted.exact,
            goal=job.goal,
            groups=find_profile(skeleton.spec).muscle_groups,
            # Guided motions stand on y = 0; recorded ones where they stood.
            floor=0.0 if job.goal else solution.floor,
        )

    def asks(self, job: Job) -> bool:
        """Whether the net is asked of this motion."""
        return self.predictor is not None and job.activations is None

    def _predict(self, job: Job, solution: Solution) -> _Predicted:
        if job.activations is not None:
            return _Predicted(read_activations(job.activations))
        if self.predictor is None:
            return _Predicted()
        skeleton = self.simulator.skeleton
        found = _find_squats(solution, self.simulator)
        try:
            made = self.predictor.predict(
                solution, skeleton, repetitions=found, net_alone=self.net_alone
            )
            shared = made.mean.select(
                [name for name in solution.activations.names if name in made.mean.names]
            )
        except BigeError as error:
            return _Predicted(problem=str(error))
        if not shared.names:
            return _Predicted(
                problem="The surrogate predicts none of the model's muscles; train one "
                "on this model's motions."
            )
        self._write(made.mean, job, "predicted")
        self._write(made.std, job, "uncertainty")
        return _Predicted(shared, found, exact=made.exact)

    def _write(self, activations: Activations, job: Job, what: str) -> None:
        path = _path(self.folder, job.name, what)
        write_series(path, activations.finite(), name=f"{job.name} {what}")


def _find_squats(solution: Solution, engine: Engine) -> tuple[Repetition, ...]:
    """Find squats of which frames were solved.

    A model without the coordinates that tell a squat has none.
    """
    try:
        found = find_repetitions(
            solution.motion, exercise="squat", skeleton=engine.skeleton
        )
    except UnknownNameError:
        return ()
    solved = solution.activations.finite().time
    return tuple(
        one for one in found.accepted if within(solved, one.start, one.stop).any()
    )


def _certify(validation: Validation, folder: Path) -> None:
    certificates = [motion.certificate for motion in validation.motions]
    motions = [certificate.to_dict() for certificate in certificates]
    write_json(folder / "certificate.json", {"motions": motions})
    write_page(folder / "certificate.html", page_from_certificates(certificates))


def _path(folder: Path, name: str, what: str) -> Path:
    return folder / f"{name}_{what}.sto"


def _output_names(summary: Mapping[str, Any]) -> list[str]:
    """Names of the files and folders of every motion."""
    simulated = [str(motion["name"]) for motion in summary["validation"]["motions"]]
    names = [(name, "simulated") for name in simulated]
    for name in summary.get("predicted", ()):
        names += [(name, "predicted"), (name, "uncertainty")]
    files = [_path(Path(), *name).name for name in names]
    return files + [place_of(name) for name in simulated]
