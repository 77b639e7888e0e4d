"""Bone lengths fitted to a movement, where no marker shows the joints between them.

A joint that the model has in the wrong place moves its markers against the recorded
ones when it bends. The lengths with the smallest marker errors over poses from
standing to the deepest are kept (the idea of Reinbolt et al. 2005, J Biomech 38, 621),
with a pull towards the measured ones.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize

from bige_osim.errors import BigeError, name_some
from bige_osim.markers.gaps import mean_seen, median_seen
from bige_osim.motion import Markers
from bige_osim.osim.tools.inverse_kinematics import solve_inverse_kinematics
from bige_osim.spec.marker_set import MarkerSet

Scaler = Callable[[Path, dict[str, float]], object]
"""Writes a scaled model to a path, with the factors of some bodies multiplied."""

_TRIALS = 6
_DEPTHS = (0.0, 0.4, 0.7, 1.0)  # parts of the way down
_STIFFNESS = 0.05  # m of marker error that a factor changed by one is worth
_WIDEST = 0.15  # part by which a factor may change
_EVALUATIONS = 40
_ACCURACY = 1e-4
_CHAINS = (
    ("pelvis", "femur", "tibia", "talus", "calcn", "toes"),
    ("femur", "patella"),
    ("torso", "humerus", "ulna", "radius", "hand"),
)


@dataclass(frozen=True)
class Refinement:
    """Factors fitted to the movement.

    Attributes
    ----------
    multipliers : body -> what its measured factor is multiplied by
    before, after : RMS error of the chosen poses, m
    left : bodies that should be fitted and stay as they are, since no marker that
        they carry is seen in the poses
    """

    multipliers: dict[str, float]
    before: float
    after: float
    left: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Say what was changed."""
        factors = [  # both sides of a body have the same
            f"{body.removesuffix('_r').removesuffix('_l')} {m:.3f}"
            for body, m in self.multipliers.items()
        ]
        named = name_some(dict.fromkeys(factors))
        stay = f"; left as they are, without markers: {name_some(self.left)}"
        return (
            f"Lengths fitted to the movement ({1000 * self.before:.1f} to "
            f"{1000 * self.after:.1f} mm RMS), factors multiplied by: {named}"
            f"{stay if self.left else ''}."
        )


def refine(
    scale: Scaler,
    *,
    marker_set: MarkerSet,
    trials: Sequence[Markers],
    pelvis: Sequence[str],
) -> Refinement | None:
    """Fit the factors of the set's refined bodies; ``None`` if none can be.

    A body stays as it is if no marker on it, or on what it carries, is seen in the
    poses.

    Parameters
    ----------
    scale : makes the model
    marker_set : its ``refined`` groups are fitted, its weights used
    trials : recordings in OpenSim's frame
    pelvis : markers whose height says how deep a pose is
    """
    poses = choose_poses(trials, pelvis=pelvis) if marker_set.refined else None
    if poses is None:
        return None
    weights = {m.name: m.weight for m in marker_set.markers if m.name in poses.names}
    regions = {marker.name: marker.region for marker in marker_set.markers}
    core = [i for i, name in enumerate(poses.names) if regions[name] == "core"]
    seen = [poses.names[i] for i in core if weights[poses.names[i]] > 0]
    on = {marker.body for marker in marker_set.markers if marker.name in seen}
    groups = [g for g in marker_set.refined if any(on & find_carried(b) for b in g)]
    if not groups:
        return None
    fitted = {body for group in groups for body in group}
    left = tuple(b for group in marker_set.refined for b in group if b not in fitted)

    def multipliers(changes: Float[np.ndarray, " G"]) -> dict[str, float]:
        return {
            body: 1.0 + float(change)
            for group, change in zip(groups, changes, strict=True)
            for body in group
        }

    def error(changes: Float[np.ndarray, " G"], path: Path) -> float:
        scale(path, multipliers(changes))
        _, distances = solve_inverse_kinematics(
            path, poses, weights=weights, accuracy=_ACCURACY
        )
        # The median frame of every marker: a jump must not decide on a bone.
        usual = median_seen(distances[:, core].reshape(-1, len(_DEPTHS), len(core)))
        return float(np.sqrt(np.mean(usual[np.isfinite(usual)] ** 2)))

    def cost(changes: Float[np.ndarray, " G"]) -> float:
        inside = np.clip(changes, -_WIDEST, _WIDEST)
        outside = float(np.abs(changes - inside).sum())
        try:
            found = error(inside, path)
        except BigeError:
            return 1.0
        return found + outside + _STIFFNESS * float(np.sum(inside**2))

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trial.osim"
        start = np.zeros(len(groups))
        before = error(start, path)
        corners = np.vstack([start, 0.05 * np.eye(len(groups))])
        found = minimize(
            cost,
            start,
            method="Nelder-Mead",
            options={
                "initial_simplex": corners,
                "maxfev": _EVALUATIONS,
                "xatol": 0.004,
                "fatol": 1e-4,
            },
        )
        best = np.clip(found.x, -_WIDEST, _WIDEST)
        after = error(best, path)
    return Refinement(multipliers(best), before, after, left)


def find_carried(body: str) -> set[str]:
    """Bodies that move when one becomes longer, with itself.

    Examples
    --------
    >>> sorted(find_carried("tibia_r"))
    ['calcn_r', 'talus_r', 'tibia_r', 'toes_r']
    """
    stem, side = (body[:-2], body[-2:]) if body[-2:] in ("_r", "_l") else (body, "")
    found = {body}
    for chain in _CHAINS:
        if stem in chain:
            further = chain[chain.index(stem) :]
            sides = (side,) if side else ("_r", "_l")
            found |= {name + s for name in further for s in sides if name != stem}
    return found


def choose_poses(trials: Sequence[Markers], *, pelvis: Sequence[str]) -> Markers | None:
    """Poses of some trials on the way down, and the markers seen in any of these.

    ``None`` if no trial has the markers of the pelvis.
    """
    usable = [
        t
        for t in trials
        if any(n in t.names and np.isfinite(t.marker(n)).any() for n in pelvis)
    ]
    if not usable:
        return None
    step = np.linspace(0, len(usable) - 1, min(_TRIALS, len(usable)))
    chosen = [usable[i] for i in step.round().astype(int)]
    names = [n for n in chosen[0].names if all(n in t.names for t in chosen)]
    positions = np.array(
        [
            [trial.marker(n)[frame] for n in names]
            for trial in chosen
            for frame in _frames_down(trial, pelvis)
        ]
    )
    seen = np.isfinite(positions).all(axis=2).any(axis=0)
    kept = tuple(n for n, there in zip(names, seen, strict=True) if there)
    return Markers(np.arange(len(positions)) / 100, positions[:, seen], kept)


def _frames_down(trial: Markers, pelvis: Sequence[str]) -> list[int]:
    """Frames at some depths between the highest pelvis and the lowest after it."""
    heights = [trial.marker(n)[:, 1] for n in pelvis if n in trial.names]
    height = mean_seen(np.array(heights))
    seen = np.flatnonzero(np.isfinite(height))  # the pelvis is hidden in the others
    height = height[seen]
    lowest = int(np.argmin(height))
    top = int(np.argmax(height[: lowest + 1]))
    way = height[top : lowest + 1]
    wanted = [way[0] + depth * (way[-1] - way[0]) for depth in _DEPTHS]
    return [int(seen[top + np.argmin(np.abs(way - goal))]) for goal in wanted]
