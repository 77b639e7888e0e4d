"""The certificate of a motion: every check, who computed it, and the verdict."""

from dataclasses import dataclass
from typing import Any

from bige_osim.evaluation.check import Check, list_reasons
from bige_osim.io.manifest import versions
from bige_osim.io.output import finite
from bige_osim.solution import EngineName


@dataclass(frozen=True)
class Certificate:
    """All checks of one motion, from which its verdict follows.

    Attributes
    ----------
    name : of the motion, such as ``01``
    checks : in the order in which they are read
    engine : what simulated
    ground : whether ground reaction was ``measured`` or ``estimated``, which makes
        small residuals no independent check
    model : name of the participant's model
    model_sha256 : hash of its ``.osim``

    Examples
    --------
    >>> slid = Check(name="foot sliding", value=0.2, high=0.1, unit="m/s",
    ...              satisfied=False, computed_by="kinematics",
    ...              reasons=("They slide.",))
    >>> certificate = Certificate("01", (slid,), "fast", "estimated", "s4", "0" * 64)
    >>> certificate.passed, certificate.reasons
    (False, ('They slide.',))
    """

    name: str
    checks: tuple[Check, ...]
    engine: EngineName
    ground: str
    model: str
    model_sha256: str

    @property
    def passed(self) -> bool:
        """Whether no check that decides is broken."""
        return not any(check.failed for check in self.checks)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the motion does not pass, one sentence each; empty if it passes."""
        return list_reasons(self.checks)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for ``certificate.json``, with the versions that run now."""
        plain: dict[str, Any] = finite(
            {
                "name": self.name,
                "passed": self.passed,
                "reasons": self.reasons,
                "engine": self.engine,
                "ground": self.ground,
                "model": {"name": self.model, "sha256": self.model_sha256},
                "versions": versions(),
                "checks": [check.to_dict() for check in self.checks],
            }
        )
        return plain
