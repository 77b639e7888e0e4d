"""Coordinates of a synthetic squat on a participant's own model."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from scipy.interpolate import make_interp_spline

from bige_osim.errors import SimulationError
from bige_osim.motion import Motion
from bige_osim.physics.ground.stance import Stance, take_stance
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.planted_ik import KNEES, LEGS, Conditions, Postures, plant
from bige_osim.synthetic.squat_style import STANDING_KNEE, SquatStyle, squat_progress

KEY_POSTURES = 13
"""Postures solved between standing and bottom; the rest is a quintic spline."""

BALANCE = 0.5
"""Where the centre of mass is, from heel (0) to the toe joints (1). Standing
participants keep it about 5 cm before the ankles (Winter 1995, Gait & Posture 3,
193)."""

FREE = ("pelvis_tx", "pelvis_ty", *LEGS)
"""Coordinates that planted feet, balance and knees determine; as many as conditions."""

_STANDING_LEAN = 0.1  # rad
_KNEE_SPARE = float(np.radians(2.0))  # left before the end of the joint's range
_ANKLE_SPARE = float(np.radians(1.5))
_ANKLES = float(np.radians(38.5))  # 19 of 20 recorded squats; heels stay down
_STIFF = (
    0.03  # rad for one unit of cost: the lumbar joint yields where nothing else can
)
_MISSED = 1e-4  # m and rad; far below what a motion shows


@dataclass(frozen=True)
class SquatMaker:
    """Makes squats of one participant.

    Postures between standing and bottom are solved once for a style: feet planted,
    centre of mass above the feet, knees and trunk as asked. Descent, ascent and all
    repetitions go through the same postures, each in its own time.

    Attributes
    ----------
    skeleton : of the participant's model: Rajagopal2015's coordinates, subtalar joints
        free, contact points under the feet, which stand on the floor at y = 0
    """

    skeleton: Skeleton

    @property
    def deepest(self) -> float:
        """Flexion of both knees, rad, to just before the end of the model's."""
        spec = self.skeleton.spec
        return min(spec.coordinate(name).maximum for name in KNEES) - _KNEE_SPARE

    def motion(
        self, style: SquatStyle, *, rate: float, rng: np.random.Generator
    ) -> Motion:
        """All coordinates of the model over the whole trial, at ``rate`` frames/s.

        Raises
        ------
        SimulationError
            the participant cannot do the style within the model's joint ranges
        """
        names = self.skeleton.coordinate_names
        progress, values = self._key_postures(style)
        time, s = squat_progress(style, rate=rate, rng=rng)
        free = Motion(time, make_interp_spline(progress, values, k=5)(s), names)
        return self.skeleton.coordinates.complete(free)

    def _key_postures(
        self, style: SquatStyle
    ) -> tuple[Float[np.ndarray, " K"], Float[np.ndarray, "K I"]]:
        """Progress (K,) from 0 to 1 and the independent coordinates there."""
        progress = (1 - np.cos(np.linspace(0, np.pi, KEY_POSTURES))) / 2
        stance = take_stance(
            self.skeleton, width=style.stance_width, toe_out=style.toe_out
        )
        lumbar = self._bottom_lumbar(style, stance)
        found = self._solve(style, stance, progress=progress, lumbar=lumbar)
        if failure := found.failure(_MISSED):
            worst, stuck = failure
            knee = np.degrees(_interpolate(STANDING_KNEE, style.depth, progress))[worst]
            raise SimulationError(
                f"No posture of {self.skeleton.spec.name} with planted feet has a knee "
                f"flexion of {knee:.0f} degrees (at the limit: {stuck}); ask for less "
                "depth, more trunk lean, or other feet."
            )
        return progress, found.q.numpy()

    def _bottom_lumbar(self, style: SquatStyle, stance: Stance) -> float:
        """Lumbar extension at the bottom, as asked or as the ankles require, rad."""
        spec = self.skeleton.spec
        most = {
            name: (-np.inf, min(_ANKLES, spec.coordinate(name).maximum - _ANKLE_SPARE))
            for name in ("ankle_angle_r", "ankle_angle_l")
        }
        found = self._solve(
            style,
            stance,
            progress=np.ones(1),
            lumbar=-(1 - style.pelvis_share) * style.trunk_lean,
            yielding={"lumbar_extension": _STIFF},
            limits=most,
        )
        column = self.skeleton.coordinate_names.index("lumbar_extension")
        return float(found.q[0, column])

    def _solve(
        self,
        style: SquatStyle,
        stance: Stance,
        *,
        progress: Float[np.ndarray, " K"],
        lumbar: float,
        yielding: Mapping[str, float] | None = None,
        limits: Mapping[str, tuple[float, float]] | None = None,
    ) -> Postures:
        names, spec = self.skeleton.coordinate_names, self.skeleton.spec
        knee = _interpolate(STANDING_KNEE, style.depth, progress)
        targets = {
            name: np.full_like(progress, spec.coordinate(name).default)
            for name in names
        }
        bent = {"hip_flexion": knee, "knee_angle": knee, "ankle_angle": knee / 4}
        targets |= {f"{name}_{s}": angle for name, angle in bent.items() for s in "rl"}
        targets["pelvis_ty"] = stance.pelvis_height * np.cos(knee / 2)
        targets |= _prescribe(style, progress=progress, lumbar=lumbar)
        feet = torch.from_numpy(stance.feet).expand(len(progress), -1, -1, -1)
        return plant(
            self.skeleton,
            torch.from_numpy(np.stack([targets[name] for name in names], axis=1)),
            Conditions(
                feet=feet,
                center=torch.full((len(progress),), stance.along(BALANCE)).double(),
                knee=torch.from_numpy(knee),
            ),
            compliance=dict.fromkeys(FREE, 1.0) | dict(yielding or {}),
            limits=limits,
        )


def _prescribe(
    style: SquatStyle, *, progress: Float[np.ndarray, " K"], lumbar: float
) -> dict[str, Float[np.ndarray, " K"]]:
    """Pelvis, trunk and arms at each progress, rad and m."""
    arm = _interpolate(style.arm_standing, style.arm_bottom, progress)
    elbow = np.full_like(progress, style.elbow_flexion)
    lean = _interpolate(_STANDING_LEAN, style.trunk_lean, progress)
    upright = -(1 - style.pelvis_share) * _STANDING_LEAN
    return {
        "pelvis_tilt": -style.pelvis_share * lean,
        "lumbar_extension": _interpolate(upright, lumbar, progress),
        "pelvis_tz": style.shift * progress,
        "arm_flex_r": arm,
        "arm_flex_l": arm,
        "elbow_flex_r": elbow,
        "elbow_flex_l": elbow,
    }


def _interpolate(
    standing: float, bottom: float, progress: Float[np.ndarray, " K"]
) -> Float[np.ndarray, " K"]:
    return standing + (bottom - standing) * progress
