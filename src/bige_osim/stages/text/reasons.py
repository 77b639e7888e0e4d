"""Sentences that say the same of several things: grouped, counted, short."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bige_osim.errors import name_some

LONGEST = 300
"""Characters that a message may have."""

_ASIDE = re.compile(r" \([^)]*\)")
_VARIABLE = re.compile(
    r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?!\w)|\b\w*_\w*\b|\b(?:left|right)\b"
)
"""What differs between sentences that say the same: numbers, names, sides."""


@dataclass(frozen=True)
class Group:
    """Sentences that differ in numbers, names and sides only.

    Attributes
    ----------
    text : what they say, with the range of each number; asides in brackets are left out
    first : the first of them as it was
    where : what the first was said of
    count : how many there are
    """

    text: str
    first: str
    where: str
    count: int


def group_reasons(sentences: Iterable[tuple[str, str]]) -> list[Group]:
    """Group sentences that say the same, the most frequent first.

    Parameters
    ----------
    sentences : what each was said of, and what it says; what follows a semicolon
        decides nothing

    Examples
    --------
    >>> said = [("a", "the pelvis travels 19 cm"), ("b", "the trial ends within it"),
    ...         ("c", "the pelvis travels 65 cm")]
    >>> [(group.text, group.where, group.count) for group in group_reasons(said)]
    [('the pelvis travels 19 to 65 cm', 'a', 2), ('the trial ends within it', 'b', 1)]
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for where, sentence in sentences:
        key = _VARIABLE.sub("", _head(sentence))
        groups.setdefault(key, []).append((where, sentence))
    found = [
        Group(
            _merge([_head(sentence) for _, sentence in group]),
            first=group[0][1],
            where=group[0][0],
            count=len(group),
        )
        for group in groups.values()
    ]
    return sorted(found, key=lambda group: -group.count)


def shorten(text: str, most: int = LONGEST) -> str:
    """Cut a text at a word so that it has no more than ``most`` characters.

    Examples
    --------
    >>> shorten("the pelvis travels 19 cm", 15), shorten("short")
    ('the pelvis …', 'short')
    """
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0] + " …"


def warning_lines(warnings: Sequence[str], most: int = 3) -> list[str]:
    """Write warnings for a terminal, those that say the same as one line.

    Parameters
    ----------
    warnings : sentences, with the trial they are about and a colon before them if
        there is one
    most : lines at most, but for one that counts the rest

    Examples
    --------
    >>> for line in warning_lines(["s4 a: 5 N m are lost.", "s4 b: 9 N m are lost."]):
    ...     print(line)
    Warning: s4 a: 5 N m are lost. (and 1 more like it)
    """
    groups = group_reasons(_split_label(warning) for warning in warnings)
    lines = []
    for group in groups[:most]:
        label = f"{group.where}: " if group.where else ""
        more = f" (and {group.count - 1} more like it)" if group.count > 1 else ""
        text = shorten(f"Warning: {label}{group.first}", LONGEST - len(more))
        lines.append(text + more)
    if rest := sum(group.count for group in groups[most:]):
        lines.append(f"{rest} more warning{'s' if rest > 1 else ''} of other kinds.")
    return lines


def _split_label(warning: str) -> tuple[str, str]:
    """Take a warning apart: participant and trial, if these are said, and the rest."""
    label, colon, text = warning.partition(": ")
    return (label, text) if colon and len(label.split()) in (2, 3) else ("", warning)


def _head(sentence: str) -> str:
    return _ASIDE.sub("", sentence.partition(";")[0])


def _merge(sentences: Sequence[str]) -> str:
    """Write the first sentence with the values of all in its variable places."""
    places = zip(*(_VARIABLE.findall(sentence) for sentence in sentences), strict=True)
    merged = iter([_range(values) for values in places])
    return _VARIABLE.sub(lambda _: next(merged), sentences[0])


def _range(values: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(values))
    if len(distinct) == 1:
        return distinct[0]
    try:
        return f"{min(distinct, key=float)} to {max(distinct, key=float)}"
    except ValueError:  # names and sides
        return name_some(distinct, most=2)
