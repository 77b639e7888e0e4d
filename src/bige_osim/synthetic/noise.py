"""What capture with phones adds to a motion: offsets, slow drift and jitter."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from bige_osim.motion import Motion
from bige_osim.spec import ModelSpec


@dataclass(frozen=True)
class CaptureNoise:
    """Errors of a markerless recording, each coordinate for itself.

    An offset for the whole trial, and noise that is filtered to two bands. Measured on
    the two phone recordings of OpenCap's field study, and on a clean synthetic squat
    with the default noise: standing feet slide at 0.20 and at 0.16 m/s; residual
    moments are 8 to 11 and 7 N m RMS after a low-pass at 4 Hz, 41 to 70 and 51 N m at
    6 Hz. Offsets stay below OpenCap's mean absolute errors
    against marker-based capture, 4.5 degrees and 12 mm (Uhlrich et al. 2023, PLoS
    Comput Biol 19, e1011462), which hold differences of the models, too.

    Attributes
    ----------
    offset : standard deviation of the constant error, rad
    drift : of an error that changes within seconds, rad
    jitter : of an error from frame to frame, rad
    drift_cutoff, jitter_cutoff : frequency below which these lie, Hz
    per_radian : m of pelvis translation for a radian of rotation

    Examples
    --------
    >>> round(np.degrees(CaptureNoise().offset).item(), 3)
    1.5
    """

    offset: float = float(np.radians(1.5))
    drift: float = float(np.radians(0.7))
    jitter: float = float(np.radians(0.2))
    drift_cutoff: float = 0.5
    jitter_cutoff: float = 6.0
    per_radian: float = 0.5

    def add_to(
        self, motion: Motion, *, spec: ModelSpec, rng: np.random.Generator
    ) -> Motion:
        """Independent coordinates with errors; locked ones stay as they are.

        No rotation leaves its range further than it was before.

        Parameters
        ----------
        motion : (T, C) rad and m, the model's independent coordinates among them
        spec : the model
        rng : source of the errors
        """
        free = motion.select(spec.independent_names)
        values = free.values.copy()
        for column, name in enumerate(free.names):
            coordinate = spec.coordinate(name)
            if coordinate.locked:
                continue
            size = self.per_radian if coordinate.translational else 1.0
            noisy = values[:, column] + size * self._error(motion.time, rng)
            if not coordinate.translational:
                low = np.minimum(values[:, column], coordinate.minimum)
                high = np.maximum(values[:, column], coordinate.maximum)
                noisy = np.clip(noisy, low, high)
            values[:, column] = noisy
        return Motion(free.time, values, free.names)

    def _error(
        self, time: Float[np.ndarray, " T"], rng: np.random.Generator
    ) -> Float[np.ndarray, " T"]:
        error = np.full(len(time), self.offset * rng.standard_normal())
        for size, cutoff in (
            (self.drift, self.drift_cutoff),
            (self.jitter, self.jitter_cutoff),
        ):
            white = Motion(time, rng.standard_normal((len(time), 1)), ("error",))
            band = white.filter(cutoff).values[:, 0]
            error += size * band / max(band.std(), 1e-12)
        return error
