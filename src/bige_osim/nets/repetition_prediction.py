"""Activations of whole repetitions, by a net that takes no more than kinematics."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.dataset.sample import resample_repetition
from bige_osim.errors import BigeError, name_some
from bige_osim.motion import Activations
from bige_osim.nets.body import describe_body
from bige_osim.nets.checkpoint import Record
from bige_osim.nets.prediction import PredictedActivations
from bige_osim.nets.surrogate import Surrogate
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.repetitions.repetition import Repetition
from bige_osim.solving.solution import Solution
from bige_osim.times import within


def predict_repetitions(
    net: Surrogate,
    record: Record,
    solution: Solution,
    *,
    skeleton: Skeleton,
    repetitions: Sequence[Repetition],
    net_alone: bool = True,
) -> PredictedActivations:
    """Predict each repetition over its cycle, and put it back on the motion's time.

    Repetitions are resampled as a dataset's are; frames outside them are NaN.

    Parameters
    ----------
    net : in evaluation mode
    record : of its checkpoint: frames of a repetition, mean body
    solution : the motion and its floor
    skeleton : of the participant's model
    repetitions : within the motion, one or more
    net_alone : always; this net solves nothing

    Raises
    ------
    BigeError
        There is no repetition, or the model lacks coordinates that the net needs.
    """
    _check(net, solution, repetitions)
    motion = solution.motion.select(net.coordinate_names)
    cycles = [
        resample_repetition(motion, one, floor=solution.floor, frames=record.frames)[0]
        for one in repetitions
    ]
    stature, _, leg = record.scaling.body_mean
    body = describe_body(skeleton, ratio=stature / leg)
    device = net.spread.device
    with torch.no_grad():
        made = net(
            torch.tensor(
                np.stack([one.values for one in cycles]), dtype=torch.float32
            ).to(device),
            torch.tensor([one.duration for one in repetitions]).to(device),
            body.expand(len(repetitions), -1).to(device),
        )
    mean, std = (
        Activations(
            motion.time,
            _put_back(values.cpu().double().numpy(), motion.time, repetitions),
            net.muscle_names,
        )
        for values in (made.mean, made.std)
    )
    return PredictedActivations(mean, std)


def _put_back(
    cycles: Float[np.ndarray, "N F M"],
    time: Float[np.ndarray, " T"],
    repetitions: Sequence[Repetition],
) -> Float[np.ndarray, "T M"]:
    """Interpolate linearly, which cannot overshoot; NaN outside the repetitions."""
    values = np.full((len(time), cycles.shape[2]), np.nan)
    for one, cycle in zip(repetitions, cycles, strict=True):
        inside = within(time, one.start, one.stop)
        clock = np.linspace(one.start, one.stop, len(cycle))
        columns = [np.interp(time[inside], clock, column) for column in cycle.T]
        values[inside] = np.stack(columns, axis=1)
    return values


def _check(
    net: Surrogate, solution: Solution, repetitions: Sequence[Repetition]
) -> None:
    missing = [n for n in net.coordinate_names if n not in solution.motion.names]
    if missing:
        raise BigeError(
            f"The surrogate needs the coordinates {name_some(missing)}, which the "
            "model does not have; train one on this model's motions."
        )
    if not repetitions:
        raise BigeError(
            "The surrogate predicts whole repetitions, and none was found among the "
            "solved frames; record each from its start to its end."
        )
