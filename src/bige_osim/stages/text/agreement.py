"""What ``agreement`` says of the sources that it compared."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bige_osim.errors import count_nouns
from bige_osim.evaluation.curve_agreement import CurveAgreement
from bige_osim.evaluation.method_agreement import MethodAgreement
from bige_osim.report.formatting import format_fixed, join_names

SHOWN = 3
"""Muscles or groups that are named."""


def text_of(
    found: Sequence[MethodAgreement],
    *,
    reference: str,
    output: Path,
    groups: bool,
    notes: Sequence[str],
) -> str:
    """Turn comparisons into lines for a reader.

    Parameters
    ----------
    found : one or more
    reference : what it is called
    output : where the results are
    groups : name groups of muscles, not muscles
    notes : what a reader should know, one sentence each
    """
    lines = []
    for method in found:
        lines.append(f"{method.name} against {reference}: {describe_extent(method)}.")
        lines += [f"  {line}" for line in _describe(method, groups=groups)]
    lines += notes
    lines.append(f"Written to {output}; open agreement.html in a browser.")
    return "\n".join(lines)


def describe_extent(method: MethodAgreement) -> str:
    """Say what was compared, as ``6 trials of 2 participants, 30 repetitions, …``."""
    parts = [count_nouns(len(method.pairs), "trial")]
    people = {pair.participant for pair in method.pairs if pair.participant}
    if people:
        parts[0] += f" of {count_nouns(len(people), 'participant')}"
    if method.repetitions:
        parts.append(count_nouns(method.repetitions, "repetition"))
    parts.append(count_nouns(len(method.muscles.pooled), "muscle"))
    return ", ".join(parts)


def _describe(method: MethodAgreement, *, groups: bool) -> Iterator[str]:
    one = method.overall
    scaled = " of the own peak" if method.envelopes else ""
    if method.envelopes:
        yield (
            f"correlation {_two(one.correlation)}, {_two(one.lag_correlation)} at a "
            f"lag of {_milliseconds(one.lag)}; RMSE "
            f"{format_fixed(one.rmse, 3)}{scaled}, MAE {format_fixed(one.mae, 3)}"
        )
    else:
        yield (
            f"RMSE {format_fixed(one.rmse, 3)}, MAE {format_fixed(one.mae, 3)}, mean "
            f"difference {format_fixed(one.bias, 3)}, R² {_two(one.r2)}, correlation "
            f"{_two(one.correlation)}"
        )
    curves = method.groups if groups else method.muscles
    ranked = sorted(curves.pooled.values(), key=lambda part: -part.rmse)[:SHOWN]
    yield f"largest RMSE{scaled}: " + ", ".join(map(_name_rmse, ranked))
    if curves.statistics:
        differing = [n for n, s in curves.statistics.items() if s.test.clusters]
        over = count_nouns(method.units, method.unit)
        named = join_names(differing, most=SHOWN) if differing else "none"
        yield f"curves that differ over {over} (p < 0.05 each): {named}"


def _name_rmse(part: CurveAgreement) -> str:
    return f"{part.name} {format_fixed(part.rmse, 3)}"


def _two(value: float | None) -> str:
    return format_fixed(value, 2)


def _milliseconds(value: float | None) -> str:
    return "unknown" if value is None else f"{format_fixed(1000 * value, 0)} ms"
