"""The section on how well expected and simulated activations agree."""

from bige_osim.errors import count_nouns
from bige_osim.report.figures.comparison_figures import agreement_figure
from bige_osim.report.formatting import format_fixed, number
from bige_osim.report.page import (
    Note,
    Paragraph,
    Picture,
    Pictures,
    Section,
    Table,
)
from bige_osim.report.results import NO_VALIDATION, Json, Results


def agreement_section(results: Results) -> Section:
    """Show how well expected and simulated activations agree, per muscle."""
    expected = results.expected_by
    title, anchor = f"{expected.capitalize()} against simulation", "agreement"
    validated = results.one("validate")
    if validated is None:
        return Section(title, anchor, (Note(NO_VALIDATION),))
    validation = validated.content["validation"]
    muscles = validation["muscles"]
    if not muscles:
        note = Note("The motions came without expected activations to compare.")
        return Section(title, anchor, (note,))
    ranked = sorted(muscles, key=lambda one: float(one["rmse"]), reverse=True)
    targets = _targets(validation)
    worst, best = ranked[0], ranked[-1]
    picture = Picture(
        agreement_figure(
            {str(one["muscle"]): float(one["rmse"]) for one in muscles},
            targets=targets,
            expected=expected,
        ),
        alt=f"RMSE of {count_nouns(len(muscles), 'muscle')}: largest {worst['muscle']} "
        f"{format_fixed(worst['rmse'], 3)}, smallest {best['muscle']} "
        f"{format_fixed(best['rmse'], 3)}.",
        caption="RMSE over all frames of all motions, worst first"
        + ("; muscles of the goal in bold." if targets else "."),
    )
    rows = tuple(
        (
            str(one["muscle"]),
            format_fixed(one["rmse"], 3),
            format_fixed(one["bias"], 3),
            format_fixed(one["r2"], 2),
            format_fixed(one["peak_difference"], 3),
            format_fixed(one["peak_delay_percent"], 1),
        )
        for one in ranked
    )
    table = Table(
        headings=(
            "muscle",
            "RMSE (0 to 1)",
            "mean difference (0 to 1)",
            "R²",
            "peak difference (0 to 1)",
            "peak timing (% of cycle)",
        ),
        rows=rows,
        caption=f"All {count_nouns(len(muscles), 'muscle')}, in numbers",
        numbers=frozenset(range(1, 6)),
        folded=True,
    )
    text = Paragraph(
        f"Differences are {expected} minus simulated; peak difference and timing are "
        "means of their magnitudes over the motions. R² is 1 minus SS_res / SS_tot, "
        "about the muscle's own simulated mean; it is not given where the simulated "
        f"activation hardly varies (standard deviation below "
        f"{number(validation['still'])})."
    )
    return Section(title, anchor, (text, Pictures((picture,)), table))


def _targets(validation: Json) -> list[str]:
    terms = [t for m in validation["motions"] for t in m["terms"] if t["range"]]
    return list(dict.fromkeys(str(x) for t in terms for x in t["range"]["muscles"]))
