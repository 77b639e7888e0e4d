"""Guidance terms: what can be asked of a motion, as differentiable losses.

A term is a small frozen dataclass with ``name``, ``unit``, ``scale``, the loss of every
sample (call it), what a reader sees (``measure``) and whether it ``holds``. Guidance
minimises the sum of weight x loss / scale. :func:`bind` makes the terms of a goal.
"""

from bige_osim.guidance.terms.binding import Binding, WeightedTerm, bind
from bige_osim.guidance.terms.center import CenterAcceleration, CenterVelocity
from bige_osim.guidance.terms.context import Context, Kinematics
from bige_osim.guidance.terms.feet import FootSliding, Ground
from bige_osim.guidance.terms.latent import Proximity, latent_spread
from bige_osim.guidance.terms.muscle import Activation, Uncertainty
from bige_osim.guidance.terms.posture import (
    AngleRange,
    Asymmetry,
    Depth,
    JointRange,
    PelvisTilt,
)
from bige_osim.guidance.terms.tempo import AngularVelocity, Reference, Repetition
from bige_osim.guidance.terms.term import Term, outside

__all__ = [
    "Activation",
    "AngleRange",
    "AngularVelocity",
    "Asymmetry",
    "Binding",
    "CenterAcceleration",
    "CenterVelocity",
    "Context",
    "Depth",
    "FootSliding",
    "Ground",
    "JointRange",
    "Kinematics",
    "PelvisTilt",
    "Proximity",
    "Reference",
    "Repetition",
    "Term",
    "Uncertainty",
    "WeightedTerm",
    "bind",
    "latent_spread",
    "outside",
]
