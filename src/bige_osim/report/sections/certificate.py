"""The section that certifies one motion: a table of its checks, and what made them."""

from bige_osim.evaluation.certificate import Certificate
from bige_osim.evaluation.check import ENGINES, Check
from bige_osim.io.manifest import versions
from bige_osim.report.formatting import MISSING, NO_CHECK, amount
from bige_osim.report.page import (
    Card,
    Cell,
    Facts,
    Section,
    Table,
    judge_cell,
)

SHA = 12
"""Digits of a hash that tell models apart."""


def certificate_section(certificate: Certificate) -> Section:
    """Show every check of a motion: who computed what, its bounds, whether it is met.

    Examples
    --------
    >>> fine = Check(name="penetration", value=0.2, high=1.0, unit="cm", satisfied=True,
    ...              computed_by="kinematics")
    >>> found = Certificate("01", (fine,), "fast", "measured", "s4", "0" * 64)
    >>> [cell.text for cell in certificate_section(found).blocks[1].cells[0]]
    ['penetration', '0.2 cm', 'at most 1.0', '–', 'kinematics', 'yes']
    """
    passed = certificate.passed
    estimated = certificate.ground == "estimated"
    verdict = judge_cell(passed, ("passes", "does not pass", MISSING))
    table = Table(
        headings=(
            "check",
            "value",
            "accepted",
            "surrogate's value",
            "computed by",
            "satisfied",
        ),
        rows=tuple(_row(check) for check in certificate.checks),
        caption="Checks",
        numbers=frozenset({1, 2, 3}),
    )
    found = ", ".join(f"{name} {text}" for name, text in versions().items())
    facts = Facts(
        (
            ("simulated by", ENGINES[certificate.engine]),
            ("ground reaction", NO_CHECK if estimated else certificate.ground),
            ("model", certificate.model),
            ("its SHA-256", f"{certificate.model_sha256[:SHA]}…"),
            ("versions", found),
        )
    )
    return Section(
        title=f"Motion {certificate.name}",
        anchor=f"motion-{certificate.name}",
        blocks=(Card("Verdict", verdict, certificate.reasons), table, facts),
        sheet=True,
    )


def _row(check: Check) -> tuple[Cell | str, ...]:
    value = amount(check.value, check.unit)
    if check.value is not None and check.unit != "activation":
        value += f" {check.unit}"
    return (
        check.name,
        value,
        _describe_bounds(check),
        amount(check.surrogate, check.unit),
        check.computed_by,
        _judge(check),
    )


def _judge(check: Check) -> Cell:
    """Tick or cross; what does not decide has a word and neither."""
    if check.decides:
        return judge_cell(check.satisfied, ("yes", "no", "reported"))
    return Cell("reported: yes" if check.satisfied else "reported: no")


def _describe_bounds(check: Check) -> str:
    low, high = amount(check.low, check.unit), amount(check.high, check.unit)
    if check.low is None and check.high is None:
        return MISSING
    if check.low is None:
        return f"at most {high}"
    return f"at least {low}" if check.high is None else f"{low} to {high}"
