"""What a trained net predicts of a solved motion, whatever kind of net it is.

A kind of net that predicts activations says how in its entry ``NET`` (``predict`` of
:class:`~bige_osim.nets.net.Net`); nothing else has to know of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from bige_osim.motion import Activations
from bige_osim.nets.checkpoint import Record, load, read_record
from bige_osim.nets.kinds import list_kinds
from bige_osim.nets.net import find_net
from bige_osim.paths import AnyPath
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.repetitions.repetition import Repetition
from bige_osim.solving.solution import Solution


@dataclass(frozen=True)
class PredictedActivations:
    """Activations predicted of a motion, at its frames.

    Attributes
    ----------
    mean : (T, M) 0 to 1; NaN at frames of which the net says nothing
    std : (T, M) their predicted standard deviation, same unit; NaN likewise
    distance : (T,) from what the net was trained on, no unit: above 1, where less than
        one in a hundred of its points is; ``None`` of a net that does not know
    """

    mean: Activations
    std: Activations
    distance: Float[np.ndarray, " T"] | None = None
    exact: float = 0.0

    @property
    def rms_std(self) -> float:
        """Root mean square of the predicted standard deviation, activation."""
        return float(np.sqrt(np.nanmean(self.std.values**2)))


@dataclass(frozen=True, eq=False)
class Predictor:
    """A trained net that predicts activations.

    Attributes
    ----------
    net : in evaluation mode
    record : what its checkpoint says
    how : ``predict`` of its kind
    """

    net: Any
    record: Record
    how: Callable[..., Any]

    def predict(
        self,
        solution: Solution,
        skeleton: Skeleton,
        *,
        repetitions: Sequence[Repetition],
        net_alone: bool = False,
    ) -> PredictedActivations:
        """Predict the activations of a solved motion.

        Parameters
        ----------
        solution : the motion as it was solved, with its net moments and its floor; its
            own activations are not looked at
        skeleton : of the participant's model
        repetitions : found in the motion, for nets that take whole repetitions
        net_alone : ask the net, too, of frames that would be solved exactly for its
            being unsure

        Raises
        ------
        BigeError
            What the net needs is not there.
        """
        found: PredictedActivations = self.how(
            self.net,
            self.record,
            solution,
            skeleton=skeleton,
            repetitions=repetitions,
            net_alone=net_alone,
        )
        return found


def load_predictor(run: AnyPath, *, device: str = "cpu") -> Predictor:
    """Load the net of a run folder that predicts activations, whichever kind it is.

    Raises
    ------
    MissingFileError, DatasetError
        The folder holds none, or it is damaged; see
        :func:`~bige_osim.nets.checkpoint.load`.
    """
    held = [k for k in list_kinds() if (Path(run) / f"{k}.json").is_file()]
    able = [kind for kind in held if find_net(kind).predict is not None]
    kind = able[0] if able else "surrogate"  # whose absence is an error then
    net, record = load(run, kind, device=device), read_record(run, kind)
    how = find_net(kind, record.method).predict
    assert how is not None
    return Predictor(net, record, how)
