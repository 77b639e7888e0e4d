"""Gradients of every guidance term, and that terms keep samples and data apart."""

from collections.abc import Callable

import pytest
import torch

from bige_osim.guidance.context import Context
from bige_osim.guidance.term import Term
from bige_osim.guidance.terms.activation import Activation, Uncertainty
from bige_osim.guidance.terms.center import CenterAcceleration, CenterVelocity
from bige_osim.guidance.terms.feet import FootSliding, Ground
from bige_osim.guidance.terms.posture import Asymmetry, Depth, JointRange, PelvisTilt
from bige_osim.guidance.terms.proximity import Proximity
from bige_osim.guidance.terms.tempo import AngularVelocity, Reference, Repetition

Standing = Callable[..., torch.Tensor]
Make = Callable[..., Context]
VASTI = ("vasmed_r", "vasmed_l")
REPETITION = Repetition(values=torch.full((7, 2), 0.1), duration=2.0)
TERMS = [
    PelvisTilt(muscles=VASTI),
    PelvisTilt(muscles=VASTI, max=-1.0),
    PelvisTilt(muscles=VASTI, target=2.0),
    Asymmetry(),
    AngularVelocity(coordinates=("knee_angle_r", "hip_flexion_l")),
    AngularVelocity(coordinates=("knee_angle_r", "pelvis_tilt"), repetition=REPETITION),
    Reference(coordinates=("knee_angle_r", "pelvis_tilt"), repetition=REPETITION),
    CenterVelocity(center="pelvis"),
    CenterVelocity(center="body"),
    CenterAcceleration(center="pelvis"),
    CenterAcceleration(center="body"),
    FootSliding(),
    Ground(),
    Activation(muscles=VASTI, low=0.9),
    Activation(muscles=VASTI, low=0.9, statistic="mean"),
    Activation(muscles=VASTI, high=0.05, statistic="every"),
    Uncertainty(muscles=VASTI),
    Proximity(),
    Proximity(neighbours=2),
    Depth(min=2.0),
    JointRange(coordinates=("knee_angle_r",), minimum=(0.05,), maximum=(2.0,)),
]


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_the_gradient_is_the_derivative(
    term: Term, standing: Standing, context: Make
) -> None:
    random = torch.Generator().manual_seed(3)

    def draw(*shape: int) -> torch.Tensor:
        return torch.rand(*shape, generator=random, dtype=torch.float64)

    motion = standing(7).expand(2, -1, -1) + 0.02 * (draw(2, 7, 12) - 0.5)
    inputs = [motion, 1 + draw(2), 0.1 + 0.5 * draw(2, 7, 3), draw(2, 7, 3)]
    inputs += [draw(2, 3, 2)]
    training = draw(4, 3, 2)

    def loss(*values: torch.Tensor) -> torch.Tensor:
        fields = ("duration", "activations", "std", "latents")
        given = dict(zip(fields, values[1:], strict=True))
        return term(context(values[0], training=training, **given))

    assert loss(*inputs).min() > 0
    for value in inputs:
        value.requires_grad_()
    assert torch.autograd.gradcheck(loss, inputs, fast_mode=True)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_terms_leave_the_motion_as_it_is_and_samples_apart(
    term: Term, standing: Standing, context: Make
) -> None:
    motion = standing(7).repeat(3, 1, 1)
    motion += 0.02 * torch.rand(
        motion.shape, generator=torch.Generator().manual_seed(0)
    )
    latents = torch.arange(18.0).reshape(3, 3, 2).double()
    fields = {"latents": latents, "training": latents + 0.1}
    before = motion.clone()
    together = term(context(motion, **fields))
    term.measure(context(motion, **fields))
    assert torch.equal(motion, before)
    alone = term(context(motion[1:2], **{**fields, "latents": latents[1:2]}))
    assert together[1].item() == pytest.approx(alone.item(), rel=1e-12)
    assert together.shape == (3,)
    assert term.scale > 0
