"""Changes to training batches that leave them true, or nearly so.

All random numbers are torch's, which the training seeds per epoch.

In the mirror image of a motion left becomes right. Both sides of an OpenSim leg or arm
share one sign convention (flexion, adduction and internal rotation are positive), so
columns ending in ``_r`` and ``_l`` change places. Sideways coordinates of the pelvis
and trunk change sign. Names decide, not positions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from bige_osim.errors import DatasetError
from bige_osim.nets.footprints import LENGTHS, mirror_footprints
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import LEG_LENGTH, Scaler

SIDEWAYS = frozenset(
    {
        "pelvis_list",
        "pelvis_rotation",
        "pelvis_tz",
        "lumbar_bending",
        "lumbar_rotation",
    }
)
"""Coordinates on the midline that change sign."""

SAGITTAL = frozenset({"pelvis_tilt", "pelvis_tx", "pelvis_ty", "lumbar_extension"})
"""Coordinates on the midline that stay as they are."""


ARMS = ("arm_", "elbow_", "pro_sup_", "wrist_")
"""How the names of arms' coordinates begin."""

WAVES = 6
"""Cosines, from none to five half-periods, that arms are moved by."""

SIDE = re.compile(r"_[rl](?=_|$)")


@dataclass(frozen=True)
class Mirror:
    """Swaps the sides of samples; applying it twice changes nothing.

    Attributes
    ----------
    coordinates, muscles : for each column, the column it is taken from
    signs : (C,) 1 or -1
    """

    coordinates: tuple[int, ...]
    signs: tuple[float, ...]
    muscles: tuple[int, ...]

    def __call__(self, samples: Samples) -> Samples:
        """Mirror every sample; bodies and durations stay."""
        signs = samples.motion.new_tensor(self.signs)
        motion = samples.motion[..., list(self.coordinates)] * signs
        activations, footprints = samples.activations, samples.footprints
        if activations is not None:
            activations = activations[..., list(self.muscles)]
        if footprints is not None:
            footprints = mirror_footprints(footprints)
        return replace(
            samples, motion=motion, activations=activations, footprints=footprints
        )

    def both(self, samples: Samples) -> Samples:
        """Join samples and their mirror images; activations are left out."""
        return join(*(replace(s, activations=None) for s in (samples, self(samples))))

    def some(self, samples: Samples) -> Samples:
        """Mirror about half of the samples, by torch's random numbers."""
        chosen = torch.rand(len(samples)).to(samples.motion.device) < 0.5
        mirrored = self(samples)
        changed = {}
        for name in ("motion", "activations", "footprints"):
            before, after = getattr(samples, name), getattr(mirrored, name)
            if before is not None:
                where = chosen.reshape(-1, *[1] * (before.ndim - 1))
                changed[name] = torch.where(where, after, before)
        return replace(samples, **changed)


def join(one: Samples, other: Samples) -> Samples:
    """Put samples in a row; both have the same parts."""
    return Samples(
        **{
            name: torch.cat([value, getattr(other, name)])
            for name, value in vars(one).items()
            if value is not None
        }
    )


def make_mirror(
    coordinate_names: Sequence[str], muscle_names: Sequence[str] = ()
) -> Mirror:
    """Work out the swaps and signs from names.

    Raises
    ------
    DatasetError
        if a column lacks its other side, or a midline coordinate is not known

    Examples
    --------
    >>> make_mirror(["pelvis_list", "knee_angle_r", "knee_angle_l"], ["soleus_l",
    ...             "soleus_r"])
    Mirror(coordinates=(0, 2, 1), signs=(-1.0, 1.0, 1.0), muscles=(1, 0))
    """
    for name in coordinate_names:
        if other_side(name) == name and name not in SIDEWAYS | SAGITTAL:
            raise DatasetError(
                f"The coordinate {name} has no side and no known sign under a mirror; "
                "train with mirror = false."
            )
    return Mirror(
        coordinates=_swaps(coordinate_names, "coordinate"),
        signs=tuple(-1.0 if name in SIDEWAYS else 1.0 for name in coordinate_names),
        muscles=_swaps(muscle_names, "muscle"),
    )


def other_side(name: str) -> str:
    """Name of the same column on the other side; midline names stay.

    Examples
    --------
    >>> other_side("knee_angle_r"), other_side("knee_angle_l_beta")
    ('knee_angle_l', 'knee_angle_r_beta')
    >>> other_side("pelvis_tilt")
    'pelvis_tilt'
    """
    return SIDE.sub(lambda side: "_l" if side.group() == "_r" else "_r", name)


def _swaps(names: Sequence[str], kind: str) -> tuple[int, ...]:
    order = {name: place for place, name in enumerate(names)}
    for name in names:
        if other_side(name) not in order:
            raise DatasetError(
                f"The {kind} {name} lacks its other side {other_side(name)}; train "
                "with mirror = false."
            )
    return tuple(order[other_side(name)] for name in names)


def blend(samples: Samples, *, scaler: Scaler, share: float, reach: float) -> Samples:
    """Move samples towards others of their exercise, each at its own leg length.

    Curves, footprints and log-durations all move by the same part of the way.

    Parameters
    ----------
    samples : with or without footprints
    scaler : of their coordinates
    share : of the samples that move, 0 to 1
    reach : largest part of the way to the other, 0 to 1
    """
    count, device = len(samples), samples.motion.device
    part = reach * torch.rand(count) * (torch.rand(count) < share)
    part, other = part.to(device), torch.randperm(count).to(device)
    if samples.exercise is not None:
        part = part * (samples.exercise == samples.exercise[other])
    standard = scaler.standardise(samples.motion, samples.body)
    motion = standard + part[:, None, None] * (standard[other] - standard)
    seconds = samples.duration.log()
    footprints = samples.footprints
    if footprints is not None:
        theirs = footprints[other].clone()
        leg = samples.body[:, LEG_LENGTH, None]
        theirs[:, :LENGTHS] *= leg / leg[other]
        footprints = footprints + part[:, None] * (theirs - footprints)
    return replace(
        samples,
        motion=scaler.restore(motion, samples.body),
        duration=(seconds + part * (seconds[other] - seconds)).exp(),
        footprints=footprints,
    )


def vary_arms(
    samples: Samples, *, scaler: Scaler, share: float, size: float
) -> Samples:
    """Give samples the arms of others, moved smoothly; all else stays.

    What arms do has little to do with the squat, and the few who were recorded do not
    show all of it.

    Parameters
    ----------
    samples : of which the first and the last frame may be at rest
    scaler : of their coordinates
    share : of the samples that change, 0 to 1
    size : of what moves the arms, in SDs of their coordinates
    """
    names = scaler.scaling.coordinate_names
    arms = [i for i, name in enumerate(names) if name.startswith(ARMS)]
    count, frames, _ = samples.motion.shape
    order = torch.arange(WAVES)
    cosines = torch.cos(torch.pi * torch.linspace(0, 1, frames)[:, None] * order)
    drawn = torch.randn(count, WAVES, len(arms)) / (1 + order[:, None])
    other, chosen = torch.randperm(count), torch.rand(count, 1, 1) < share
    device = samples.motion.device
    standard = scaler.standardise(samples.motion, samples.body)
    moved = standard.clone()
    moved[..., arms] = standard[other.to(device)][..., arms]
    moved[..., arms] += size * (cosines @ drawn).to(device)
    changed = scaler.restore(moved, samples.body)
    return replace(
        samples, motion=torch.where(chosen.to(device), changed, samples.motion)
    )
