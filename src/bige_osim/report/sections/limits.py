"""The section on residuals, reserves and the limits of the motion itself."""

from collections.abc import Sequence

import numpy as np

from bige_osim.report.figures.comparison_figures import residual_figure
from bige_osim.report.formatting import (
    MISSING,
    NO_CHECK,
    format_fixed,
    join_names,
    number,
)
from bige_osim.report.page import (
    Block,
    Cell,
    Note,
    Paragraph,
    Picture,
    Pictures,
    Section,
    Table,
)
from bige_osim.report.results import NO_VALIDATION, Json, Results

ESTIMATED = (
    "The ground reaction was estimated from the motion itself, so feet on the floor "
    "explain all forces that they can bear; what they cannot explain shows as residual "
    f"moments. Residuals of a ground reaction that is {NO_CHECK}: small ones do not "
    "show that motion and model are right."
)
"""How to read residuals without force plates."""

SMALL = 1.0
"""Reserves that peak below this are not worth a line, N m."""


def limits_section(results: Results) -> Section:
    """Show residuals and reserves beside thresholds, and the motion beside limits."""
    title, anchor = "Residuals and limits", "limits"
    validated = results.one("validate")
    if validated is None:
        return Section(title, anchor, (Note(NO_VALIDATION),))
    validation = validated.content["validation"]
    motions, limits = validation["motions"], validation["limits"]
    names = [str(motion["name"]) for motion in motions]
    residuals = [motion["residuals"] for motion in motions]
    shares = {
        kind: np.array(
            [
                100 * r[f"{kind}_peak_{unit}"] / r[f"{kind}_limit_{unit}"]
                for r in residuals
            ],
            dtype=float,
        )
        for kind, unit in (("force", "n"), ("moment", "nm"))
    }
    facts = [
        f"motion {name}: force {f:.0f} %, moment {m:.0f} %"
        for name, f, m in zip(names, shares["force"], shares["moment"], strict=True)
    ]
    picture = Picture(
        residual_figure(names, shares["force"], shares["moment"]),
        alt=f"Peak residuals in % of their thresholds; {'; '.join(facts)}.",
        caption="Peak residuals in % of what is accepted.",
    )
    text = Paragraph(
        "Residuals are forces and moments on the pelvis that neither ground nor joints "
        "explain. Hicks et al. (2015, J Biomech Eng 137:020905) accept residual forces "
        f"up to {number(100 * limits['residual_force'])} % of the peak net external "
        f"force, residual moments below {number(100 * limits['residual_moment'])} % of "
        "the height of the centre of mass times that force, and reserves up to "
        f"{number(100 * limits['reserve'])} % of the net joint moment."
    )
    blocks: tuple[Block, ...] = (
        text,
        *([Paragraph(ESTIMATED)] if _is_estimated(motions) else []),
        Pictures((picture,)),
        _residual_table(motions),
        _motion_table(motions, limits),
        *list_reserves(motions, limits),
    )
    return Section(title, anchor, blocks)


def _is_estimated(motions: Sequence[Json]) -> bool:
    return any(motion["residuals"]["ground"] == "estimated" for motion in motions)


def _residual_table(motions: Sequence[Json]) -> Table:
    rows = []
    for motion in motions:
        r = motion["residuals"]
        rows.append(
            (
                str(motion["name"]),
                _cell(format_fixed(r["force_peak_percent_bw"], 1), r["force_holds"]),
                format_fixed(r["force_rms_percent_bw"], 1),
                format_fixed(100 * r["force_limit_n"] / r["body_weight_n"], 1),
                _cell(format_fixed(r["moment_peak_nm"], 1), r["moment_holds"]),
                format_fixed(r["moment_rms_nm"], 1),
                format_fixed(r["moment_limit_nm"], 1),
            )
        )
    return Table(
        headings=(
            "motion",
            "peak force (% BW)",
            "RMS force (% BW)",
            "accepted (% BW)",
            "peak moment (N m)",
            "RMS moment (N m)",
            "accepted (N m)",
        ),
        rows=tuple(rows),
        caption="Residuals",
        numbers=frozenset(range(1, 7)),
    )


