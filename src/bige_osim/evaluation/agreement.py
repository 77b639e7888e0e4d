"""How well the surrogate's activations agree with the simulated ones, per muscle.

Both are compared at the frames the simulation solved; the surrogate is interpolated
linearly to those times. Differences are surrogate minus simulated.

- **RMSE**: root mean square difference over frames.
- **R²**: ``1 - SS_res / SS_tot`` over frames, with ``SS_tot`` about the muscle's own
  simulated mean; undefined (``None``) where the simulated muscle hardly varies, that
  is, where its standard deviation is below :data:`STILL`.
- **Peaks**: the largest activation of each, and when it comes; timing is undefined
  where either hardly varies, because a flat curve has no meaningful peak. Of several
  muscles, means over the muscles.

Frames that the surrogate did not predict (NaN) are left out.

Several muscles or motions pool by summing squares: the pooled R² is
``1 - Σ SS_res / Σ SS_tot``, each ``SS_tot`` about the mean of one muscle in one motion,
so that muscles which differ in level do not make the agreement look better.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from bige_osim.errors import BigeError
from bige_osim.motion import Activations
from bige_osim.times import within

STILL = 0.01
"""Standard deviation (activation, 0 to 1) below which a muscle hardly varies."""


@dataclass(frozen=True)
class Agreement:
    """Surrogate against simulated, of one muscle or pooled over several.

    Attributes
    ----------
    name : the muscle, or what is pooled
    frames : how many values were compared
    rmse : root mean square difference, activation
    bias : mean of surrogate minus simulated, activation
    spread : standard deviation of the simulated activation about its mean
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
class MuscleAgreement(Agreement):
    """The agreement of one muscle in one motion.

    Attributes
    ----------
    surrogate_peak, simulated_peak : largest activation, 0 to 1
    peak_delay : time of the surrogate's peak minus that of the simulated one, s
    peak_delay_percent : the same in % of the motion's duration
    """

    surrogate_peak: float
    simulated_peak: float
    peak_delay: float | None
    peak_delay_percent: float | None

    @property
    def peak_difference(self) -> float:
        """Surrogate's peak minus simulated peak, activation."""
        return self.surrogate_peak - self.simulated_peak

    def to_dict(self) -> dict[str, Any]:
        """Plain data, with the muscle's name; times in s."""
        return {
            "muscle": self.name,
            **super().to_dict(),
            "surrogate_peak": self.surrogate_peak,
            "simulated_peak": self.simulated_peak,
            "peak_difference": self.peak_difference,
            "peak": pool_peaks([self]),
            "peak_delay_s": self.peak_delay,
            "peak_delay_percent": self.peak_delay_percent,
        }


def compare_activations(
    surrogate: Activations,
    simulated: Activations,
    *,
    solved: Bool[np.ndarray, " T"] | None = None,
) -> tuple[MuscleAgreement, ...]:
    """Compare every muscle that both have, in the simulation's order.

    Parameters
    ----------
    surrogate : what the net predicted, any rate
    simulated : what the simulation found, (T, M)
    solved : which of the T simulated frames to trust; all by default

    Raises
    ------
    BigeError
        if no muscle or no solved frame is common to both

    Examples
    --------
    >>> t = np.linspace(0, 1, 101)
    >>> wave = (0.5 - 0.3 * np.cos(2 * np.pi * t))[:, None]
    >>> a, b = Activations(t, wave + 0.1, ("x",)), Activations(t, wave, ("x",))
    >>> one, = compare_activations(a, b)
    >>> round(one.rmse, 3), round(one.bias, 3), one.peak_delay
    (0.1, 0.1, 0.0)
    """
    muscles = [name for name in simulated.names if name in surrogate.names]
    if not muscles:
        raise BigeError(
            "The surrogate and the simulation have no muscle in common, expected the "
            "same model's muscles; use the model that the motion was guided on."
        )
    times = simulated.time
    expected = np.stack(
        [np.interp(times, surrogate.time, surrogate.column(name)) for name in muscles],
        axis=1,
    )
    shared = within(times, surrogate.time[0], surrogate.time[-1])
    shared = shared & np.isfinite(expected).all(axis=1)
    if solved is not None:
        shared = shared & solved
    if not shared.any():
        raise BigeError(
            "The simulation has no solved frame within the motion's time, expected at "
            "least one; simulate the motion again."
        )
    return tuple(
        _compare(
            name,
            time=times[shared],
            predicted=expected[shared, place],
            found=simulated.column(name)[shared],
            duration=surrogate.duration,
        )
        for place, name in enumerate(muscles)
    )


def pool_peaks(parts: Sequence[MuscleAgreement]) -> dict[str, float]:
    """Mean peaks of muscles, activation 0 to 1, as plain data.

    Returns
    -------
    ``surrogate`` and ``simulated`` peak, their ``difference`` (surrogate minus
    simulated), and the mean magnitude of the muscles' differences

    Examples
    --------
    >>> parts = [MuscleAgreement(n, 10, rmse=0.0, bias=0.0, spread=0.1, r2=None,
    ...              surrogate_peak=peak, simulated_peak=0.5, peak_delay=None,
    ...              peak_delay_percent=None) for n, peak in (("x", 0.25), ("y", 0.75))]
    >>> pool_peaks(parts)
    {'surrogate': 0.5, 'simulated': 0.5, 'difference': 0.0, 'magnitude': 0.25}
    """
    differences = np.array([part.peak_difference for part in parts])
    return {
        "surrogate": float(np.mean([part.surrogate_peak for part in parts])),
        "simulated": float(np.mean([part.simulated_peak for part in parts])),
        "difference": float(differences.mean()),
        "magnitude": float(np.abs(differences).mean()),
    }


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


def _compare(
    name: str,
    *,
    time: Float[np.ndarray, " N"],
    predicted: Float[np.ndarray, " N"],
    found: Float[np.ndarray, " N"],
    duration: float,
) -> MuscleAgreement:
    difference = predicted - found
    rmse, spread = float(np.sqrt(np.mean(difference**2))), float(found.std())
    delay = None
    if min(spread, float(predicted.std())) >= STILL:
        delay = float(time[predicted.argmax()] - time[found.argmax()])
    return MuscleAgreement(
        name=name,
        frames=len(time),
        rmse=rmse,
        bias=float(difference.mean()),
        spread=spread,
        r2=_r2(rmse, spread),
        surrogate_peak=float(predicted.max()),
        simulated_peak=float(found.max()),
        peak_delay=delay,
        peak_delay_percent=None if delay is None else 100 * delay / duration,
    )


def _r2(rmse: float, spread: float) -> float | None:
    """``1 - SS_res / SS_tot`` from per-frame means, or ``None`` where undefined."""
    return None if spread < STILL else 1 - (rmse / spread) ** 2
