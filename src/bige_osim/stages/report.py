"""``report``: one self-contained page of the results in a folder, or of a dataset."""

from pathlib import Path

from bige_osim.errors import BigeError, DataError, MissingFileError
from bige_osim.io.output import new_file
from bige_osim.paths import AnyPath
from bige_osim.stages.result import StageResult

REPORT = "report.html"
"""Name of the page of a folder."""


def report(
    path: AnyPath, *, reference: AnyPath | None = None, force: bool = False
) -> StageResult:
    """Write ``report.html`` into a folder, or a dataset's card beside it.

    Parameters
    ----------
    path : folder of results, or a dataset (``squats.nc``, whose card is
        ``squats.html``)
    reference : dataset whose repetitions stand behind the curves of a folder of
        ``bige solve``
    force : replace a page that is there

    Raises
    ------
    MissingFileError
        if there is no such folder or dataset, or nothing to report in the folder
    DataError
        if it is another file
    ExistingOutputError
        if the page is there already
    BigeError
        if a reference is given and the page is another one
    """
    # matplotlib and Jinja are slow to load, and so is what other pages need
    from bige_osim.report.page import write_page
    from bige_osim.report.solved_page import is_solved_folder, page_from_solved

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
    output = path.with_suffix(".html") if is_dataset else path / REPORT
    solved = not is_dataset and is_solved_folder(path)
    if reference is not None and not solved:
        raise BigeError(
            f"--reference belongs to a folder of bige solve, got {path}; leave it out."
        )
    with new_file(output, force=force) as temporary:
        if solved:
            page = page_from_solved(path, reference=reference)
        else:
            from bige_osim.report.pages import page_from_dataset, page_from_folder

            page = page_from_dataset(path) if is_dataset else page_from_folder(path)
        write_page(temporary, page)
    summary = {"report": output.as_posix(), "bytes": output.stat().st_size}
    return StageResult(summary, f"Written to {output}; open it in a browser.")


def report_solved(folder: AnyPath, *, reference: AnyPath | None = None) -> str:
    """Write the page of what ``solve`` has just left, and say where it is.

    What was solved is not lost if there can be no page: the sentence says why.
    """
    output = Path(folder) / REPORT
    try:
        # matplotlib and Jinja are slow to load
        from bige_osim.report.page import write_page
        from bige_osim.report.solved_page import page_from_solved

        with new_file(output, force=True) as temporary:
            write_page(temporary, page_from_solved(folder, reference=reference))
    except BigeError as error:
        return f"No report was written. {error}"
    return f"Report: {output}; open it in a browser."
