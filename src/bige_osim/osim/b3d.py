"""AddBiomechanics' binary ``.b3d`` files, by nimblephysics.

Reading a file takes scalars in and gives arrays out, which works under NumPy 2
(:mod:`~bige_osim.osim.nimble` says what does not). Writing one needs arrays in and ends
the process. Source: ``dart/proto/SubjectOnDisk.proto`` of
https://github.com/keenon/nimblephysics; Werling et al. 2023, PLoS ONE 18, e0295152.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from bige_osim.errors import DataError, MissingFileError
from bige_osim.motion import GroundReaction, Motion
from bige_osim.osim.nimble import keep_back_output
from bige_osim.paths import AnyPath


@dataclass(frozen=True)
class B3dTrial:
    """One trial of a subject.

    Attributes
    ----------
    name : as AddBiomechanics calls it
    motion : (T, C) rad and m, from 0 s on
    ground : on the bodies that touch the ground; ``None`` without force plates
    """

    name: str
    motion: Motion
    ground: GroundReaction | None


@dataclass(frozen=True)
class B3d:
    """A subject: its body, its model and its trials.

    Attributes
    ----------
    mass : kg, height : m; ``None`` if the file does not say
    sex : as the file says it, "" if it does not
    model : text of the ``.osim`` that the motions belong to
    trials : in the file's order
    notes : what was left out and why, one sentence each
    """

    mass: float | None
    height: float | None
    sex: str
    model: str
    trials: tuple[B3dTrial, ...]
    notes: tuple[str, ...]


def read_b3d(path: AnyPath) -> B3d:
    """Read all trials of a ``.b3d`` as its last fit of model and motion has them.

    The fit to forces (``dynamics``) is taken where there is one, else that to markers;
    a low-passed copy is not, since motions are low-passed when they are solved.

    Parameters
    ----------
    path : the ``.b3d``

    Raises
    ------
    MissingFileError, DataError
        There is no such file, or if nimblephysics cannot read it, or it holds no model.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(path, what="session")
    with path.open("rb") as file:  # a wrong length would be allocated
        length = int.from_bytes(file.read(8), "little", signed=True)
    if not 0 < length < path.stat().st_size:
        raise _damage(path, "another kind of file")
    import nimblephysics

    with keep_back_output():
        try:
            subject = nimblephysics.biomechanics.SubjectOnDisk(str(path))
            return _read(path, subject)
        except (RuntimeError, ValueError, MemoryError) as error:
            raise _damage(path, str(error)) from error


def _damage(path: Path, got: str) -> DataError:
    return DataError(
        path,
        expected="a whole .b3d that nimblephysics can read",
        got=got.rstrip("!. "),
        remedy="download it again",
    )


def _read(path: Path, subject: Any) -> B3d:
    fit = _last_fit(subject)
    model = subject.getOpensimFileText(fit) if fit is not None else ""
    if fit is None or not model:
        raise _damage(path, "one without a model")
    skeleton = subject.readSkel(fit, ignoreGeometry=True)
    if skeleton is None:
        raise _damage(path, "a model that it cannot read")
    dofs = range(skeleton.getNumDofs())
    names = tuple(skeleton.getDofByIndex(i).getName() for i in dofs)
    trials, notes = [], []
    for index in range(subject.getNumTrials()):
        name, length = subject.getTrialName(index), subject.getTrialLength(index)
        if subject.getTrialNumProcessingPasses(index) <= fit or length < 1:
            notes.append(f"Trial {name} has no motion in the last fit; it is left out.")
            continue
        frames = subject.readFrames(index, 0, length, includeSensorData=False)
        passes = [frame.processingPasses[fit] for frame in frames]
        if len(passes) != length:
            raise _damage(path, f"{len(passes)} of {length} frames of trial {name}")
        time = np.arange(length) * subject.getTrialTimestep(index)
        motion = Motion(time, np.array([p.pos for p in passes]), names)
        _check_numbers(path, name, motion.values)
        # AddBiomechanics does not trust these.
        reasons = [reason.name for reason in subject.getMissingGRF(index)]
        missing = length - reasons.count("notMissingGRF")
        ground = None
        if subject.getNumForcePlates(index) and not missing:
            ground = _ground(passes, time, tuple(subject.getGroundForceBodies()))
            _check_numbers(path, name, ground.force, ground.point, ground.moment)
        elif 0 < missing < length:
            notes.append(
                f"Trial {name} lacks ground forces in {missing} of its {length} frames;"
                " its forces are left out."
            )
        trials.append(B3dTrial(name, motion, ground))
    mass, height = (
        float(number) if 0 < number < math.inf else None
        for number in (subject.getMassKg(), subject.getHeightM())
    )
    sex = subject.getBiologicalSex()
    return B3d(mass, height, sex, model, tuple(trials), tuple(notes))


def _check_numbers(path: Path, trial: str, *arrays: Float[np.ndarray, "..."]) -> None:
    if not all(np.isfinite(values).all() for values in arrays):
        raise _damage(path, f"values in trial {trial} that are no numbers")


def _last_fit(subject: Any) -> int | None:
    """Position of the last pass that fitted model and motion."""
    kinds = [
        subject.getProcessingPassType(i).name
        for i in range(subject.getNumProcessingPasses())
    ]
    for kind in ("DYNAMICS", "KINEMATICS"):
        if kind in kinds:
            return len(kinds) - 1 - kinds[::-1].index(kind)
    return None


def _ground(
    passes: list[Any], time: Float[np.ndarray, " T"], bodies: tuple[str, ...]
) -> GroundReaction:
    """Ground forces; the first and last frame take those of their neighbours.

    nimblephysics leaves both frames empty (``computeValuesFromForcePlates``), because
    accelerations there have no neighbours to come from.
    """
    kinds = ("Force", "CenterOfPressure", "Torque")
    rows = [[getattr(p, f"groundContact{kind}") for kind in kinds] for p in passes]
    values = np.array(rows).reshape(len(time), len(kinds), len(bodies), 3)
    for end, beside in ((0, 1), (-1, -2)):
        if len(time) > 2 and not values[end, 0].any():
            values[end] = values[beside]
    force, point, moment = np.moveaxis(values, 1, 0)
    return GroundReaction(time, force, point, moment, bodies, "measured")


def file_names(trials: tuple[B3dTrial, ...]) -> tuple[str, ...]:
    """Names of trials that can name files, each once.

    Examples
    --------
    >>> one = B3dTrial("walk/1", Motion(np.zeros(1), np.zeros((1, 1)), ("x",)), None)
    >>> file_names((one, one))
    ('walk_1', 'walk_1_2')
    """
    names: list[str] = []
    for trial in trials:
        plain = re.sub(r"[^\w.-]+", "_", trial.name).strip(".") or "trial"
        count = sum(re.sub(r"_\d+$", "", n) == plain or n == plain for n in names)
        names.append(f"{plain}_{count + 1}" if plain in names else plain)
    return tuple(names)
