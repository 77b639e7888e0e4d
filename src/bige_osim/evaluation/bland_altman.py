"""Bias and limits of agreement of two methods that measured the same.

Bland and Altman 1986 (Lancet 327:307) and 1999 (Stat Methods Med Res 8:135): of the
differences ``d`` of ``n`` independent pairs, with mean ``m`` and standard deviation
``s``, 95 % lie within ``m ± 1.96 s``. Standard errors are ``s / √n`` of the bias and
``s √(1/n + 1.96² / (2 (n - 1)))`` of a limit (1999), intervals those of
Student's t with ``n - 1`` degrees of freedom. They are approximate: of a limit, too
narrow below some 40 pairs (Carkeet and Goh 2018, Stat Methods Med Res 27:1559).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError

WITHIN = 1.96
"""Standard deviations about the mean within which 95 % of a normal distribution lie."""

_LARGE = 1e3  # t above which SciPy takes seconds to minutes


@dataclass(frozen=True)
class BlandAltman:
    """Limits of agreement, in the unit of what was measured.

    Attributes
    ----------
    count : of pairs
    bias : mean difference, in that unit
    sd : standard deviation of the differences, in that unit
    bias_interval, lower_interval, upper_interval : 95 % confidence intervals of bias
        and limits
    """

    count: int
    bias: float
    sd: float
    bias_interval: tuple[float, float]
    lower_interval: tuple[float, float]
    upper_interval: tuple[float, float]

    @property
    def lower(self) -> float:
        """Lower limit of agreement, in the same unit."""
        return self.bias - WITHIN * self.sd

    @property
    def upper(self) -> float:
        """Upper limit of agreement, in the same unit."""
        return self.bias + WITHIN * self.sd

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "pairs": self.count,
            "bias": self.bias,
            "sd": self.sd,
            "lower": self.lower,
            "upper": self.upper,
            "bias_95": list(self.bias_interval),
            "lower_95": list(self.lower_interval),
            "upper_95": list(self.upper_interval),
        }


def find_limits(
    reference: Float[np.ndarray, " N"], compared: Float[np.ndarray, " N"]
) -> BlandAltman:
    """Find limits of agreement; differences are compared minus reference.

    Parameters
    ----------
    reference, compared : (N,) of independent pairs, in one unit

    Raises
    ------
    BigeError
        There are fewer than two pairs.

    Examples
    --------
    >>> found = find_limits(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]))
    >>> found.bias, found.sd, round(found.lower, 2), round(found.upper, 2)
    (2.0, 1.0, 0.04, 3.96)
    """
    differences = compared - reference
    count = len(differences)
    if count < 2:
        raise BigeError(
            f"Limits of agreement need two pairs or more, got {count}; compare more "
            "trials."
        )
    from scipy.special import stdtrit  # SciPy takes a while to load

    bias, sd = float(differences.mean()), float(differences.std(ddof=1))
    wide = float(stdtrit(count - 1, 0.975))
    of_bias = wide * sd / math.sqrt(count)
    of_limit = wide * sd * math.sqrt(1 / count + WITHIN**2 / (2 * (count - 1)))

    def around(middle: float, half: float) -> tuple[float, float]:
        return middle - half, middle + half

    return BlandAltman(
        count=count,
        bias=bias,
        sd=sd,
        bias_interval=around(bias, of_bias),
        lower_interval=around(bias - WITHIN * sd, of_limit),
        upper_interval=around(bias + WITHIN * sd, of_limit),
    )


def find_effect_size(
    reference: Float[np.ndarray, " N"], compared: Float[np.ndarray, " N"]
) -> float | None:
    """Cohen's d of paired samples, ``d_z``: mean difference over the differences' SD.

    Lakens 2013 (Front Psychol 4:863). It says how consistent a difference is
    among participants, not how large: small differences that all have give a large one.

    Parameters
    ----------
    reference, compared : (N,) of independent pairs, in one unit

    Returns
    -------
    a ratio, positive where ``compared`` is larger; ``None`` below two pairs, or if the
    differences do not vary

    Examples
    --------
    >>> find_effect_size(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]))
    2.0
    """
    differences = compared - reference
    if len(differences) < 2:
        return None
    sd = float(differences.std(ddof=1))
    least = 1e-12 * max(1e-300, float(np.abs(differences).max()))
    return float(differences.mean()) / sd if sd > least else None


def find_effect_interval(effect: float, count: int) -> tuple[float, float]:
    """95 % confidence interval of :func:`find_effect_size`.

    ``d_z √n`` is a paired t, which is distributed as Student's t with ``n - 1``
    degrees of freedom about the true ``δ √n`` (noncentral t): the ends are the ``δ`` of
    which it would be at the 97.5th and the 2.5th percentile (Cumming and Finch 2001,
    Educ Psychol Meas 61:532). Exact where differences are normal.

    Parameters
    ----------
    effect : d_z, a ratio
    count : of pairs, two or more

    Examples
    --------
    >>> low, high = find_effect_interval(0.5, 10)
    >>> round(low, 2), round(high, 2)
    (-0.17, 1.15)
    """
    from scipy.special import chdtri, nctdtrinc  # SciPy takes a while to load

    root, degrees = math.sqrt(count), count - 1
    t = abs(effect) * root
    if t > _LARGE:  # δ beside which the 1 of a normal deviate does not count
        near, far = (
            t * math.sqrt(chdtri(degrees, p) / degrees) for p in (0.975, 0.025)
        )
    else:
        near, far = (float(nctdtrinc(degrees, p, t)) for p in (0.975, 0.025))
    ends = near / root, far / root
    return ends if effect >= 0 else (-ends[1], -ends[0])
