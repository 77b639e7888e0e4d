"""``report``: one self-contained page of the results in a folder."""

from pathlib import Path

from bige_osim.io.output import new_file
from bige_osim.report.folder import page_from_folder
from bige_osim.report.page import write_page
from bige_osim.stages.result import StageResult


def report(folder: Path, *, force: bool = False) -> StageResult:
    """Write ``report.html`` into ``folder``."""
    path = folder / "report.html"
    with new_file(path, force=force) as temporary:
        write_page(temporary, page_from_folder(folder))
    summary = {"report": path.as_posix(), "bytes": path.stat().st_size}
    return StageResult(summary, f"Written to {path}; open it in a browser.")
