"""All that is drawn of a comparison, and how pelves tilt in what was recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bige_osim.errors import BigeError
from bige_osim.progress import Progress, silent
from bige_osim.stages.figure_motions import Body, ComparedFolder, DrawnMotion


@dataclass(frozen=True, eq=False, kw_only=True)
class FigureStudy:
    """What is drawn.

    Attributes
    ----------
    titles : system -> how it is called, in the order of the table
    bodies : participant -> body
    systems : system -> participant -> motions
    tilts : deg, least and greatest tilt of the pelvis in the recorded repetitions of
        all participants of the comparison, drawn or not
    recorded : participant -> how many these are
    """

    titles: Mapping[str, str]
    bodies: Mapping[str, Body]
    systems: Mapping[str, Mapping[str, Sequence[DrawnMotion]]]
    tilts: tuple[float, float]
    recorded: Mapping[str, int]

    def list_motions(self, who: str) -> dict[str, Sequence[DrawnMotion]]:
        """Motions of a participant by the title of the system, where there are any."""
        return {
            self.titles[name]: made[who]
            for name, made in self.systems.items()
            if made.get(who)
        }


def read_study(
    compared: ComparedFolder, chosen: Sequence[str], *, progress: Progress = silent
) -> FigureStudy:
    """Read the motions of some participants, and the reference of all.

    Parameters
    ----------
    compared : the comparison
    chosen : participants
    progress : counts participants

    Raises
    ------
    BigeError
        There are no recorded repetitions.
    """
    bodies = {name: compared.read_body(name) for name in compared.names}
    recorded = {n: compared.read("reference", b) for n, b in bodies.items()}
    tilts = [np.rad2deg(one.tilt) for own in recorded.values() for one in own]
    if not tilts:
        raise BigeError(
            f"{compared.path} has no recorded repetitions in motions/reference, which "
            "say how a pelvis may tilt; run bige compare again."
        )
    every = np.concatenate(tilts)
    systems: dict[str, dict[str, Sequence[DrawnMotion]]] = {
        name: {} for name in compared.titles
    }
    for place, who in enumerate(chosen):
        progress("participants", place, len(chosen))
        for name, made in systems.items():
            known = name == "reference"
            made[who] = recorded[who] if known else compared.read(name, bodies[who])
    progress("participants", len(chosen), len(chosen))
    return FigureStudy(
        titles=compared.titles,
        bodies={name: bodies[name] for name in chosen},
        systems=systems,
        tilts=(float(every.min()), float(every.max())),
        recorded={name: len(own) for name, own in recorded.items()},
    )
