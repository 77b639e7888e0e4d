"""The rows of the figures of a comparison: what systems made, as plain arrays."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from bige_osim.errors import count_nouns
from bige_osim.motion import Activations
from bige_osim.report.figures.activation_agreement import AgreementRow, MuscleCurves
from bige_osim.report.figures.peak_order import PeakOrderRow
from bige_osim.report.figures.side_view import find_trail, take_side_views
from bige_osim.report.figures.squat_sequences import SequenceRow
from bige_osim.stages.figure_motions import (
    CYCLE,
    Body,
    DrawnMotion,
    require_muscle,
)

MOMENTS = 7
"""Postures of a sequence."""

OTHERS = (
    ("glmax2", "glut_max2"),
    ("bflh", "bifemlh"),
    ("recfem", "rect_fem"),
    ("soleus",),
)
"""Muscles of the right side that are drawn beside the target muscles, by their names in
different families of models: of each, the first that the model has."""

MOST_TARGETS = 4
"""Target muscles that are drawn, unless muscles are named."""

System = Mapping[str, Sequence[DrawnMotion]]
"""Participant -> motions of a system."""


def make_sequence(title: str, chosen: DrawnMotion, *, count: int) -> SequenceRow:
    """Make the sequence of a system's medoid.

    Parameters
    ----------
    title : of the system
    chosen : its medoid, of a participant
    count : of the motions it was chosen from
    """
    times = chosen.find_times(MOMENTS)
    seconds = chosen.span[1] - chosen.span[0]
    return SequenceRow(
        title=title,
        note=f"motion {chosen.name}\n(medoid of {count})\n{seconds:.1f} s",
        views=take_side_views(chosen.motion, chosen.skeleton, times=times),
        tilts=chosen.find_tilts(times),
        trail=find_trail(
            chosen.motion, chosen.skeleton, times=chosen.find_times(CYCLE)
        ),
    )


def make_order(
    title: str, pairs: Sequence[tuple[Body, DrawnMotion]]
) -> PeakOrderRow | None:
    """Find the deepest postures of a system's motions, and their peak activations.

    ``None`` where no motion could be simulated.

    Parameters
    ----------
    title : of the system
    pairs : motions, each with its participant
    """
    known = [(body, one) for body, one in pairs if one.simulated is not None]
    if not known:
        return None
    return PeakOrderRow(
        title=title,
        views=[
            take_side_views(one.motion, one.skeleton, times=np.array([one.deepest[0]]))[
                0
            ]
            for _, one in known
        ],
        peaks=np.array([one.find_peak(body.targets) for body, one in known]),
        depths=np.array([body.find_depth(one) for body, one in known]),
    )


def make_agreement(
    title: str, system: System, *, muscles: Sequence[str]
) -> AgreementRow | None:
    """Find a system's curves of activation, simulated and by the surrogate.

    ``None`` where no motion could be simulated.

    Parameters
    ----------
    title : of the system
    system : motions of one participant or of several
    muscles : that all of the models have
    """
    known = [
        (one, one.simulated)
        for motions in system.values()
        for one in motions
        if one.simulated is not None
    ]
    if not known:
        return None
    several = [name for name, motions in system.items() if motions]
    note = f"n = {len(known)}"
    if len(several) > 1:
        note += f", of\n{count_nouns(len(several), 'participant')}"
    return AgreementRow(
        title=title,
        note=note,
        muscles=[
            MuscleCurves(
                simulated=np.stack([one.sample(found, name) for one, found in known]),
                predicted=np.stack(
                    [_sample(one, one.predicted, name) for one, _ in known]
                ),
            )
            for name in muscles
        ],
    )


def choose_muscles(body: Body, named: Sequence[str]) -> tuple[str, ...]:
    """Choose muscles whose curves are drawn: those named, or targets and others.

    Parameters
    ----------
    body : of the participant
    named : muscles or groups; may be none

    Raises
    ------
    UnknownNameError
        The model lacks one that is named.
    """
    known = body.spec.muscle_names
    groups = body.profile.muscle_groups
    chosen = [muscle for name in named for muscle in groups.get(name, (name,))]
    for muscle in chosen:
        require_muscle(body.spec, muscle)
    if not chosen:
        chosen = [*body.targets[:MOST_TARGETS]]
        for names in OTHERS:
            found = [f"{name}_r" for name in names if f"{name}_r" in known]
            chosen += found[:1]
    return tuple(dict.fromkeys(chosen))


def name_muscles(body: Body, muscles: Sequence[str]) -> str:
    """Say muscles in a sentence, both sides of one as one: ``vastus medialis``.

    Parameters
    ----------
    body : of the participant
    muscles : of the model, of either side
    """
    bare = dict.fromkeys(name.removesuffix("_r").removesuffix("_l") for name in muscles)
    said = []
    for stem in bare:
        sides = [side for side in ("_r", "_l") if stem + side in muscles]
        name = stem + sides[0] if len(sides) == 1 else stem
        said.append(body.profile.full_name(name))
    return ", ".join(said)


def _sample(
    one: DrawnMotion, series: Activations | None, muscle: str
) -> Float[np.ndarray, " F"]:
    """Sample a muscle that a surrogate may not have predicted."""
    if series is None or muscle not in series.names:
        return np.full(CYCLE, np.nan)
    return one.sample(series, muscle)
