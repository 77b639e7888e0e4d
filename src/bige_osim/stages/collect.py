"""``collect``: find the repetitions of sessions, solve them, make one dataset."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import xarray as xr

from bige_osim.dataset.netcdf_write import DatasetWriter
from bige_osim.errors import (
    BigeError,
    DatasetError,
    ExistingOutputError,
    MissingFileError,
    name_some,
)
from bige_osim.io.manifest import Manifest
from bige_osim.io.output import new_file, write_json
from bige_osim.paths import AnyPath
from bige_osim.processes.stopping import promise, temporary_folder, uninterrupted
from bige_osim.progress import Progress, report_each, silent
from bige_osim.repetitions.find import find_exercise
from bige_osim.solving.solution import SolveConfig
from bige_osim.solving.solve import SQUAT_CUTOFF
from bige_osim.stages.dataset_part import collect_dataset
from bige_osim.stages.open_session import open_session
from bige_osim.stages.result import StageResult
from bige_osim.stages.session_repetitions import (
    Collected,
    Collecting,
    Figures,
    collect_session,
)
from bige_osim.stages.text.collect import (
    count_rows,
    describe_nothing_found,
    is_dataset,
    reject_groups,
    report_path,
    text_of,
)


def collect(
    sources: Sequence[AnyPath],
    *,
    output: AnyPath,
    engine: str = "fast",
    rate: float | None = None,
    cutoff: float = SQUAT_CUTOFF,
    exercises: Sequence[str] = ("squat",),
    licence: str = "",
    contacts: AnyPath | None = None,
    add: bool = False,
    keep_going: bool = False,
    plots: AnyPath | None = None,
    dry_run: bool = False,
    verbose: bool = False,
    jobs: int = 1,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write the dataset ``NAME.nc`` and ``NAME.collect.json`` beside it.

    Repetitions are written session by session; no more than one is in memory.

    Parameters
    ----------
    sources : sessions (folders, ``.zip`` or ``.b3d`` files), two of the same
        participant are two sessions of one participant; or datasets (``.nc``), taken
        over as they are
    engine : ``fast`` or ``opensim``
    rate : solved frames per second; ``None`` for the engine's own
    cutoff : low-pass of the motion, Hz
    exercises : which are looked for; no movement is taken for two of them
    licence : of recordings that do not state theirs
    contacts : feet and contact points of the models (``profile.toml``)
    add : keep what is in ``output`` and add to it
    keep_going : list sources that fail instead of stopping at the first; without any
        repetition there is then no dataset, only the report beside it
    plots : folder for a figure of each trial with what was found
    dry_run : find the repetitions, solve and write nothing
    verbose : the text shows every candidate and every warning

    Raises
    ------
    DatasetError
        No repetition was found, without ``keep_going``.
    BigeError
        Any other error of a source, unless ``keep_going``.
    """
    output = Path(output)
    for name in exercises:
        find_exercise(name)
    if not dry_run:
        _check_outputs(output, add=add, force=force)
    config = SolveConfig(cutoff=cutoff, rate=rate)
    settings = {"engine": engine, "exercises": list(exercises), **asdict(config)}
    manifest = Manifest("collect", config=settings)
    paths = [Path(source) for source in sources]
    whole = False

    def say_kept() -> str:
        return f"{output} is complete" if whole else f"nothing was written to {output}"

    with promise(say_kept), ExitStack() as stack:
        collecting = Collecting(
            engine=engine,
            solve=None if dry_run else config,
            exercises=tuple(exercises),
            licence=licence,
            contacts=contacts,
            jobs=jobs,
            figures=stack.enter_context(_draw_into(plots, force=force)),
        )
        with _new_dataset(output, dry_run=dry_run) as found:
            everything = [output, *paths] if add else paths
            what, total = "collecting sessions", len(everything)
            for path in report_each(everything, progress, what=what, total=total):
                may_fail = keep_going and path != output
                with manifest.time_part(path.name), found.list_failure(path, may_fail):
                    _take(path, found, collecting, progress, needed=keep_going)
            if not (dry_run or keep_going or found.count):
                raise DatasetError(describe_nothing_found(found.rows, paths, exercises))
            stack.enter_context(uninterrupted())  # figures, dataset and report
            if collecting.figures:
                collecting.figures.move()
        summary = found.summary(exercises)
        if found.writer:
            summary = _write_report(output, summary, found, manifest)
        whole = True
    text = text_of(summary, output if found.count else None, verbose=verbose)
    return StageResult(summary, text)


@contextmanager
def _draw_into(plots: AnyPath | None, *, force: bool) -> Iterator[Figures | None]:
    """Yield where to draw; a stopped command leaves no figure in ``plots``."""
    if plots is None:
        yield None
        return
    with temporary_folder(Path(plots).parent) as drawing:
        figures = Figures(Path(plots), drawing, force=force)
        try:
            yield figures
        except Exception:  # figures show why nothing was found
            figures.move()
            raise


def _check_outputs(output: Path, *, add: bool, force: bool) -> None:
    if add and not output.exists():
        raise MissingFileError(output, what="dataset", remedy="leave --add out")
    for path in (output, report_path(output)):
        if path.exists() and not (force or add):
            raise ExistingOutputError(path)


