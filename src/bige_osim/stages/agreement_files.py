"""Which files ``agreement`` compares with which."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bige_osim.errors import BigeError, MissingFileError, name_some
from bige_osim.paths import AnyPath

ACTIVATIONS, EMG = "_activations", "_emg"
"""What the names of files in folders end with, before the suffix."""

SUFFIXES = (".sto", ".mot", ".csv")


@dataclass(frozen=True)
class FilePair:
    """Two files of one trial.

    Attributes
    ----------
    trial, participant : whose they are; the participant is "" if it is not known
    reference, compared : the files
    """

    trial: str
    participant: str
    reference: Path
    compared: Path


@dataclass(frozen=True)
class Method:
    """What is compared with the reference.

    Attributes
    ----------
    name : of its file or folder
    pairs : its trials, one or more
    unmatched : trials that only one of both folders has
    """

    name: str
    pairs: tuple[FilePair, ...]
    unmatched: tuple[str, ...] = ()


def list_methods(
    sources: Sequence[AnyPath], *, envelopes: bool = False
) -> tuple[Method, ...]:
    """Pair the files of every source with those of the first, the reference.

    Of folders, every ``NAME_activations.sto`` (``.mot``, ``.csv``) is paired with the
    file of the same name in the other one, in folders within too: the first of these
    is the participant's. With ``envelopes``, ``NAME_emg.csv`` of the reference is
    paired with ``NAME_activations.sto``.

    Parameters
    ----------
    sources : two or more files, or two or more folders
    envelopes : whether the reference is EMG

    Raises
    ------
    MissingFileError
        A source is not there.
    BigeError
        There are fewer than two, files and folders are mixed, or folders have no file
        in common.
    """
    paths = [Path(source) for source in sources]
    if len(paths) < 2:
        raise BigeError(
            f"A reference and what is compared with it are two sources, got "
            f"{len(paths)}; name the reference first."
        )
    for path in paths:
        if not path.exists():
            raise MissingFileError(path, what="file of activations")
    reference, *others = paths
    folders = [path for path in paths if path.is_dir()]
    if folders and len(folders) < len(paths):
        raise BigeError(
            f"Expected files only or folders only, got the folder {folders[0]} among "
            "files; name its files one by one."
        )
    names = name_sources(paths)[1:]
    if not folders:
        trial = _strip(reference.stem)
        return tuple(
            Method(name, (FilePair(trial, "", reference, path),))
            for name, path in zip(names, others, strict=True)
        )
    return tuple(
        _pair_folders(name, reference, folder, envelopes=envelopes)
        for name, folder in zip(names, others, strict=True)
    )


def _pair_folders(
    name: str, reference: Path, folder: Path, *, envelopes: bool
) -> Method:
    first = _find_trials(reference, EMG) if envelopes else {}
    first = first or _find_trials(reference, ACTIVATIONS)
    second = _find_trials(folder, ACTIVATIONS)
    both = [trial for trial in first if trial in second]
    if not both:
        ending = f"NAME{EMG if envelopes else ACTIVATIONS}.sto"
        raise BigeError(
            f"{reference} and {folder} have no trial in common, expected {ending} of "
            f"the same NAME, got {name_some(first, 3)} and {name_some(second, 3)}; "
            "rename the files."
        )
    pairs = []
    for trial in both:
        participant, _, rest = trial.partition("/")
        whose = participant if rest else ""
        pairs.append(FilePair(rest or trial, whose, first[trial], second[trial]))
    alone = sorted({*first} ^ {*second})
    return Method(name, tuple(pairs), tuple(alone))


def _find_trials(folder: Path, ending: str) -> dict[str, Path]:
    """Files by the trial's name, with the folders that it is in."""
    found: dict[str, Path] = {}
    for suffix in SUFFIXES:
        for path in sorted(folder.rglob(f"*{ending}{suffix}")):
            place = path.relative_to(folder).parent
            name = (place / path.stem.removesuffix(ending)).as_posix()
            found.setdefault(name, path)
    return dict(sorted(found.items()))


def name_sources(sources: Sequence[AnyPath]) -> list[str]:
    """Name files or folders, with as many folders about them as tell them apart.

    Examples
    --------
    >>> name_sources(["a/x.sto", "b/x.sto", "b/y.sto"])
    ['a/x', 'b/x', 'y']
    """
    paths = [Path(source).resolve() for source in sources]
    parts = [
        path.parts if path.is_dir() else path.with_suffix("").parts for path in paths
    ]
    names = []
    for own in parts:
        depths = range(1, len(own) + 1)
        alone = (d for d in depths if [p[-d:] for p in parts].count(own[-d:]) == 1)
        names.append("/".join(own[-next(alone, 1) :]))
    return names


def _strip(stem: str) -> str:
    return stem.removesuffix(ACTIVATIONS).removesuffix(EMG)
