"""What an earlier run left in a folder that ``--force`` lets a new one replace.

A run that makes less than the one before (fewer motions, fewer participants) would
leave the rest of it beside its own, where the next step takes all for one.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bige_osim.paths import AnyPath
from bige_osim.processes.stopping import uninterrupted

Made = Callable[[Mapping[str, Any]], Sequence[str]]
"""Names, within the folder, of the files and folders that a summary tells of."""


@contextmanager
def remove_leftovers_after(
    folder: AnyPath, former: Sequence[str], made: Sequence[str]
) -> Iterator[None]:
    """Remove leftovers when the block has moved the new results to ``folder``.

    A stop is put off until both are done.

    Parameters
    ----------
    folder : of the results
    former : what :func:`former_results` found before the new run
    made : names of what the new run made
    """
    with uninterrupted():
        yield
        for name in set(former) - set(made):
            path = Path(folder) / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def former_results(landmark: AnyPath, made: Made) -> list[str]:
    """Names of what the run that wrote ``landmark`` made; none if it cannot be read.

    Only what lies in the folder counts, which is not the folder itself: a summary that
    was edited removes nothing elsewhere.

    Examples
    --------
    >>> former_results("nowhere.json", lambda summary: summary["motions"])
    []
    """
    try:
        summary = json.loads(Path(landmark).read_text(encoding="utf-8"))
        names = [str(name) for name in made(summary)]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [
        name
        for name in names
        if (parts := Path(name).parts)
        and ".." not in parts
        and not Path(name).is_absolute()
    ]
