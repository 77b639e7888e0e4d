"""The section on one solved trial: from its verdict to its asymmetry."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from matplotlib.figure import Figure

from bige_osim.io.profile import find_profile
from bige_osim.report.blocks import Download, Heading
from bige_osim.report.course import Columns
from bige_osim.report.curves_csv import write_curves
from bige_osim.report.figures.both_legs import group_figure, pair_figure
from bige_osim.report.figures.postures import take_posture
from bige_osim.report.figures.pressure import ground_figure
from bige_osim.report.figures.strip import face_forward, strip_figure
from bige_osim.report.page import (
    Block,
    Card,
    Note,
    Picture,
    Pictures,
    Section,
    make_table,
)
from bige_osim.report.quantities import (
    Pair,
    angle_pairs,
    force_pair,
    group_pairs,
    moment_pairs,
    name_muscle,
)
from bige_osim.report.reference import Reference, count_repetitions
from bige_osim.report.results import Json
from bige_osim.report.sections.asymmetry import asymmetry_blocks
from bige_osim.report.sections.soles import find_soles
from bige_osim.report.sections.solved_residuals import residual_blocks
from bige_osim.report.sections.solved_verdict import judge_trial
from bige_osim.report.trial import Trial, sample_forces

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Where on the course the body is drawn."""


def trial_section(trial: Trial, *, reference: Reference | None = None) -> Section:
    """Show a trial: body, curves of both legs, residuals, asymmetry, and its curves.

    Parameters
    ----------
    trial : as it was read
    reference : that stands behind its curves
    """
    course, spec = trial.course, trial.skeleton.spec
    angles = angle_pairs(course.sample(trial.motion), spec)
    moments = moment_pairs(course.sample(trial.moments), spec)
    activations = course.sample(trial.activations)
    groups = group_pairs(activations, spec)
    force = _force(trial)
    every = [*angles, *moments, *([force] if force else []), *groups]
    blocks: list[Block] = [
        _verdict_card(trial),
        *_strip_blocks(trial),
        *_curve_blocks("Joint angles", angles, trial, reference),
        *_curve_blocks("Net joint moments", moments, trial, reference),
        *_ground_blocks(force, trial, reference),
        *_muscle_blocks(groups, trial, reference),
        *residual_blocks(trial),
        *asymmetry_blocks(every, trial),
        Heading("Any curve"),
        _download(every, activations, trial),
    ]
    anchor = f"trial-{trial.name}"
    return Section(f"Trial {trial.name}", anchor, tuple(blocks), sheet=True)


def bare_section(row: Json) -> Section:
    """Show a trial of which there are no files to draw: its verdict and why."""
    verdict = judge_trial(row)
    blocks: list[Block] = [Card("Verdict", verdict.cell, verdict.reasons)]
    if row.get("written"):
        blocks.append(
            Note("An earlier version solved it; solve it again to see its curves.")
        )
    name = str(row["trial"])
    return Section(f"Trial {name}", f"trial-{name}", tuple(blocks), sheet=True)


def _verdict_card(trial: Trial) -> Card:
    verdict = judge_trial(trial.row)
    shown = "no repetitions, so it is shown over time"
    if trial.repetitions:
        first = trial.repetitions[0]
        shown = count_repetitions(len(trial.repetitions), first.exercise)
        shown += "" if first.side == "both" else f" with the {first.side} leg"
    note = Note(f"Ground reaction {verdict.ground}; {shown}.")
    return Card("Verdict", verdict.cell, verdict.reasons, (note,))


def _force(trial: Trial) -> Pair | None:
    if trial.ground is None or trial.feet is None:
        return None
    forces = sample_forces(trial.ground, trial.feet, trial.course)
    return force_pair(forces, trial.skeleton.spec) if forces else None


