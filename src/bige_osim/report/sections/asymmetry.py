"""Inter-limb asymmetry of repetitions that both legs do alike."""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float

from bige_osim.evaluation.asymmetry import symmetry_index
from bige_osim.report.blocks import Heading
from bige_osim.report.formatting import MISSING, format_fixed
from bige_osim.report.page import Block, make_table
from bige_osim.report.quantities import Pair
from bige_osim.report.trial import Trial

DECIMALS = {"deg": 1, "N m/kg": 2, "% body weight": 1, "0 to 1": 3}
"""Of the values of a quantity, by its unit."""

LEAST = {"deg": 5.0, "N m/kg": 0.1, "% body weight": 5.0, "0 to 1": 0.02}
"""Mean of both legs below which the index would say little, by unit."""


def asymmetry_blocks(pairs: Sequence[Pair], trial: Trial) -> Iterator[Block]:
    """Compare the peaks of both legs, mean and SD over repetitions, in a table."""
    if not trial.repetitions or trial.repetitions[0].side != "both":
        return
    rows = [
        row
        for pair in pairs
        if {"right", "left"} <= set(pair.sides)
        for row in _rows(pair)
    ]
    if not rows:
        return
    yield Heading("Inter-limb asymmetry")
    yield make_table(
        rows,
        "Mean ± SD over repetitions. Symmetry index (Robinson et al. 1987): difference "
        "of right and left in % of the mean of both; positive where the right leg has "
        f"more, {MISSING} where both are near zero and it would say little.",
    )


def _rows(pair: Pair) -> Iterator[dict[str, str]]:
    """Peak of a quantity, and of a force its mean, too."""
    measures = {f"peak {pair.label}": _peak}
    if pair.key == "vertical_force":
        measures[f"mean {pair.label}"] = _mean
    for what, measure in measures.items():
        right, left = (measure(pair.sides[side]) for side in ("right", "left"))
        yield make_row(what, pair.unit, right, left)


def make_row(
    what: str,
    unit: str,
    right: Float[np.ndarray, " R"],
    left: Float[np.ndarray, " R"],
) -> dict[str, str]:
    """Compare a number of every repetition between the legs.

    Parameters
    ----------
    what, unit : of the numbers
    right, left : (R,) in the unit

    Examples
    --------
    >>> row = make_row("peak", "deg", np.array([109.0, 111.0]), np.array([90.0, 90.0]))
    >>> list(row.values())
    ['peak', '110.0 ± 1.4', '90.0 ± 0.0', '20.0', '+20.0']
    """
    decimals = DECIMALS[unit]
    means = float(right.mean()), float(left.mean())
    index = MISSING
    if sum(map(abs, means)) / 2 >= LEAST[unit]:
        index = f"{symmetry_index(*means):+.1f}".replace("-", "\N{MINUS SIGN}")
    return {
        "quantity": what,
        "right": _write(right, decimals),
        "left": _write(left, decimals),
        "right \N{MINUS SIGN} left": format_fixed(means[0] - means[1], decimals),
        "symmetry index (%)": index,
    }


def _write(values: Float[np.ndarray, " R"], decimals: int) -> str:
    text = format_fixed(float(values.mean()), decimals)
    if len(values) < 2:
        return text
    return f"{text} ± {format_fixed(float(values.std(ddof=1)), decimals)}"


def _peak(values: Float[np.ndarray, "R F"]) -> Float[np.ndarray, " R"]:
    return np.asarray(values.max(axis=1))


def _mean(values: Float[np.ndarray, "R F"]) -> Float[np.ndarray, " R"]:
    return np.asarray(values.mean(axis=1))
