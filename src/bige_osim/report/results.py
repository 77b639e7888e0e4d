"""The results of all steps that a folder holds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bige_osim.errors import DataError, MissingFileError
from bige_osim.evaluation.check import EXPECTED
from bige_osim.nets.kinds import list_kinds
from bige_osim.paths import AnyPath

DEPTH = 3
"""How many folders deep results are looked for."""

VERBS = ("synth", "solve", "collect", "train", "guide", "validate")
"""Steps whose results a report shows, in the order they run."""

NO_VALIDATION = "Not known: there is no validate.json here (bige validate makes it)."

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Output:
    """What one step left: its JSON file and what that holds.

    Examples
    --------
    >>> Output(Path("squats.collect.json"), {}).step
    'collect'
    """

    path: Path
    content: Json

    @property
    def folder(self) -> Path:
        """Where the step's other files are."""
        return self.path.parent

    @property
    def step(self) -> str:
        """The verb or net that left it: ``collect`` of ``squats.collect.json``."""
        return self.path.stem.rpartition(".")[2]

    @property
    def manifest(self) -> Json:
        """Provenance of the step."""
        found: Json = self.content.get("manifest", {})
        return found


@dataclass(frozen=True)
class Results:
    """Everything found in a folder.

    Attributes
    ----------
    folder : where it was looked for
    outputs : verb or net -> what the runs of that step left, the nearest to the top
        first

    Examples
    --------
    >>> Results(Path("demo"), {}).one("guide") is None
    True
    """

    folder: Path
    outputs: Mapping[str, tuple[Output, ...]]

    def all(self, verb: str) -> tuple[Output, ...]:
        """Find what every run of a step left, or every net of a kind."""
        return self.outputs.get(verb, ())

    def one(self, verb: str) -> Output | None:
        """Find what the step left, nearest to the top; ``None`` if it did not run."""
        found = self.all(verb)
        return found[0] if found else None

    @property
    def expected_by(self) -> str:
        """Who said beforehand what muscles of the motions do: surrogate, refinement."""
        validated, guided = self.one("validate"), self.one("guide")
        if validated is not None:
            motions = validated.content["validation"]["motions"]
            known = {EXPECTED[m["expected_by"]] for m in motions if m["muscles"]}
            return " or ".join(sorted(known, reverse=True)) or EXPECTED["surrogate"]
        source = None if guided is None else guided.content.get("activations")
        return EXPECTED["exact" if source == "exact" else "surrogate"]

    def name(self, path: Path) -> str:
        """Path relative to the folder, for the page."""
        return path.relative_to(self.folder).as_posix()


def read_results(folder: AnyPath) -> Results:
    """Find the results of all steps in a folder and the folders in it.

    Raises
    ------
    MissingFileError
        if there is no such folder, or none of the steps has left anything in it
    DataError
        if a JSON file of a step is damaged
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise MissingFileError(folder, what="folder")
    outputs = {name: _outputs(folder, name) for name in (*VERBS, *list_kinds())}
    if not any(outputs.values()):
        raise MissingFileError(
            folder / "validate.json",
            what="result",
            remedy="run bige guide and bige validate into this folder first",
        )
    return Results(folder, outputs)


def _outputs(folder: Path, verb: str) -> tuple[Output, ...]:
    # a folder may hold several datasets, each with a report of its own
    name = "*.collect.json" if verb == "collect" else f"{verb}.json"
    patterns = ["*/" * depth + name for depth in range(DEPTH + 1)]
    paths = [path for pattern in patterns for path in sorted(folder.glob(pattern))]
    return tuple(Output(path, _read(path)) for path in paths)


def _read(path: Path) -> Json:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise DataError(
            path, expected="JSON", got=str(error), remedy="run that step again"
        ) from None
    if not isinstance(content, dict):
        raise DataError(
            path,
            expected="the results of a step",
            got=type(content).__name__,
            remedy="run that step again",
        )
    return content
