"""The kinds of figure that a comparison has: each drawn, written, and described."""

from collections.abc import Mapping, Sequence
from typing import Any

from bige_osim.evaluation.hip_depth import correlate
from bige_osim.report.figures.activation_agreement import (
    AgreementRow,
    activation_agreement_figure,
)
from bige_osim.report.figures.figure_files import Write
from bige_osim.report.figures.peak_order import (
    PeakOrderRow,
    peak_depth_figure,
    peak_order_figure,
)
from bige_osim.report.figures.squat_sequences import (
    is_outside,
    squat_sequence_figure,
)
from bige_osim.stages.figure_motions import Body, DrawnMotion, choose_typical
from bige_osim.stages.figure_rows import (
    choose_muscles,
    make_agreement,
    make_order,
    make_sequence,
    name_muscles,
)
from bige_osim.stages.figure_study import FigureStudy
from bige_osim.stages.text.figures import (
    describe_agreement,
    describe_depths,
    describe_order,
    describe_sequences,
)

Titled = Mapping[str, Sequence[DrawnMotion]]
"""Title of a system -> motions of a participant."""

ALL = "all"
"""What figures of all participants together are called."""


def draw_study(
    study: FigureStudy, *, muscles: Sequence[str], write: Write
) -> list[dict[str, Any]]:
    """Draw all figures: what each is, and its files.

    Parameters
    ----------
    study : what is drawn
    muscles : muscles or groups whose curves are drawn; may be none
    write : writes a figure
    """
    drawn = []
    for who, body in study.bodies.items():
        motions = study.list_motions(who)
        rows = [
            draw_sequences(study, body, motions, write),
            draw_order(body, motions, write),
            draw_agreement(body, motions, write, named=muscles),
        ]
        drawn += [{"participant": who, **row} for row in rows if row]
    if len(study.bodies) > 1:
        rows = [
            draw_depths(study, write),
            draw_pooled_agreement(study, write, named=muscles),
        ]
        drawn += [{"participant": None, **row} for row in rows if row]
    return drawn


def draw_sequences(
    study: FigureStudy, body: Body, motions: Titled, write: Write
) -> dict[str, Any]:
    """Draw the medoid of every system at moments of its cycle."""
    typical = {title: choose_typical(own) for title, own in motions.items()}
    rows = [
        make_sequence(title, one, count=len(motions[title]))
        for title, one in typical.items()
    ]
    figure = squat_sequence_figure(rows, accepted=study.tilts)
    shown = {
        row.title: {
            "motion": typical[row.title].name,
            "motions": len(motions[row.title]),
            "pelvis_tilt_deg": row.tilts.tolist(),
            "outside": [is_outside(float(t), study.tilts) for t in row.tilts],
        }
        for row in rows
    }
    return {
        "kind": "squat_sequences",
        "files": write(figure, f"squat_sequences_{body.name}"),
        "caption": describe_sequences(study.tilts, study.recorded, body.name),
        "systems": shown,
    }


def draw_order(body: Body, motions: Titled, write: Write) -> dict[str, Any] | None:
    """Draw deepest postures in the order of the peaks; ``None`` without any."""
    made = [
        make_order(title, [(body, one) for one in own])
        for title, own in motions.items()
    ]
    rows = [row for row in made if row is not None]
    if not rows:
        return None
    muscles = name_muscles(body, body.targets)
    figure = peak_order_figure(rows, standing=body.standing, muscles=muscles)
    return {
        "kind": "peak_order",
        "files": write(figure, f"peak_order_{body.name}"),
        "caption": describe_order(body.standing, muscles, body.name),
        "standing_hip_height_m": body.standing,
        "systems": _list_depths(rows),
    }


def draw_agreement(
    body: Body, motions: Titled, write: Write, *, named: Sequence[str]
) -> dict[str, Any] | None:
    """Draw simulated and predicted activations; ``None`` without any."""
    muscles = choose_muscles(body, named)
    made = [
        make_agreement(title, {body.name: own}, muscles=muscles)
        for title, own in motions.items()
    ]
    rows = [row for row in made if row is not None]
    return _write_agreement(rows, body, muscles, write, name=body.name)


def draw_depths(study: FigureStudy, write: Write) -> dict[str, Any] | None:
    """Draw peaks over depths of all participants; ``None`` without any."""
    made = [
        make_order(
            study.titles[name],
            [(study.bodies[who], one) for who, own in people.items() for one in own],
        )
        for name, people in study.systems.items()
    ]
    rows = [row for row in made if row is not None]
    if not rows:
        return None
    body = next(iter(study.bodies.values()))
    muscles = name_muscles(body, body.targets)
    figure = peak_depth_figure(rows, muscles=muscles)
    return {
        "kind": "peak_depth",
        "files": write(figure, f"peak_depth_{ALL}"),
        "caption": describe_depths(muscles, len(study.bodies)),
        "systems": _list_depths(rows),
    }


def draw_pooled_agreement(
    study: FigureStudy, write: Write, *, named: Sequence[str]
) -> dict[str, Any] | None:
    """Draw activations of the motions of all participants together.

    Of muscles that all of their models have; ``None`` without any.
    """
    bodies = [*study.bodies.values()]
    chosen = [choose_muscles(body, named) for body in bodies]
    muscles = [m for m in chosen[0] if all(m in own for own in chosen)]
    made = [
        make_agreement(study.titles[name], people, muscles=muscles)
        for name, people in study.systems.items()
    ]
    rows = [row for row in made if row is not None]
    return _write_agreement(rows, bodies[0], muscles, write, name=ALL)


def _write_agreement(
    rows: Sequence[AgreementRow],
    body: Body,
    muscles: Sequence[str],
    write: Write,
    *,
    name: str,
) -> dict[str, Any] | None:
    if not rows or not muscles:
        return None
    titles = [body.profile.full_name(muscle) for muscle in muscles]
    figure = activation_agreement_figure(rows, muscles=titles)
    return {
        "kind": "activation_agreement",
        "files": write(figure, f"activation_agreement_{name}"),
        "caption": describe_agreement(None if name == ALL else name),
        "systems": {
            row.title: {
                "motions": len(row.muscles[0].simulated),
                "rmse": {
                    muscle: curves.rmse
                    for muscle, curves in zip(muscles, row.muscles, strict=True)
                },
            }
            for row in rows
        },
    }


def _list_depths(rows: Sequence[PeakOrderRow]) -> dict[str, Any]:
    """List the numbers of each system."""
    return {
        row.title: {
            "motions": len(row.peaks),
            "peak_activation": row.peaks.tolist(),
            "depth_percent": row.depths.tolist(),
            "correlation": correlate(row.depths, row.peaks),
        }
        for row in rows
    }
