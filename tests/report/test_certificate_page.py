"""The page of certificates, to be printed."""

import re

import pytest

from bige_osim.evaluation.certificate import Certificate
from bige_osim.evaluation.check import Check
from bige_osim.report.formatting import MISSING
from bige_osim.report.page import render_page
from bige_osim.report.pages import page_from_certificates

GOOD = Check(
    name="peak activation of vasmed_r",
    value=0.4,
    low=0.35,
    high=0.45,
    unit="activation",
    satisfied=True,
    computed_by="OpenSim",
    surrogate=0.38,
)
BAD = Check(
    name="residual force",
    value=52.34,
    high=40.0,
    unit="N",
    satisfied=False,
    computed_by="OpenSim",
    reasons=("The residual force peaks at 6.5 % of body weight.",),
)
REPORTED = Check(
    name="starts standing: knee flexion",
    value=40.0,
    high=25.0,
    unit="deg",
    satisfied=False,
    computed_by="kinematics",
    decides=False,
)


def certify(name: str, *checks: Check) -> Certificate:
    return Certificate(name, checks, "opensim", "estimated", "s4", "0123456789ab" * 5)


@pytest.fixture(scope="module")
def html() -> str:
    two = (certify("01", GOOD, REPORTED), certify("02", GOOD, BAD))
    return render_page(page_from_certificates(two))


def rows(html: str) -> list[list[str]]:
    """Texts of the cells of every row of every table."""
    found = re.findall(r"<tr>\n(<th scope=\"row\".*?)</tr>", html, flags=re.S)
    return [
        [re.sub("<.*?>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in found
    ]


def test_every_check_has_a_row_that_says_who_computed_what(html: str) -> None:
    bent = [REPORTED.name, "40.0 deg", "at most 25.0", MISSING, "kinematics"]
    good = [GOOD.name, "0.400", "0.350 to 0.450", "0.380", "OpenSim", "✓yes"]
    assert rows(html) == [
        good,
        [*bent, "reported: no"],
        good,
        [BAD.name, "52.3 N", "at most 40.0", MISSING, "OpenSim", "✗no"],
    ]


def test_verdicts_and_reasons_are_on_the_page(html: str) -> None:
    assert "1 of 2 motions passed" in html
    assert html.count(BAD.reasons[0]) == 1
    assert "estimated: not an independent check" in html
    assert "0123456789ab…" in html


def test_each_motion_is_a_sheet_of_paper_and_nothing_is_loaded(html: str) -> None:
    assert html.count('class="sheet"') == 2
    assert ".sheet + .sheet { break-before: page; }" in html
    assert "http" not in html


def test_a_single_motion_gives_the_page_its_title() -> None:
    assert page_from_certificates([certify("01", GOOD)]).title == (
        "Certificate of motion 01"
    )
