"""What holds of every guidance term: see ``check_term``."""

from collections.abc import Callable

import pytest
import torch

from bige_osim.guidance.term import Term
from bige_osim.guidance.terms.activation import Activation, Uncertainty
from bige_osim.guidance.terms.center import CenterAcceleration, CenterVelocity
from bige_osim.guidance.terms.feet import FootSliding, Ground
from bige_osim.guidance.terms.posture import Asymmetry, Depth, JointRange, PelvisTilt
from bige_osim.guidance.terms.proximity import Proximity
from bige_osim.guidance.terms.tempo import AngularVelocity, Reference, Repetition

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
def test_the_gradient_is_the_derivative_and_samples_stay_apart(
    term: Term, check_term: Callable[..., None]
) -> None:
    check_term(term)