def _motion_table(motions: Sequence[Json], limits: Json) -> Table:
    rows = []
    for motion in motions:
        ranges, feet, failed = motion["ranges"], motion["feet"], motion["failed_s"]
        excess = "none"
        if ranges:
            degrees = format_fixed(ranges[0]["excess_deg"], 1)
            excess = f"{ranges[0]['coordinate']} by {degrees} deg"
            if len(ranges) > 1:
                excess += f", {len(ranges) - 1} more"
        rows.append(
            (
                str(motion["name"]),
                _cell(f"{len(failed)} of {motion['frames']}", not failed),
                _cell(excess, not ranges),
                *_feet_cells(feet, limits),
            )
        )
    return Table(
        headings=(
            "motion",
            "frames without solution",
            "outside the joint range",
            f"foot sliding (m/s; up to {number(limits['sliding'])})",
            f"below the floor (cm; up to {number(100 * limits['penetration'])})",
            f"above the floor (cm; up to {number(100 * limits['floating'])})",
        ),
        rows=tuple(rows),
        caption="The motion itself",
        numbers=frozenset({3, 4, 5}),
    )


def _feet_cells(feet: Json | None, limits: Json) -> tuple[Cell, Cell, Cell]:
    if feet is None:
        return Cell(MISSING), Cell(MISSING), Cell(MISSING)
    sliding = feet["sliding_m_s"]
    sinking, floating = feet["penetration_cm"], feet["floating_cm"]
    return (
        Cell(MISSING)
        if sliding is None
        else _cell(format_fixed(sliding, 3), sliding <= limits["sliding"]),
        _cell(format_fixed(sinking, 1), sinking <= 100 * limits["penetration"]),
        _cell(format_fixed(floating, 1), floating <= 100 * limits["floating"]),
    )


def list_reserves(motions: Sequence[Json], limits: Json) -> tuple[Block, ...]:
    """Reserves above the threshold, and which joints no muscle drives.

    Parameters
    ----------
    motions : each with its ``name`` and ``reserves``, plain data of
        :class:`~bige_osim.evaluation.limits.Reserve`
    limits : plain data of :class:`~bige_osim.evaluation.limits.Limits`
    """
    reserves = [(str(m["name"]), one) for m in motions for one in m["reserves"]]
    large = [
        (
            name,
            str(one["coordinate"]),
            format_fixed(one["peak_nm"], 1),
            format_fixed(one["moment_peak_nm"], 1),
            MISSING if one["share"] is None else format_fixed(100 * one["share"], 0),
        )
        for name, one in reserves
        if not one["alone"]
        and (one["share"] is None or one["share"] > limits["reserve"])
        and one["peak_nm"] >= SMALL
    ]
    text = f"No reserve of {number(SMALL)} N m or more is above its threshold."
    table = Table(
        headings=(
            "motion",
            "coordinate",
            "peak reserve (N m)",
            "peak net moment (N m)",
            "share (%)",
        ),
        rows=tuple(large),
        caption=f"Reserves above {number(100 * limits['reserve'])} % of the net "
        f"moment, of {number(SMALL)} N m or more ({len(large)})",
        numbers=frozenset({2, 3, 4}),
        folded=len(large) > 6,
    )
    blocks: tuple[Block, ...] = (table if large else Paragraph(text),)
    alone = sorted({str(one["coordinate"]) for _, one in reserves if one["alone"]})
    if alone:
        names = join_names(alone, most=len(alone))
        text = f"Driven by reserves alone, since no muscle crosses them: {names}."
        blocks += (Paragraph(text),)
    return blocks


def _cell(text: str, accepted: bool) -> Cell:
    return Cell(text, "none" if accepted else "bad")
