"""What is compared: the systems, and the motions that each makes of participants."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from time import perf_counter

import xarray as xr

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.errors import BigeError, DatasetError, MissingFileError, name_some
from bige_osim.guidance.goal import Goal, read_goal
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.output import new_file
from bige_osim.motion import Motion
from bige_osim.nets.checkpoint import read_record
from bige_osim.nets.prediction import load_predictor
from bige_osim.nets.shipped import SHIPPED, is_shipped
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress
from bige_osim.spec import spec_to_json
from bige_osim.stages.compared_motions import (
    Draw,
    Participant,
    SimulatedMotion,
    Simulation,
    find_participant,
    keep_motions,
    make_motions,
)
from bige_osim.stages.compared_recordings import read_raw, read_recorded
from bige_osim.stages.guide import make_search
from bige_osim.stages.noise_guidance import guide_noise
from bige_osim.stages.sample import load_source
from bige_osim.stages.search import SearchConfig
from bige_osim.stages.train import train

GOAL = {"activation": {"muscles": ["vasmed_r", "vasmed_l"], "low": 0.25, "high": 0.35}}
"""What is asked of guided motions, and what all are judged by, unless told."""

TITLES = {
    "reference": "Reference",
    "mocap": "MoCap",
    "vqvae": "VQVAE",
    "mdm": "MDM",
    "t2mgpt": "T2M-GPT",
    "mdm_guided": "MDM, guided",
    "bige": "BIGE",
}
"""How the systems of the comparison are called."""

NETS = {
    "vqvae": "generator",
    "mdm": "mdm",
    "t2mgpt": "t2mgpt",
    "mdm_guided": "mdm",
    "bige": "generator",
}
"""Kind of net that each system draws with."""

RECORDED = ("reference", "mocap")
"""Systems that are recordings."""


@dataclass(frozen=True, kw_only=True)
class CompareRequest:
    """What to compare.

    Attributes
    ----------
    data : dataset that nets are trained on, of all participants
    held_out : participants whom no net sees, and for whose bodies motions are made
    reference : dataset with the recorded repetitions of these; ``data`` for ``None``
    sessions : session folders with the recordings of these as they were made; MoCap is
        left out without
    goal : goal file; both vasti medialis between 0.25 and 0.35 for ``None``
    count : motions of each system and participant
    nets : kind of net -> run folder; what is not named is trained, but for the
        surrogate, which is the shipped one
    settings : kind of net -> settings file of its training
    extra : name of another system -> folder with its motions, in folders called after
        the participants, or, of one participant, without
    seed : of all random choices
    """

    data: AnyPath
    held_out: tuple[str, ...]
    reference: AnyPath | None = None
    sessions: tuple[AnyPath, ...] = ()
    goal: AnyPath | None = None
    count: int = 20
    nets: Mapping[str, AnyPath] = field(default_factory=dict)
    settings: Mapping[str, AnyPath] = field(default_factory=dict)
    extra: Mapping[str, AnyPath] = field(default_factory=dict)
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse a comparison on nobody, and names that are taken."""
        if not self.held_out:
            raise BigeError(
                "A comparison needs a participant whom no net has seen, got none; name "
                "one or more by --hold-out."
            )
        taken = [name for name in self.extra if name in TITLES]
        if taken:
            raise BigeError(
                f"--extra {taken[0]}: that is the name of a system of the comparison; "
                "choose another."
            )


Systems = dict[str, dict[str, list[SimulatedMotion]]]
"""System -> participant -> motions."""


