"""``report``: one self-contained page of the results in a folder, or of a dataset."""

from pathlib import Path

from bige_osim.errors import DataError, MissingFileError
from bige_osim.io.output import new_file
from bige_osim.paths import AnyPath
from bige_osim.report.page import write_page
from bige_osim.report.pages import page_from_dataset, page_from_folder
from bige_osim.stages.result import StageResult


def report(path: AnyPath, *, force: bool = False) -> StageResult:
    """Write ``report.html`` into a folder, or a dataset's card beside it.

    Parameters
    ----------
    path : folder of results, or a dataset (``squats.nc``, whose card is
        ``squats.html``)
    force : replace a page that is there

    Raises
    ------
    MissingFileError
        if there is no such folder or dataset, or nothing to report in the folder
    DataError
        if it is another file
    ExistingOutputError
        if the page is there already
    """
    path = Path(path)
    is_dataset = path.suffix == ".nc" and not path.is_dir()
    if is_dataset and not path.is_file():
        raise MissingFileError(path, what="dataset", remedy="run bige collect first")
    if not is_dataset and path.is_file():
        raise DataError(
            path,
            expected="a folder of results or a dataset (.nc)",
            got="another file",
            remedy="pass the folder that it is in",
        )
    if not path.exists():  # before a folder is made for its page
        raise MissingFileError(path, what="folder")
    output = path.with_suffix(".html") if is_dataset else path / "report.html"
    with new_file(output, force=force) as temporary:
        page = page_from_dataset if is_dataset else page_from_folder
        write_page(temporary, page(path))
    summary = {"report": output.as_posix(), "bytes": output.stat().st_size}
    return StageResult(summary, f"Written to {output}; open it in a browser.")
