"""How well a generator gives back repetitions that it is shown."""

import torch

from bige_osim.nets.features import Decoded
from bige_osim.nets.footprints import make_standing_skeleton
from bige_osim.nets.generator import MotionGenerator
from bige_osim.nets.losses import rms
from bige_osim.nets.net import Models
from bige_osim.nets.planting import plant_decoded
from bige_osim.nets.samples import Samples
from bige_osim.nets.standing import compare_standing
from bige_osim.physics.ground.stance import Footprints
from bige_osim.physics.planted_ik import LEGS

TRUNK = (
    *("pelvis_tilt", "pelvis_list", "pelvis_rotation"),
    *("lumbar_extension", "lumbar_bending", "lumbar_rotation"),
)
"""Rotations of pelvis and trunk."""

PLANTED = 32
"""Repetitions that are planted, spread over all of them."""

STRIDE = 8
"""Planted repetitions are looked at in one frame of so many."""

MISSED = 1e-3
"""Distance from the conditions, m and rad, from which a frame is not planted."""


def score_reconstruction(
    net: MotionGenerator, samples: Samples, models: Models
) -> dict[str, float | None]:
    """Errors of repetitions that were encoded, quantised and decoded.

    Parameters
    ----------
    samples : repetitions with footprints
    models : those of the dataset

    Returns
    -------
    Root mean squares: ``legs_rmse`` of the legs', pelvis' and trunk's rotations and
    ``rotation_rmse`` of all, rad, ``translation_rmse`` m, ``duration_rmse`` s; planted
    on up to 32 of the participants' own models, ``joint_centre_rmse`` m and
    ``planted_share``, the share of frames whose feet can be where they should;
    ``standing_share`` of the repetitions start and end standing, ``None`` where the
    recorded ones do not
    """
    made = net.reconstruct(samples)
    error, lengths = made.motion - samples.motion, net.features.scaler.translational
    names = net.coordinate_names
    legs = [i for i, name in enumerate(names) if name in (*LEGS, *TRUNK)]
    stands = compare_standing(net, samples)
    return {
        "legs_rmse": rms(error[..., legs]),
        "rotation_rmse": rms(error[..., ~lengths]),
        "translation_rmse": rms(error[..., lengths]),
        "duration_rmse": rms(made.duration - samples.duration),
        **_score_planted(net, made, samples, models),
        "standing_share": None if stands is None else stands.standing / stands.count,
    }


def _score_planted(
    net: MotionGenerator, made: Decoded, samples: Samples, models: Models
) -> dict[str, float]:
    count = len(samples)
    places = torch.linspace(0, count - 1, min(PLANTED, count)).round().long()
    places = places.to(samples.model.device)
    distances, missed = [], []
    for place in sorted(set(samples.model[places].tolist())):
        rows = places[samples.model[places] == place]
        skeleton = make_standing_skeleton(models[place]).to(made.motion.device)
        planted = plant_decoded(
            skeleton, _take(made, rows), coordinate_names=net.coordinate_names
        )
        missed.append(planted.missed.flatten())
        true = skeleton.pose(
            samples.motion[rows, ::STRIDE].double(), net.coordinate_names
        )
        pose = skeleton.pose(planted.q, planted.names)
        apart = skeleton.joint_centres(pose) - skeleton.joint_centres(true)
        distances.append(apart.norm(dim=-1).flatten())
    return {
        "joint_centre_rmse": rms(torch.cat(distances)),
        "planted_share": float((torch.cat(missed) < MISSED).float().mean()),
    }


def _take(made: Decoded, rows: torch.Tensor) -> Decoded:
    """Take some repetitions, in one frame of :data:`STRIDE`."""
    prints = made.footprints
    return Decoded(
        motion=made.motion[rows, ::STRIDE],
        duration=made.duration[rows],
        footprints=Footprints(
            prints.ankles[rows],
            prints.turns[rows],
            None if prints.tilts is None else prints.tilts[rows],
        ),
    )
