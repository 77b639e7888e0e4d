"""What there is to validate: the motions of guide folders, and files."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bige_osim.errors import BigeError, DataError, MissingFileError
from bige_osim.evaluation.check import ExpectedBy
from bige_osim.guidance.goal import Goal
from bige_osim.paths import AnyPath


@dataclass(frozen=True)
class Job:
    """A motion to validate, with the activations expected of it if there are any.

    Attributes
    ----------
    name : of the motion, no other has it
    motion : ``.mot`` file
    activations : that are expected, ``.sto`` file
    expected_by : a net, or the static optimisation that the motion was refined with
    goal : of a guided motion
    forces : force plates of a recorded one, ``.mot`` file
    """

    name: str
    motion: Path
    activations: Path | None = None
    expected_by: ExpectedBy = "surrogate"
    goal: Goal | None = None
    forces: Path | None = None

    @property
    def files(self) -> list[Path]:
        """Files that are read."""
        return [p for p in (self.motion, self.activations, self.forces) if p]


def list_jobs(sources: Sequence[AnyPath], *, forces: AnyPath | None) -> list[Job]:
    """List the motions of guide folders and files.

    Parameters
    ----------
    sources : guide folders (with ``guide.json``) or ``.mot`` files
    forces : force plates of the only motion

    Raises
    ------
    DataError
        Two motions have the same name and lie in folders of the same name, or a
        ``guide.json`` is none.
    MissingFileError
        A source is neither a file nor a guide folder.
    BigeError
        There are force plates, but not one recorded motion.
    """
    work = _name_apart([job for source in sources for job in _work(Path(source))])
    if forces is None:
        return work
    if len(work) != 1 or work[0].goal is not None:
        got = "guided motions" if any(job.goal for job in work) else f"{len(work)}"
        raise BigeError(
            f"--grf belongs to one recorded motion, got {got}; validate that .mot file "
            "alone."
        )
    return [replace(work[0], forces=Path(forces))]


def _name_apart(work: Sequence[Job]) -> list[Job]:
    """Name motions that share a name after their folders too: their files lie together.

    Motions of two guide folders are all called 01, 02 and so on.
    """
    names = Counter(job.name for job in work)
    told = [
        replace(job, name=f"{job.motion.resolve().parent.name}_{job.name}")
        if names[job.name] > 1
        else job
        for job in work
    ]
    seen: dict[str, Path] = {}
    for job in told:
        if job.name in seen:
            raise DataError(
                job.motion,
                expected="motions or folders of different names",
                got=f"another {job.name} ({seen[job.name]})",
                remedy="validate them one by one or rename a folder",
            )
        seen[job.name] = job.motion
    return told


def _work(source: Path) -> list[Job]:
    if source.is_file():
        return [Job(source.stem, source)]
    listing = source / "guide.json"
    if not listing.is_file():
        raise MissingFileError(
            listing, remedy="pass a folder that `bige guide` wrote, or .mot files"
        )
    try:
        guided = json.loads(listing.read_text(encoding="utf-8"))
        goal = Goal.from_dict(guided["goal"], where=str(listing))
        files = [(row["file"], row["activations"]) for row in guided["motions"]]
        by = guided.get("activations", "surrogate")
        return [Job(Path(m).stem, source / m, source / a, by, goal) for m, a in files]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            listing,
            expected="what `bige guide` writes",
            got=f"something else ({error})",
            remedy="guide again",
        ) from error
