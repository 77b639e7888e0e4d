"""Curves of two files brought to the same times and names."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from jaxtyping import Bool, Float

from bige_osim.errors import BigeError, name_some
from bige_osim.evaluation.curve_agreement import LEAST_FRAMES
from bige_osim.evaluation.paired_curves import PairedCurves, Span
from bige_osim.motion import Series
from bige_osim.times import interval, within

GAP = 4
"""Intervals without a frame across which nothing is interpolated."""


def pair_curves(
    reference: Series,
    compared: Series,
    *,
    names: Mapping[str, tuple[str, ...]] | None = None,
    spans: Sequence[Span] = (),
    trial: str = "",
    participant: str = "",
) -> PairedCurves:
    """Interpolate what is compared linearly to the reference's frames, by name.

    Frames that only one of both covers are left out, and those in a gap of
    :data:`GAP` intervals or more of what is compared.

    Parameters
    ----------
    reference, compared : any rates
    names : what stands for muscles of the other file: the mean of these is compared
        with it
    spans : repetitions, s; those that are not covered are left out
    trial, participant : whose they are

    Raises
    ------
    BigeError
        They have no name or no time in common.

    Examples
    --------
    >>> fine, coarse = np.linspace(0, 2, 201), np.linspace(1, 3, 5)
    >>> one = pair_curves(Series(fine, fine[:, None], ("x",)),
    ...                   Series(coarse, coarse[:, None], ("x",)))
    >>> len(one.time), one.spans, bool(np.allclose(one.reference, one.compared))
    (101, ((1.0, 2.0),), True)
    """
    columns = dict(_match_columns(reference, compared, names or {}))
    if not columns:
        raise BigeError(
            f"{reference.name or 'The reference'} and {compared.name or 'the other'} "
            f"have no muscle in common, got {name_some(reference.names, 3)} and "
            f"{name_some(compared.names, 3)}; pass --names with a table of names."
        )
    time = reference.time
    kept = _find_covered(time, compared.time)
    if kept.sum() < LEAST_FRAMES:
        raise BigeError(
            f"{reference.name or 'The reference'} ({_say_span(time)}) and "
            f"{compared.name or 'the other'} ({_say_span(compared.time)}) have fewer "
            f"than {LEAST_FRAMES} frames in common; bring them to one clock."
        )
    own = [_mean(reference, first)[kept] for first, _ in columns.values()]
    other = [
        np.interp(time[kept], compared.time, _mean(compared, second))
        for _, second in columns.values()
    ]
    shared = time[kept]
    used = [{m for pair in columns.values() for m in pair[side]} for side in (0, 1)]
    left = {*reference.names} - used[0] | {*compared.names} - used[1]
    inside = _keep_covered(spans, shared)
    return PairedCurves(
        trial=trial,
        participant=participant,
        time=shared,
        names=tuple(columns),
        reference=np.stack(own, axis=1),
        compared=np.stack(other, axis=1),
        spans=inside or ((float(shared[0]), float(shared[-1])),),
        repetitions=bool(inside),
        left_out=tuple(n for n in (*reference.names, *compared.names) if n in left),
    )


def _match_columns(
    reference: Series, compared: Series, names: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, tuple[tuple[str, ...], tuple[str, ...]]]]:
    """Yield names with the columns of both files that stand for them.

    A name of the table that stands for one muscle goes by that muscle's name.
    """
    for name, muscles in names.items():
        shown = muscles[0] if len(muscles) == 1 else name
        if name in reference.names and {*muscles} <= {*compared.names}:
            yield shown, ((name,), muscles)
        elif name in compared.names and {*muscles} <= {*reference.names}:
            yield shown, (muscles, (name,))
    for name in reference.names:
        if name in compared.names and name not in names:
            yield name, ((name,), (name,))


def _mean(series: Series, names: Sequence[str]) -> Float[np.ndarray, " T"]:
    values = series.values[:, [series.index(name) for name in names]]
    return np.asarray(values.mean(axis=1))


def _find_covered(
    time: Float[np.ndarray, " T"], other: Float[np.ndarray, " S"]
) -> Bool[np.ndarray, " T"]:
    """Say which times the other series has frames about."""
    covered = within(time, other[0], other[-1])
    after = np.clip(np.searchsorted(other, time), 1, max(1, len(other) - 1))
    if len(other) < 2:
        return covered
    before, step = after - 1, interval(other)
    gaps = other[after] - other[before]
    away = np.minimum(np.abs(other[after] - time), np.abs(time - other[before]))
    return np.asarray(covered & ((gaps < GAP * step) | (away <= 0.5 * step)))


def _keep_covered(
    spans: Sequence[Span], time: Float[np.ndarray, " T"]
) -> tuple[Span, ...]:
    near = 0.5 * interval(time) + 1e-9
    return tuple(
        span
        for span in spans
        if time[0] - near <= span[0]
        and span[1] <= time[-1] + near
        and within(time, *span).sum() >= LEAST_FRAMES
    )


def _say_span(time: Float[np.ndarray, " T"]) -> str:
    return f"{time[0]:.2f} to {time[-1]:.2f} s"
