"""Recorded repetitions that others are compared with: as collected, and as recorded."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from bige_osim.dataset.sample import PELVIS
from bige_osim.errors import MissingFileError
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.session.read import read_session
from bige_osim.motion import Activations, Motion
from bige_osim.paths import AnyPath
from bige_osim.stages.compared_motions import Participant, SimulatedMotion


def read_recorded(
    dataset: xr.Dataset, participant: Participant
) -> list[SimulatedMotion]:
    """Repetitions of a participant as a dataset has them, with their activations."""
    own = dataset.isel(
        repetition=np.flatnonzero(dataset["person"].values == participant.name)
    ).transpose("repetition", "frame", "coordinate", "muscle", ...)
    names = tuple(str(name) for name in own["coordinate"].values)
    muscles = tuple(str(name) for name in own["muscle"].values)
    made = []
    for place in range(own.sizes["repetition"]):
        one = own.isel(repetition=place)
        time = np.linspace(0.0, float(one["duration"]), own.sizes["frame"])
        motion = Motion(time, one["motion"].values.astype(float), names)
        made.append(
            SimulatedMotion(
                name=f"{place + 1:02d}",
                motion=motion,
                activations=Activations(
                    time, one["activations"].values.astype(float), muscles
                ),
            )
        )
    return made


def read_raw(
    dataset: xr.Dataset, participant: Participant, *, sessions: Sequence[AnyPath]
) -> list[Motion]:
    """Repetitions of a participant as they were recorded, unfiltered, at their rate.

    From 0 s, with the pelvis where the dataset has it.

    Parameters
    ----------
    dataset : says when which repetition begins and ends, and where it was moved to
    participant : whose
    sessions : folders of recordings, called as the dataset calls sessions

    Raises
    ------
    MissingFileError
        A session or a trial of the dataset is not there.
    """
    folders = {Path(folder).resolve().name: Path(folder) for folder in sessions}
    rows = np.flatnonzero(dataset["person"].values == participant.name)
    made = []
    for row in rows:
        one = dataset.isel(repetition=row)
        session, trial = str(one["session"].values), str(one["trial"].values)
        if session not in folders:
            raise MissingFileError(
                Path(session),
                what=f"session of participant {participant.name}",
                remedy="name its folder by --session",
            )
        path = read_session(folders[session]).trial(trial).motion
        if path is None:
            raise MissingFileError(
                folders[session],
                what=f"motion of trial {trial}",
                remedy="name the session that the dataset was collected from",
            )
        start = float(one["start"])
        motion = read_motion(path, spec=participant.spec).between(
            start, start + float(one["duration"])
        )
        values = motion.values.copy()
        for axis, name in enumerate(PELVIS):
            values[:, motion.index(name)] -= float(one["origin"].values[axis])
        raw = Motion(motion.time - motion.time[0], values, motion.names)
        made.append(raw.select(participant.skeleton.coordinate_names))
    return made
