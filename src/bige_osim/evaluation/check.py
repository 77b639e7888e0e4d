"""One thing that a motion is checked for: what was found, by whom, and its bounds."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from bige_osim.solution import EngineName

ComputedBy = Literal["surrogate", "fast", "OpenSim", "kinematics"]
"""Who computed a value: the net, either engine, or the motion and its model alone."""

ExpectedBy = Literal["surrogate", "exact"]
"""Who says beforehand what muscles of a motion do: a net, or the static optimisation
that the motion was refined with."""

EXPECTED: dict[ExpectedBy, str] = {"surrogate": "surrogate", "exact": "refinement"}
"""How each is called before a reader."""

ENGINES: dict[EngineName, ComputedBy] = {"fast": "fast", "opensim": "OpenSim"}
"""How each engine is called here."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that a motion is checked for.

    Attributes
    ----------
    name : of what is checked
    value : what was found, in ``unit``; ``None`` where there is nothing to measure
    low, high : bounds that the value has to keep to, in ``unit``; either may be absent
    unit : of value and bounds
    satisfied : whether it does; ``None`` for what has no bounds
    computed_by : who computed the value
    surrogate : the value as the surrogate predicts it, in ``unit``, if it does
    decides : whether the motion fails with this check; what does not is reported
    reasons : sentences that say what is wrong; empty if nothing is

    Examples
    --------
    >>> Check(name="foot sliding", value=0.2, high=0.1, unit="m/s", satisfied=False,
    ...       computed_by="kinematics").failed
    True
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    unit: str
    satisfied: bool | None = None
    computed_by: ComputedBy
    surrogate: float | None = None
    decides: bool = True
    reasons: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the motion does not pass because of it."""
        return self.decides and self.satisfied is False

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def list_reasons(checks: Iterable[Check]) -> tuple[str, ...]:
    """Why a motion does not pass, by its checks, one sentence each."""
    return tuple(text for check in checks if check.failed for text in check.reasons)
