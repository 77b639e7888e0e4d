"""Sessions of people who do not exist, in the shape of OpenCap's folders.

Body, model and squats are made by the program and the metadata say so
(``synthetic: true``); the same seed gives the same files.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import yaml
from joblib import Parallel, delayed

from bige_osim.data.noise import CaptureNoise
from bige_osim.data.squat import SquatStyle, draw_style
from bige_osim.data.squat_motion import SquatMaker
from bige_osim.errors import ExistingOutputError, SimulationError
from bige_osim.io.mot import write_motion
from bige_osim.io.profile import contact_spheres
from bige_osim.io.trc import write_markers
from bige_osim.motion import Markers, Motion
from bige_osim.osim.anthropometry import (
    GENERIC_MASS,
    GENERIC_STATURE,
    Body,
    draw_body,
    generic_model,
    segment_factors,
)
from bige_osim.osim.model import read_model
from bige_osim.osim.scaling import muscle_volume, scale_model
from bige_osim.physics.skeleton import Skeleton

RATE = 60.0
"""Frames per second, as OpenCap's."""

MODEL = "Rajagopal2015"
METADATA = "sessionMetadata.yaml"

UNLOCKED = ("subtalar_angle_r", "subtalar_angle_l")
"""Coordinates that Rajagopal2015 locks and planted feet need."""

SHOULDERS = dict.fromkeys(("arm_flex_r", "arm_flex_l"), (-math.pi / 2, math.pi))
"""Range of shoulder flexion, rad: Rajagopal2015 ends at 90 degrees, people do not."""

ATTEMPTS = 60
"""Styles drawn until one passes; about two of three do."""

_DIGITS = 6  # of marker positions in m: a micrometre

Progress = Callable[[str, int, int], None]
"""Called with what is being made, how many are done, and how many there are."""

Check = Callable[[Motion, Skeleton], tuple[str, ...]]
"""Says what is wrong with a motion of a model; nothing if it is fine."""


@dataclass(frozen=True)
class PopulationConfig:
    """How people are made.

    Attributes
    ----------
    people : how many
    seed : of everything that is drawn
    repetitions : in each trial
    asymmetric : make a second trial with the weight on one side
    noise : what capture adds to the motion, if anything
    """

    people: int
    seed: int = 0
    repetitions: int = 5
    asymmetric: bool = True
    noise: CaptureNoise | None = None

    @property
    def trials(self) -> dict[str, bool]:
        """Names of the trials, and whether the weight is on one side."""
        names = {"squats1": False, "squatsAsym1": True}
        return names if self.asymmetric else {"squats1": False}


@dataclass(frozen=True)
class Person:
    """A person who was made.

    Attributes
    ----------
    session : the folder
    rejected : for every style that was drawn in vain, why: one sentence each
    """

    session: Path
    rejected: tuple[tuple[str, ...], ...]


def make_session(
    folder: Path,
    *,
    person: str,
    body: Body,
    styles: Mapping[str, SquatStyle],
    seed: int = 0,
) -> Path:
    """Write one person's session: scaled model, motions, markers, metadata.

    Parameters
    ----------
    folder : the session's folder, made if need be; the metadata are written last
    person : name of the person, ``subjectID`` of the metadata
    body : measures the generic Rajagopal2015 model is scaled to
    styles : a squat style for every trial, by the trial's name
    seed : of the variation between repetitions

    Returns
    -------
    folder

    Raises
    ------
    ExistingOutputError
        there is a session in the folder
    SimulationError
        the person cannot do a style within the model's joint ranges
    """
    maker = _make_model(folder, body=body)
    trials = {
        name: _Trial(
            style,
            maker.motion(style, rate=RATE, rng=np.random.default_rng([seed, index])),
        )
        for index, (name, style) in enumerate(styles.items())
    }
    _write_trials(folder, trials, maker=maker)
    _write_metadata(folder, person=person, body=body, trials=trials, seed=seed)
    return folder


