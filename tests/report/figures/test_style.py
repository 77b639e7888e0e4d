"""Figures as SVG inside a page."""

import re
from xml.etree import ElementTree

from bige_osim.report.figures.style import drawing, inline_svg, panels


def svg(title: str = "muscle", key: str = "f1") -> str:
    with drawing():
        figure, (axes,) = panels(1, height=1.5)
        axes.plot([0, 1], [0, 1])
        axes.set_title(title)
    return inline_svg(figure, key=key)


def test_the_svg_is_well_formed_and_names_no_address() -> None:
    text = svg()
    ElementTree.fromstring(text)
    assert "http" not in text
    assert "<style" not in text


def test_texts_stay_texts_and_are_escaped() -> None:
    assert ">vasmed_r &lt;b&gt;</text>" in svg("vasmed_r <b>")
    assert ">$a_r$</text>" in svg("$a_r$")


def test_ids_are_used_and_belong_to_one_figure() -> None:
    text = svg(key="f7")
    ids = re.findall(r'\bid="([^"]*)"', text)
    uses = re.findall(r'(?:href="#|url\(#)([^")]*)', text)
    assert set(ids) == set(uses)
    assert all(name.startswith("f7-") for name in ids)
    assert len(ids) == len(set(ids))


def test_colours_are_those_of_the_page() -> None:
    text = svg()
    assert "currentColor" in text
    assert "var(--rule)" in text
    assert "#1b1f24" not in text.lower()
