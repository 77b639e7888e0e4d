"""How well the surrogate's activations agree with the simulated ones, per muscle.

Both are compared at the frames the simulation solved; the surrogate is interpolated
linearly to those times. Differences are surrogate minus simulated. RMSE, R², peaks and
their timing are those of :mod:`bige_osim.evaluation.curve_agreement`, with the
simulation as reference; of several muscles, peaks are means over the muscles.

Frames that the surrogate did not predict (NaN) are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from bige_osim.errors import BigeError
from bige_osim.evaluation.curve_agreement import Agreement, compare_curves
from bige_osim.motion import Activations
from bige_osim.times import within


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


def _compare(
    name: str,
    *,
    time: Float[np.ndarray, " N"],
    predicted: Float[np.ndarray, " N"],
    found: Float[np.ndarray, " N"],
    duration: float,
) -> MuscleAgreement:
    one = compare_curves(
        name, time=time, reference=found, compared=predicted, most_lag=0.0
    )
    delay = one.peak_delay
    return MuscleAgreement(
        name=name,
        frames=one.frames,
        rmse=one.rmse,
        bias=one.bias,
        spread=one.spread,
        r2=one.r2,
        surrogate_peak=one.compared_peak,
        simulated_peak=one.reference_peak,
        peak_delay=delay,
        peak_delay_percent=None if delay is None else 100 * delay / duration,
    )
