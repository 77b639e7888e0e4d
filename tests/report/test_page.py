"""Pages as HTML: whole, escaped, and in need of nothing else."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from bige_osim.report.blocks import Download
from bige_osim.report.figures.style import drawing, panels
from bige_osim.report.page import (
    Card,
    Cell,
    Facts,
    Headline,
    Note,
    Page,
    Paragraph,
    Picture,
    Pictures,
    Section,
    Table,
    Tile,
    render_page,
    write_page,
)

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Balance(HTMLParser):
    """Finds elements that are left open or closed twice."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def page(*blocks, **parts) -> Page:
    headline = parts.get("headline", Headline("1 of 2 motions passes", "mixed"))
    return Page("Squats", headline, (Section("Goal", "goal", blocks),), "Made up.")


def picture(alt: str = "a line") -> Picture:
    with drawing():
        figure, (axes,) = panels(1, height=1.0)
        axes.plot([0, 1])
    return Picture(figure, alt=alt, caption="A line.")


ALL = page(
    Paragraph("text"),
    Note("missing"),
    Facts((("mass", "60 kg"),)),
    Table(
        ("muscle", "RMSE"), (("soleus", Cell("0.1", "bad")),), numbers=frozenset({1})
    ),
    Table(("a",), (("b",),), caption="folded", folded=True),
    Pictures((picture(), picture())),
    Card("Motion 01", Cell("fails", "bad"), ("It slides.",), (Paragraph("inside"),)),
    headline=Headline("Good", "good", ("detail",), (Tile("3", "motions", "good"),)),
)


def test_every_element_is_closed_in_order() -> None:
    parser = Balance()
    parser.feed(render_page(ALL))
    parser.close()
    assert parser.wrong == []
    assert parser.open == []


def test_all_blocks_are_there() -> None:
    text = render_page(ALL)
    for part in (
        "text",
        "missing",
        "60 kg",
        "soleus",
        "folded",
        "It slides.",
        "inside",
    ):
        assert part in text
    assert text.count("<svg") == 2
    assert "<details><summary>folded</summary>" in text


def test_texts_are_escaped_everywhere() -> None:
    evil = "<script>alert('x')</script>"
    text = render_page(
        page(
            Paragraph(evil),
            Table((evil,), ((evil,),), caption=evil),
            Card(evil, Cell(evil, "bad"), (evil,)),
            Pictures((picture(alt=f'"{evil}'),)),
            headline=Headline(evil, "bad", (evil,), (Tile(evil, evil),)),
        )
    )
    assert "<script" not in text
    assert 'aria-label="&#34;&lt;script&gt;' in text


def test_a_picture_says_in_words_what_it_shows() -> None:
    text = render_page(page(Pictures((picture("knee flexion, 0 to 100 deg"),))))
    assert 'role="img" aria-label="knee flexion, 0 to 100 deg"' in text


def test_verdicts_are_signs_and_words_as_well_as_colours() -> None:
    text = render_page(ALL)
    assert "✗" in text
    assert "✓" in text
    assert "fails" in text


def test_a_page_is_written_as_utf_8(tmp_path: Path) -> None:
    write_page(tmp_path / "report.html", page(Paragraph("10 m/s², ±1 °")))
    assert "10 m/s², ±1 °" in (tmp_path / "report.html").read_bytes().decode("utf-8")


def test_only_a_page_that_draws_a_table_has_a_script() -> None:
    plain = Download("a.csv", "x", "Table")
    for block, scripts in ((plain, 0), (replace(plain, drawn=True), 2)):
        page = Page("A", Headline("", "none"), (Section("B", "b", (block,)),))
        assert render_page(page).count("<script>") == scripts
