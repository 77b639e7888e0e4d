"""What a rule and an exercise are; the table of them is in ``exercises``."""

from collections.abc import Callable
from dataclasses import dataclass
from math import degrees
from typing import Literal

from bige_osim.repetitions.candidates import Signal
from bige_osim.repetitions.features import Movement

Feature = Callable[[Movement], float]
"""A method of :class:`Movement`: rad, m, m/s, s or a fraction."""

Unit = Literal["deg", "cm", "%", "m/s", "m/s²", "s", ""]
Source = Literal["any", "angles", "skeleton"]


@dataclass(frozen=True)
class Rule:
    """One limit.

    Attributes
    ----------
    feature : what it limits, a method of :class:`.Movement`
    reason : sentence without its end that says what is wrong; ``{}`` is the value
    why : why there is such a limit, and where it is from
    least, most : limits of the value in its SI unit; one or both
    unit : in which a reader sees the value
    room : distance from the limit, in the same unit, at which the quality is full; the
        limit itself unless given
    either : whether the value counts without its sign
    source : whether the rule applies only where feet are known by angles alone, or only
        where a skeleton places them

    Examples
    --------
    >>> said = "the pelvis travels {:.0f} cm"
    >>> rule = Rule(Movement.travel, said, "", most=0.2, unit="cm")
    >>> rule.margin(0.1), rule.sentence(0.3)
    (0.5, 'the pelvis travels 30 cm')
    """

    feature: Feature
    reason: str
    why: str
    least: float | None = None
    most: float | None = None
    unit: Unit = ""
    room: float | None = None
    either: bool = False
    source: Source = "any"

    def margin(self, value: float) -> float:
        """Distance within the limits as a fraction of the room; negative beyond one."""
        size = abs(value) if self.either else value
        margins = []
        if self.least is not None:
            margins.append((size - self.least) / (self.room or abs(self.least)))
        if self.most is not None:
            margins.append((self.most - size) / (self.room or abs(self.most)))
        return min(margins)

    def sentence(self, value: float) -> str:
        """Say what is wrong with a value in its SI unit."""
        if self.unit == "deg":
            return self.reason.format(degrees(value))
        return self.reason.format(100 * value if self.unit in ("cm", "%") else value)


@dataclass(frozen=True)
class Exercise:
    """What a repetition of an exercise is.

    Attributes
    ----------
    name : as it is called everywhere, lower case with hyphens
    plural : for several
    signal : what makes a candidate
    edges : where a repetition starts and ends
    rules : all of which it keeps
    """

    name: str
    plural: str
    signal: Signal
    edges: str
    rules: tuple[Rule, ...]
