"""What a net that makes motions is told: body, exercise and style, as numbers."""

import torch
from jaxtyping import Float, Int
from torch import nn

from bige_osim.nets.labels import RECORDED, STYLES
from bige_osim.nets.scaling import Scaler


def count_conditions(exercises: tuple[str, ...]) -> int:
    """Count the numbers that a net is told.

    Examples
    --------
    >>> count_conditions(("squat",))
    7
    """
    return 3 + len(exercises) + len(STYLES)


def describe_conditions(
    scaler: Scaler,
    body: Float[torch.Tensor, "B 3"],
    *,
    exercises: tuple[str, ...],
    usual: Int[torch.Tensor, ""],
    exercise: Int[torch.Tensor, " B"] | None = None,
    style: Int[torch.Tensor, " B"] | None = None,
) -> Float[torch.Tensor, "B N"]:
    """Standardised body, exercise and style (one-hot), in a row.

    Parameters
    ----------
    scaler : of bodies
    body : stature m, mass kg, leg length m
    exercises : names of those there are
    usual : the exercise where none is given
    exercise, style : places among ``exercises`` and
        :data:`~bige_osim.nets.labels.STYLES`; as recorded where no style is given
    """
    if exercise is None:
        exercise = usual.expand(len(body))
    if style is None:
        style = usual.new_full((len(body),), RECORDED)
    chosen = nn.functional.one_hot(exercise, len(exercises))
    whose = nn.functional.one_hot(style, len(STYLES))
    standard = scaler.standardise_body(body)
    return torch.cat([standard, chosen.to(body), whose.to(body)], dim=1)
