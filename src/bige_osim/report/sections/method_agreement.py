"""Tables of how a method agrees with the reference, for the page of ``agreement``."""

from collections.abc import Iterator, Mapping, Sequence

from bige_osim.evaluation.burst_timing import BurstTiming
from bige_osim.evaluation.curve_agreement import CurveAgreement
from bige_osim.evaluation.curve_tests import LEAST_PAIRS
from bige_osim.evaluation.method_agreement import (
    LEAST_UNITS,
    CurveSet,
    MethodAgreement,
    Statistics,
)
from bige_osim.report.figures.agreement_figures import bland_altman_figure
from bige_osim.report.formatting import MISSING, format_fixed, format_interval
from bige_osim.report.page import (
    Block,
    Note,
    Paragraph,
    Picture,
    Pictures,
    Table,
    make_table,
)

PANELS = 20
"""Figures of limits of agreement that are drawn."""

AGREEMENT = (
    "Differences are compared minus reference; delays and lags are positive where the "
    "compared curve comes later. r is Pearson's correlation, and the lag the shift (up "
    "to 200 ms) at which it is largest. R² is the part of the reference's squares "
    "about its mean that is explained: below 0 where that mean is nearer. Timing is "
    "missing where a curve hardly varies."
)

ENVELOPES = (
    "Every curve is divided by its own peak, because envelopes and activations have "
    "different units; errors are in parts of that peak. On and off are at 20 % of it. "
    "Nothing was shifted: electrical activity comes 30 to 100 ms before force "
    "(electromechanical delay; Cavanagh and Komi 1979), so that a lag of the "
    "activation of that size is expected."
)

LIMITS = (
    "Limits of agreement hold 95 % of differences between peaks, if these are normal "
    "(Bland and Altman 1999; their intervals, in brackets, are too narrow below some "
    "40 pairs). d_z is the mean difference over the SD of differences."
)

TESTS = (
    "The test of curves flips the signs of whole {unit}s' differences and takes the "
    "largest |t| of the cycle (Nichols and Holmes 2002), one test for each row: of "
    "rows that do not differ, one in twenty is below 0.05 by chance. Curves that do "
    "not differ need not agree."
)

FEW = "Below six {unit}s no curve can differ at p < 0.05, however large the difference."


def agreement_table(
    curves: Sequence[tuple[str, CurveAgreement, BurstTiming | None]],
    caption: str,
    *,
    what: str,
    folded: bool = False,
) -> Table:
    """Make a table of curves, with their timing.

    Parameters
    ----------
    curves : what each is called, and what was found of it
    caption : of the table
    what : the curves are of: muscle or group
    folded : show only the caption until it is opened
    """
    rows = [
        {what: name} | (_envelope_row(one, bursts) if bursts else _activation_row(one))
        for name, one, bursts in curves
    ]
    return make_table(rows, caption, folded=folded)


def statistics_blocks(
    method: MethodAgreement, names: Mapping[str, str], curves: CurveSet, *, what: str
) -> Iterator[Block]:
    """Show statistics over participants or trials, or why there are none.

    Parameters
    ----------
    method : what was compared
    names : curve -> what it is called; those that are shown
    curves : its muscles and groups
    what : is shown: muscle or group
    """
    known = {n: curves.statistics[n] for n in names if n in curves.statistics}
    if not known:
        if method.units > 1:
            yield Note(
                f"Limits of agreement and tests take {LEAST_UNITS} {method.unit}s or "
                f"more; there are {method.units}."
            )
        return
    limits = {names[n]: s.limits for n, s in known.items() if s.limits is not None}
    if limits:
        drawn = dict(list(limits.items())[:PANELS])
        peaks = {
            names[n]: (s.reference_peaks, s.compared_peaks)
            for n, s in known.items()
            if names[n] in drawn
        }
        yield Pictures(
            (
                Picture(
                    bland_altman_figure(peaks, drawn),
                    alt="Differences of peak activations over their means, with bias "
                    "and limits of agreement; the table below has the numbers.",
                    caption=f"Peaks of {method.units} {method.unit}s",
                ),
            ),
            wide=True,
        )
    yield make_table(
        ({what: names[n]} | _statistics_row(one) for n, one in known.items()),
        f"Over {method.units} {method.unit}s",
        texts=("curves differ at (%)",),
    )
    tests = TESTS.format(unit=method.unit)
    yield Paragraph(f"{LIMITS} {tests}" if limits else tests)
    if method.units < LEAST_PAIRS:
        yield Note(FEW.format(unit=method.unit))
    if method.unit == "trial":
        yield Note("All trials count as of one participant: nothing holds for others.")


def _activation_row(one: CurveAgreement) -> dict[str, str]:
    return {
        "RMSE": format_fixed(one.rmse, 3),
        "MAE": format_fixed(one.mae, 3),
        "mean difference": format_fixed(one.bias, 3),
        "R²": format_fixed(one.r2, 2),
        "r": format_fixed(one.correlation, 2),
        "lag (ms)": _milliseconds(one.lag),
        "peak, reference": format_fixed(one.reference_peak, 3),
        "peak, compared": format_fixed(one.compared_peak, 3),
        "peak delay (ms)": _milliseconds(one.peak_delay),
    }


def _envelope_row(one: CurveAgreement, bursts: BurstTiming) -> dict[str, str]:
    return {
        "r": format_fixed(one.correlation, 2),
        "r at lag": format_fixed(one.lag_correlation, 2),
        "lag (ms)": _milliseconds(one.lag),
        "RMSE": format_fixed(one.rmse, 3),
        "MAE": format_fixed(one.mae, 3),
        "on delay (ms)": _milliseconds(bursts.onset),
        "off delay (ms)": _milliseconds(bursts.offset),
        "on or off alike (%)": format_fixed(bursts.together, 0),
        "peak delay (ms)": _milliseconds(one.peak_delay),
    }


def _statistics_row(one: Statistics) -> dict[str, str]:
    row: dict[str, str] = {}
    if one.limits is not None:
        found = one.limits
        row |= {
            "bias of peaks": _with_interval(found.bias, found.bias_interval),
            "lower limit": _with_interval(found.lower, found.lower_interval),
            "upper limit": _with_interval(found.upper, found.upper_interval),
            "d_z": format_fixed(one.effect, 2),
        }
    stretches = [f"{c.start:.0f} to {c.stop:.0f}" for c in one.test.clusters]
    return {
        **row,
        "largest |t|": format_fixed(float(abs(one.test.t).max()), 1),
        "critical |t|": format_fixed(one.test.threshold, 1),
        "p of the curves": _probability(one.test.p),
        "curves differ at (%)": ", ".join(stretches) or MISSING,
    }


def _with_interval(value: float, interval: tuple[float, float]) -> str:
    return f"{format_fixed(value, 3)} {format_interval(interval, 3)}"


def _probability(value: float) -> str:
    return "< 0.001" if value < 0.001 else format_fixed(value, 3)


def _milliseconds(value: float | None) -> str:
    return format_fixed(None if value is None else 1000 * value, 0)
