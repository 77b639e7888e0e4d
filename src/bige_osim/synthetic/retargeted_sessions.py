"""Sessions of synthetic participants who repeat recorded squats.

Drawn bodies repeat every squat of a recorded session with depth, tempo and trunk lean
varied (:func:`~bige_osim.synthetic.retargeting.retarget`). The metadata name the
recorded participant (``derivedFrom``), so that no split separates a participant from
the copies.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from bige_osim.errors import DatasetError, SimulationError
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.session.read import Session
from bige_osim.motion import Motion
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.model import read_model
from bige_osim.paths import AnyPath
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.progress import Progress, silent
from bige_osim.repetitions.find import find_repetitions
from bige_osim.solving.contacts import skeleton_with_feet
from bige_osim.solving.solve import SQUAT_CUTOFF, smooth_motion
from bige_osim.spec import ModelSpec
from bige_osim.synthetic.population import (
    Check,
    Participant,
    draw_participant,
    make_each,
)
from bige_osim.synthetic.retargeting import Variation, retarget
from bige_osim.synthetic.synthetic_session import (
    RATE,
    MadeTrial,
    make_model,
    write_session,
)

MARGIN = 0.3
"""Time kept before and after a repetition, s."""

ATTEMPTS = 8
"""Variations drawn of a repetition until one passes."""


@dataclass(frozen=True)
class CopyConfig:
    """How copies are made.

    Attributes
    ----------
    people : bodies drawn, each moves like one of the recorded participants, in turn
    seed : of everything that is drawn
    first : number of the first, so that copies made apart can be put together
    depth, tempo, lean : least and most of each :class:`Variation`

    Examples
    --------
    >>> 0.8 <= CopyConfig(2).draw(np.random.default_rng(0)).depth <= 1.05
    True
    """

    people: int
    seed: int = 0
    first: int = 0
    depth: tuple[float, float] = (0.8, 1.05)
    tempo: tuple[float, float] = (0.9, 1.8)
    lean: tuple[float, float] = (-0.1, 0.1)

    def draw(self, rng: np.random.Generator) -> Variation:
        """Draw a variation, its tempo log-uniformly."""
        return Variation(
            depth=float(rng.uniform(*self.depth)),
            tempo=float(np.exp(rng.uniform(*np.log(self.tempo)))),
            lean=float(rng.uniform(*self.lean)),
        )


@dataclass(frozen=True)
class Recorded:
    """The squats of a recorded session.

    Attributes
    ----------
    person : who moved
    licence : under which the recording may be used, "" if nobody says
    specs : the participant's model, by trial and number: each trial may have its own
    squats : (T, C) rad and m, low-passed, one repetition each; by trial and number
    """

    person: str
    licence: str
    specs: Mapping[str, ModelSpec]
    squats: Mapping[str, Motion]


def read_recorded(session: Session) -> Recorded:
    """Find the squats of a session.

    Raises
    ------
    DatasetError
        if it has no model or no squats
    """
    if not (session.models or session.model):
        raise DatasetError(
            f"The session {session.source} has no model (.osim) in OpenSimData/Model; "
            "put the participant's scaled model there."
        )
    models = {model: read_model(model) for model in session.models}
    skeletons = {model: skeleton_with_feet(spec) for model, spec in models.items()}
    specs: dict[str, ModelSpec] = {}
    squats: dict[str, Motion] = {}
    for trial in session.motions:
        model = session.model_of(trial)
        if trial.motion is None or model is None:
            continue
        spec, skeleton = models[model], skeletons[model]
        motion = read_motion(trial.motion, spec=spec)
        found = find_repetitions(motion, exercise="squat", skeleton=skeleton).accepted
        if not found:
            continue
        smooth = smooth_motion(motion, skeleton, cutoff=SQUAT_CUTOFF)
        for number, one in enumerate(found, start=1):
            name = f"{trial.name}_{number}"
            squats[name] = smooth.between(one.start - MARGIN, one.stop + MARGIN)
            specs[name] = spec
    if not squats:
        raise DatasetError(
            f"No squat was found in {session.source} that could be copied; see bige "
            "collect --dry-run."
        )
    return Recorded(session.person, session.licence, specs, squats)


def make_copies(
    folder: AnyPath,
    recorded: Sequence[Recorded],
    config: CopyConfig,
    *,
    generic: AnyPath | None = None,
    check: Check | None = None,
    jobs: int = 1,
    progress: Progress = silent,
) -> tuple[Participant, ...]:
    """Write sessions ``copy_000``, ``copy_001``, … of women and men in turn.

    A repetition of which no variation passes is left out, and a participant with none
    has no session; both are in what is returned. Participant ``i`` is the same however
    many participants and processes there are.

    Parameters
    ----------
    folder : where the sessions go
    recorded : whose squats are copied, at least one
    config : how many, and how
    generic : as of :func:`~bige_osim.synthetic.population.make_population`
    check : variations whose motion it finds wrong are drawn again
    jobs : processes
    progress : told about every participant
    """
    folder, generic = Path(folder), Path(generic or generic_model())
    work = [
        partial(
            _make_copy,
            folder,
            i,
            recorded[i % len(recorded)],
            config,
            generic=generic,
            check=check,
        )
        for i in range(config.first, config.first + config.people)
    ]
    return make_each(work, what="making copies", jobs=jobs, progress=progress)


def _make_copy(
    folder: Path,
    index: int,
    recorded: Recorded,
    config: CopyConfig,
    *,
    generic: Path,
    check: Check | None,
) -> Participant:
    person = f"copy_{index:03d}"
    rng, body = draw_participant(config.seed, index)
    target = make_model(folder / person, body=body, generic=generic).skeleton
    sources = {
        spec.sha256: skeleton_with_feet(spec) for spec in recorded.specs.values()
    }
    trials: dict[str, MadeTrial] = {}
    rejected: list[tuple[str, ...]] = []
    for name, squat in recorded.squats.items():
        source = sources[recorded.specs[name].sha256]
        for _ in range(ATTEMPTS):
            variation = config.draw(rng)
            motion, reasons = _copy_squat(squat, source, target, variation, check)
            if motion is not None:
                trials[name] = MadeTrial(variation, motion)
                break
            rejected.append(reasons)
    if not trials:
        shutil.rmtree(folder / person)
        return Participant(None, recorded.person, (), tuple(rejected))
    write_session(
        folder / person,
        person=person,
        body=body,
        trials=trials,
        skeleton=target,
        generic=generic,
        seed=config.seed,
        derived_from=recorded.person,
        licence=f"copies of a recording ({recorded.licence or 'licence not stated'})",
    )
    return Participant(folder / person, recorded.person, tuple(trials), tuple(rejected))


def _copy_squat(
    squat: Motion,
    source: Skeleton,
    target: Skeleton,
    variation: Variation,
    check: Check | None,
) -> tuple[Motion | None, tuple[str, ...]]:
    """Copy a squat, or say why it cannot be."""
    try:
        motion = retarget(squat, source=source, target=target, variation=variation)
    except SimulationError as error:
        return None, (str(error),)
    free = motion.resample(RATE).select(target.spec.independent_names)
    motion = target.coordinates.complete(free)
    reasons = check(motion, target) if check else ()
    return (None, reasons) if reasons else (motion, ())
