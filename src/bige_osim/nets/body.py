"""What a participant's model is to the nets: a body, and its coordinates."""

from collections.abc import Sequence

import torch
from jaxtyping import Float

from bige_osim.errors import DatasetError, name_some
from bige_osim.physics.kinematics.skeleton import Skeleton


def describe_body(
    skeleton: Skeleton, *, ratio: float, height: float | None = None
) -> Float[torch.Tensor, " 3"]:
    """Stature m, mass kg, leg length m.

    Parameters
    ----------
    skeleton : of the participant's model, which gives mass and leg length
    ratio : of stature to leg length, no unit: gives a stature that is not known
    height : stature, m

    Examples
    --------
    >>> from bige_osim.osim.anthropometry import generic_model
    >>> from bige_osim.osim.reading.model import read_model
    >>> skeleton = Skeleton(read_model(generic_model()))
    >>> [round(value, 2) for value in describe_body(skeleton, ratio=2.0).tolist()]
    [1.61, 75.34, 0.8]
    """
    leg = skeleton.leg_length()
    return torch.tensor(
        [height or leg * ratio, skeleton.spec.mass, leg], dtype=torch.float32
    )


def check_coordinates(names: Sequence[str], skeleton: Skeleton) -> None:
    """Refuse a net of other coordinates than the model has.

    Raises
    ------
    DatasetError
        naming them
    """
    known = skeleton.coordinates.names
    other = [name for name in names if name not in known]
    if other:
        raise DatasetError(
            f"The generator makes the coordinates {name_some(other)}, which the model "
            "does not have; train it on a dataset of such models."
        )
