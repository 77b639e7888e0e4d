"""Metrics as BIGE's paper has them, for comparison with its figures and nothing else.

Definitions are those of the authors' scripts (``calculate_wasserstein.py`` and
``calculate_guidance.py`` of Rose-STL-Lab/BIGE; Maheshwari et al. 2025, L4DC). Where
they differ from :mod:`bige_osim.evaluation.metrics`:

- a motion is 196 frames at 60 Hz; a shorter one is repeated from its start, and jumps
  where it is (a longer one is cut here);
- rates are differences from frame to frame, which the jump takes part in, and root
  means square are taken over all motions of a participant together;
- every motion's pelvis tilt is taken at the peak of every motion, not of its own;
- fidelity and entropy take angles in degrees and translations in metres for values of
  one quantity.

The scripts take every file for 60 Hz; here motions are resampled by their time stamps,
so that one that was recorded at another rate is not scored at a wrong speed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from bige_osim.dataset.sample import PELVIS
from bige_osim.errors import BigeError
from bige_osim.evaluation.metrics import LEG_PAIRS, SWINGING
from bige_osim.motion import Activations, Motion
from bige_osim.solving.residuals import rms

RATE = 60.0
"""Frames a second that the scripts suppose, 1/s."""

FRAMES = 196
"""Frames of a motion."""

BINS = 10
"""Bins of the entropy's histogram."""

PAPER_UNITS = {
    "pelvis_tilt": "deg",
    "asymmetry": "deg",
    "angular_velocity": "deg/s",
    "com_velocity": "m/s",
    "com_acceleration": "m/s²",
    "fidelity": "deg² and m²",
    "entropy": "nat",
}
"""Unit of every metric, by its name."""


@dataclass(frozen=True, kw_only=True)
class PaperMetrics:
    """Metrics of a participant's motions, by the paper's definitions.

    Attributes
    ----------
    pelvis_tilt : deg, mean over motions and over the frames at which any of them peaks
    asymmetry : deg, RMS over motions, frames and leg pairs of left - right
    angular_velocity : deg/s, RMS over motions, frames, leg flexions and pelvis tilt
    com_velocity, com_acceleration : m/s, m/s², RMS of the pelvis' differences
    fidelity : (μ₁ - μ₂)² + (σ₁ - σ₂)² over all values, deg² and m² in one
    entropy : mean over motions of that of a histogram of all their values, in units of
        nats
    """

    pelvis_tilt: float
    asymmetry: float
    angular_velocity: float
    com_velocity: float
    com_acceleration: float
    fidelity: float
    entropy: float


@dataclass(frozen=True, eq=False)
class PaperFrames:
    """Motions as the paper takes them.

    Attributes
    ----------
    values : (N, 196, C) deg and m, at 60 Hz
    names : C coordinates
    """

    values: Float[np.ndarray, "N 196 C"]
    names: tuple[str, ...]

    def select(self, names: Sequence[str]) -> Float[np.ndarray, "N 196 K"]:
        """Values of some coordinates, deg or m.

        Parameters
        ----------
        names : K of them
        """
        return self.values[..., [self.names.index(name) for name in names]]

    def take(self, rows: Sequence[int]) -> "PaperFrames":
        """Keep some of the motions."""
        return PaperFrames(self.values[list(rows)], self.names)


def sample_frames(
    motions: Sequence[Motion],
    *,
    rotations: Sequence[str],
    translations: Sequence[str],
) -> PaperFrames:
    """Resample motions at 60 Hz and repeat or cut them to 196 frames.

    Parameters
    ----------
    motions : N, rad and m
    rotations, translations : names of coordinates that all of them have

    Raises
    ------
    UnknownNameError
        A motion lacks a coordinate.
    BigeError
        There is no motion.

    Examples
    --------
    A motion of 2 s ends at frame 120 and starts again:

    >>> time = np.arange(0, 2.01, 0.02)
    >>> found = sample_frames([Motion(time, time[:, None], ("pelvis_tx",))],
    ...     rotations=[], translations=["pelvis_tx"])
    >>> found.values[0, [60, 120, 121], 0].round(6).tolist()
    [1.0, 2.0, 0.0]
    """
    if not motions:
        raise BigeError("The paper's metrics need a motion, got none; pass some.")
    every = []
    for motion in motions:
        even = motion.resample(RATE)
        turned = np.rad2deg(even.select(rotations).values)
        values = np.hstack([turned, even.select(translations).values])
        times = math.ceil(FRAMES / len(values))
        every.append(np.tile(values, (times, 1))[:FRAMES])
    return PaperFrames(np.stack(every), (*rotations, *translations))


def find_peak(
    motion: Motion, activations: Activations, *, muscles: Sequence[str]
) -> int:
    """Frame, of 196 at 60 Hz, at which the most active of ``muscles`` peaks.

    An unknown muscle is an ``UnknownNameError``.
    """
    effort = activations.select(muscles).values.max(axis=1)
    since = float(activations.time[effort.argmax()] - motion.time[0])
    return int(np.clip(round(RATE * since), 0, FRAMES - 1))


def measure_paper(
    frames: PaperFrames,
    *,
    peaks: Sequence[int] = (),
    reference: PaperFrames | None = None,
) -> PaperMetrics:
    """Compute the paper's metrics of a participant's motions.

    Parameters
    ----------
    frames : of N motions, deg and m
    peaks : frame of each motion's peak; without them the tilt is ``nan``
    reference : motions that fidelity is a distance to; ``nan`` without
    """
    left, right = (
        frames.select([f"{pair}_{side}" for pair in LEG_PAIRS]) for side in "lr"
    )
    swing = np.diff(frames.select(SWINGING), axis=1) * RATE
    path = frames.select(PELVIS)
    velocity = np.diff(path, axis=1) * RATE
    acceleration = np.diff(path, n=2, axis=1) * RATE**2
    tilt = frames.select(["pelvis_tilt"])[:, list(peaks), 0]
    return PaperMetrics(
        pelvis_tilt=float(tilt.mean()) if len(peaks) else math.nan,
        asymmetry=rms(left - right),
        angular_velocity=rms(swing),
        com_velocity=rms(np.linalg.norm(velocity, axis=-1)),
        com_acceleration=rms(np.linalg.norm(acceleration, axis=-1)),
        fidelity=math.nan
        if reference is None
        else compare_moments(frames.values, reference.values),
        entropy=float(np.mean([find_entropy(one) for one in frames.values])),
    )


def compare_moments(
    some: Float[np.ndarray, "..."], others: Float[np.ndarray, "..."]
) -> float:
    """Compute the paper's fidelity (μ₁ - μ₂)² + (σ₁ - σ₂)², in the square of the unit.

    It is the squared 2-Wasserstein distance of two normal distributions of one number.

    Parameters
    ----------
    some, others : all values of either set, in one unit

    Examples
    --------
    >>> compare_moments(np.array([0.0, 2.0]), np.array([3.0, 9.0]))
    29.0
    """
    mean, spread = some.mean() - others.mean(), some.std() - others.std()
    return float(mean**2 + spread**2)


def find_entropy(values: Float[np.ndarray, "..."]) -> float:
    """Shannon entropy, nat, of a histogram of ten bins from least to most.

    No more than log 10; 0 where all values (in any unit) are in one bin.

    Examples
    --------
    >>> round(find_entropy(np.arange(1000.0)), 6) == round(math.log(10), 6)
    True
    """
    counts, _ = np.histogram(values, bins=BINS)
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log(shares)).sum()) + 0.0
