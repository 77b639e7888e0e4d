"""Inverse kinematics over a whole clip: control points of every coordinate at once.

The unknowns are the control points of cubic B-splines, one curve for each coordinate.
They minimise

    Σ_t [ Σ_j w_j |x_j(q_t) - y_jt|² / σ² + Σ_c (q_ct - d_c)² / s_c² ]
        + Σ_c Σ_p v_cp (u_c,p+1 - u_cp)²

with landmarks x of the model, targets y of the clip, and default postures d; u are the
control points, whose differences are penalised where joints do not tell a coordinate
(Eilers & Marx 1996, Stat Sci 11, 89). Control points within a coordinate's range keep
the whole curve within it (de Boor 1978). Steps are Levenberg's and Marquardt's (Nocedal
& Wright 2006, ch. 10.3), without coordinates that a bound holds (Bertsekas 1982, SIAM J
Control Optim 20, 221).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from bige_osim.retargeting.followed_model import FollowedModel
from bige_osim.retargeting.landmarks import FOLLOWED
from bige_osim.retargeting.placing import find_parent
from bige_osim.retargeting.time_splines import TimeSpline, solve_blocks

NOISE = 0.01
"""m, standard deviation that the place of a joint of weight 1 is taken to have."""

STEPS = 60
"""Most steps of one search."""

FARTHEST = 0.4
"""rad or m, by which a step changes a control point at most: beyond, angles may end up
in another of the ways in which three of them make the same rotation."""

ENOUGH = 1e-4
"""rad or m: a search ends at a step that changes no control point by more."""

GAIN = 1e-5
"""A search ends when the cost falls by less than this part of itself."""

DAMPING = (1e-3, 1e-7, 1e8)
"""Share of the diagonal added to it: at the start, at least, at most."""


@dataclass(frozen=True)
class Rows:
    """What of the landmarks is compared with the clip.

    Attributes
    ----------
    mix : (M, M) of each row, which landmarks it is made of, without unit: the joint,
        or the joint less its parent
    weights : (M,) of each row, without unit
    """

    mix: Float[np.ndarray, "M M"]
    weights: Float[np.ndarray, " M"]


@dataclass(frozen=True)
class Terms:
    """Derivatives of the cost at frames, by free coordinates.

    Attributes
    ----------
    cost : of all frames, without unit
    gradient : (T, F) of each frame, 1/rad or 1/m
    told : (T, F, F) what the joints tell of the coordinates, 1/rad² or 1/m²
    """

    cost: float
    gradient: Float[np.ndarray, "T F"]
    told: Float[np.ndarray, "T F F"]


@dataclass(frozen=True)
class Fit:
    """Curves that were found.

    Attributes
    ----------
    control : (P, F) control points, rad and m
    steps : that were taken
    converged : whether the last step was small
    """

    control: Float[np.ndarray, "P F"]
    steps: int
    converged: bool


class ClipFit:
    """Least squares of one clip.

    Parameters
    ----------
    model : whose landmarks follow the clip
    spline : of the clip's frames
    targets : (T, M, 3) places of the joints that are followed, m
    """

    def __init__(
        self,
        model: FollowedModel,
        spline: TimeSpline,
        targets: Float[np.ndarray, "T M 3"],
    ) -> None:
        self.model, self.spline = model, spline
        self.rows = make_rows(model.joints)
        self.targets = np.einsum("rm,tmx->trx", self.rows.mix, targets)
        self.scale = np.sqrt(self.rows.weights) / NOISE
        self.prior = 1 / model.deviation**2

    def cost(
        self, control: Float[np.ndarray, "P F"], stiffness: Float[np.ndarray, "Q F"]
    ) -> float:
        """Cost, without unit, of control points (P, F), rad and m.

        Parameters
        ----------
        control : (P, F) rad and m
        stiffness : (P - 1, F) of their differences, 1/rad² or 1/m²
        """
        q = self.spline.values(control)
        missed = self.missed(self.model.points(q))
        total = np.sum((missed * self.scale[:, None]) ** 2)
        total += np.sum(self.prior * (q - self.model.default) ** 2)
        total += np.sum(stiffness * np.diff(control, axis=0) ** 2)
        return float(total)

    def terms(self, q: Float[np.ndarray, "T F"]) -> Terms:
        """Cost of frames and its derivatives at coordinates (T, F), rad and m."""
        points, slopes = self.model.jacobian(q)
        missed = self.missed(points) * self.scale[:, None]
        moved = np.einsum("rm,tfmx->tfrx", self.rows.mix, slopes, optimize=True)
        moved *= self.scale[:, None]
        flat = moved.reshape(*q.shape, -1)
        off = q - self.model.default
        return Terms(
            float(np.sum(missed**2) + np.sum(self.prior * off**2)),
            np.einsum("tfk,tk->tf", flat, missed.reshape(len(q), -1))
            + self.prior * off,
            flat @ flat.transpose(0, 2, 1),
        )

    def search(
        self, control: Float[np.ndarray, "P F"], stiffness: Float[np.ndarray, "Q F"]
    ) -> Fit:
        """Find the control points of least cost from a start.

        Parameters
        ----------
        control : (P, F) start, rad and m
        stiffness : (P - 1, F) of differences of control points, 1/rad² or 1/m²
        """
        low, high = self.model.low, self.model.high
        control = np.clip(control, low, high)
        damping, least, most = DAMPING
        best = self.cost(control, stiffness)
        for count in range(STEPS):
            gradient, blocks = self._linearise(control, stiffness)
            bound = (control <= low) & (gradient > 0)
            bound |= (control >= high) & (gradient < 0)
            while True:
                step = _solve(blocks, gradient, bound=bound, damping=damping)
                step = np.clip(step, -FARTHEST, FARTHEST)
                trial = np.clip(control + step, low, high)
                cost = self.cost(trial, stiffness)
                if cost <= best or damping > most:
                    break
                damping *= 5.0
            if cost > best:
                return Fit(control, count, True)
            change, gain = np.abs(trial - control).max(), best - cost
            control, best = trial, cost
            damping = max(damping / 5.0, least)
            if change < ENOUGH or gain < GAIN * best:
                return Fit(control, count + 1, True)
        return Fit(control, STEPS, False)

    def missed(self, points: Float[np.ndarray, "T M 3"]) -> Float[np.ndarray, "T M 3"]:
        """Rows (T, M, 3) of landmarks (T, M, 3), m, less those of the clip."""
        rows: Float[np.ndarray, "T M 3"] = (
            np.einsum("rm,tmx->trx", self.rows.mix, points) - self.targets
        )
        return rows

    def _linearise(
        self, control: Float[np.ndarray, "P F"], stiffness: Float[np.ndarray, "Q F"]
    ) -> tuple[Float[np.ndarray, "P F"], Float[np.ndarray, "4 P F F"]]:
        """Half the gradient by control points, and half the Hessian without bends."""
        spline = self.spline
        terms = self.terms(spline.values(control))
        each = np.arange(control.shape[1])
        told = terms.told.copy()
        told[:, each, each] += self.prior
        blocks = spline.gather_blocks(told)
        gradient = spline.gather(terms.gradient)
        pull = stiffness * np.diff(control, axis=0)
        gradient[1:] += pull
        gradient[:-1] -= pull
        blocks[0][:-1, each, each] += stiffness
        blocks[0][1:, each, each] += stiffness
        blocks[1][:-1, each, each] -= stiffness
        return gradient, blocks


def make_rows(joints: tuple[str, ...]) -> Rows:
    """Say what of each joint counts: its place, or where its parent sees it.

    Parameters
    ----------
    joints : M that are followed, each after its parent

    Examples
    --------
    >>> make_rows(("left_shoulder", "left_elbow")).mix.tolist()
    [[1.0, 0.0], [-1.0, 1.0]]
    """
    mix = np.eye(len(joints))
    for i, joint in enumerate(joints):
        parent = find_parent(joint, joints)
        if FOLLOWED[joint].relative and parent in joints:
            mix[i, joints.index(parent)] = -1.0
    return Rows(mix, np.array([FOLLOWED[joint].weight for joint in joints]))


def _solve(
    blocks: Float[np.ndarray, "4 P F F"],
    gradient: Float[np.ndarray, "P F"],
    *,
    bound: np.ndarray,
    damping: float,
) -> Float[np.ndarray, "P F"]:
    """Damped step of the control points that no bound holds; rad and m."""
    each = np.arange(gradient.shape[1])
    free = (~bound).astype(np.float64)
    reduced = blocks.copy()
    for k in range(len(reduced)):
        count = len(free) - k
        if count > 0:
            reduced[k, :count] *= free[k:, :, None] * free[:count, None, :]
    diagonal = reduced[0][:, each, each]
    reduced[0][:, each, each] = np.where(bound, 1.0, diagonal * (1 + damping))
    return solve_blocks(reduced, -gradient * free)
