"""Which recorded label is which marker of a set: other case, a subject's prefix.

Vicon writes ``Subject:MARKER`` where a recording has subjects, Qualisys and others
``Subject_MARKER`` and the like. Upper and lower case and spaces at the ends do not tell
markers apart; separators do: ``C_7`` is a trajectory without a name, ``C7`` a vertebra.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bige_osim.errors import BigeError, name_some
from bige_osim.spec.marker_set import MarkerSet

FEWEST = 3
"""Markers of a set that a recording, or a subject in it, must have."""

_FRACTION = 0.25
"""A prefix is a subject's if it has this part of the markers that the first one has."""

_UNLABELLED = re.compile(r"\*\d+")


@dataclass(frozen=True, kw_only=True)
class NamedColumns:
    """Where the markers of a set are in a recording.

    Attributes
    ----------
    columns : the set's own name of a marker -> its position in the recording
    prefix : what was taken off the labels, empty if nothing was
    subjects : names before the markers' own, of everybody in the recording
    """

    columns: Mapping[str, int]
    prefix: str = ""
    subjects: tuple[str, ...] = ()

    @property
    def subject(self) -> str | None:
        """Whose markers they are, ``None`` if no prefix says."""
        return subject_name(self.prefix) if self.prefix else None


def subject_name(prefix: str) -> str:
    """Name of a subject without what separates it from the marker's.

    Examples
    --------
    >>> subject_name("P01:"), subject_name("Eva Li - "), subject_name("::")
    ('P01', 'Eva Li', '::')
    """
    return re.sub(r"[\W_]+$", "", prefix).strip() or prefix.strip()


def match_names(
    labels: Sequence[str], marker_set: MarkerSet, *, subject: str | None = None
) -> NamedColumns:
    """Find the markers of a set among the labels of a recording.

    One prefix is taken off if that makes more of the set's markers match; labels
    without it count too, unless they are the same markers again.

    Parameters
    ----------
    labels : as recorded
    marker_set : the markers wanted
    subject : whose markers, by the prefix of the labels

    Raises
    ------
    BigeError
        Several subjects are in the recording and none was named, or not one of these.

    Examples
    --------
    >>> from bige_osim.spec.marker_set import PlacedMarker
    >>> hips = tuple(
    ...     PlacedMarker(name=name, body="pelvis", location=(0.0, 0.0, 0.0))
    ...     for name in ("LASI", "RASI", "LPSI")
    ... )
    >>> labels = ["P1:LASI", "P1:lpsi", "*7", "P1:RASI"]
    >>> found = match_names(labels, MarkerSet(name="hips", title="three", markers=hips))
    >>> found.prefix, sorted(found.columns.items())
    ('P1:', [('LASI', 0), ('LPSI', 1), ('RASI', 3)])
    """
    labels = [label.strip() for label in labels]
    groups = _groups(labels, marker_set)
    subjects = _subjects(groups)
    names = _names(subjects)
    first = next(iter(groups), "")
    if subject is not None and subjects:
        prefix = _chosen(subject, subjects)
    elif first and len(subjects) > 1:
        raise BigeError(
            f"The recording has the markers of {len(subjects)} subjects "
            f"({name_some(names)}); choose one with --subject {names[0][:40]}."
        )
    elif len(subjects) > 1:
        prefix = ""
    else:
        prefix = first or next(iter(subjects), "")
    found, bare = groups.get(prefix, {}), groups.get("", {})
    if prefix and len(subjects) < 2 and not set(bare) & set(found):
        found = {**bare, **found}
    elif prefix and not first and subject is None:
        return NamedColumns(columns=bare, subjects=names)
    return NamedColumns(columns=found, prefix=prefix, subjects=names)