def _strip_blocks(trial: Trial) -> Iterator[Block]:
    """Bodies over the repetition in the middle, or over the trial."""
    if not any(name.endswith("_r") for name in trial.activations.names):
        return
    course, row = trial.course, trial.shown
    frames = [round(share * (len(course.position) - 1)) for share in SHARES]
    sampled = course.sample(trial.activations)
    postures, activations, labels = [], [], []
    for frame in frames:
        time = float(course.times[row, frame])
        with torch.inference_mode():
            posture = take_posture(trial.motion, trial.skeleton, time=time)
        if trial.feet is not None:
            near = int(np.abs(trial.feet.time - time).argmin())
            origin = trial.feet.centres[near].mean(axis=0)
            origin[1] = trial.feet.floor
            heading = trial.feet.headings[near].sum(axis=0)
            posture = face_forward(posture, heading=heading, origin=origin)
        postures.append(posture)
        activations.append({n: float(v[row, frame]) for n, v in sampled.items()})
        place = course.position[frame]
        labels.append(f"{place:.0f} %" if course.cycle else f"{place:.2f} s")
    what = "the trial"
    if course.cycle:
        what = f"repetition {row + 1} of {len(course.times)}"
    yield Heading("Body and muscles")
    yield _wide(
        strip_figure(postures, activations, labels),
        alt=f"The body at five moments of {what}, muscles coloured by activation.",
        caption=f"The body from its right side over {what}; muscles of the right side "
        "are coloured by activation. Their paths are drawn without wrapping.",
    )


def _curve_blocks(
    title: str, pairs: Sequence[Pair], trial: Trial, reference: Reference | None
) -> Iterator[Block]:
    if not pairs:
        return
    captions = {
        "Joint angles": "Flexion and dorsiflexion are positive.",
        "Net joint moments": "Net moments of inverse dynamics over body mass "
        f"({trial.skeleton.spec.mass:.1f} kg, the model's); extension and "
        "plantarflexion moments are positive.",
    }
    yield Heading(title)
    yield _wide(
        pair_figure(pairs, trial.course, reference=reference),
        alt=_describe(pairs),
        caption=captions[title],
    )


def _ground_blocks(
    force: Pair | None, trial: Trial, reference: Reference | None
) -> Iterator[Block]:
    if force is None:
        return
    soles = find_soles(trial)
    yield Heading("Ground reaction")
    yield _wide(
        ground_figure(force, soles, trial.course, reference=reference),
        alt=_describe([force]),
        caption=f"Ground reaction {judge_trial(trial.row).ground}. Right: the "
        "centre of pressure in each foot from above, within the outline of the model's "
        "contact points."
        if soles
        else "",
    )


def _muscle_blocks(
    groups: Sequence[Pair], trial: Trial, reference: Reference | None
) -> Iterator[Block]:
    if not groups:
        return
    yield Heading("Muscle activations")
    yield _wide(
        group_figure(groups, trial.course, reference=reference),
        alt=_describe(groups),
        caption="Activation by static optimisation: the mean of a group's muscles, "
        "weighted by their strength. Hatched on top: a muscle of the group is "
        "saturated in one of the repetitions (upper strip: right, lower: left), and "
        "what it does there is not to be trusted.",
    )
    profile = find_profile(trial.skeleton.spec)
    rows = [
        {"muscle": name_muscle(profile, name), "frames (%)": f"{100 * part:.1f}"}
        for name, part in sorted(
            trial.row["saturated"].items(), key=lambda item: -item[1]
        )
    ]
    if rows:
        caption = f"Saturated muscles, over the whole trial ({len(rows)})"
        yield make_table(rows, caption, folded=len(rows) > 6)


def _download(every: Sequence[Pair], activations: Columns, trial: Trial) -> Download:
    """All curves of the section, and the activations of every muscle."""
    columns = {
        f"{pair.key} {side} ({pair.unit})": values
        for pair in every
        for side, values in pair.sides.items()
    }
    columns |= {f"activation {name} (0 to 1)": v for name, v in activations.items()}
    for side, sole in find_soles(trial).items():
        for axis, way in enumerate(("to the right", "ahead")):
            name = f"centre of pressure {side} foot {way} (cm)"
            columns[name] = sole.pressure[..., axis]
    return Download(
        f"{trial.name}_curves.csv",
        write_curves(columns, trial.course),
        "All curves of this trial as a table (CSV)",
        drawn=True,
    )


def _describe(pairs: Sequence[Pair]) -> str:
    """Say in words what a figure shows: peaks of every curve."""
    texts = [
        f"{pair.title} {side} up to {values.max():.3g} {pair.unit}"
        for pair in pairs
        for side, values in pair.sides.items()
    ]
    return "; ".join(texts) + "."


def _wide(figure: Figure, *, alt: str, caption: str) -> Pictures:
    return Pictures((Picture(figure, alt, caption),), wide=True)
