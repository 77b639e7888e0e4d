"""A session's model with masses fitted to the session's force plates."""

from pathlib import Path

from bige_osim.errors import BigeError
from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.session.read import Session
from bige_osim.osim.reading.model import read_model
from bige_osim.osim.tools.scaling import write_masses
from bige_osim.paths import AnyPath
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.calibration import Calibration, PlateTrial, calibrate_masses
from bige_osim.solving.contacts import contact_spheres
from bige_osim.solving.solution import SolveConfig


def fit_masses(
    session: Session, *, model: AnyPath, config: SolveConfig, output: AnyPath
) -> Calibration:
    """Fit the masses of a model to all trials on plates, and write it.

    Parameters
    ----------
    session : with force plates
    model : the ``.osim``
    config : how motions are prepared
    output : the ``.osim`` to write

    Raises
    ------
    BigeError
        No trial has plates that carry the whole participant.
    """
    model, output = Path(model), Path(output)
    spec = read_model(model)
    skeleton = Skeleton(spec, contacts=contact_spheres(spec))
    trials = []
    for trial in session.motions:
        if trial.motion is None or trial.forces is None:
            continue
        if model in session.models and session.model_of(trial) != model:
            continue  # it moved another model
        try:
            trials.append(
                PlateTrial.of(
                    trial.name,
                    read_motion(trial.motion, spec=spec),
                    plates=read_ground_reaction(trial.forces),
                    skeleton=skeleton,
                    config=config,
                )
            )
        except BigeError:
            continue  # solving it says what is wrong with it
    plates = [read_ground_reaction(t.forces) for t in session.trials if t.forces]
    found = calibrate_masses(spec, trials, standing=plates)
    if found is None:
        raise BigeError(
            f"The session {session.name} has no trial in which force plates carry "
            "the whole participant, to which masses could be fitted; leave --calibrate "
            "out."
        )
    write_masses(model, found.spec, output=output)
    return found
