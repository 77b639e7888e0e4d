"""Where the feet of a repetition stand, as the generator's nets take it."""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int

from bige_osim.errors import DatasetError, name_some
from bige_osim.motion import FOOT_BODIES
from bige_osim.physics.ground.stance import Footprints, measure_footprints
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.planted_ik import LEGS
from bige_osim.solving.contacts import contact_spheres
from bige_osim.spec import ModelSpec

LENGTHS, TURNS = 4, 2
"""Numbers of the ankles (m) and of the turns (rad), before those of the tilts."""

COUNT = 10
"""Numbers of two footprints."""

CHUNK = 16
"""Repetitions that are measured at once."""

NEEDED = (*FOOT_BODIES, "talus_r", "talus_l", "toes_r", "toes_l")
"""Bodies of two feet that can be planted."""

ACROSS = ("pelvis_tx", "pelvis_tz")
"""Coordinates that carry the body over the floor, along x and z."""


def join_footprints(footprints: Footprints) -> Float[torch.Tensor, "*batch 10"]:
    """Write footprints in a row: ankles m, turns rad, tilts rad, the right foot first.

    Examples
    --------
    >>> prints = Footprints(torch.ones(3, 2, 2), torch.zeros(3, 2))
    >>> join_footprints(prints).shape
    torch.Size([3, 10])
    """
    tilts = footprints.tilts
    if tilts is None:
        tilts = torch.zeros_like(footprints.ankles)
    parts = (footprints.ankles.flatten(-2), footprints.turns, tilts.flatten(-2))
    return torch.cat(parts, dim=-1)


def split_footprints(numbers: Float[torch.Tensor, "*batch 10"]) -> Footprints:
    """Undo :func:`join_footprints`: m and rad."""
    parts = torch.split(numbers, [LENGTHS, TURNS, COUNT - LENGTHS - TURNS], dim=-1)
    ankles, turns, tilts = parts
    shape = (*turns.shape, 2)
    return Footprints(ankles.reshape(shape), turns, tilts.reshape(shape))


def mirror_footprints(
    numbers: Float[torch.Tensor, "*batch 10"],
) -> Float[torch.Tensor, "*batch 10"]:
    """Mirror footprints (m, rad): feet change places, z, turn and roll their sign.

    Examples
    --------
    >>> numbers = torch.tensor([2.0, 1.0, -2.0, -1.0, -3.0, 4.0, 5.0, 6.0, 0.0, 0.0])
    >>> mirror_footprints(numbers).tolist()
    [-2.0, 1.0, 2.0, -1.0, -4.0, 3.0, -0.0, 0.0, -5.0, 6.0]
    """
    feet = split_footprints(numbers)
    assert feet.tilts is not None
    return join_footprints(
        Footprints(
            feet.ankles.flip(-2) * numbers.new_tensor([1.0, -1.0]),
            -feet.turns.flip(-1),
            feet.tilts.flip(-2) * numbers.new_tensor([-1.0, 1.0]),
        )
    )


def make_standing_skeleton(
    spec: ModelSpec, *, dtype: torch.dtype = torch.float64
) -> Skeleton:
    """Make the kinematics of a model with two feet that can be planted.

    Raises
    ------
    DatasetError
        if it has not got two feet and what moves them
    """
    bodies = {body.name for body in spec.bodies}
    missing = [name for name in NEEDED if name not in bodies]
    missing += [n for n in (*LEGS, *ACROSS) if n not in spec.coordinate_names]
    if missing:
        raise DatasetError(
            f"The generator plants two feet, and the model {spec.name} has no "
            f"{name_some(missing, 3)}; collect sessions of models with two legs."
        )
    contacts = contact_spheres(spec)
    return Skeleton(spec, contacts=contacts, dtype=dtype, fill=True)


def stand_in_the_middle(
    models: Sequence[ModelSpec],
    motion: Float[torch.Tensor, "N F C"],
    model: Int[torch.Tensor, " N"],
    *,
    names: Sequence[str],
) -> tuple[Float[torch.Tensor, "N F C"], Float[torch.Tensor, "N 10"]]:
    """Measure footprints, and move every motion so that x = z = 0 is between them.

    Parameters
    ----------
    models : those there are
    motion : rad and m
    model : of each motion, by place among ``models``
    names : of the C coordinates

    Returns
    -------
    motion, footprints : rad and m; as :func:`join_footprints` has them

    Raises
    ------
    DatasetError
        if a model has not got two feet
    """
    prints = motion.new_zeros(len(motion), COUNT)
    for place in sorted(set(model.tolist())):
        skeleton = make_standing_skeleton(models[place])
        rows = (model == place).nonzero()[:, 0]
        for chosen in rows.split(CHUNK):
            pose = skeleton.pose(motion[chosen].double(), names)
            prints[chosen] = join_footprints(measure_footprints(skeleton, pose)).float()
    ankles = split_footprints(prints).ankles
    middle = ankles.mean(dim=1, keepdim=True)
    moved = motion.clone()
    for axis, name in enumerate(ACROSS):
        moved[..., names.index(name)] -= middle[..., axis]
    prints[:, :LENGTHS] = (ankles - middle).flatten(1)
    return moved, prints
