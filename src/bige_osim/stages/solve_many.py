"""``solve`` of several sessions: a folder each, and none stops the others."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bige_osim.errors import BigeError, count_nouns, name_some
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress, report_as, silent
from bige_osim.stages.result import StageResult
from bige_osim.stages.solve import solve
from bige_osim.stages.solve_request import SolveRequest


def solve_many(
    requests: Sequence[SolveRequest],
    *,
    output: AnyPath,
    jobs: int = 1,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Solve sources one after the other, each into ``output/<its name>``.

    A source that cannot be solved is reported and does not stop the others.

    Parameters
    ----------
    requests : one for each source; two or more
    output : folder of their folders
    jobs, force, progress : as :func:`bige_osim.stages.solve.solve` has them

    Returns
    -------
    StageResult
        ``sessions`` by name, each with its summary or its ``error``; exit code 1 if one
        could not be solved, else that of the worst

    Raises
    ------
    BigeError
        if two sources have the same name, or none could be solved
    """
    names = [Path(request.source).resolve().stem for request in requests]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BigeError(
            f"Several sources are called {name_some(twice)}, which would share a "
            "folder; solve them one by one, with an --output each."
        )
    sessions: dict[str, Any] = {}
    texts, codes, errors = [], [], list[BigeError]()
    for name, request in zip(names, requests, strict=True):
        try:
            one = solve(
                request,
                output=Path(output) / name,
                jobs=jobs,
                force=force,
                progress=report_as(progress, name),
            )
        except BigeError as error:
            errors.append(error)
            sessions[name] = {"error": str(error)}
            texts.append(f"{name}: not solved. {error}")
            continue
        sessions[name] = one.summary
        codes.append(one.exit_code)
        texts.append(f"{name}:\n" + one.text)
    if len(errors) == len(requests):
        raise errors[0]
    solved = len(requests) - len(errors)
    texts.append(f"{solved} of {count_nouns(len(requests), 'session')} solved.")
    code = 1 if errors else max(codes)
    return StageResult({"sessions": sessions}, "\n".join(texts), exit_code=code)
