"""Marker errors that ``bige import-markers`` leaves in a session."""

import json
from pathlib import Path

from bige_osim.errors import DataError
from bige_osim.paths import AnyPath

REPORT = "import-markers.json"
"""The file that says how a session's motions were made from markers."""


def read_marker_errors(folder: AnyPath) -> dict[str, float]:
    r"""RMS distance of the model's markers from the recorded ones, by trial, m.

    Over pelvis, trunk and legs; empty for a session that was not made from markers.

    Parameters
    ----------
    folder : the session's

    Raises
    ------
    DataError
        if the report is damaged

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text = '{"trials": [{"trial": "squats", "core_rms_mm": 16.5}]}'
    ...     _ = (Path(folder) / REPORT).write_text(text)
    ...     read_marker_errors(Path(folder))
    {'squats': 0.0165}
    """
    folder = Path(folder)
    path = folder / REPORT
    if not path.is_file():
        return {}
    try:
        trials = json.loads(path.read_text(encoding="utf-8"))["trials"]
        return {
            str(row["trial"]): row["core_rms_mm"] / 1000
            for row in trials
            if "error" not in row and row["core_rms_mm"] is not None
        }
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            path,
            expected="the report of bige import-markers",
            got=f"something else ({type(error).__name__}: {error})",
            remedy="import the markers again",
        ) from error
