"""``agreement``: how activations of several sources agree."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bige_osim.errors import BigeError, name_some
from bige_osim.evaluation.method_agreement import MethodAgreement, summarise_method
from bige_osim.evaluation.paired_curves import FRAMES, WHOLE
from bige_osim.io.manifest import Manifest
from bige_osim.io.muscle_names import read_muscle_names
from bige_osim.io.output import new_folder, write_json
from bige_osim.io.profile import SIDES, Profile, find_profile, find_profile_of_muscles
from bige_osim.osim.reading.model import read_model
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress, silent
from bige_osim.report.agreement_content import AgreementPage
from bige_osim.report.agreement_page import make_agreement_page
from bige_osim.report.page import write_page
from bige_osim.stages.agreement_files import Method, list_methods, name_sources
from bige_osim.stages.agreement_reading import CurveReader
from bige_osim.stages.result import StageResult
from bige_osim.stages.text.agreement import text_of


@dataclass(frozen=True, kw_only=True)
class AgreementRequest:
    """What to compare, and how.

    Attributes
    ----------
    sources : files of activations, or folders of them; the first is the reference
    groups : show groups of muscles
    names : table of names that stand for muscles
    emg : the reference is envelopes of EMG
    model : ``.osim`` whose muscles' strengths weight them in their groups
    seed : of permutations that are drawn
    """

    sources: Sequence[AnyPath]
    groups: bool = False
    names: AnyPath | None = None
    emg: bool = False
    model: AnyPath | None = None
    seed: int = 0


def agreement(
    request: AgreementRequest,
    *,
    output: AnyPath,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write ``agreement.json``, ``agreement.csv`` and ``agreement.html``.

    Parameters
    ----------
    request : what to compare
    output : folder of the results
    force : replace results that are there
    progress : told of trials that were compared

    Raises
    ------
    MissingFileError, DataError
        A file is not there, or damaged.
    BigeError
        Sources do not fit each other, or have no muscle or time in common.
    ExistingOutputError
        The results are there already.
    """
    methods = list_methods(request.sources, envelopes=request.emg)
    used = [
        p for m in methods for pair in m.pairs for p in (pair.reference, pair.compared)
    ]
    used += [Path(p) for p in (request.names, request.model) if p is not None]
    config = {k: v for k, v in asdict(request).items() if k in ("groups", "emg")}
    manifest = Manifest("agreement", used, config=config, seed=request.seed)
    with new_folder(output, landmark="agreement.json", force=force) as folder:
        with manifest.time_part("compare"):
            compared = _compare(request, methods, manifest, progress)
        summary = _summarise(request, compared, manifest)
        page = AgreementPage(
            reference=summary["reference"],
            methods=compared.methods,
            groups=request.groups,
            profile=compared.profile,
            weighted=bool(compared.weights),
            notes=tuple(manifest.warnings),
            manifest=summary["manifest"],
        )
        write_page(folder / "agreement.html", make_agreement_page(page))
        _write_csv(folder / "agreement.csv", compared.methods)
        write_json(folder / "agreement.json", summary)
    text = text_of(
        compared.methods,
        reference=summary["reference"],
        output=Path(output),
        groups=request.groups,
        notes=manifest.warnings,
    )
    return StageResult(summary, text)


@dataclass(frozen=True)
class _Compared:
    """What was found of all methods."""

    methods: tuple[MethodAgreement, ...]
    profile: Profile
    weights: Mapping[str, float]


def _compare(
    request: AgreementRequest,
    methods: Sequence[Method],
    manifest: Manifest,
    progress: Progress,
) -> _Compared:
    reader = CurveReader(
        names=read_muscle_names(request.names) if request.names else {},
        envelopes=request.emg,
        notes=manifest.warnings,
        progress=progress,
    )
    read = [reader.read(method) for method in methods]
    pairs = [pair for trials in read for pair in trials]
    weights: dict[str, float] = {}
    if request.model is None:
        profile = find_profile_of_muscles({n for pair in pairs for n in pair.names})
    else:
        spec = read_model(request.model)
        profile = find_profile(spec)
        weights = {m.name: m.max_isometric_force for m in spec.muscles}
    repeated = all(pair.repetitions for pair in pairs)
    found = tuple(
        summarise_method(
            method.name,
            trials,
            groups=_list_groups(profile),
            weights=weights,
            envelopes=request.emg,
            frames=FRAMES if repeated else WHOLE,
            seed=request.seed,
        )
        for method, trials in zip(methods, read, strict=True)
    )
    if request.groups and not any(one.groups.pooled for one in found):
        raise BigeError(
            "No family of models has groups of the muscles that are compared, got "
            f"{name_some(found[0].muscles.pooled, 3)}; leave out --groups."
        )
    return _Compared(found, profile, weights)


def _summarise(
    request: AgreementRequest, compared: _Compared, manifest: Manifest
) -> dict[str, Any]:
    return {
        "command": "agreement",
        "reference": name_sources(request.sources)[0],
        "emg": request.emg,
        "groups": request.groups,
        "weighted_by_strength": bool(compared.weights),
        "comparisons": [one.to_dict() for one in compared.methods],
        "manifest": manifest.to_dict(),
    }


def _list_groups(profile: Profile) -> dict[str, tuple[str, ...]]:
    """List groups of one leg: of both, the legs would hide each other's differences."""
    return {
        name: muscles
        for name, muscles in profile.muscle_groups.items()
        if name.endswith(SIDES)
    }


def _write_csv(path: Path, found: Sequence[MethodAgreement]) -> None:
    """Write a row for every method, trial and muscle or group (RFC 4180)."""
    rows = [
        {"compared": method.name, "kind": kind, **row.to_dict()}
        for method in found
        for kind, curves in (("muscle", method.muscles), ("group", method.groups))
        for row in curves.rows
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
