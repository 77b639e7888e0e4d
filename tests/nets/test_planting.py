"""Generated repetitions on planted feet."""

import torch
from tests.nets.conftest import make_model

from bige_osim.nets.features import Decoded
from bige_osim.nets.footprints import make_standing_skeleton
from bige_osim.nets.generator import MotionGenerator
from bige_osim.nets.planting import plant_decoded
from bige_osim.nets.samples import Samples
from bige_osim.physics.ground.stance import measure_footprints


def decode(net: MotionGenerator, samples: Samples, z: torch.Tensor) -> Decoded:
    return net.decode(net.quantise(z).z, samples.body, frames=25)


def test_planted_feet_are_where_the_footprints_say_in_every_frame(
    generator: MotionGenerator, standing_samples: Samples
) -> None:
    ada = standing_samples.take(torch.arange(3))
    skeleton = make_standing_skeleton(make_model(0.78))
    with torch.no_grad():
        made = decode(generator, ada, generator.encode(ada))
        names = generator.coordinate_names
        planted = plant_decoded(skeleton, made, coordinate_names=names)
    assert planted.q.shape == (3, 25, len(skeleton.coordinate_names))
    assert planted.missed.max() < 1e-6
    pose = skeleton.pose(planted.q, planted.names)
    points = skeleton.foot_points(pose)
    assert points[..., 1].min(dim=-1).values.abs().max() < 1e-6
    assert points.std(dim=1).max() < 1e-6
    found = measure_footprints(skeleton, pose)
    torch.testing.assert_close(
        found.ankles, made.footprints.ankles.double(), atol=1e-4, rtol=0
    )


def test_planted_motions_have_gradients_by_the_latents(
    generator: MotionGenerator, standing_samples: Samples
) -> None:
    ada = standing_samples.take(torch.arange(1))
    skeleton = make_standing_skeleton(make_model(0.78))
    z = generator.encode(ada).detach().requires_grad_()
    made = decode(generator, ada, z)
    names = generator.coordinate_names
    q = plant_decoded(skeleton, made, coordinate_names=names).q
    q[..., skeleton.coordinate_names.index("knee_angle_r")].sum().backward()
    assert z.grad is not None
    assert torch.isfinite(z.grad).all()
    assert (z.grad != 0).any()


def test_columns_may_be_in_any_order(
    generator: MotionGenerator, standing_samples: Samples
) -> None:
    ada = standing_samples.take(torch.arange(1))
    skeleton = make_standing_skeleton(make_model(0.78))
    names = generator.coordinate_names
    with torch.no_grad():
        made = decode(generator, ada, generator.encode(ada))
        straight = plant_decoded(skeleton, made, coordinate_names=names)
        turned = made._replace(motion=made.motion.flip(-1))
        other = plant_decoded(skeleton, turned, coordinate_names=names[::-1])
    assert torch.equal(straight.q, other.q)
