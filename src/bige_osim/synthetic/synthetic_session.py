"""One synthetic participant's session, in the shape of OpenCap's folders."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bige_osim.errors import BigeError, ExistingOutputError, name_some
from bige_osim.io.opensim_files.mot import write_motion
from bige_osim.io.opensim_files.trc import write_markers
from bige_osim.io.session.layout import METADATA_FILES
from bige_osim.io.session.participant import write_participant
from bige_osim.motion import Markers, Motion
from bige_osim.osim.anthropometry import (
    GENERIC_MASS,
    GENERIC_STATURE,
    SUBTALAR,
    Body,
    generic_model,
    segment_factors,
)
from bige_osim.osim.reading.model import read_model
from bige_osim.osim.tools.scaling import muscle_volume, scale_model
from bige_osim.paths import AnyPath
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.contacts import contact_spheres
from bige_osim.synthetic.retargeting import Variation
from bige_osim.synthetic.squat_motion import SquatMaker
from bige_osim.synthetic.squat_style import SquatStyle

RATE = 60.0
"""Frames per second, as OpenCap's."""

SHOULDERS = dict.fromkeys(("arm_flex_r", "arm_flex_l"), (-math.pi / 2, math.pi))
"""Range of shoulder flexion, rad: Rajagopal2015 ends at 90 degrees, humans do not."""

NO_RECORDING = "not a recording"
"""What the metadata say of the licence."""

_DIGITS = 6  # of marker positions in m: a micrometre


@dataclass(frozen=True)
class MadeTrial:
    """A trial: how it was made, and all coordinates of the participant's model."""

    how: SquatStyle | Variation
    motion: Motion


def check_generic(generic: AnyPath) -> None:
    """Check that a model represents the man whom Rajagopal2015 represents.

    Its muscle paths and ranges may differ, and it may lack wrists.

    Raises
    ------
    BigeError
        it lacks bodies, other coordinates, or the mass

    Examples
    --------
    >>> check_generic(generic_model())
    """
    spec, usual = read_model(generic), read_model(generic_model())
    bodies = {body.name for body in usual.bodies} - {body.name for body in spec.bodies}
    names = {n for n in usual.coordinate_names if not n.startswith("wrist")}
    names -= set(spec.coordinate_names)
    found = [f"it has no {name}" for name in sorted(bodies | names)[:3]]
    if abs(spec.mass - usual.mass) > 0.01 * usual.mass:
        found.append(f"it has {spec.mass:.1f} kg instead of {usual.mass:.1f} kg")
    if found:
        raise BigeError(
            f"The generic model {generic} is not of Rajagopal2015's family: "
            f"{name_some(found)}; pass a model that was not scaled, such as "
            "LaiUhlrich2022.osim."
        )


def make_model(folder: AnyPath, *, body: Body, generic: AnyPath) -> SquatMaker:
    """Write the participant's model; it is the first file of a session.

    Parameters
    ----------
    folder : the session's
    body : measures the generic model is scaled to
    generic : that passes :func:`check_generic`

    Raises
    ------
    ExistingOutputError
        there is a session in the folder
    """
    folder, generic = Path(folder), Path(generic)
    metadata = folder / METADATA_FILES[0]
    if metadata.exists():
        raise ExistingOutputError(metadata)
    path = folder / "OpenSimData" / "Model" / f"{generic.stem}_scaled.osim"
    path.parent.mkdir(parents=True, exist_ok=True)
    generic_volume = muscle_volume(GENERIC_MASS, GENERIC_STATURE)
    scale_model(
        generic,
        factors=segment_factors(body, generic=generic),
        mass=body.mass,
        path=path,
        name=path.stem,
        muscle_volume_ratio=muscle_volume(body.mass, body.stature) / generic_volume,
        unlocked=SUBTALAR,
        ranges=SHOULDERS,
    )
    spec = read_model(path)
    return SquatMaker(Skeleton(spec, contacts=contact_spheres(spec)))


def write_session(
    folder: AnyPath,
    *,
    person: str,
    body: Body,
    trials: Mapping[str, MadeTrial],
    skeleton: Skeleton,
    generic: AnyPath,
    seed: int,
    derived_from: str = "",
    licence: str = NO_RECORDING,
) -> None:
    """Write motions and markers beside the model, and at last the metadata.

    There are no markers where the generic model has none.
    """
    folder = Path(folder)
    _write_trials(folder, trials, skeleton=skeleton)
    motions = "recorded ones, changed" if derived_from else "computed, nobody recorded"
    content = _about(person, body) | {
        "openSimModel": Path(generic).stem,
        "licence": licence,
        "madeBy": f"bige_osim: body drawn from ANSUR II statistics, motions {motions}",
        "derivedFrom": derived_from or None,
        "seed": seed,
        "body": asdict(body),
        "trials": {name: asdict(trial.how) for name, trial in trials.items()},
    }
    write_participant(folder, content)


def _write_trials(
    folder: Path, trials: Mapping[str, MadeTrial], *, skeleton: Skeleton
) -> None:
    motions = folder / "OpenSimData" / "Kinematics"
    markers = folder / "MarkerData"
    motions.mkdir(parents=True, exist_ok=True)
    if skeleton.marker_names:
        markers.mkdir(parents=True, exist_ok=True)
    for name, trial in trials.items():
        path = motions / f"{name}.mot"
        write_motion(path, trial.motion, spec=skeleton.spec)
        if skeleton.marker_names:
            write_markers(markers / f"{name}.trc", _markers(skeleton, trial.motion))


def _markers(skeleton: Skeleton, motion: Motion) -> Markers:
    """Where the model's own markers are, frame by frame."""
    places = skeleton.markers(skeleton.pose_of(motion)).numpy()
    return Markers(motion.time, places.round(_DIGITS), skeleton.marker_names)


def _about(person: str, body: Body) -> dict[str, Any]:
    """Say of the participant what OpenCap says, and that a program made the session."""
    return {
        "subjectID": person,
        "mass_kg": round(body.mass, 3),
        "height_m": round(body.stature, 4),
        "gender_mf": {"female": "Woman", "male": "Man"}[body.sex],
        "synthetic": True,
    }
