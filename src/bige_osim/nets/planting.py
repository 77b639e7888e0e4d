"""Generated repetitions on planted feet, on the skeleton of whom they are for."""

from collections.abc import Sequence

from bige_osim.nets.features import Decoded
from bige_osim.physics.ground.stance import Footprints
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.planted_ik import Postures
from bige_osim.physics.planted_motion import plant_motion


def plant_decoded(
    skeleton: Skeleton,
    decoded: Decoded,
    *,
    coordinate_names: Sequence[str],
    tolerance: float | None = None,
) -> Postures:
    """Plant the feet of decoded repetitions where their footprints are.

    Differentiable by motions and footprints, and so by latents.

    Parameters
    ----------
    skeleton : of the participant's model, with contact points; its type is the result's
    decoded : repetitions (B, F, C), rad and m
    coordinate_names : names of their C columns
    tolerance : as :func:`~bige_osim.physics.planted_ik.plant` has it

    Returns
    -------
    Postures
        (B, F) frames; their ``q`` are the skeleton's independent coordinates, rad and m
    """
    count, frames, _ = decoded.motion.shape
    independent = len(skeleton.coordinate_names)
    whole = skeleton.coordinates(decoded.motion.flatten(0, 1), coordinate_names)
    motion = whole[:, :independent].unflatten(0, (count, frames))
    dtype, prints = motion.dtype, decoded.footprints
    return plant_motion(
        skeleton,
        motion,
        Footprints(
            prints.ankles.to(dtype),
            prints.turns.to(dtype),
            None if prints.tilts is None else prints.tilts.to(dtype),
        ),
        tolerance=tolerance,
    )