class Study:
    """The files of a comparison, and what is made of them.

    Parameters
    ----------
    request : what to compare
    output : folder of the comparison
    jobs : processes that refine
    progress : counts what is being done
    """

    def __init__(
        self, request: CompareRequest, output: Path, *, jobs: int, progress: Progress
    ) -> None:
        self.request, self.output = request, output
        self.jobs, self.progress = jobs, progress
        self.goal = (
            Goal.from_dict(GOAL) if request.goal is None else read_goal(request.goal)
        )

    @cached_property
    def recorded(self) -> xr.Dataset:
        """Repetitions that are the reference."""
        return read_dataset(self.request.reference or self.request.data)

    @cached_property
    def participants(self) -> list[Participant]:
        """Those held out."""
        return [find_participant(self.recorded, n) for n in self.request.held_out]

    @cached_property
    def runs(self) -> dict[str, Path]:
        """Run folder of every net that makes motions, trained if it is not there."""
        return {kind: self._train(kind) for kind in dict.fromkeys(NETS.values())}

    @property
    def surrogate(self) -> Path | None:
        """Run folder of the surrogate, if there is one."""
        named = self.request.nets.get("surrogate")
        if named is not None:
            return Path(named)
        return SHIPPED if is_shipped("surrogate") else None

    def list_known(self) -> list[str]:
        """Participants held out here whom the surrogate was trained on."""
        if self.surrogate is None:
            return []
        return self._find_seen(self.surrogate, "surrogate")

    def _find_seen(self, run: Path, kind: str) -> list[str]:
        """Find those held out here whom a net was trained or chosen on."""
        record = read_record(run, kind)
        seen = {*record.train_people, *record.validation_people}
        return [name for name in self.request.held_out if name in seen]

    def make_motions(self) -> Systems:
        """Make the motions of all systems, or read them.

        Raises
        ------
        DatasetError
            A net that is named was trained on somebody held out.
        """
        for kind in sorted(set(NETS.values()) & set(self.request.nets)):
            run = Path(self.request.nets[kind])
            if seen := self._find_seen(run, kind):
                raise DatasetError(
                    f"--net {kind}={run}: it was trained on {name_some(seen)}, who is "
                    "to be held out; name another run, or leave it out to train one."
                )
        for one in self.participants:
            self._keep_model(one)
        made: Systems = {"reference": self._keep(read_recorded)}
        predictor = None if self.surrogate is None else load_predictor(self.surrogate)
        simulation = Simulation(goal=self.goal, predictor=predictor)
        for name, draw in self._list_draws().items():
            made[name] = {}
            for place, one in enumerate(self.participants):
                title = TITLES.get(name, name)
                self.progress(f"{title}: {one.name}", place, len(self.participants))
                made[name][one.name] = make_motions(
                    self._folder(name, one), one, draw, simulation=simulation
                )
        return made

    def _list_draws(self) -> dict[str, Draw]:
        """List what makes motions, in the order of the table."""
        draws: dict[str, Draw] = {}
        if self.request.sessions:
            draws["mocap"] = self._read_raw
        for name in ("vqvae", "mdm", "t2mgpt"):
            draws[name] = self._draw_by(NETS[name])
        draws |= {"mdm_guided": self._guide_noise, "bige": self._guide}
        for name, folder in self.request.extra.items():
            draws[name] = self._read(Path(folder))
        return draws

    def _keep(
        self, read: Callable[[xr.Dataset, Participant], list[SimulatedMotion]]
    ) -> dict[str, list[SimulatedMotion]]:
        """Write the reference beside what is made, for those who look at it."""
        made = {one.name: read(self.recorded, one) for one in self.participants}
        for one in self.participants:
            folder = self._folder("reference", one)
            if not folder.exists():
                keep_motions(folder, one, made[one.name])
        return made

    def _keep_model(self, participant: Participant) -> None:
        folder = self.output / "models"
        folder.mkdir(parents=True, exist_ok=True)
        with new_file(folder / f"{participant.name}.json", force=True) as path:
            path.write_text(spec_to_json(participant.spec), encoding="utf-8")

    def _folder(self, system: str, participant: Participant) -> Path:
        return self.output / "motions" / system / participant.name

    def _train(self, kind: str) -> Path:
        """Train a net on everybody else, unless it is named or there."""
        if kind in self.request.nets:
            return Path(self.request.nets[kind])
        run = self.output / "nets" / kind
        if not (run / "train.json").exists():
            train(
                kind,
                self.request.data,
                output=run,
                config=self.request.settings.get(kind),
                test_people=self.request.held_out,
                seed=self.request.seed,
                progress=self.progress,
            )
        return run

    def _read_raw(self, participant: Participant) -> list[tuple[Motion, float]]:
        made = read_raw(self.recorded, participant, sessions=self.request.sessions)
        return [(motion, 0.0) for motion in made]

    def _draw_by(self, kind: str) -> Draw:
        def draw(participant: Participant) -> list[tuple[Motion, float]]:
            source = load_source(
                self.runs[kind],
                participant.skeleton,
                height=float(participant.body[0]),
            )
            return _share_time(
                lambda: source.draw(self.request.count, seed=self.request.seed)
            )

        return draw

    def _guide(self, participant: Participant) -> list[tuple[Motion, float]]:
        search = make_search(
            participant.engine,
            self.goal,
            generator=self.runs["generator"],
            height=float(participant.body[0]),
            config=SearchConfig(count=self.request.count, seed=self.request.seed),
        )
        run = replace(search, processes=self.jobs).run
        return _share_time(lambda: run(progress=self.progress).motions())

    def _guide_noise(self, participant: Participant) -> list[tuple[Motion, float]]:
        return _share_time(
            lambda: guide_noise(
                self.runs["mdm"],
                participant.engine,
                self.goal,
                count=self.request.count,
                height=float(participant.body[0]),
                seed=self.request.seed,
            )
        )

    def _read(self, folder: Path) -> Draw:
        """Read the motions that somebody else has made."""

        def draw(participant: Participant) -> list[tuple[Motion, float]]:
            own = folder / participant.name
            if not own.is_dir() and len(self.participants) == 1:
                own = folder
            paths = sorted(own.glob("*.mot"))
            if not paths:
                raise MissingFileError(
                    own,
                    what=f"folder with motions (.mot) of {participant.name}",
                    remedy="make them by bige retarget",
                )
            names = participant.skeleton.coordinate_names
            motions = [read_motion(path, spec=participant.spec) for path in paths]
            return [(motion.select(names), 0.0) for motion in motions]

        return draw


def _share_time(make: Callable[[], list[Motion]]) -> list[tuple[Motion, float]]:
    """Give every motion its share of the time that all took, s."""
    start = perf_counter()
    made = make()
    took = (perf_counter() - start) / max(1, len(made))
    return [(motion, took) for motion in made]
