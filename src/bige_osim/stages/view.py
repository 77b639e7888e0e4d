"""``view``: moving bodies in the browser, as one file, served, or as a movie."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bige_osim.errors import BigeError, count_nouns, name_some
from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.opensim_files.series import read_activations
from bige_osim.io.output import new_file
from bige_osim.motion import GroundReaction
from bige_osim.osim.reading.model import read_model
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress, report_each, silent
from bige_osim.stages.result import StageResult
from bige_osim.stages.viewed_motions import ViewedMotion, list_viewed

if TYPE_CHECKING:
    from bige_osim.report.viewer.bones import Bones
    from bige_osim.report.viewer.shown_motion import Material, ShownMotion

MOST = 6
"""Motions of one page: more are neither told apart nor fast."""

NAME = "view.html"
"""Of a page that was not named."""


@dataclass(frozen=True, kw_only=True)
class ViewRequest:
    """What to view, and how.

    Attributes
    ----------
    paths : folders of ``bige solve``, ``guide``, ``validate``; ``.mot`` files
    model : ``.osim`` of the files
    trials : only these motions
    repetition : only the one of this number, from 1, in each motion; all for ``None``
    geometry : folder of bone meshes that is looked into first
    layout : motions ``beside`` or ``over`` each other
    """

    paths: Sequence[AnyPath]
    model: AnyPath | None = None
    trials: Sequence[str] = ()
    repetition: int | None = None
    geometry: AnyPath | None = None
    layout: Literal["beside", "over"] = "beside"


@dataclass(frozen=True)
class View:
    """A page and what is on it.

    Attributes
    ----------
    html : the page
    names : of the motions that it shows
    notes : what it does not show, one sentence each
    """

    html: str
    names: tuple[str, ...]
    notes: tuple[str, ...]


def view(
    request: ViewRequest,
    *,
    output: AnyPath | None = None,
    movie: AnyPath | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write one HTML file that needs no network and no server, or a movie.

    Parameters
    ----------
    request : what to view, and how
    output : the file; ``view.html``, in the folder of results if there is one alone,
        for ``None``
    movie : ``.mp4`` file that is written too, and the page only if it is named
    force : replace what is there

    Raises
    ------
    MissingFileError, DataError, UnknownNameError, ModelError
        What is to be shown is not there, or damaged.
    ExistingOutputError
        A file is there already, and ``force`` is not given.
    BigeError
        A motion has no repetition of that number, or what a movie needs is missing.
    """
    written: dict[str, Path] = {}
    if output is None and movie is None:
        output = _default_output(request.paths)
    page = None
    if output is not None:
        with new_file(output, force=force) as temporary:
            page = make_view(request, progress=progress)
            temporary.write_text(page.html, encoding="utf-8")
        written["view"] = Path(output)
    if movie is not None:
        from bige_osim.report.viewer.movie import write_movie

        with new_file(movie, force=force) as temporary:
            page = page or make_view(request, progress=progress)
            html = temporary.with_suffix(".html")
            html.write_text(page.html, encoding="utf-8")
            write_movie(html, temporary, progress=progress)
        written["movie"] = Path(movie)
    assert page is not None
    sizes = {name: path.stat().st_size for name, path in written.items()}
    summary = {
        **{name: path.as_posix() for name, path in written.items()},
        "bytes": sizes,
        "motions": list(page.names),
        "notes": list(page.notes),
    }
    lines = [f"{name_some(page.names, MOST)} shown.", *page.notes]
    lines += [
        f"Written to {path} ({sizes[name] / 1e6:.1f} MB)"
        + ("; open it in a browser." if name == "view" else ".")
        for name, path in written.items()
    ]
    return StageResult(summary, "\n".join(lines))


def _default_output(paths: Sequence[AnyPath]) -> Path:
    alone = Path(paths[0]) if len(paths) == 1 else None
    return alone / NAME if alone is not None and alone.is_dir() else Path(NAME)


def make_view(request: ViewRequest, *, progress: Progress = silent) -> View:
    """Make the page of a request; errors are those of :func:`view`."""
    # Jinja and SciPy's rotations are slow to load
    from bige_osim.report.viewer.page import make_page
    from bige_osim.report.viewer.shown_motion import show_motion

    found = list_viewed(request.paths, model=request.model, trials=request.trials)
    shown: list[ShownMotion] = []
    bones: dict[str, Bones] = {}
    for files in report_each(
        found[:MOST], progress, what="motions", total=len(found[:MOST])
    ):
        shown.append(show_motion(_read(files, request, bones)))
    names = tuple(motion.name for motion in shown)
    title = names[0] if len(names) == 1 else _title(found[:MOST])
    notes = [note for motion in shown for note in motion.notes]
    if len(found) > MOST:
        left = count_nouns(len(found) - MOST, "motion")
        notes.append(f"{left} more than {MOST} are not shown; choose with --trial.")
    html = make_page(shown, title=title, layout=request.layout)
    return View(html, names, tuple(dict.fromkeys(notes)))


def _title(motions: Sequence[ViewedMotion]) -> str:
    folders = dict.fromkeys(motion.folder.resolve().name for motion in motions)
    return " and ".join(folders)


def _read(
    files: ViewedMotion, request: ViewRequest, bones: "dict[str, Bones]"
) -> "Material":
    """Read a motion and all that there is of it."""
    from bige_osim.report.trial import make_skeleton
    from bige_osim.report.viewer.bones import find_bones
    from bige_osim.report.viewer.shown_motion import Material

    spec = read_model(files.model)
    skeleton = make_skeleton(spec)
    if spec.sha256 not in bones:
        first = [] if request.geometry is None else [request.geometry]
        bones[spec.sha256] = find_bones(files.model, geometry=[*first, *files.geometry])
    motion = read_motion(files.motion, spec=spec)
    activations = files.activations and read_activations(files.activations)
    span = None
    if activations:
        solved = activations.finite().time
        span = (float(solved[0]), float(solved[-1])) if len(solved) else None
    material = Material(
        name=files.name,
        skeleton=skeleton,
        bones=bones[spec.sha256],
        motion=motion,
        activations=activations or None,
        ground=_read_ground(files),
        span=span,
    )
    if request.repetition is None:
        return material
    return _cut(material, request.repetition)


def _read_ground(files: ViewedMotion) -> GroundReaction | None:
    if files.forces is None:
        return None
    ground = read_ground_reaction(files.forces)
    return ground if files.source is None else replace(ground, source=files.source)


def _cut(material: "Material", number: int) -> "Material":
    """Keep one repetition of the exercise that a motion has most of."""
    from bige_osim.report.trial import find_shown

    time = material.motion.time
    span = material.span or (float(time[0]), float(time[-1]))
    found = find_shown(material.motion, material.skeleton, span=span)
    if number > len(found):
        raise BigeError(
            f"{material.name} has {count_nouns(len(found), 'repetition')}, asked for "
            f"number {number}; pass another --repetition, or none for the whole motion."
        )
    one = found[number - 1]
    return replace(material, span=(one.start, one.stop))
