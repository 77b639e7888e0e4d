"""The curves that ``agreement`` compares, read from their files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Float

from bige_osim.errors import DataError, count_nouns, name_some
from bige_osim.evaluation.paired_curves import PairedCurves
from bige_osim.evaluation.pairing import pair_curves
from bige_osim.io.opensim_files.series import read_activations
from bige_osim.io.session.external_simulations import TOLERANCE
from bige_osim.motion import Activations
from bige_osim.paths import AnyPath
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.progress import Progress
from bige_osim.stages.agreement_files import FilePair, Method
from bige_osim.stages.agreement_spans import find_spans

NO_MUSCLES = ("reserve", "residual")
"""Parts of the names of actuators that are no muscles, in OpenSim's files."""


@dataclass(frozen=True, kw_only=True)
class CurveReader:
    """Reads the trials of all methods.

    Attributes
    ----------
    names : of other names, which muscles they stand for
    envelopes : whether the reference is EMG
    notes : what a reader should know, one sentence each; added to
    progress : told of trials that were read
    skeletons : of trials' models, by their descriptions; added to
    """

    names: Mapping[str, tuple[str, ...]]
    envelopes: bool
    notes: list[str]
    progress: Progress
    skeletons: dict[Path, Skeleton] = field(default_factory=dict)

    def read(self, method: Method) -> list[PairedCurves]:
        """Read all trials of a method."""
        what, total = f"comparing {method.name}", len(method.pairs)
        if method.unmatched:
            self.notes.append(
                f"{method.name}: {count_nouns(len(method.unmatched), 'trial')} of one "
                f"folder only: {name_some(method.unmatched, 3)}."
            )
        pairs = []
        self.progress(what, 0, total)
        for done, pair in enumerate(method.pairs, 1):
            pairs.append(self._pair(pair))
            self.progress(what, done, total)
        return pairs

    def _pair(self, pair: FilePair) -> PairedCurves:
        return pair_curves(
            self._read(pair.reference, bounded=not self.envelopes),
            self._read(pair.compared, bounded=True),
            names=self.names,
            spans=find_spans(pair.reference, self.skeletons)
            or find_spans(pair.compared, self.skeletons),
            trial=pair.trial,
            participant=pair.participant,
        )

    def _read(self, path: Path, *, bounded: bool) -> Activations:
        found = read_activations(path)
        if not bounded:
            return found
        kept, others = split_muscles(path, found)
        if others:
            note = (
                f"{path.name}: no activations, because not from 0 to 1: "
                f"{name_some(others, 3)}."
            )
            if note not in self.notes:
                self.notes.append(note)
        return found.select(kept)


def split_muscles(path: AnyPath, found: Activations) -> tuple[list[str], list[str]]:
    """Tell columns that are activations from those beyond 0 to 1.

    Reserves and residuals are neither.

    Parameters
    ----------
    path : the file, for messages
    found : its columns

    Raises
    ------
    DataError
        None is an activation.

    Examples
    --------
    >>> curves = np.array([[0.2, 700.0, 0.1]])
    >>> names = ("soleus_r", "FX", "reserve_knee_angle_r")
    >>> split_muscles("a.sto", Activations(np.zeros(1), curves, names))
    (['soleus_r'], ['FX'])
    """
    muscles = [
        name
        for name in found.names
        if not any(part in name.lower() for part in NO_MUSCLES)
    ]
    kept = [name for name in muscles if _is_bounded(found.column(name))]
    if not kept:
        raise DataError(
            Path(path),
            column=muscles[0] if muscles else None,
            expected="activations from 0 to 1",
            got="other values" if muscles else "no muscle",
            remedy="pass a file of activations; --emg takes envelopes first",
        )
    return kept, [name for name in muscles if name not in kept]


def _is_bounded(values: Float[np.ndarray, " T"]) -> bool:
    return bool(values.min() >= -TOLERANCE and values.max() <= 1 + TOLERANCE)
