"""The front door: what ``import bige_osim`` offers, with the defaults of the commands.

Thin on purpose: each function calls what its command calls.

Examples
--------
Somebody stands still for a third of a second:

>>> import tempfile
>>> import numpy as np
>>> from bige_osim.osim.anthropometry import generic_model
>>> from bige_osim.solving.model import read_model
>>> model = read_model(generic_model())
>>> names = model.spec.independent_names
>>> pose = [model.spec.coordinate(name).default for name in names]
>>> motion = Motion(np.arange(20) / 60, np.tile(pose, (20, 1)), names, name="still")
>>> with tempfile.TemporaryDirectory() as folder:
...     write_motion(f"{folder}/still.mot", motion, model=model)
...     again = read_motion(f"{folder}/still.mot", model=model)
>>> again
Motion(still: 37 coordinates, 20 frames, 0.317 s at 60 Hz)
>>> solve(again, model, spans=[(0.1, 0.2)])
Solution(Activations(still: 80 muscles, 7 frames, 0.1 s at 60 Hz), fast, ground \
estimated, 0 failed frames, residuals plausible)
>>> find_repetitions(again, model, exercise="lunge")
Detection(0 accepted, 0 rejected)
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from bige_osim.errors import BigeError, MissingFileError
from bige_osim.io.opensim_files import mot
from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.session import read as sessions
from bige_osim.motion import GroundReaction, Motion
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress, silent
from bige_osim.repetitions import find as repetitions
from bige_osim.repetitions.repetition import Detection
from bige_osim.solution import EngineName
from bige_osim.solving.engines import make_engine
from bige_osim.solving.model import Model
from bige_osim.solving.solution import Solution, SolveConfig
from bige_osim.solving.solve import solve_motion
from bige_osim.stages.guide import GuideRequest, prepare_search
from bige_osim.stages.guided_motions import GuidedMotions
from bige_osim.stages.open_session import is_archive


def read_session(path: AnyPath) -> sessions.Session:
    """Find out what a session holds; see ``session.problems`` and ``session.notes``.

    Parameters
    ----------
    path : the session's folder; of a ``.zip`` or ``.b3d`` see :func:`open_session`

    Raises
    ------
    MissingFileError
        There is no such folder, or it is no session.
    BigeError
        It is an archive.

    Examples
    --------
    >>> read_session("OpenCapData_none")
    Traceback (most recent call last):
    bige_osim.errors.MissingFileError: The session folder OpenCapData_none does not \
exist; check the path.
    """
    if is_archive(Path(path)):
        raise BigeError(
            f"{path} is an archive, whose files have to be unpacked for a while; use "
            f"`with bige_osim.open_session({str(path)!r}) as session:`."
        )
    return sessions.read_session(path)


def read_motion(path: AnyPath | None, *, model: Model | None = None) -> Motion:
    """Read joint angles and translations, in radians and metres.

    Parameters
    ----------
    path : a ``.mot`` or ``.sto``, such as ``trial.motion``
    model : that the motion is for; without it rotations are told by their names

    Raises
    ------
    MissingFileError, DataError, UnknownNameError
        There is no such file (``None``: the trial has no motion), it is damaged, or it
        does not fit the model.
    """
    if path is None:
        raise MissingFileError(
            "of the trial", what="motion", remedy="choose one of session.motions"
        )
    return mot.read_motion(path, spec=model.spec if model else None)


def write_motion(path: AnyPath, motion: Motion, *, model: Model | None = None) -> None:
    """Write a motion as OpenSim and its GUI read it, rotations in degrees.

    Parameters
    ----------
    path : the ``.mot`` to write
    motion : (T, C) rad and m
    model : that the motion is for; without it rotations are told by their names

    Raises
    ------
    DataError
        A value is not finite; nothing is written then.
    """
    mot.write_motion(path, motion, spec=model.spec if model else None)


def solve(
    motion: Motion,
    model: Model,
    *,
    forces: AnyPath | GroundReaction | None = None,
    engine: EngineName = "fast",
    cutoff: float = 6.0,
    rate: float | None = None,
    spans: Sequence[tuple[float, float]] | None = None,
    jobs: int = 1,
    progress: Progress = silent,
) -> Solution:
    """Find what ground and muscles did to make a motion, as ``bige solve``.

    Parameters
    ----------
    motion : (T, C) rad and m, as recorded
    model : the participant's
    forces : force plates (``.mot``), as ``trial.forces``, which are assigned to the
        feet; ground reaction is estimated for ``None``
    engine : ``fast`` or ``opensim``
    cutoff : low-pass of the motion, Hz
    rate : solved frames per second; ``None`` for every frame (OpenSim: 25)
    spans : solve only from the one time to the other of each pair, s
    jobs : processes of OpenSim
    progress : called with what is done, frames done and frames there are

    Returns
    -------
    Solution
        whether residuals are plausible is in ``failure`` ("" if they are), what to know
        in ``warnings``

    Raises
    ------
    BigeError
        Model, motion and forces do not fit each other; see
        :func:`~bige_osim.solving.solve.solve_motion`.
    """
    if forces is not None and not isinstance(forces, GroundReaction):
        forces = read_ground_reaction(forces)
    config = SolveConfig(cutoff=cutoff, rate=rate)
    return solve_motion(
        make_engine(engine, model=model.path, spec=model.spec, config=config.static),
        motion,
        plates=forces,
        config=config,
        spans=spans,
        jobs=jobs,
        progress=progress,
    )


def find_repetitions(
    motion: Motion, model: Model | None = None, *, exercise: str = "squat"
) -> Detection:
    """Find the repetitions of an exercise, as ``bige collect``.

    Parameters
    ----------
    motion : (T, C) rad and m, as recorded
    model : the participant's; without it (or its feet) joint angles have to do
    exercise : name, such as ``squat``, ``lunge``, ``sit-to-stand``

    Returns
    -------
    Detection
        ``accepted``, and ``rejected`` with their reasons

    Raises
    ------
    UnknownNameError
        There is no such exercise, or a coordinate is missing.
    """
    skeleton = model.skeleton if model and model.contacts.spheres else None
    return repetitions.find_repetitions(motion, exercise=exercise, skeleton=skeleton)


def guide(
    model: Model,
    *,
    goal: AnyPath,
    n: int = 4,
    generator: AnyPath | None = None,
    surrogate: AnyPath | None = None,
    activations: Literal["exact", "surrogate"] = "exact",
    height: float | None = None,
    steps: int | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> GuidedMotions:
    """Find motions of a participant that meet a goal, as ``bige guide``.

    Parameters
    ----------
    model : the participant's
    goal : goal file (.toml)
    n : motions to deliver
    generator, surrogate : run folders of ``bige train``; the shipped nets for ``None``
    activations : ``exact``, or as the ``surrogate`` predicts them
    height : stature, m; ``None`` takes the training participants' mean ratio to leg
        length
    steps : of each refinement
    seed : the same seed gives the same motions
    progress : called with what is done, how much of it, and of how much

    Returns
    -------
    GuidedMotions
        those that pass; fewer than ``n`` if that many were not found, which is said in
        ``warnings``

    Raises
    ------
    MissingFileError, GoalError, DatasetError
        Goal, nets and model are not there or do not fit each other.
    """
    ready = prepare_search(
        GuideRequest(
            model=model.path,
            goal=goal,
            generator=generator,
            surrogate=surrogate,
            activations=activations,
            count=n,
            height=height,
            steps=steps,
            contacts=model.contacts_file,
        ),
        seed=seed,
    )
    return ready.run(progress=progress)
