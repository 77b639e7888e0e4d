"""The motions that every compared system makes of every participant held out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from time import perf_counter
from typing import Any

import torch
import xarray as xr

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.errors import MissingFileError
from bige_osim.io.manifest import sha256
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.output import new_file
from bige_osim.motion import Motion
from bige_osim.nets.prediction import load_predictor
from bige_osim.processes.workers import run_each
from bige_osim.progress import Progress, silent
from bige_osim.spec import spec_to_json
from bige_osim.stages.compare_request import NETS, CompareRequest
from bige_osim.stages.compared_motions import (
    Draw,
    Participant,
    SimulatedMotion,
    Simulation,
    find_participant,
    is_kept,
    keep_motions,
    make_motions,
    read_motions,
)
from bige_osim.stages.compared_nets import ComparedNets
from bige_osim.stages.compared_recordings import read_raw, read_recorded
from bige_osim.stages.guide import make_search
from bige_osim.stages.noise_guidance import STEPS, guide_noise
from bige_osim.stages.sample import load_source
from bige_osim.stages.search import SearchConfig

Systems = dict[str, dict[str, list[SimulatedMotion]]]
"""System -> participant -> motions."""


@dataclass(frozen=True, eq=False)
class Study:
    """The files of a comparison, and what is made of them.

    Attributes
    ----------
    request : what to compare
    output : folder of the comparison
    progress : counts what is being done
    """

    request: CompareRequest
    output: Path
    progress: Progress = silent

    @cached_property
    def recorded(self) -> xr.Dataset:
        """Repetitions that are the reference."""
        return read_dataset(self.request.reference or self.request.data)

    @cached_property
    def participants(self) -> dict[str, Participant]:
        """Those held out, by name."""
        return {n: find_participant(self.recorded, n) for n in self.request.held_out}

    @cached_property
    def nets(self) -> ComparedNets:
        """What motions are drawn by."""
        return ComparedNets(self.request, self.output / "nets", self.progress)

    def make_motions(self, *, jobs: int = 1) -> Systems:
        """Make the motions of all systems, but for those that are there already.

        Parameters
        ----------
        jobs : processes that do so

        Raises
        ------
        DatasetError
            A net that is named was trained on somebody held out.
        """
        self.nets.check()
        for one in self.participants.values():
            self._keep_recorded(one)
        # Trained here, once; processes are given the run folders.
        request = replace(self.request, nets={**self.request.nets, **self.nets.runs})
        made_from = {name: self._fingerprint(name) for name in self._draws}
        missing = [
            (name, one.name)
            for name, facts in made_from.items()
            for one in self.participants.values()
            if not is_kept(self._folder(name, one), facts)
        ]
        calls = [
            partial(_make_alone, request, self.output, name, who, made_from[name])
            for name, who in missing
        ]
        self.progress("making motions", 0, len(calls))
        for done, _ in enumerate(run_each(calls, processes=jobs), start=1):
            self.progress("making motions", done, len(calls))
        return {
            name: {
                one.name: read_motions(self._folder(name, one), one.skeleton)
                for one in self.participants.values()
            }
            for name in ("reference", *made_from)
        }

    def make(self, system: str, who: str, made_from: Mapping[str, Any]) -> None:
        """Make and simulate the motions of one system and participant.

        Parameters
        ----------
        system, who : which
        made_from : what is kept beside them, to tell later whether they are those asked
        """
        surrogate, one = self.nets.surrogate, self.participants[who]
        predictor = None if surrogate is None else load_predictor(surrogate)
        simulation = Simulation(goal=self.request.asked, predictor=predictor)
        made = make_motions(one, self._draws[system], simulation=simulation)
        keep_motions(self._folder(system, one), one.spec, made, made_from=made_from)

    @cached_property
    def _draws(self) -> dict[str, Draw]:
        """What makes motions, in the order of the table."""
        draws: dict[str, Draw] = {}
        if self.request.sessions:
            draws["mocap"] = self._read_raw
        for name in ("vqvae", "mdm", "t2mgpt"):
            draws[name] = partial(self._draw, NETS[name])
        draws |= {"mdm_guided": self._guide_noise, "bige": self._guide}
        for name, folder in self.request.extra.items():
            draws[name] = partial(self._read, Path(folder))
        return draws

    def _fingerprint(self, system: str) -> dict[str, Any]:
        """Tell what decides the motions of a system, beside the participant."""
        request = self.request
        facts: dict[str, Any] = {"goal": request.asked.to_dict()}
        if system in NETS:
            facts |= {
                "net": self.nets.hash_weights(NETS[system]),
                "count": request.count,
                "seed": request.seed,
            }
        elif system in request.extra:
            paths = sorted(Path(request.extra[system]).rglob("*.mot"))
            facts["files"] = [sha256(path) for path in paths]
        if system == "mdm_guided":
            facts["steps"] = STEPS
        return facts

    def _keep_recorded(self, participant: Participant) -> None:
        """Write the reference and the model beside what is made."""
        folder = self.output / "models"
        folder.mkdir(parents=True, exist_ok=True)
        with new_file(folder / f"{participant.name}.json", force=True) as path:
            path.write_text(spec_to_json(participant.spec), encoding="utf-8")
        folder = self._folder("reference", participant)
        made_from = {"data": str(self.recorded.attrs["content_hash"])}
        if not is_kept(folder, made_from):
            made = read_recorded(self.recorded, participant)
            keep_motions(folder, participant.spec, made, made_from=made_from)

    def _folder(self, system: str, participant: Participant) -> Path:
        return self.output / "motions" / system / participant.name

    def _read_raw(self, participant: Participant) -> list[tuple[Motion, float]]:
        made = read_raw(self.recorded, participant, sessions=self.request.sessions)
        return [(motion, 0.0) for motion in made]

    def _draw(self, kind: str, participant: Participant) -> list[tuple[Motion, float]]:
        source = load_source(
            self.nets.runs[kind],
            participant.skeleton,
            height=float(participant.body[0]),
        )
        return _share_time(
            lambda: source.draw(self.request.count, seed=self.request.seed)
        )

    def _guide(self, participant: Participant) -> list[tuple[Motion, float]]:
        search = make_search(
            participant.engine,
            self.request.asked,
            generator=self.nets.runs["generator"],
            height=float(participant.body[0]),
            config=SearchConfig(count=self.request.count, seed=self.request.seed),
        )
        return _share_time(lambda: search.run().motions())

    def _guide_noise(self, participant: Participant) -> list[tuple[Motion, float]]:
        return _share_time(
            lambda: guide_noise(
                self.nets.runs["mdm"],
                participant.engine,
                self.request.asked,
                count=self.request.count,
                height=float(participant.body[0]),
                seed=self.request.seed,
            )
        )

    def _read(
        self, folder: Path, participant: Participant
    ) -> list[tuple[Motion, float]]:
        """Read the motions that somebody else has made."""
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


def _make_alone(
    request: CompareRequest,
    output: Path,
    system: str,
    who: str,
    made_from: Mapping[str, Any],
) -> None:
    """Make motions in a process of its own, on one core."""
    torch.set_num_threads(1)
    Study(request, output).make(system, who, made_from)


def _share_time(make: Callable[[], list[Motion]]) -> list[tuple[Motion, float]]:
    """Give every motion its share of the time that all took, s."""
    start = perf_counter()
    made = make()
    took = (perf_counter() - start) / max(1, len(made))
    return [(motion, took) for motion in made]
