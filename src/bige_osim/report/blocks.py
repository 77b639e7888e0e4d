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
        coded = base64.b64encode(self.content.encode()).decode()
        return f"data:text/csv;charset=utf-8;base64,{coded}"
