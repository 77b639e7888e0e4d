"""Coordinates of a squat made to order, on a person's own model."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from jaxtyping import Float
from scipy.interpolate import make_interp_spline

from bige_osim.data.squat import STANDING_KNEE, SquatStyle, squat_progress
from bige_osim.motion import Motion
from bige_osim.osim.loaded import LoadedModel
from bige_osim.osim.posture import PostureTargets, solve_posture
from bige_osim.osim.stance import Stance, take_stance
from bige_osim.spec import SphereSpec

KEY_POSTURES = 13
"""Postures solved between standing and bottom; the rest is a quintic spline."""

BALANCE = 0.5
"""Where the centre of mass is, from heel (0) to the toe joints (1). Standing people
keep it about 5 cm before the ankles (Winter 1995, Gait & Posture 3, 193)."""

_STANDING_LEAN = 0.1  # rad
_PELVIS_SHARE = 0.45  # of the trunk's lean; the lumbar joint has the rest
_ANKLE_LIMIT = np.radians(28.5)  # heels stay down; the model ends at 30 degrees


@dataclass(frozen=True)
class SquatMaker:
    """Makes squats of one person.

    Postures between standing and bottom are solved once for a style: feet planted,
    centre of mass above the feet, knees and trunk as asked. Descent, ascent and all
    repetitions go through the same postures, each in its own time.

    Attributes
    ----------
    model : the person's ``.osim``: Rajagopal2015's coordinates, subtalar joints free
    contacts : spheres of the soles, which stand on the floor at y = 0
    """

    model: Path
    contacts: tuple[SphereSpec, ...]

    @cached_property
    def loaded(self) -> LoadedModel:
        """The model, open in OpenSim."""
        return LoadedModel(self.model)

    def motion(
        self, style: SquatStyle, *, rate: float, rng: np.random.Generator
    ) -> Motion:
        """All coordinates of the model over the whole trial, at ``rate`` frames/s.

        Raises
        ------
        SimulationError
            the person cannot do the style within the model's joint ranges
        """
        names = self.loaded.coordinate_names
        progress, postures = self._key_postures(style)
        values = np.array([[posture[name] for name in names] for posture in postures])
        time, s = squat_progress(style, rate=rate, rng=rng)
        return Motion(time, make_interp_spline(progress, values, k=5)(s), names)

    def _key_postures(
        self, style: SquatStyle
    ) -> tuple[Float[np.ndarray, " K"], list[dict[str, float]]]:
        """Progress (K,) from 0 to 1 and the posture there, all coordinates by name."""
        progress = (1 - np.cos(np.linspace(0, np.pi, KEY_POSTURES))) / 2
        stance = take_stance(
            self.loaded,
            width=style.stance_width,
            toe_out=style.toe_out,
            contacts=self.contacts,
        )
        lumbar = self._bottom_lumbar(style, stance)
        postures: list[dict[str, float]] = []
        start = {"pelvis_ty": stance.pelvis_height - 0.01}
        for s in progress:
            targets = _targets(style, stance, s=float(s), lumbar=lumbar)
            start = solve_posture(self.loaded, targets, start=start)
            postures.append(start)
        return progress, postures

    def _bottom_lumbar(self, style: SquatStyle, stance: Stance) -> float:
        """Lumbar extension at the bottom, as asked or as the ankles require, rad."""
        lumbar = -(1 - _PELVIS_SHARE) * style.trunk_lean
        start = {"pelvis_ty": stance.pelvis_height - 0.01}
        for s in np.linspace(0, 1, 4):  # on the way down, so that the last is found
            start = solve_posture(
                self.loaded,
                _targets(style, stance, s=float(s), lumbar=lumbar),
                start=start,
                yielding="lumbar_extension",
                limits={"ankle_angle_r": _ANKLE_LIMIT, "ankle_angle_l": _ANKLE_LIMIT},
            )
        return start["lumbar_extension"]


def _targets(
    style: SquatStyle, stance: Stance, *, s: float, lumbar: float
) -> PostureTargets:
    """Set the targets of the posture at progress ``s``."""

    def between(standing: float, bottom: float) -> float:
        return standing + (bottom - standing) * s

    arm = between(style.arm_standing, style.arm_bottom)
    pelvis, back = _PELVIS_SHARE, 1 - _PELVIS_SHARE
    return PostureTargets(
        feet=stance.feet,
        center=stance.heel + BALANCE * (stance.toe_joint - stance.heel),
        knee=between(STANDING_KNEE, style.depth),
        coordinates={
            "pelvis_tilt": -pelvis * between(_STANDING_LEAN, style.trunk_lean),
            "lumbar_extension": between(-back * _STANDING_LEAN, lumbar),
            "pelvis_tz": style.shift * s,
            "arm_flex_r": arm,
            "arm_flex_l": arm,
            "elbow_flex_r": style.elbow_flexion,
            "elbow_flex_l": style.elbow_flexion,
        },
    )
