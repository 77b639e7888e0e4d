"""Muscles, the surfaces they wrap over, and other actuators, as plain data."""

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from jaxtyping import Float

from bige_osim.spec.skeleton import PointSpec

Quadrant = Literal["all", "x", "-x", "y", "-y", "z", "-z"]


@dataclass(frozen=True, kw_only=True)
class CylinderSpec:
    """A surface that muscles wrap over: ``WrapCylinder``.

    Attributes
    ----------
    frame : (4, 4) rotation and position (m) in the body; the axis is its z axis
    radius, length : m; the cylinder is centred on its frame
    quadrant : half of it over which muscles may run, along an axis of its frame
    """

    name: str
    body: str
    frame: Float[np.ndarray, "4 4"] = field(default_factory=lambda: np.eye(4))
    radius: float
    length: float
    quadrant: Quadrant = "all"


@dataclass(frozen=True, kw_only=True)
class WrapSpec:
    """Which cylinder a path may wrap over, between which of its points.

    Attributes
    ----------
    cylinder : its name
    first, last : points of the path, counted from 0, both included
    """

    cylinder: str
    first: int
    last: int


@dataclass(frozen=True, kw_only=True)
class PathSpec:
    """Where a muscle runs: straight between points, over cylinders in its way.

    Attributes
    ----------
    points : from origin to insertion, fixed to their bodies
    wraps : in the order in which OpenSim tries them
    """

    points: tuple[PointSpec, ...] = ()
    wraps: tuple[WrapSpec, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MuscleSpec:
    """A ``Millard2012EquilibriumMuscle``; of any other type its strength and lengths.

    Attributes
    ----------
    max_isometric_force : N
    optimal_fiber_length, tendon_slack_length : m
    pennation_angle : at optimal fibre length, rad
    max_contraction_velocity : optimal fibre lengths a second
    max_pennation_angle : rad; sets the shortest fibre
    active_force_length : the curve's five parameters, in OpenSim's order; empty for
        other types
    force_velocity : the curve's six parameters, likewise
    controls : least and largest activation that static optimisation may choose
    path : where it runs
    """

    name: str
    max_isometric_force: float
    optimal_fiber_length: float
    tendon_slack_length: float
    pennation_angle: float = 0.0
    max_contraction_velocity: float = 10.0
    max_pennation_angle: float = math.acos(0.1)
    active_force_length: tuple[float, ...] = ()
    force_velocity: tuple[float, ...] = ()
    controls: tuple[float, ...] = (0.0, 1.0)
    path: PathSpec = PathSpec()


@dataclass(frozen=True, kw_only=True)
class ActuatorSpec:
    """A ``CoordinateActuator``: ``control * optimal_force`` (N m or N) on a coordinate.

    Attributes
    ----------
    controls : least and largest control; may be infinite
    """

    name: str
    coordinate: str
    optimal_force: float
    controls: tuple[float, ...] = (-math.inf, math.inf)
