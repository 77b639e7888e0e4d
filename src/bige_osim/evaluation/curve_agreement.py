"""How well two curves of one quantity agree: size, shape and timing.

One is the reference, the other is compared with it at the reference's frames;
differences are compared minus reference.

- **RMSE**, **MAE**: root of the mean squared difference, mean size of the difference.
- **Bias**: mean difference.
- **R²**: ``1 - SS_res / SS_tot``, with ``SS_tot`` about the reference's own mean, so
  that it is below zero where that mean is nearer than the other curve. Undefined
  (``None``) where the reference hardly varies: standard deviation below :data:`STILL`.
- **Correlation**: Pearson's, of shapes whatever their size. **Lag**: the shift of the
  other curve, up to :data:`LAG` either way, at which correlation is largest
  (cross-correlation of envelopes; Wren et al. 2006, J Biomech 39:2714); positive if it
  comes later than the reference.
- **Peaks**: the largest value of each, and when the one comes after the other. Timing
  and correlation are undefined where either curve hardly varies.

Several curves pool by summing squares (:func:`pool`): the pooled R² is
``1 - Σ SS_res / Σ SS_tot``, each ``SS_tot`` about the mean of one curve, so that
muscles which differ in level do not make the agreement look better. Correlations, lags
and peaks pool as means.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError
from bige_osim.times import interval

STILL = 0.01
"""Standard deviation (activation, 0 to 1) below which a muscle hardly varies."""

LAG = 0.2
"""Largest lag that is looked for, s: twice the longest electromechanical delay."""

LEAST_FRAMES = 3
"""Frames below which curves have no shape to be correlated."""


@dataclass(frozen=True)
class Agreement:
    """One curve against its reference, or several pooled.

    Attributes
    ----------
    name : the muscle, or what is pooled
    frames : how many values were compared
    rmse : root mean square difference, activation
    bias : mean difference, activation
    spread : standard deviation of the reference about its mean, activation
    r2 : fraction of the variance, see the module; ``None`` where undefined
    """

    name: str
    frames: int
    rmse: float
    bias: float
    spread: float
    r2: float | None

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        names = ("frames", "rmse", "bias", "spread", "r2")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class CurveAgreement(Agreement):
    """The agreement of one curve with its reference.

    Attributes
    ----------
    mae : mean absolute difference, activation
    correlation : Pearson's, a ratio from -1 to 1
    lag : by how much the curve is late for its best correlation, s
    lag_correlation : the correlation at that lag, a ratio
    reference_peak, compared_peak : largest activation of each
    peak_delay : time of the curve's peak minus that of the reference's, s
    """

    mae: float
    correlation: float | None
    lag: float | None
    lag_correlation: float | None
    reference_peak: float
    compared_peak: float
    peak_delay: float | None

    @property
    def peak_difference(self) -> float:
        """Compared peak minus the reference's, activation."""
        return self.compared_peak - self.reference_peak

    def to_dict(self) -> dict[str, Any]:
        """Plain data, with the name; times in s."""
        return {
            "name": self.name,
            **super().to_dict(),
            "mae": self.mae,
            "correlation": self.correlation,
            "lag_s": self.lag,
            "lag_correlation": self.lag_correlation,
            "reference_peak": self.reference_peak,
            "compared_peak": self.compared_peak,
            "peak_difference": self.peak_difference,
            "peak_delay_s": self.peak_delay,
        }


def compare_curves(
    name: str,
    *,
    time: Float[np.ndarray, " N"],
    reference: Float[np.ndarray, " N"],
    compared: Float[np.ndarray, " N"],
    most_lag: float = LAG,
) -> CurveAgreement:
    """Compare two curves at the same frames.

    Parameters
    ----------
    name : of what they are curves
    time : (N,) s, increasing, at least one
    reference, compared : (N,) activation 0 to 1, or both in any other unit
    most_lag : largest lag that is looked for, s; none is for 0

    Examples
    --------
    >>> t = np.linspace(0, 1, 101)
    >>> wave = 0.5 - 0.3 * np.cos(2 * np.pi * t)
    >>> one = compare_curves("x", time=t, reference=wave, compared=wave + 0.1)
    >>> round(one.rmse, 3), round(one.bias, 3), one.peak_delay, one.lag
    (0.1, 0.1, 0.0, 0.0)
    """
    difference = compared - reference
    rmse, spread = float(np.sqrt(np.mean(difference**2))), float(reference.std())
    delay = correlation = lag = best = None
    if min(spread, float(compared.std())) >= STILL and len(time) >= LEAST_FRAMES:
        delay = float(time[compared.argmax()] - time[reference.argmax()])
        correlation = _correlate(reference, compared)
        if most_lag > 0:
            lag, best = find_lag(
                time, reference=reference, compared=compared, most=most_lag
            )
    return CurveAgreement(
        name=name,
        frames=len(time),
        rmse=rmse,
        bias=float(difference.mean()),
        spread=spread,
        r2=_r2(rmse, spread),
        mae=float(np.abs(difference).mean()),
        correlation=correlation,
        lag=lag,
        lag_correlation=best,
        reference_peak=float(reference.max()),
        compared_peak=float(compared.max()),
        peak_delay=delay,
    )


