"""The section of a dataset's page that sets recorded repetitions against made ones."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from bige_osim.errors import count_nouns
from bige_osim.report.figures.distributions import KINDS, Kinds, distribution_figure
from bige_osim.report.formatting import (
    MISSING,
    format_fixed,
    join_names,
    spread,
)
from bige_osim.report.page import (
    Block,
    Note,
    Paragraph,
    Picture,
    Pictures,
    Section,
    Table,
    make_table,
)
from bige_osim.synthetic.coverage import Coverage, measure_coverage

DEGREES = 180 / np.pi

SQUAT = {
    "depth": ("knee flexion at the bottom (deg)", DEGREES),
    "descent": ("descent (s)", 1.0),
    "ascent": ("ascent (s)", 1.0),
    "pause": ("pause at the bottom (s)", 1.0),
    "stance_width": ("stance (shoulder widths)", 1.0),
    "toe_out": ("toe-out angle (deg)", DEGREES),
    "trunk_lean": ("forward lean of the trunk (deg)", DEGREES),
    "arms": ("shoulder flexion (deg)", DEGREES),
    "right_load": ("limb load share", 1.0),
}
"""Measures of squats: what they are called, and the factor from SI to that unit."""

OTHER = {"depth": SQUAT["depth"], "duration": ("duration (s)", 1.0)}
"""Measures of other exercises."""

OF = {"made": "made", "copies": "copies of other participants"}
"""What recorded repetitions are compared with."""

ALONE = "There is nothing to compare with: all repetitions are {}."

EXPLAINED = (
    "Within 95 % means between the 2.5th and 97.5th percentile. Distances combine all "
    "measures, each in its standard deviation (SD) over the recorded repetitions, and "
    "shrink as the number of repetitions grows. No participant is compared with their "
    "own copies."
)
"""How to read shares and distances."""

VERDICTS = {
    True: "are nearer to a recorded repetition than those of another participant: they "
    "fill gaps between participants.",
    False: "are farther from a recorded repetition than those of another participant: "
    "they do not cover what participants do.",
}
"""What it means whether made ones are closer than others."""


def distributions_section(rows: pd.DataFrame) -> Section:
    """Show how the repetitions of every exercise are distributed.

    Parameters
    ----------
    rows : of a ``RepetitionTable``, with the column ``kind``
    """
    return Section("Distributions", "distributions", tuple(_blocks(rows)))


def _blocks(rows: pd.DataFrame) -> Iterator[Block]:
    for exercise, own in rows.groupby("exercise"):
        name = str(exercise).replace("_", " ")
        measures = SQUAT if exercise == "squat" else OTHER
        known = own.dropna(subset=list(measures))
        if len(known) < len(own):
            missing = count_nouns(len(own) - len(known), "repetition")
            yield Note(
                f"{name}: {missing} could not be measured: the models lack knees, "
                "trunk, arms or feet of the usual names."
            )
        if not len(known):
            continue
        yield from _exercise(name, known, measures)


def _exercise(
    name: str, rows: pd.DataFrame, measures: Mapping[str, tuple[str, float]]
) -> Iterator[Block]:
    values: dict[str, Kinds] = {
        label: {
            str(kind): (one[key] * factor).to_numpy()
            for kind, one in rows.groupby("kind")
        }
        for key, (label, factor) in measures.items()
    }
    covered = _coverage(rows, list(measures))
    yield Pictures(
        tuple(
            Picture(distribution_figure(label, kinds), alt=_alt(name, label, kinds))
            for label, kinds in values.items()
        ),
        small=True,
    )
    yield _ranges(name, values, covered)
    if covered:
        yield _distances(name, rows, covered)
        yield Paragraph(" ".join([*_verdicts(covered), EXPLAINED]))
    else:
        recorded = (rows["kind"] == "recorded").any()
        yield Note(ALONE.format("recorded" if recorded else "synthetic"))


def _verdicts(covered: Mapping[str, Coverage]) -> Iterator[str]:
    known = {k: c for k, c in covered.items() if not np.isnan(c.to_made + c.to_others)}
    for verdict, text in VERDICTS.items():
        kinds = [OF[k] for k, c in known.items() if c.closer_than_others == verdict]
        if kinds:
            yield f"Those that are {join_names(kinds)} {text}"


def _alt(name: str, label: str, kinds: Kinds) -> str:
    found = [f"{kind} {spread(kinds[kind], 2)}" for kind in KINDS if kind in kinds]
    return f"Distribution of {name}, {label}; least, median, most: {'; '.join(found)}"


def _coverage(rows: pd.DataFrame, names: list[str]) -> dict[str, Coverage]:
    """Compare the recorded repetitions with the made ones and with the copies."""
    recorded = rows[rows["kind"] == "recorded"]
    if not len(recorded):
        return {}
    found = {}
    for kind in OF:
        others = rows[rows["kind"] == kind]
        if len(others):
            found[kind] = measure_coverage(
                recorded[names].to_numpy(),
                others[names].to_numpy(),
                people=recorded["person"].tolist(),
                copied_from=others["derived_from"].tolist(),
            )
    return found


def _ranges(
    name: str, values: Mapping[str, Kinds], covered: Mapping[str, Coverage]
) -> Table:
    kinds = [kind for kind in KINDS if any(kind in v for v in values.values())]
    lines = []
    for place, (label, found) in enumerate(values.items()):
        decimals = 0 if "(deg)" in label else 2
        lines.append(
            {
                "measure": label,
                **{kind: spread(found[kind], decimals) for kind in kinds},
                **{
                    f"recorded within 95 % of {OF[kind]}": _percent(one.within[place])
                    for kind, one in covered.items()
                },
            }
        )
    return make_table(lines, f"{name}: least, median, most")


def _distances(name: str, rows: pd.DataFrame, covered: Mapping[str, Coverage]) -> Table:
    recorded = rows[rows["kind"] == "recorded"]
    people = count_nouns(recorded["person"].nunique(), "participant")
    to_others = next(iter(covered.values())).to_others
    nearest = {"recorded, another participant": (len(recorded), to_others)}
    nearest |= {
        OF[kind]: (int((rows["kind"] == kind).sum()), one.to_made)
        for kind, one in covered.items()
    }
    return make_table(
        (
            {
                "nearest one that is": kind,
                "there are": str(count),
                "median distance (SD)": MISSING
                if np.isnan(distance)
                else format_fixed(distance, 2),
            }
            for kind, (count, distance) in nearest.items()
        ),
        f"{name}: from a recorded repetition ({people}) to the nearest one",
    )


def _percent(share: float) -> str:
    return MISSING if np.isnan(share) else f"{share:.0%}"
