"""What a rule and an exercise are; the table of them is in ``exercises``."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

UNITS = {
    "deg": 180 / np.pi,
    "cm": 100.0,
    "%": 100.0,
    "m/s": 1.0,
    "m/s²": 1.0,
    "s": 1.0,
    "": 1.0,
}
"""By how much a value in SI units is multiplied to be read in a unit."""

Source = Literal["any", "angles", "skeleton"]


@dataclass(frozen=True)
class Rule:
    """One limit.

    Attributes
    ----------
    measure : name in :data:`~bige_osim.repetitions.features.MEASURES`
    reason : sentence without its end that says what is wrong; ``{}`` is the value
    why : why there is such a limit, and where it is from
    least, most : limits of the value, rad, m, m/s, s or a share; one or both
    unit : in which a reader sees the value
    room : distance from the limit at which the quality is full; the limit itself
        unless given
    either : whether the value counts without its sign
    source : whether the rule holds only where feet are known by angles alone, or only
        where a skeleton places them
    """

    measure: str
    reason: str
    why: str
    least: float | None = None
    most: float | None = None
    unit: str = ""
    room: float | None = None
    either: bool = False
    source: Source = "any"

    def margin(self, value: float) -> float:
        """Distance within the limits as a share of the room; negative beyond one.

        Examples
        --------
        >>> Rule("travel", "it goes {:.0f} cm", "", most=0.2).margin(0.1)
        0.5
        """
        size = abs(value) if self.either else value
        margins = []
        if self.least is not None:
            margins.append((size - self.least) / (self.room or abs(self.least)))
        if self.most is not None:
            margins.append((self.most - size) / (self.room or abs(self.most)))
        return min(margins)

    def sentence(self, value: float) -> str:
        """Say what is wrong with a value."""
        return self.reason.format(value * UNITS[self.unit])


@dataclass(frozen=True)
class Exercise:
    """What a repetition of an exercise is.

    Attributes
    ----------
    name : as it is called everywhere, lower case with hyphens
    plural : for several
    signal : what makes a candidate, a name in
        :data:`~bige_osim.repetitions.candidates.FINDERS`
    edges : where a repetition starts and ends
    rules : all of which it keeps
    """

    name: str
    plural: str
    signal: str
    edges: str
    rules: tuple[Rule, ...]
