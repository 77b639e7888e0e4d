"""Blocks of a page that only some pages have."""

import base64
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Heading:
    """A title within a section."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Download:
    """A file inside the page, to be saved from it.

    Attributes
    ----------
    file : what it is called when it is saved
    content : its text
    text : of the link
    drawn : whether the page draws its columns above the link, as the reader chooses

    Examples
    --------
    >>> Download("a.csv", "x,y", "Curves").link
    'data:text/csv;charset=utf-8;base64,eCx5'
    """

    kind: ClassVar[str] = "download"
    file: str
    content: str
    text: str
    drawn: bool = False

    @property
    def link(self) -> str:
        """Address that holds the content itself."""
        return f"data:text/csv;charset=utf-8;base64,{_code(self.content)}"


@dataclass(frozen=True)
class Image:
    """A drawing that somebody else has made, as it is.

    It stands in the page as an image, in which nothing runs and nothing is loaded, so
    that its styles and names do not meet those of the page.

    Attributes
    ----------
    title : what it shows
    svg : the whole text of the file

    Examples
    --------
    >>> Image("Squats", "<svg/>").source
    'data:image/svg+xml;base64,PHN2Zy8+'
    """

    kind: ClassVar[str] = "image"
    title: str
    svg: str

    @property
    def source(self) -> str:
        """Address that holds the drawing itself."""
        return f"data:image/svg+xml;base64,{_code(self.svg)}"


def _code(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
