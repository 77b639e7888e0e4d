"""A standing model and postures of it, for the tests of planted feet."""

from pathlib import Path

import torch

from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.contacts import contact_spheres


def skeleton_of(path: Path, dtype: torch.dtype = torch.float64) -> Skeleton:
    """Skeleton of a model, with contact points."""
    spec = read_model(path)
    return Skeleton(spec, contacts=contact_spheres(spec), dtype=dtype)


def feet_of(skeleton: Skeleton, q: torch.Tensor) -> torch.Tensor:
    """Where both feet are in some postures (..., 2, 4, 4), m."""
    pose = skeleton.pose(q, skeleton.coordinate_names)
    placed = torch.eye(4, dtype=pose.position.dtype).repeat(*q.shape[:-1], 2, 1, 1)
    for i, name in enumerate(("calcn_r", "calcn_l")):
        placed[..., i, :3, :3], placed[..., i, :3, 3] = pose.body(name)
    return placed


def squats(skeleton: Skeleton, knees: list[float]) -> torch.Tensor:
    """Postures (B, I) with bent knees, hips half and ankles a quarter more, rad."""
    q = skeleton.coordinates.default.repeat(len(knees), 1)
    bend = torch.tensor(knees, dtype=q.dtype)
    for name, part in (("knee_angle", 1.0), ("hip_flexion", 0.9), ("ankle_angle", 0.3)):
        for side in "rl":
            q[:, skeleton.coordinate_names.index(f"{name}_{side}")] = part * bend
    return q


def scatter(skeleton: Skeleton, q: torch.Tensor, *, size: float) -> torch.Tensor:
    """Postures with errors of a size, rad, or a fifth of it, m."""
    random = torch.randn(
        q.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )
    known = [skeleton.spec.coordinate(name) for name in skeleton.coordinate_names]
    parts = torch.tensor([0.2 if c.translational else 1.0 for c in known])
    return q + (size * parts * random).to(q.dtype)
