"""The generator."""

from dataclasses import replace

import pytest
import torch

from bige_osim.errors import DatasetError
from bige_osim.nets.generator import GeneratorConfig, MotionGenerator
from bige_osim.nets.labels import STYLES
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaling, acceleration, velocity


def test_a_repetition_is_one_latent_vector_and_comes_back_at_any_number_of_frames(
    generator: MotionGenerator, standing_samples: Samples
) -> None:
    z = generator.encode(standing_samples)
    quantised = generator.quantise(z)
    assert z.shape == quantised.z.shape == (18, 8, 1)
    assert quantised.codes.shape == (18, 8)
    made = generator.decode(quantised.z, standing_samples.body)
    finer = generator.decode(quantised.z, standing_samples.body, frames=95)
    assert made.motion.shape == standing_samples.motion.shape
    assert finer.motion.shape == (18, 95, 33)
    torch.testing.assert_close(finer.motion[:, ::2], made.motion, atol=1e-5, rtol=0)
    assert (made.duration > 0).all()
    assert made.footprints.ankles.shape == (18, 2, 2)


def test_whatever_is_decoded_starts_and_ends_at_rest(
    generator: MotionGenerator, standing_samples: Samples
) -> None:
    z = 3 * torch.randn(4, 8, 1)  # nothing a squat would give
    made = generator.decode(z, standing_samples.body[:4], frames=4001)
    speed = velocity(made.motion.double(), made.duration.double()).abs()
    push = acceleration(made.motion.double(), made.duration.double()).abs()
    ends = [0, -1]
    assert speed[:, ends].max() < 2e-3 * speed.max()
    assert push[:, ends].max() < 1e-2 * push.max()


def test_samples_do_not_see_each_other(
    generator: MotionGenerator, standing_samples: Samples
) -> None:
    pair = standing_samples.take(torch.tensor([0, 7]))
    alone = standing_samples.take(torch.tensor([0]))
    z, z_alone = generator.encode(pair), generator.encode(alone)
    torch.testing.assert_close(z[:1], z_alone, atol=1e-5, rtol=0)
    together = generator.decode(z, pair.body)
    single = generator.decode(z_alone, alone.body)
    torch.testing.assert_close(together.motion[:1], single.motion, atol=1e-5, rtol=0)
    torch.testing.assert_close(together.duration[:1], single.duration)
    ankles = (made.footprints.ankles[0] for made in (together, single))
    torch.testing.assert_close(*ankles, atol=1e-5, rtol=0)


def test_no_gradient_flows_between_samples(
    generator: MotionGenerator, standing_samples: Samples
) -> None:
    pair = standing_samples.take(torch.tensor([0, 7]))
    motion = pair.motion.clone().requires_grad_()
    generator(replace(pair, motion=motion)).made[0].sum().backward()
    assert motion.grad is not None
    assert (motion.grad[0] != 0).any()
    assert (motion.grad[1] == 0).all()


def test_before_it_learns_anything_it_has_the_principal_components(
    scaling: Scaling, standing_samples: Samples
) -> None:
    config = GeneratorConfig.model_validate(
        {"width": 8, "latent": 24, "quantiser": {"kind": "none"}}
    )
    net = MotionGenerator(
        config,
        coordinate_names=scaling.coordinate_names,
        frames=48,
        scaling=scaling,
        exercises=("squat",),
    )
    net.start_at(standing_samples)
    z = net.encode(standing_samples)[..., 0]
    # 18 squats differ in 17 ways: all of them are kept, the rest is 0.
    torch.testing.assert_close(z.mean(dim=0), torch.zeros(24), atol=1e-3, rtol=0)
    assert z.std(dim=0, correction=0)[:5].tolist() == pytest.approx([1.0] * 5, rel=1e-3)
    assert z[:, 18:].abs().max() == 0
    error = (net.reconstruct(standing_samples).motion - standing_samples.motion).abs()
    given = net.features.curves(net.features.describe(standing_samples), 48)
    spline = net.features.scaler.restore(given, standing_samples.body)
    assert error.max() < (spline - standing_samples.motion).abs().max() + 1e-3


def test_longer_legs_lift_the_pelvis_of_the_same_latents(
    generator: MotionGenerator, standing_samples: Samples, names: tuple[str, ...]
) -> None:
    z = generator.encode(standing_samples)
    short = torch.tensor([[1.7, 70.0, 0.8]]).expand(18, 3)
    tall = torch.tensor([[1.7, 70.0, 0.9]]).expand(18, 3)
    height = names.index("pelvis_ty")
    low, high = (
        generator.decode(z, body).motion[..., height].mean() for body in (short, tall)
    )
    assert high > low


def test_without_a_word_it_is_the_usual_exercise_as_recorded(
    scaling: Scaling, standing_samples: Samples
) -> None:
    net = MotionGenerator(
        GeneratorConfig(width=8, latent=4),
        coordinate_names=scaling.coordinate_names,
        frames=48,
        scaling=scaling,
        exercises=("lunge", "squat"),
    )
    done = torch.tensor([0] * 4 + [1] * 14)
    net.start_at(replace(standing_samples, exercise=done))
    torch.nn.init.normal_(net.decoder[-1].weight)
    z, body = torch.randn(2, 4, 1), standing_samples.body[:2]

    def decode(exercise: int, style: str) -> torch.Tensor:
        return net.decode(
            z,
            body,
            exercise=torch.full((2,), exercise),
            style=torch.full((2,), STYLES.index(style)),
        ).motion

    silent = net.decode(z, body).motion
    assert torch.equal(silent, decode(1, "recorded"))
    assert not torch.allclose(silent, decode(0, "recorded"))
    assert not torch.allclose(silent, decode(1, "synthetic"))


def test_samples_without_footprints_are_refused(
    generator: MotionGenerator, samples: Samples
) -> None:
    with pytest.raises(ValueError, match=r"^these samples were read without footpr"):
        generator.encode(samples)


@pytest.mark.parametrize(
    ("points", "frames", "sentence"),
    [
        (
            20,
            12,
            "The generator needs repetitions of at least 16 frames, got 12; collect "
            "with more frames.",
        ),
        (
            7,
            48,
            "The generator needs at least 8 control points, got 7; raise points.",
        ),
    ],
)
def test_too_few_frames_or_points_are_an_error(
    scaling: Scaling, points: int, frames: int, sentence: str
) -> None:
    with pytest.raises(DatasetError) as error:
        MotionGenerator(
            GeneratorConfig(points=points),
            coordinate_names=scaling.coordinate_names,
            frames=frames,
            scaling=scaling,
            exercises=("squat",),
        )
    assert str(error.value) == sentence