def _take(
    path: Path,
    found: "_Dataset",
    config: Collecting,
    progress: Progress,
    *,
    needed: bool,
) -> None:
    """Collect a session or a dataset and write what it gave, something if needed."""
    if is_dataset(path):
        taken = found.take(collect_dataset(path))
    else:
        with open_session(path) as session:
            taken = found.take(collect_session(session, config, progress=progress))
    if needed and taken.is_empty and not taken.failed:
        raise DatasetError(describe_nothing_found(taken.rows, [path], config.exercises))


def _write_report(
    output: Path, summary: dict[str, Any], found: "_Dataset", manifest: Manifest
) -> dict[str, Any]:
    """Write what is in a dataset that was written, and return it."""
    assert found.writer is not None
    manifest.inputs += found.inputs
    manifest.warnings += found.warnings
    summary |= {
        "people": found.people,
        "content_hash": found.writer.content_hash if found.count else None,
        "manifest": manifest.to_dict(),
    }
    with new_file(report_path(output), force=True) as temporary:
        write_json(temporary, summary)
    return summary


@dataclass
class _Dataset:
    """What is in the dataset so far.

    Attributes
    ----------
    writer : of the file; ``None`` if nothing is to be written
    people : by name, with their measures
    rows : one for each trial and exercise
    inputs, warnings, figures : see :class:`Collected`
    failed : sources that could not be used, and why
    """

    writer: DatasetWriter | None
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    inputs: list[Path] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    figures: list[Path] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)
    _keys: set[tuple[str, ...]] = field(default_factory=set)

    @property
    def count(self) -> int:
        """Repetitions written."""
        return self.writer.count if self.writer else 0

    def take(self, source: Collected) -> Collected:
        """Write what a source gave: all of it, or nothing with an error.

        All its blocks have the same names, so that the first one says if it fits.
        """
        keys = set(_keys(source.rows))
        for person, session, trial, exercise, _, start in sorted(keys & self._keys):
            raise DatasetError(
                f"The {exercise} of {person} at {start} s in {session}, {trial}, is in "
                "the dataset already; leave that session out."
            )
        for block in source.blocks if self.writer else ():
            assert self.writer is not None
            if dropped := self.writer.append(block):
                self._drop(dropped)
            self._meet(block)
        self._keys |= keys
        self.rows += source.rows
        self.inputs += source.inputs
        self.warnings += source.warnings
        self.figures += source.figures
        self.failed += source.failed
        return source

    @contextmanager
    def list_failure(self, path: Path, may_fail: bool) -> Iterator[None]:
        """List a source that fails; what nobody foresaw is named with its kind."""
        try:
            yield
        except Exception as error:
            if not may_fail:
                raise
            text = " ".join(str(error).split())
            known = isinstance(error, BigeError | OSError)
            reason = text if known else f"{type(error).__name__}: {text}"
            name = path.as_posix() if is_dataset(path) else path.name
            self.failed.append({"source": name, "reason": reason})

    def summary(self, exercises: Sequence[str]) -> dict[str, Any]:
        """Plain data of what was found."""
        summary: dict[str, Any] = {
            "repetitions": {
                "accepted": sum(row["accepted"] for row in self.rows),
                "rejected": sum(len(row["rejected"]) for row in self.rows),
            },
            "exercises": count_rows(self.rows, exercises),
            "reasons": [
                {"reason": group.text, "candidates": group.count, "first": group.where}
                for group in reject_groups(self.rows)
            ],
            "failed": self.failed,
            "trials": self.rows,
        }
        if self.figures:
            summary["plots"] = [path.as_posix() for path in self.figures]
        return summary

    def _drop(self, names: Sequence[str]) -> None:
        """Say once that coordinates are not in the dataset."""
        warning = (
            f"{name_some(names)} of some participants are not in the dataset: the "
            "model of the first session has no such coordinates."
        )
        if warning not in self.warnings:
            self.warnings.append(warning)

    def _meet(self, block: xr.Dataset) -> None:
        for place, name in enumerate(block["person"].values):
            if str(name) not in self.people:
                one = block.isel(repetition=place)
                self.people[str(name)] = {
                    "height_m": float(one["height_m"]),
                    "mass_kg": float(one["mass_kg"]),
                    "source": str(one["source"].values),
                }


class _NothingCollectedError(Exception):
    """Ends the writing of a dataset that would be empty."""


@contextmanager
def _new_dataset(output: Path, *, dry_run: bool) -> Iterator[_Dataset]:
    """Yield a dataset to be; an empty one leaves no ``output`` behind."""
    if dry_run:
        yield _Dataset(None)
        return
    try:
        with new_file(output, force=True) as temporary:
            with DatasetWriter(temporary) as writer:
                dataset = _Dataset(writer)
                yield dataset
            if not dataset.count:
                raise _NothingCollectedError
    except _NothingCollectedError:
        output.unlink(missing_ok=True)


def _keys(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    """Yield what makes each repetition one and the same."""
    for row in rows:
        names = row["person"], row["session"], row["trial"], row["exercise"]
        for one in row["repetitions"]:
            yield *names, one["side"], f"{one['start_s']:.2f}"
