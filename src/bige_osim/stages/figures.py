"""``figures``: what a comparison shows, as figures for a paper."""

from collections.abc import Sequence
from pathlib import Path

from bige_osim.errors import MissingFileError, name_some
from bige_osim.io.manifest import Manifest
from bige_osim.io.output import new_folder, write_json
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress, silent
from bige_osim.report.figures.figure_files import write_into
from bige_osim.stages.figure_kinds import draw_study
from bige_osim.stages.figure_motions import ComparedFolder
from bige_osim.stages.figure_study import read_study
from bige_osim.stages.result import StageResult

RECORD = "figures.json"
"""What says that a folder of figures is complete, and what is in them."""


def figures(
    folder: AnyPath,
    *,
    output: AnyPath | None = None,
    participant: str | None = None,
    muscles: Sequence[str] = (),
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Draw a comparison: sequences, order of peaks, agreement of activations.

    Every figure is written as PNG and SVG; ``figures.json`` has their captions.

    Parameters
    ----------
    folder : that ``bige compare`` wrote
    output : folder of the figures; ``folder/figures`` for ``None``
    participant : who is drawn; everybody, and all together, for ``None``
    muscles : muscles or groups whose curves are drawn; the goal's and some others if
        there are none
    force : replace figures that are there
    progress : counts what is read

    Raises
    ------
    MissingFileError, DataError, DatasetError
        There is no complete comparison, or it is damaged.
    UnknownNameError
        There is no such participant, or a model lacks a muscle.
    BigeError
        There are no recorded repetitions.
    ExistingOutputError
        The figures are there already.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise MissingFileError(folder, what="folder of a comparison")
    compared = ComparedFolder(folder)
    chosen = compared.choose(participant)
    target = folder / "figures" if output is None else Path(output)
    manifest = Manifest(
        "figures",
        inputs=[compared.record],
        config={"participant": participant, "muscles": list(muscles)},
    )
    with new_folder(target, landmark=RECORD, force=force) as temporary:
        with manifest.time_part("figures"):
            study = read_study(compared, chosen, progress=progress)
            drawn = draw_study(study, muscles=muscles, write=write_into(temporary))
        low, high = study.tilts
        summary = {
            "folder": target.as_posix(),
            "figures": drawn,
            "recorded_pelvis_tilt_deg": {"low": low, "high": high},
            "recorded_repetitions": dict(study.recorded),
            "manifest": manifest.to_dict(),
        }
        write_json(temporary / RECORD, summary)
    names = [Path(row["files"][0]).stem for row in drawn]
    text = f"{len(names)} figures, each as PNG and SVG: {name_some(names)}."
    return StageResult(summary, f"{text}\nWritten to {target}.")