def find_lag(
    time: Float[np.ndarray, " N"],
    *,
    reference: Float[np.ndarray, " N"],
    compared: Float[np.ndarray, " N"],
    most: float = LAG,
) -> tuple[float, float]:
    """Find the shift at which two curves correlate best.

    Lags are whole intervals; at each the frames that overlap are correlated, at least
    half of all.

    Parameters
    ----------
    time : (N,) s; curves are interpolated to a constant rate
    reference, compared : (N,) in any unit, neither constant
    most : largest lag either way, s

    Returns
    -------
    lag : s, positive if the compared curve is later
    correlation : Pearson's at that lag, a ratio

    Examples
    --------
    >>> t = np.arange(0, 2, 0.01)
    >>> early, late = (np.exp(-50 * (t - at) ** 2) for at in (0.90, 0.95))
    >>> lag, correlation = find_lag(t, reference=early, compared=late)
    >>> round(lag, 3), round(correlation, 6)
    (0.05, 1.0)
    """
    step = interval(time)
    count = round(float(time[-1] - time[0]) / step) + 1
    grid = np.linspace(time[0], time[-1], count)
    first, second = np.interp(grid, time, reference), np.interp(grid, time, compared)
    reach = min(round(most / step), count // 2)
    best = (0.0, -2.0)
    for shift in sorted(range(-reach, reach + 1), key=abs):  # none is preferred
        ahead, behind = max(0, -shift), max(0, shift)
        a, b = first[ahead : count - behind], second[behind : count - ahead]
        found = _correlate(a, b)
        if found > best[1] + 1e-12:
            best = (shift * float(grid[1] - grid[0]), found)
    return best


def pool(name: str, parts: Iterable[Agreement]) -> Agreement:
    """Pool over muscles, motions or both (see the module); no parts: ``BigeError``.

    Examples
    --------
    >>> parts = [Agreement(n, 10, rmse=r, bias=r, spread=0.1, r2=None)
    ...          for n, r in (("x", 0.03), ("y", 0.04))]
    >>> both = pool("both", parts)
    >>> round(both.rmse, 4), round(both.bias, 3), round(both.r2, 3)
    (0.0354, 0.035, 0.875)
    """
    kept = tuple(parts)
    if not kept:
        raise BigeError(f"There is nothing to pool for {name}; pass at least one part.")
    weights = np.array([part.frames for part in kept], dtype=float)

    def mean(values: list[float]) -> float:
        return float(np.average(values, weights=weights))

    rmse = float(np.sqrt(mean([part.rmse**2 for part in kept])))
    spread = float(np.sqrt(mean([part.spread**2 for part in kept])))
    return Agreement(
        name=name,
        frames=int(weights.sum()),
        rmse=rmse,
        bias=mean([part.bias for part in kept]),
        spread=spread,
        r2=_r2(rmse, spread),
    )


def pool_curves(name: str, parts: Sequence[CurveAgreement]) -> CurveAgreement:
    """Pool over repetitions, trials or muscles as :func:`pool` does; one stays itself.

    Examples
    --------
    >>> t = np.linspace(0, 1, 101)
    >>> parts = [compare_curves("x", time=t, reference=t, compared=t + d)
    ...          for d in (0.1, -0.1)]
    >>> both = pool_curves("both", parts)
    >>> round(both.rmse, 3), round(both.mae, 3), round(both.bias, 3)
    (0.1, 0.1, 0.0)
    """
    squares = pool(name, parts)
    frames = [part.frames for part in parts]
    return CurveAgreement(
        name=name,
        frames=squares.frames,
        rmse=squares.rmse,
        bias=squares.bias,
        spread=squares.spread,
        r2=squares.r2,
        mae=float(np.average([part.mae for part in parts], weights=frames)),
        correlation=_mean_known(part.correlation for part in parts),
        lag=_mean_known(part.lag for part in parts),
        lag_correlation=_mean_known(part.lag_correlation for part in parts),
        reference_peak=float(np.mean([part.reference_peak for part in parts])),
        compared_peak=float(np.mean([part.compared_peak for part in parts])),
        peak_delay=_mean_known(part.peak_delay for part in parts),
    )


def _correlate(a: Float[np.ndarray, " N"], b: Float[np.ndarray, " N"]) -> float:
    """Pearson's correlation; NaN of a constant."""
    first, second = a - a.mean(), b - b.mean()
    squares = float((first @ first) * (second @ second))
    return float(first @ second) / math.sqrt(squares) if squares > 0 else math.nan


def _mean_known(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _r2(rmse: float, spread: float) -> float | None:
    """``1 - SS_res / SS_tot`` from per-frame means, or ``None`` where undefined."""
    return None if spread < STILL else 1 - (rmse / spread) ** 2
