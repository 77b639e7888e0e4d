"""Sessions of synthetic participants, in the shape of OpenCap's folders.

Body, model and squats are made by the program and the metadata say so
(``synthetic: true``); the same seed gives the same files.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from bige_osim.errors import SimulationError
from bige_osim.motion import Motion
from bige_osim.osim.anthropometry import Body, draw_body, generic_model
from bige_osim.paths import AnyPath
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.processes.workers import run_each
from bige_osim.progress import Progress, report_each, silent
from bige_osim.synthetic.noise import CaptureNoise
from bige_osim.synthetic.squat_motion import SquatMaker
from bige_osim.synthetic.squat_style import draw_depth, draw_style
from bige_osim.synthetic.synthetic_session import (
    RATE,
    MadeTrial,
    make_model,
    write_session,
)

ATTEMPTS = 60
"""Styles drawn until one passes."""

PATIENCE = 12
"""Styles drawn for a depth before another depth is."""

Check = Callable[[Motion, Skeleton], tuple[str, ...]]
"""Says what is wrong with a motion of a model; nothing if it is fine."""


@dataclass(frozen=True)
class PopulationConfig:
    """How participants are made.

    Attributes
    ----------
    people : how many
    seed : of everything that is drawn
    first : number of the first, so that populations made apart can be put together
    repetitions : in each trial
    asymmetric : make a second trial with the weight on one side
    noise : what capture adds to the motion, if anything

    Examples
    --------
    >>> PopulationConfig(2).trials
    {'squats1': False, 'squatsAsym1': True}
    """

    people: int
    seed: int = 0
    first: int = 0
    repetitions: int = 5
    asymmetric: bool = True
    noise: CaptureNoise | None = None

    @property
    def trials(self) -> dict[str, bool]:
        """Names of the trials, and whether the weight is on one side."""
        names = {"squats1": False, "squatsAsym1": True}
        return names if self.asymmetric else {"squats1": False}


@dataclass(frozen=True)
class Participant:
    """A synthetic participant.

    Attributes
    ----------
    session : the folder; ``None`` if no trial passed
    derived_from : the recorded participant whose motions were copied, "" if nobody's
        were
    trials : names of the trials that passed
    rejected : sentences why, for every draw that was rejected
    """

    session: Path | None
    derived_from: str
    trials: tuple[str, ...]
    rejected: tuple[tuple[str, ...], ...]


def make_population(
    folder: AnyPath,
    config: PopulationConfig,
    *,
    generic: AnyPath | None = None,
    check: Check | None = None,
    jobs: int = 1,
    progress: Progress = silent,
) -> tuple[Participant, ...]:
    """Write sessions ``synth_000``, ``synth_001``, … of women and men in turn.

    Every participant is drawn anew (:func:`~bige_osim.osim.anthropometry.draw_body`)
    and squats in a style of their own. Participant ``i`` is the same however many
    participants and processes there are.

    Parameters
    ----------
    folder : where the sessions go
    config : how many, and how
    generic : the model that is scaled, one of Rajagopal2015's family (see
        :func:`~bige_osim.synthetic.synthetic_session.check_generic`); that one itself
        for ``None``
    check : styles whose motion it finds wrong are drawn again
    jobs : processes
    progress : told about every participant

    Raises
    ------
    SimulationError
        none of :data:`ATTEMPTS` styles of a participant passed
    """
    folder, generic = Path(folder), Path(generic or generic_model())
    work = [
        partial(_make_participant, folder, i, config, generic=generic, check=check)
        for i in range(config.first, config.first + config.people)
    ]
    return make_each(work, what="making participants", jobs=jobs, progress=progress)


def make_each(
    work: Sequence[Callable[[], Participant]],
    *,
    what: str,
    jobs: int,
    progress: Progress,
) -> tuple[Participant, ...]:
    """Make participants, several at once.

    Parameters
    ----------
    work : calls, one for each participant (see
        :func:`~bige_osim.processes.workers.run_each`)
    what : is being made
    jobs : processes
    progress : told about every participant
    """
    made = run_each(work, processes=jobs)
    return tuple(report_each(made, progress, what=what, total=len(work)))


def draw_participant(seed: int, index: int) -> tuple[np.random.Generator, Body]:
    """Draw the body of participant ``index``, women and men in turn.

    Returns
    -------
    source of all else that is drawn for this participant, and the body

    Examples
    --------
    >>> draw_participant(0, 1)[1].sex
    'male'
    """
    rng = np.random.default_rng([seed, index])
    return rng, draw_body("female" if index % 2 == 0 else "male", rng=rng)


def _make_participant(
    folder: Path,
    index: int,
    config: PopulationConfig,
    *,
    generic: Path,
    check: Check | None,
) -> Participant:
    person = f"synth_{index:03d}"
    rng, body = draw_participant(config.seed, index)
    maker = make_model(folder / person, body=body, generic=generic)
    trials: dict[str, MadeTrial] = {}
    rejected: list[tuple[str, ...]] = []
    for name, asymmetric in config.trials.items():
        trials[name] = _draw_trial(
            maker, config, rng=rng, asymmetric=asymmetric, check=check,
            rejected=rejected,
        )  # fmt: skip
    write_session(
        folder / person,
        person=person,
        body=body,
        trials=trials,
        skeleton=maker.skeleton,
        generic=generic,
        seed=config.seed,
    )
    return Participant(folder / person, "", tuple(trials), tuple(rejected))


def _draw_trial(
    maker: SquatMaker,
    config: PopulationConfig,
    *,
    rng: np.random.Generator,
    asymmetric: bool,
    check: Check | None,
    rejected: list[tuple[str, ...]],
) -> MadeTrial:
    """Draw styles until the participant can do one and nothing is wrong with it.

    A depth is kept while styles are drawn anew, or deep squats would be rare.
    """
    depth = 0.0
    for attempt in range(ATTEMPTS):
        if attempt % PATIENCE == 0:
            depth = draw_depth(rng, deepest=maker.deepest)
        style = draw_style(
            rng,
            depth=depth,
            repetitions=config.repetitions,
            asymmetric=asymmetric,
        )
        try:
            motion = maker.motion(style, rate=RATE, rng=rng)
        except SimulationError as error:
            rejected.append((str(error),))
            continue
        reasons = check(motion, maker.skeleton) if check else ()
        if not reasons:
            return MadeTrial(style, _add_noise(motion, maker.skeleton, config, rng=rng))
        rejected.append(reasons)
    raise SimulationError(
        f"None of {ATTEMPTS} styles drawn for {maker.skeleton.spec.name} passed, the "
        f"last because: {rejected[-1][0]} Choose another seed."
    )


def _add_noise(
    motion: Motion,
    skeleton: Skeleton,
    config: PopulationConfig,
    *,
    rng: np.random.Generator,
) -> Motion:
    """Add the errors of capture, if any are asked for, to a motion that is right."""
    if config.noise is None:
        return motion
    noisy = config.noise.add_to(motion, spec=skeleton.spec, rng=rng)
    return skeleton.coordinates.complete(noisy)
