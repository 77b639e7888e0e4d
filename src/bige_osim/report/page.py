"""A report as plain data, and as one HTML page that needs nothing beside it.

The page has its style and its figures inside, works on paper and on a phone, and
follows the reader's light or dark setting.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure

from bige_osim.paths import AnyPath
from bige_osim.report.blocks import Download, Heading, Image
from bige_osim.report.figures.style import inline_svg
from bige_osim.report.formatting import MISSING

PACKAGED = ("templates", "assets")
"""Folders, beside this file, of what a page is made of."""

State = Literal["good", "mixed", "bad", "none"]
"""What a colour and a sign mean: satisfied, partly, not satisfied, not judged."""


@dataclass(frozen=True)
class Cell:
    """A table cell, judged or not, marked or not, with a line below or none.

    Examples
    --------
    >>> Cell("3 of 3", "good").state
    'good'
    """

    text: str
    state: State = "none"
    strong: bool = field(default=False, repr=False)
    below: str = field(default="", repr=False)


@dataclass(frozen=True)
class Table:
    """Rows under headings.

    Attributes
    ----------
    headings : one per column, with units
    rows : cells or plain texts, one per column
    caption : what the table shows
    numbers : columns whose entries are numbers, aligned right
    folded : show only the caption until it is opened

    Examples
    --------
    >>> Table(("muscle", "RMSE"), (("soleus_r", "0.02"),)).cells[0][1]
    Cell(text='0.02', state='none')
    """

    kind: ClassVar[str] = "table"
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell | str, ...], ...]
    caption: str = ""
    numbers: frozenset[int] = frozenset()
    folded: bool = False

    @property
    def cells(self) -> tuple[tuple[Cell, ...], ...]:
        """Rows with every entry as a cell."""
        return tuple(
            tuple(c if isinstance(c, Cell) else Cell(c) for c in row)
            for row in self.rows
        )


def make_table(
    rows: Iterable[Mapping[str, Cell | str]],
    caption: str,
    *,
    texts: Collection[str] = (),
    folded: bool = False,
) -> Table:
    """Make a table of rows that name their columns.

    Parameters
    ----------
    rows : heading -> entry, the same headings in every row
    caption : what the table shows
    texts : columns beside the first that are no numbers
    folded : show only the caption until it is opened

    Examples
    --------
    >>> table = make_table([{"muscle": "soleus_r", "peak (0 to 1)": "0.40"}], "Peaks")
    >>> table.headings, table.rows, table.numbers
    (('muscle', 'peak (0 to 1)'), (('soleus_r', '0.40'),), frozenset({1}))
    """
    rows = list(rows)
    headings = tuple(rows[0]) if rows else ()
    return Table(
        headings=headings,
        rows=tuple(tuple(row.values()) for row in rows),
        caption=caption,
        numbers=frozenset(
            i for i, name in enumerate(headings) if i and name not in texts
        ),
        folded=folded,
    )


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    kind: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True)
class Note:
    """A line about what is missing or needs care."""

    kind: ClassVar[str] = "note"
    text: str


@dataclass(frozen=True)
class Facts:
    """Terms with what they are."""

    kind: ClassVar[str] = "facts"
    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure: drawing, what it shows in words, and what to see in it."""

    figure: Figure
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Pictures:
    """Figures side by side, below each other where there is no room.

    Small ones stand three in a row where others stand two, wide ones alone.
    """

    kind: ClassVar[str] = "pictures"
    pictures: tuple[Picture, ...]
    small: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Card:
    """One judged thing, such as a motion: its name, verdict, reasons and contents."""

    kind: ClassVar[str] = "card"
    title: str
    badge: Cell
    reasons: tuple[str, ...] = ()
    blocks: "tuple[Block, ...]" = ()


Block = Table | Paragraph | Note | Facts | Pictures | Card | Heading | Download | Image


@dataclass(frozen=True)
class Section:
    """A section of the page; ``anchor`` is its address within the page.

    One that is a ``sheet`` begins a page of its own on paper after another sheet.
    """

    title: str
    anchor: str
    blocks: tuple[Block, ...]
    sheet: bool = False


@dataclass(frozen=True)
class Tile:
    """A number to see first, and what it is."""

    value: str
    label: str
    state: State = "none"


@dataclass(frozen=True)
class Headline:
    """The verdict in plain words, and what stands behind it."""

    text: str
    state: State
    details: tuple[str, ...] = ()
    tiles: tuple[Tile, ...] = ()


@dataclass(frozen=True)
class Page:
    """A whole report.

    Examples
    --------
    >>> page = Page("Report", Headline("All motions pass", "good"), ())
    >>> "All motions pass" in render_page(page)
    True
    """

    title: str
    headline: Headline
    sections: tuple[Section, ...]
    footer: str = ""

    @property
    def draws_curves(self) -> bool:
        """Whether a table is drawn, which takes a script."""
        blocks = (block for section in self.sections for block in section.blocks)
        return any(isinstance(block, Download) and block.drawn for block in blocks)


def render_page(page: Page) -> str:
    """Turn a page into HTML; every text is escaped.

    Examples
    --------
    >>> "2 &lt; 3" in render_page(Page("2 < 3", Headline("", "none"), ()))
    True
    """
    environment = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("bige_osim.report", path)
                for path in ("templates", "assets")
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["drawing"] = _Drawings()
    return environment.get_template("page.html.j2").render(page=page)


def write_page(path: AnyPath, page: Page) -> None:
    """Write a page as one HTML file (UTF-8).

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_page(f"{folder}/a.html", Page("A", Headline("", "none"), ()))
    """
    path = Path(path)
    path.write_text(render_page(page), encoding="utf-8")


def judge_cell(
    satisfied: bool | None, texts: Sequence[str] = ("yes", "no", MISSING)
) -> Cell:
    """Cell for something that is satisfied, is not, or is not judged.

    Examples
    --------
    >>> judge_cell(True), judge_cell(None)
    (Cell(text='yes', state='good'), Cell(text='–', state='none'))
    """
    if satisfied is None:
        return Cell(texts[2])
    return Cell(texts[0], "good") if satisfied else Cell(texts[1], "bad")


def how_many(count: int, total: int, *, proves: bool = True) -> Cell:
    """Cell for how many of several are satisfied: good if all are, bad if none is.

    Parameters
    ----------
    count, total : how many are satisfied, of how many
    proves : whether it is evidence that all are; if not, that is not judged

    Examples
    --------
    >>> how_many(2, 3), how_many(0, 3), how_many(3, 3, proves=False)
    (Cell(text='2 of 3', state='mixed'), Cell(text='0 of 3', state='bad'), \
Cell(text='3 of 3', state='none'))
    """
    state: State = "good" if count == total else "mixed" if count else "bad"
    return Cell(f"{count} of {total}", state if proves or state != "good" else "none")


class _Drawings:
    """Turns figures into SVG, each with ids of its own."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, figure: Figure) -> Markup:
        self.count += 1
        # safe: matplotlib escapes the texts it draws
        return Markup(inline_svg(figure, key=f"f{self.count}"))
