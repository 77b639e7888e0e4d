"""The models that a dataset's participants have, as the nets need them."""

import torch
import xarray as xr

from bige_osim.dataset.dataset import read_models
from bige_osim.nets.losses import LossWeights
from bige_osim.nets.pose_loss import PoseLoss
from bige_osim.nets.samples import model_hashes
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.contacts import contact_spheres


def make_pose_loss(
    dataset: xr.Dataset, *, weights: LossWeights, device: torch.device
) -> PoseLoss | None:
    """Joint and contact losses on the dataset's models, ``None`` if both weigh 0."""
    if not (weights.joints or weights.contact):
        return None
    specs = read_models(dataset)
    skeletons = [
        Skeleton(
            spec, contacts=contact_spheres(spec), fill=True, dtype=torch.float32
        ).to(device)
        for spec in (specs[name] for name in model_hashes(dataset))
    ]
    return PoseLoss(
        skeletons,
        coordinate_names=[str(name) for name in dataset["coordinate"].values],
        stride=weights.pose_stride,
        contact_height=weights.contact_height,
    )


def translational(dataset: xr.Dataset) -> tuple[bool, ...]:
    """Which of the dataset's coordinates are lengths (m), by its first model."""
    spec = read_models(dataset)[model_hashes(dataset)[0]]
    names = [str(name) for name in dataset["coordinate"].values]
    return tuple(spec.coordinate(name).translational for name in names)
