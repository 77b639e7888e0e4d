"""The page of ``bige compare``: all systems, who is nearest, nothing from outside."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.opened_page import open_file

from bige_osim.evaluation.comparison import ComparedSystem, Comparison, Role
from bige_osim.evaluation.comparison_statistics import find_statistics
from bige_osim.evaluation.estimate import estimate
from bige_osim.motion import Activations, Motion
from bige_osim.report.compare_content import ComparePage
from bige_osim.report.compare_page import make_compare_page
from bige_osim.report.page import Note, render_page, write_page

SYSTEMS: dict[str, tuple[str, Role, float]] = {
    "reference": ("Reference", "reference", 0.0),
    "mocap": ("MoCap", "recorded", 0.1),
    "vqvae": ("VQVAE", "generated", 4.0),
    "mdm": ("M<D>M", "generated", 9.0),
    "bige": ("BIGE", "generated", -1.0),
}
MANIFEST = {
    "inputs": [{"file": "somewhere/squats.nc", "sha256": "0123456789abcdef"}],
    "config": {"count": 2, "goal": {"activation": {"low": 0.25}}},
    "seed": 3,
    "versions": {"python": "3.11"},
    "timings": {"compare": 83.7},
    "warnings": ["One of the nets was trained for a minute."],
}
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    '<rect width="9" height="9"/></svg>'
)


def make_values(more: float, count: int) -> dict[str, dict[str, float]]:
    """Tilt is off by ``more``, and by a little of each; sliding by its size."""
    return {
        f"p{i}": {
            "pelvis_tilt": -30.0 + 2 * i + more + 0.1 * np.sin(i * more),
            "foot_sliding": 0.001 + abs(0.01 * (more - 9)),
        }
        for i in range(count)
    }


def make_motion(more: float, i: int) -> tuple[Motion, Activations]:
    time = np.linspace(0, 2, 41)
    bend = (80 + 2 * i + more + 0.1 * np.sin(i * more)) * np.sin(np.pi * time / 2)
    return (
        Motion(time, np.radians(bend)[:, None], ("knee_angle_r",)),
        Activations(time, bend[:, None] / 200, ("soleus_r",)),
    )


def make_content(count: int = 8) -> ComparePage:
    values = {k: make_values(more, count) for k, (_, _, more) in SYSTEMS.items()}
    comparison = Comparison(
        tuple(
            ComparedSystem(
                key=key,
                title=title,
                role=role,
                each=values[key],
                motions=2 * count,
                values={
                    column: estimate([row[column] for row in values[key].values()])
                    for column in ("pelvis_tilt", "foot_sliding")
                },
            )
            for key, (title, role, _) in SYSTEMS.items()
        )
    )
    motions = {
        key: {f"p{i}": [make_motion(more, i)] for i in range(count)}
        for key, (_, _, more) in SYSTEMS.items()
    }
    return ComparePage(
        comparison=comparison,
        statistics=find_statistics(comparison, motions=motions),
        held_out=tuple(f"p{i}" for i in range(count)),
        manifest=MANIFEST,
        figures={"Postures & more": SVG},
    )


CONTENT = make_content()
HTML = render_page(make_compare_page(CONTENT))


def test_every_system_is_a_row() -> None:
    for title in ("Reference", "MoCap", "VQVAE", "M&lt;D&gt;M", "BIGE"):
        assert re.search(rf'<th scope="row">{title}<small>16 motions, n = 8<', HTML)


def test_the_nearest_is_bold_and_what_that_means_is_said() -> None:
    strong = re.findall(r"<strong>(.*?)</strong>", HTML)
    tilt = CONTENT.comparison.systems[4].values["pelvis_tilt"].mean
    assert strong[0].startswith(f"{tilt:.1f}".replace("-", "\N{MINUS SIGN}"))
    assert strong[1].startswith("0.001")  # of MDM, which slides least
    assert len(strong) == 2
    assert "Bold: among the generated systems" in HTML
    assert "or nearest to 0 of foot sliding;" in HTML


def test_it_is_said_who_is_nearest_and_where_the_guided_system_is_not() -> None:
    page = make_compare_page(CONTENT)
    assert page.headline.text == "BIGE is nearest to the reference in 1 of 2 columns"
    assert "Nearest: BIGE in 1 (pelvis tilt)." in page.headline.details
    assert page.headline.details[-2:] == (
        "BIGE is not the nearest in foot sliding (M<D>M 0.001, BIGE 0.101 m/s).",
        "By more than chance, participant by participant, BIGE is nearer than VQVAE in "
        "1 of 2 (farther in 1) and than M<D>M in 1 of 2 (farther in 1).",
    )


def test_it_needs_nothing_from_elsewhere_and_titles_are_escaped() -> None:
    assert 'src="http' not in HTML
    assert 'href="http' not in HTML
    assert "url(http" not in HTML
    assert "<script" not in HTML
    assert "<D>" not in HTML
    assert "Postures &amp; more" in HTML
    assert 'src="data:image/svg+xml;base64,' in HTML


def test_what_is_told_apart_has_a_sign() -> None:
    rows = HTML.split('id="nearer"')[1].split("</table>")[0]
    assert "BIGE against VQVAE" in rows
    assert rows.count("8 of 8") == 2  # tilt
    assert rows.count("0 of 8") == 2  # sliding
    assert rows.count("✓") == rows.count("✗") == 2


def test_curves_are_drawn_and_where_they_differ_is_in_the_table() -> None:
    part = HTML.split('<section id="curves"')[1]
    assert part.count("<svg") == 2
    assert "knee angle (deg)" in part
    assert "differs at" in part
    assert "Nichols and Holmes" in part


def list_notes(count: int) -> str:
    """All notes of the page of so many participants."""
    page = make_compare_page(make_content(count))
    blocks = [block for section in page.sections for block in section.blocks]
    notes = [block.text for block in blocks if isinstance(block, Note)]
    return "\n".join([*page.headline.details, *notes])


def test_of_few_participants_it_is_said_that_nothing_can_be_told() -> None:
    said = list_notes(3)
    assert "Fewer than six participants: nothing can be told apart" in said
    assert "Curves are not tested with fewer than six participants" in said
    assert "6 participants or more are needed to tell" in said
    assert "There is one participant" not in said
    assert "There is one participant" in list_notes(1)


def test_manifest_and_warnings_are_at_the_end() -> None:
    part = HTML.split('id="provenance"')[1]
    assert "squats.nc" in part
    assert "somewhere" not in part
    assert "activation: low: 0.25" in part
    assert "One of the nets was trained for a minute." in part


def test_systems_without_a_guided_one_are_a_page_too() -> None:
    systems = CONTENT.comparison.systems[:4]
    comparison = Comparison(tuple(replace(one, each={}) for one in systems))
    statistics = find_statistics(comparison, motions={})
    page = make_compare_page(
        replace(CONTENT, comparison=comparison, statistics=statistics, figures={})
    )
    assert [section.anchor for section in page.sections] == ["systems", "provenance"]
    assert page.headline.text == "VQVAE is nearest to the reference in 1 of 2 columns"


@pytest.mark.browser
@pytest.mark.slow
def test_it_fits_a_phone_and_asks_for_nothing(
    tmp_path: Path, chromium_installed: None
) -> None:
    path = tmp_path / "compare.html"
    write_page(path, make_compare_page(CONTENT))
    with open_file(path, ready="figure svg", width=390, height=800) as (
        tab, asked, said,
    ):  # fmt: skip
        assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
        assert said == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
