"""Losses of motions: derivatives, joint centres and planted feet, by the models."""

from collections.abc import Sequence

import torch
import xarray as xr
from jaxtyping import Bool, Float

from bige_osim.dataset.dataset import read_models
from bige_osim.nets.samples import Samples, model_hashes, names_along
from bige_osim.nets.scaling import acceleration, velocity
from bige_osim.physics.kinematics.skeleton import Pose, Skeleton
from bige_osim.solving.contacts import contact_spheres


def rms(values: Float[torch.Tensor, "*shape"]) -> float:
    """Root mean square over all values, in their unit; 0 where there are none.

    Examples
    --------
    >>> rms(torch.tensor([3.0, -3.0]))
    3.0
    """
    return float(values.square().mean().sqrt()) if values.numel() else 0.0


def derivative_losses(
    error: Float[torch.Tensor, "B F C"],
    duration: Float[torch.Tensor, " B"],
    translational: Bool[torch.Tensor, " C"],
) -> dict[str, Float[torch.Tensor, ""]]:
    """Mean squared errors of the derivatives, rotations and lengths apart.

    Parameters
    ----------
    error : (B, F, C) difference of two motions, rad and m
    duration : (B,) s of the repetition in the data, for both motions: the duration that
        the generator makes has a loss of its own
    translational : (C,) which coordinates are lengths

    Returns
    -------
    ``rotation_velocity`` in (rad/s)², ``translation_velocity`` in (m/s)², and
    ``rotation_acceleration`` and ``translation_acceleration`` in the squares of rad/s²
    and m/s²; 0 where there is no such coordinate
    """
    parts = {}
    for order, derivative in (("velocity", velocity), ("acceleration", acceleration)):
        square = derivative(error, duration).square()
        for kind, chosen in (
            ("rotation", ~translational),
            ("translation", translational),
        ):
            count = square.shape[0] * square.shape[1] * chosen.sum()
            parts[f"{kind}_{order}"] = (square * chosen).sum() / count.clamp(min=1)
    return parts


class PoseLoss:
    """Compares generated with measured motions on the skeletons of the dataset.

    Parameters
    ----------
    skeletons : one per model of the dataset, in float32, in the order that
        ``Samples.model`` counts in
    coordinate_names : names of the C coordinates of a motion
    stride : look at one frame in so many
    contact_height : m, a foot point lower than this in the data is on the ground
    """

    def __init__(
        self,
        skeletons: Sequence[Skeleton],
        *,
        coordinate_names: Sequence[str],
        stride: int,
        contact_height: float,
    ) -> None:
        self.skeletons = tuple(skeletons)
        self.coordinate_names = tuple(coordinate_names)
        self.stride = stride
        self.contact_height = contact_height

    def __call__(
        self, motion: Float[torch.Tensor, "B F C"], samples: Samples
    ) -> dict[str, Float[torch.Tensor, ""]]:
        """Losses of the motions that should equal ``samples.motion``.

        Returns
        -------
        ``joints``: mean squared distance of the joint centres, m²; ``contact``: mean
        squared error of the horizontal velocity of the foot points on the ground,
        (m/s)², 0 if none is.
        """
        joints, slip = [], []
        interval = samples.duration / (motion.shape[1] - 1) * self.stride
        for place, skeleton in enumerate(self.skeletons):
            chosen = samples.model == place
            if not chosen.any():
                continue
            made = self._pose(skeleton, motion[chosen])
            with torch.no_grad():
                true = self._pose(skeleton, samples.motion[chosen])
            distance = skeleton.joint_centres(made) - skeleton.joint_centres(true)
            joints.append(distance.square().sum(dim=-1).flatten())
            if skeleton.contact_names:
                points = skeleton.foot_points(made), skeleton.foot_points(true)
                slip.append(self._slip(*points, interval[chosen]))
        return {"joints": _mean(joints, motion), "contact": _mean(slip, motion)}

    def _pose(self, skeleton: Skeleton, motion: Float[torch.Tensor, "B F C"]) -> Pose:
        return skeleton.pose(motion[:, :: self.stride], self.coordinate_names)

    def _slip(
        self,
        made: Float[torch.Tensor, "B S P 3"],
        true: Float[torch.Tensor, "B S P 3"],
        interval: Float[torch.Tensor, " B"],
    ) -> Float[torch.Tensor, " K"]:
        """Squared errors of horizontal velocity, of the K contacts in the data."""
        difference = (made - true)[..., [0, 2]].diff(dim=1) / interval[
            :, None, None, None
        ]
        return difference.square().sum(dim=-1)[on_ground(true, self.contact_height)]


def make_pose_loss(
    dataset: xr.Dataset, *, stride: int, contact_height: float, device: torch.device
) -> PoseLoss:
    """Make the losses of joint centres and contacts (m) on the dataset's models."""
    specs = read_models(dataset)
    skeletons = [
        Skeleton(
            spec, contacts=contact_spheres(spec), fill=True, dtype=torch.float32
        ).to(device)
        for spec in (specs[name] for name in model_hashes(dataset))
    ]
    return PoseLoss(
        skeletons,
        coordinate_names=names_along(dataset, "coordinate"),
        stride=stride,
        contact_height=contact_height,
    )


def on_ground(
    points: Float[torch.Tensor, "B S P 3"], height: float
) -> Bool[torch.Tensor, "B S-1 P"]:
    """Say which points stay below ``height`` (m) from one frame to the next."""
    low = points[..., 1] < height
    return low[:, 1:] & low[:, :-1]


def _mean(
    values: Sequence[Float[torch.Tensor, " _"]], like: torch.Tensor
) -> Float[torch.Tensor, ""]:
    """Mean of all values, 0 if there is none."""
    flat = torch.cat([like.new_zeros(0), *values])
    return flat.mean() if flat.numel() else like.new_zeros(())
