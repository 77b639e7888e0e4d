"""Sections of a dataset's page on the simulations: residuals and peak activations."""

from itertools import product

import numpy as np
import pandas as pd

from bige_osim.report.figures.distributions import (
    KINDS,
    MOST,
    Kinds,
    residual_shares_figure,
)
from bige_osim.report.formatting import NO_CHECK, format_fixed, join_names
from bige_osim.report.page import (
    Block,
    Cell,
    Paragraph,
    Picture,
    Pictures,
    Section,
    Table,
    how_many,
    make_table,
)
from bige_osim.solving.residuals import FORCE_LIMIT, MOMENT_LIMIT

LIMITS = {"force": FORCE_LIMIT, "moment": MOMENT_LIMIT}
"""What is accepted of the largest residuals, in the terms of Hicks et al. 2015."""

GROUNDS = {"measured": "measured by plates", "estimated": NO_CHECK}
"""Sources of the ground reaction, and what a reader calls them."""

SHOWN = 10
"""Muscles of which peaks are shown."""

FULL = 0.99
"""Activation from which a muscle counts as saturated."""

ACCEPTED = (
    "Pelvis residuals are the forces and moments that inverse dynamics leaves at the "
    "root. As in bige validate, their peak is judged: Hicks et al. (2015, "
    "J Biomech Eng 137:020905) accept a force of "
    f"{FORCE_LIMIT:.0%} of the largest ground reaction, and a moment of "
    f"{MOMENT_LIMIT:.0%} of that times the height of the centre of mass. A ground "
    "reaction estimated from the motion balances whatever feet on the floor can bear, "
    "so that most residuals vanish; capture noise appears first in the moments."
)
"""How to read the residuals."""

BEYOND = "The largest are beyond the right edge."
"""Of a figure that does not show all."""


def find_accepted(rows: pd.DataFrame) -> pd.DataFrame:
    """Say of each repetition whether its force and its moment are accepted.

    Examples
    --------
    >>> rows = {"residual_force": [0.04, 0.06], "residual_moment": [0.0, 0.0]}
    >>> find_accepted(pd.DataFrame(rows))["force"].tolist()
    [True, False]
    """
    return pd.DataFrame(
        {name: rows[f"residual_{name}"] <= limit for name, limit in LIMITS.items()}
    )


def physics_section(rows: pd.DataFrame) -> Section:
    """Show the pelvis residuals beside what is accepted.

    Parameters
    ----------
    rows : of a ``RepetitionTable``, with the column ``kind``
    """
    pictures = []
    for name, limit in LIMITS.items():
        shares: Kinds = {
            str(kind): (100 * own[f"residual_{name}"] / limit).to_numpy()
            for kind, own in rows.groupby("kind")
        }
        within = [f"{k} {(v <= 100).mean():.0%}" for k, v in shares.items()]
        pictures.append(
            Picture(
                residual_shares_figure(name, shares),
                alt=f"Peak residual {name} of the repetitions; accepted: "
                f"{', '.join(within)}",
                caption=BEYOND if any(v.max() > MOST for v in shares.values()) else "",
            )
        )
    blocks = Paragraph(ACCEPTED), Pictures(tuple(pictures)), _residuals(rows)
    return Section("Physics", "physics", blocks)


def _residuals(rows: pd.DataFrame) -> Table:
    groups = dict(list(rows.groupby(["kind", "ground"])))
    lines = [
        _residual_line(kind, ground, groups[kind, ground])
        for kind, ground in product(KINDS, GROUNDS)
        if (kind, ground) in groups
    ]
    caption = "Residuals of each repetition: median, worst"
    return make_table(lines, caption, texts=("ground reaction",))


def _residual_line(kind: str, ground: str, own: pd.DataFrame) -> dict[str, Cell | str]:
    accepted = {
        name: how_many(int(good.sum()), len(own), proves=ground == "measured")
        for name, good in find_accepted(own).items()
    }
    return {
        "repetitions are": kind,
        "ground reaction": GROUNDS[ground],
        "number": str(len(own)),
        "RMS force (% BW)": _middle_and_worst(100 * own["force_rms"], 2),
        "force accepted in": accepted["force"],
        "RMS moment (N m)": _middle_and_worst(own["moment_rms"], 1),
        "moment accepted in": accepted["moment"],
    }


def _middle_and_worst(values: pd.Series, decimals: int) -> str:
    return ", ".join(
        format_fixed(float(f(values)), decimals) for f in (np.median, np.max)
    )


def muscles_section(peaks: pd.DataFrame, kinds: pd.Series) -> Section:
    """Show the largest activations of the most active muscles.

    Parameters
    ----------
    peaks : repetitions x muscles
    kinds : of these repetitions
    """
    shown = [kind for kind in KINDS if (kinds == kind).any()]
    medians = pd.DataFrame({kind: peaks[kinds == kind].median() for kind in shown})
    most = medians.max(axis=1).sort_values(ascending=False).index[:SHOWN]
    blocks: list[Block] = [
        make_table(
            (
                {
                    "muscle": str(name),
                    **{k: _peaks(peaks.loc[kinds == k, name]) for k in shown},
                    "saturated in": f"{(peaks[name] > FULL).mean():.0%}",
                }
                for name in most
            ),
            "Peak activation (0 to 1): median, 95th percentile",
        )
    ]
    full = [str(name) for name in most if (peaks[name] > FULL).mean() > 0.5]
    if full:
        text = (
            f"In most repetitions {join_names(full)} "
            f"{'is' if len(full) == 1 else 'are'} saturated: the model is not stronger "
            "there, and other muscles and reserve actuators carry the rest."
        )
        blocks.append(Paragraph(text))
    return Section("Muscles", "muscles", tuple(blocks))


def _peaks(values: pd.Series) -> str:
    return ", ".join(
        format_fixed(float(values.quantile(part)), 2) for part in (0.5, 0.95)
    )
