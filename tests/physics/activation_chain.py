"""From a motion to activations, ground reaction and all, as one function of tensors."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from tests.physics.finite_differences import STEPS, Misfit, compare

from bige_osim.motion import FOOT_BODIES, Motion
from bige_osim.physics.dynamics.newton_euler import Loads
from bige_osim.physics.ground.feet import locate_feet
from bige_osim.physics.ground.foot_loads import FeetLoads, GroundConfig, ground_forces
from bige_osim.physics.ground.soles import Soles
from bige_osim.physics.ground.timing import MotionTiming
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.static_optimisation.model import Effort, StaticOptimisation
from bige_osim.solving.contacts import contact_spheres
from bige_osim.spec import ModelSpec
from bige_osim.splines import natural_spline

LONGEST = (1e-3, 1e-2, 1.0)
"""Longest steps of coordinates, speeds and accelerations: rad or m, per s and s²."""

TIMES = 40
"""How often a frame is repeated, so that a chair that it sits on is one for a while."""


class ActivationChain:
    """A model and a motion of it, which may be moved.

    Where and how the feet stand is taken from the motion as it is given: it does not
    change with the motion.
    """

    def __init__(
        self,
        spec: ModelSpec,
        motion: Motion,
        *,
        ground: GroundConfig | None = None,
        dtype: torch.dtype = torch.float64,
    ) -> None:
        contacts = contact_spheres(spec)
        exact = Skeleton(spec, contacts=contacts, fill=True)
        feet = locate_feet(exact, motion)
        given = torch.from_numpy(np.ascontiguousarray(motion.values))
        values = exact.coordinates(given, motion.names)
        self.skeleton = Skeleton(spec, contacts=contacts, fill=True, dtype=dtype)
        self.time, self.config = motion.time, ground
        self.model = StaticOptimisation(self.skeleton)
        self.names = self.skeleton.coordinates.names
        self.independent = self.skeleton.coordinates.independent
        self.start = values[:, : len(self.independent)].to(dtype)
        root = self.skeleton.root_names()
        self.root = [self.names.index(name) for name in root]
        joint = spec.coordinate(root[0]).joint
        self.pelvis = next(j.child for j in spec.joints if j.name == joint)
        points = exact.foot_points(exact.place(values[:1]))[0].numpy()
        self.order = [
            int(np.linalg.norm(points - point, axis=1).argmin())
            for point in feet.points[0]
        ]
        centres = exact.joint_centres(exact.place(values[:1]))[0].numpy()
        self.hips = [
            int(np.linalg.norm(centres - hip, axis=1).argmin()) for hip in feet.hips[0]
        ]
        self.soles = Soles.of(feet, dtype=dtype)

    def states(self, q: torch.Tensor) -> torch.Tensor:
        """Coordinates, speeds and accelerations (T, 3, A) of a motion (T, I)."""
        values = self.skeleton.coordinates(q, self.independent)
        # A spline is linear in what it interpolates: here single impulses.
        spline = natural_spline(self.time, np.eye(len(self.time)))
        matrices = [spline(self.time, order) for order in (1, 2)]
        rates = [torch.from_numpy(m.copy()).to(values.dtype) @ values for m in matrices]
        return torch.stack([values, *rates], dim=1)

    def ground(self, states: torch.Tensor, time: np.ndarray) -> FeetLoads:
        """Ground reaction under both feet, from the motion alone."""
        skeleton, (values, speeds, accelerations) = self.skeleton, states.unbind(1)
        pose = skeleton.place(values)
        bare = self.model.dynamics.inverse(values, speeds, accelerations, pose=pose)
        force, moment = skeleton.root_wrench(
            values, self.names, bare[:, self.root], pose=pose
        )
        _, pelvis = pose.body(self.pelvis)
        soles = replace(
            self.soles,
            points=skeleton.foot_points(pose)[:, self.order],
            hips=skeleton.joint_centres(pose)[:, self.hips],
        )
        whole = moment + torch.linalg.cross(pelvis, force)
        timing = MotionTiming(time)
        return ground_forces(soles, force, whole, timing=timing, config=self.config)

    def effort(self, states: torch.Tensor, time: np.ndarray | None = None) -> Effort:
        """Activations and all else of states (T, 3, A)."""
        found = self.ground(states, self.time if time is None else time)
        loads = Loads(FOOT_BODIES, found.force, found.point, found.moment)
        values, speeds, accelerations = states.unbind(1)
        return self.model(values, speeds, accelerations, loads=loads)

    def __call__(self, q: torch.Tensor) -> torch.Tensor:
        """Activations (T, M) of a motion (T, I) of independent coordinates."""
        return self.effort(self.states(q)).activations

    def apart(self, states: torch.Tensor) -> torch.Tensor:
        """Activations (N, M) of frames (N, 3, A) that have nothing to do with others.

        The chain needs ground reaction without low-pass for that.
        """
        assert self.config is not None
        assert self.config.cutoff is None
        return self.effort(states, np.arange(len(states)) / 100).activations


def frame_gradients(
    chain: ActivationChain, states: torch.Tensor, weights: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Weighted sums (N,) of activations of single frames, and gradients (N, 3, A)."""
    leaves = states.clone().requires_grad_()
    repeated = leaves.repeat_interleave(TIMES, dim=0)
    sums = (chain.apart(repeated)[TIMES // 2 :: TIMES] * weights).sum(dim=1)
    (gradient,) = torch.autograd.grad(sums.sum(), leaves)
    return sums.detach(), gradient


@torch.no_grad()
def frame_misfit(
    chain: ActivationChain,
    states: torch.Tensor,
    *,
    columns: Sequence[tuple[int, int]],
    seed: int = 0,
) -> Misfit:
    """Compare the gradients of single frames with finite differences.

    Parameters
    ----------
    chain : without low-pass of ground reaction
    states : (N, 3, A) frames
    columns : which of coordinates (0), speeds (1) and accelerations (2), and of which
        coordinate
    seed : of the weights of the muscles
    """
    shape = len(states), len(chain.model.muscle_names)
    weights = torch.from_numpy(np.random.default_rng(seed).normal(size=shape))
    with torch.enable_grad():
        here, gradient = frame_gradients(chain, states, weights)
    steps = torch.zeros(len(columns), 2, len(STEPS), *states.shape[1:]).double()
    longest = np.array([LONGEST[kind] for kind, _ in columns])
    for k, (kind, column) in enumerate(columns):
        both = torch.from_numpy(np.outer([1, -1], STEPS) * LONGEST[kind])
        steps[k, :, :, kind, column] = both
    moved = [
        (chain.apart(state + steps.flatten(0, 2)) * weight).sum(dim=1)
        for state, weight in zip(states, weights, strict=True)
    ]
    sides = torch.stack(moved).reshape(len(states), *steps.shape[:3]).numpy()
    kinds, places = zip(*columns, strict=True)
    largest = gradient.abs().amax(dim=2)[:, list(kinds)].numpy()
    return compare(
        gradient[:, list(kinds), list(places)].numpy(),
        here=np.repeat(here.numpy()[:, None], len(columns), axis=1),
        ahead=sides[:, :, 0],
        behind=sides[:, :, 1],
        step=longest,
        least=1e-3 * largest,
    )