def make_population(
    folder: Path,
    config: PopulationConfig,
    *,
    check: Check | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> tuple[Person, ...]:
    """Write sessions ``synth_000``, ``synth_001``, … of women and men in turn.

    Every person is drawn anew (:func:`~bige_osim.osim.anthropometry.draw_body`) and
    squats in a style of their own. Person ``i`` is the same however many people and
    processes there are.

    Parameters
    ----------
    folder : where the sessions go
    config : how many, and how
    check : styles whose motion it finds wrong are drawn again
    jobs : processes
    progress : told about every person

    Raises
    ------
    SimulationError
        none of :data:`ATTEMPTS` styles of a person passed
    """
    work = [
        delayed(_make_person)(folder, i, config, check) for i in range(config.people)
    ]
    made = []
    workers = Parallel(n_jobs=min(jobs, config.people), return_as="generator")
    for person in workers(work):
        made.append(person)
        if progress:
            progress("making people", len(made), config.people)
    return tuple(made)


def _make_person(
    folder: Path, index: int, config: PopulationConfig, check: Check | None
) -> Person:
    person = f"synth_{index:03d}"
    rng = np.random.default_rng([config.seed, index])
    body = draw_body("female" if index % 2 == 0 else "male", rng=rng)
    maker = _make_model(folder / person, body=body)
    trials: dict[str, _Trial] = {}
    rejected: list[tuple[str, ...]] = []
    for name, asymmetric in config.trials.items():
        trials[name] = _draw_trial(
            maker, config, rng=rng, asymmetric=asymmetric, check=check,
            rejected=rejected,
        )  # fmt: skip
    _write_trials(folder / person, trials, maker=maker)
    _write_metadata(
        folder / person, person=person, body=body, trials=trials, seed=config.seed
    )
    return Person(folder / person, tuple(rejected))


@dataclass(frozen=True)
class _Trial:
    style: SquatStyle
    motion: Motion


def _make_model(folder: Path, *, body: Body) -> SquatMaker:
    """Write the person's model; it is the first file of a session."""
    if (folder / METADATA).exists():
        raise ExistingOutputError(folder / METADATA)
    path = folder / "OpenSimData" / "Model" / f"{MODEL}_scaled.osim"
    path.parent.mkdir(parents=True, exist_ok=True)
    generic_volume = muscle_volume(GENERIC_MASS, GENERIC_STATURE)
    scale_model(
        generic_model(),
        factors=segment_factors(body),
        mass=body.mass,
        path=path,
        name=f"{MODEL}_scaled",
        muscle_volume_ratio=muscle_volume(body.mass, body.stature) / generic_volume,
        unlocked=UNLOCKED,
        ranges=SHOULDERS,
    )
    spec = read_model(path)
    return SquatMaker(Skeleton(spec, contacts=contact_spheres(spec)))


def _draw_trial(
    maker: SquatMaker,
    config: PopulationConfig,
    *,
    rng: np.random.Generator,
    asymmetric: bool,
    check: Check | None,
    rejected: list[tuple[str, ...]],
) -> _Trial:
    """Draw styles until the person can do one and nothing is wrong with it."""
    for _ in range(ATTEMPTS):
        style = draw_style(rng, repetitions=config.repetitions, asymmetric=asymmetric)
        try:
            motion = maker.motion(style, rate=RATE, rng=rng)
        except SimulationError as error:
            rejected.append((str(error),))
            continue
        reasons = check(motion, maker.skeleton) if check else ()
        if not reasons:
            return _Trial(style, _captured(motion, maker.skeleton, config, rng=rng))
        rejected.append(reasons)
    raise SimulationError(
        f"None of {ATTEMPTS} styles drawn for {maker.skeleton.spec.name} passed, the "
        f"last because: {' '.join(rejected[-1])} Choose another seed."
    )


def _captured(
    motion: Motion,
    skeleton: Skeleton,
    config: PopulationConfig,
    *,
    rng: np.random.Generator,
) -> Motion:
    """Add the errors of capture, if any are asked for, to a motion that is right."""
    if config.noise is None:
        return motion
    noisy = config.noise.added_to(motion, spec=skeleton.spec, rng=rng)
    return skeleton.coordinates.complete(noisy)


def _write_trials(
    folder: Path, trials: Mapping[str, _Trial], *, maker: SquatMaker
) -> None:
    motions = folder / "OpenSimData" / "Kinematics"
    markers = folder / "MarkerData"
    motions.mkdir(parents=True, exist_ok=True)
    markers.mkdir(parents=True, exist_ok=True)
    skeleton = maker.skeleton
    unturned = skeleton.spec.unturned_names
    for name, trial in trials.items():
        path = motions / f"{name}.mot"
        write_motion(path, trial.motion, unturned=unturned)
        write_markers(markers / f"{name}.trc", _markers(skeleton, trial.motion))


def _markers(skeleton: Skeleton, motion: Motion) -> Markers:
    """Where the model's own markers are, frame by frame."""
    values = torch.from_numpy(np.ascontiguousarray(motion.values))
    places = skeleton.markers(skeleton.pose(values, motion.names)).numpy()
    return Markers(motion.time, places.round(_DIGITS), skeleton.marker_names)


def _write_metadata(
    folder: Path,
    *,
    person: str,
    body: Body,
    trials: Mapping[str, _Trial],
    seed: int,
) -> None:
    """Write what OpenCap writes about a session, and how this one was made."""
    sex = {"female": "Woman", "male": "Man"}[body.sex]
    content = {
        "subjectID": person,
        "mass_kg": round(body.mass, 3),
        "height_m": round(body.stature, 4),
        "gender_mf": sex,
        "openSimModel": MODEL,
        "synthetic": True,
        "madeBy": "bige_osim: body drawn from ANSUR II statistics, squats computed; "
        "no person was recorded",
        "seed": seed,
        "body": asdict(body),
        "trials": {name: asdict(trial.style) for name, trial in trials.items()},
    }
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    (folder / METADATA).write_text(text, encoding="utf-8")
