"""Names in a sentence: some of many, and never an empty list."""

from collections.abc import Iterable

MOST = 6
"""Names that a sentence holds; the rest is counted."""

_LONGEST = 40  # characters of a name
_WIDEST = 150  # characters of all names


def list_names(names: Iterable[str], *, most: int = MOST) -> str:
    """Write names for a sentence, whose length stays bounded however many there are.

    Examples
    --------
    >>> list_names(["LASI", "RASI"]), list_names([])
    ('LASI, RASI', 'none')
    >>> list_names(f"M{number}" for number in range(39))
    'M0, M1, M2, M3, M4, M5 and 33 more'
    """
    found = [name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…" for name in names]
    if not found:
        return "none"
    shown = [found[0]]
    for name in found[1:most]:
        if len(", ".join([*shown, name])) > _WIDEST:
            break
        shown.append(name)
    rest = len(found) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")
