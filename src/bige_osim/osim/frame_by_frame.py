"""What OpenSim computes frame by frame, to be compared with: slow and independent."""

import numpy as np
from jaxtyping import Float

from bige_osim.motion import Motion
from bige_osim.osim.reading.open_model import OpenModel
from bige_osim.paths import AnyPath


def compute_points(model: AnyPath, motion: Motion) -> Float[np.ndarray, "T P 3"]:
    """Origins of all bodies, then all markers, in ground.

    Parameters
    ----------
    model : the ``.osim``
    motion : (T, A) all coordinates, coupled ones too, rad and m

    Returns
    -------
    (T, P, 3) : m, in the model's order
    """
    opened = OpenModel(model)
    bodies, markers = list(opened.model.getBodySet()), list(opened.model.getMarkerSet())
    return np.array(
        [
            [body.getPositionInGround(state).to_numpy() for body in bodies]
            + [marker.getLocationInGround(state).to_numpy() for marker in markers]
            for state in opened.poses(motion)
        ]
    )


def compute_muscle_geometry(
    model: AnyPath, motion: Motion
) -> tuple[Float[np.ndarray, "T M"], Float[np.ndarray, "T M C"]]:
    """Musculotendon lengths, and moment arms about coordinates that move muscles.

    Parameters
    ----------
    model : the ``.osim``
    motion : (T, A) all coordinates, coupled ones too, rad and m

    Returns
    -------
    lengths : (T, M) m
    moment arms : (T, M, C) m, about ``motion.names``; of coupled coordinates zero, for
        OpenSim counts theirs at the coordinate that drives them
    """
    opened = OpenModel(model)
    muscles = list(opened.model.getMuscles())
    coupled = {
        constraint.getPropertyByName("dependent_coordinate_name").toString()
        for constraint in opened.model.getConstraintSet()
    }
    free = [
        (i, opened.coordinates[name])
        for i, name in enumerate(motion.names)
        if name not in coupled
    ]
    lengths, arms = [], []
    for state in opened.poses(motion):
        lengths.append([muscle.getLength(state) for muscle in muscles])
        frame = np.zeros((len(muscles), len(motion.names)))
        for row, muscle in enumerate(muscles):
            for i, coordinate in free:
                frame[row, i] = muscle.computeMomentArm(state, coordinate)
        arms.append(frame)
    return np.array(lengths), np.array(arms)