def _groups(labels: Sequence[str], marker_set: MarkerSet) -> dict[str, dict[str, int]]:
    """Markers by prefix, the prefix of the most first; no label is in two groups."""
    waiting = dict(enumerate(labels))
    columns = {
        prefix: _columns(waiting, marker_set, prefix=prefix)
        for prefix in _prefixes(labels, marker_set)
    }
    found: dict[str, dict[str, int]] = {}
    while columns := {prefix: own for prefix, own in columns.items() if own}:
        # Of two that explain the same, the shorter leaves the markers their names.
        best = min(columns, key=lambda p: (-len(columns[p]), len(p)))
        found[best] = columns.pop(best)
        taken = set(found[best].values())
        waiting = {i: label for i, label in waiting.items() if i not in taken}
        for prefix, own in columns.items():
            if taken & set(own.values()):
                columns[prefix] = _columns(waiting, marker_set, prefix=prefix)
    return found


def _prefixes(labels: Sequence[str], marker_set: MarkerSet) -> list[str]:
    """Find what stands before a marker's name in any label, nothing first."""
    found = {"": None}
    spellings = [s for names in marker_set.spellings.values() for s in names]
    for label in labels:
        if _UNLABELLED.fullmatch(label):
            continue
        for spelling in spellings:
            start = len(label) - len(spelling)
            if start > 0 and label[start:].casefold() == spelling.casefold():
                number = spelling[0].isdigit() and label[start - 1].isdigit()
                if not number:  # 12 is no 2 of the subject 1
                    found[label[:start]] = None
    return list(found)


def _columns(
    labels: Mapping[int, str], marker_set: MarkerSet, *, prefix: str
) -> dict[str, int]:
    """Position of every marker that has a label with this prefix.

    The set's own name goes before an alias, the same letters before others of their
    case; one of another case counts if nothing else is meant by it.
    """
    rest = {
        index: label[len(prefix) :]
        for index, label in labels.items()
        if label.startswith(prefix)
    }
    exact, folded = dict[str, int](), dict[str, list[int]]()
    for index, name in rest.items():
        exact.setdefault(name, index)
        folded.setdefault(name.casefold(), []).append(index)
    spellings = marker_set.spellings
    meant = Counter(s.casefold() for names in spellings.values() for s in {*names})
    alone = {
        name: found[0]
        for name, found in folded.items()
        if len(found) == 1 and meant[name] == 1
    }
    ways = [(m, names[:1], exact) for m, names in spellings.items()]
    ways += [(m, names[1:], exact) for m, names in spellings.items()]
    folds = {m: tuple(n.casefold() for n in names) for m, names in spellings.items()}
    ways += [(m, names, alone) for m, names in folds.items()]
    found: dict[str, int] = {}
    for marker, names, where in ways:
        free = [where[n] for n in names if n in where]
        free = [index for index in free if index not in found.values()]
        if free and marker not in found:
            found[marker] = free[0]
    return found


def _subjects(groups: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Prefixes that are those of participants, in the order of the groups."""
    counts = {prefix: len(found) for prefix, found in groups.items() if prefix}
    most = max(counts.values(), default=0)
    return [p for p, n in counts.items() if n >= max(FEWEST, _FRACTION * most)]


def _names(prefixes: Sequence[str]) -> tuple[str, ...]:
    """Names of subjects, with their separators where they are alike without."""
    names = [subject_name(prefix) for prefix in prefixes]
    return tuple(
        name if names.count(name) == 1 else prefix
        for name, prefix in zip(names, prefixes, strict=True)
    )


def _chosen(subject: str, prefixes: Sequence[str]) -> str:
    """Prefix of the subject that was asked for."""
    wanted = subject.strip()
    names = _names(prefixes)
    for alike in (str, str.casefold):
        for prefix, name in zip(prefixes, names, strict=True):
            if alike(wanted) in (alike(name), alike(prefix.strip())):
                return prefix
    raise BigeError(
        f"The recording has no subject {wanted[:40]}; it has {name_some(names)}: pass "
        "one of these with --subject."
    )
