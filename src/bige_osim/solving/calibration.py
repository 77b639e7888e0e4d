"""Masses of a participant's model, from trials in which force plates carry them.

Scaled models have the participant's mass in the generic model's proportions. Force
plates show errors of both: in a squat, the model's centre of pressure and the measured
one differ by centimetres. As in OpenSim's residual reduction (Delp et al. 2007, IEEE
Trans Biomed Eng 54, 1940) the trunk, which varies most between participants, takes the
correction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from bige_osim.errors import name_some
from bige_osim.motion import GroundReaction, Motion
from bige_osim.physics.dynamics.inverse_dynamics import inverse_dynamics
from bige_osim.physics.dynamics.newton_euler import Dynamics
from bige_osim.physics.dynamics.wrench import Wrench
from bige_osim.physics.ground.estimate import root_wrench
from bige_osim.physics.ground.feet import Feet, locate_feet
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.ground_reaction import read_measured_ground
from bige_osim.solving.residuals import GRAVITY
from bige_osim.solving.solution import SolveConfig
from bige_osim.solving.solve import smooth_motion
from bige_osim.spec import BodySpec, ModelSpec

TRUNK = "torso"
"""Body that takes the correction, in exchange with the body that ground carries."""

CARRIED = 0.1
"""Fraction of body weight by which plates and model may differ where plates carry the
whole participant: not on a seat, no foot beside them."""

QUIET, PERSON = 0.015, 0.15
"""Standing quietly, the force on the plates varies (standard deviation) by less than
this part of its mean over half a second, and is within this part of body weight."""

NOISE, PACE = 10.0, 2.0
"""Moment errors of other causes, N m RMS, and independent samples per second."""

SPREAD = np.array([0.1, 0.05, 0.05])
"""Standard deviation between participants: relative trunk mass, and the trunk's mass
centre forwards and upwards, m."""


@dataclass(frozen=True)
class PlateTrial:
    """A motion on force plates.

    Attributes
    ----------
    motion : (T, A) all coordinates, filtered
    ground : measured, at the same times
    feet : where the feet are
    """

    name: str
    motion: Motion
    ground: GroundReaction
    feet: Feet

    @classmethod
    def of(
        cls,
        name: str,
        motion: Motion,
        *,
        plates: GroundReaction,
        skeleton: Skeleton,
        config: SolveConfig,
    ) -> "PlateTrial":
        """Prepare a recording as it is prepared to be solved.

        Parameters
        ----------
        motion, plates : as recorded; frames that the plates do not cover are left out
        skeleton : of the model, with contact points
        """
        smooth = smooth_motion(motion, skeleton, cutoff=config.cutoff)
        smooth = smooth.between(plates.time[0], plates.time[-1])
        feet = locate_feet(skeleton, smooth)
        ground, _ = read_measured_ground(plates, feet, config.filtered_plates)
        return cls(name, smooth, ground, feet)


@dataclass(frozen=True)
class Calibration:
    """Masses of a model, fitted to force plates.

    Attributes
    ----------
    spec : the corrected model
    mass_before, mass : kg
    quiet : whether quiet standing was found; otherwise the mass is kept
    trunk_shift : kg moved from the pelvis to the trunk
    trunk_center : (2,) m, by which the trunk's mass centre moved forwards and up
    pressure_before, pressure : RMS distance of the model's centre of pressure from the
        plates', fore and aft, m
    seconds : of motion that it rests on, s
    trials : their names
    """

    spec: ModelSpec
    mass_before: float
    mass: float
    quiet: bool
    trunk_shift: float
    trunk_center: Float[np.ndarray, "2"]
    pressure_before: float
    pressure: float
    seconds: float
    trials: tuple[str, ...]

    def sentence(self) -> str:
        """Say what was changed."""
        ahead, up = 1000 * self.trunk_center
        return (
            f"Masses were fitted to the force plates ({name_some(self.trials, 3)}, "
            f"{self.seconds:.0f} s): {self.mass_before:.1f} to {self.mass:.1f} kg, "
            f"{abs(self.trunk_shift):.1f} kg from "
            f"{'pelvis to trunk' if self.trunk_shift > 0 else 'trunk to pelvis'}, "
            f"mass centre of the trunk {ahead:+.0f} mm forwards and {up:+.0f} mm "
            "upwards; the centres of pressure of model and plates differ by "
            f"{1000 * self.pressure:.0f} mm RMS instead of "
            f"{1000 * self.pressure_before:.0f} mm."
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain data, with units in the names."""
        return {
            "trials": list(self.trials),
            "seconds": round(self.seconds, 2),
            "mass_before_kg": round(self.mass_before, 3),
            "mass_kg": round(self.mass, 3),
            "mass_from_quiet_standing": self.quiet,
            "trunk_shift_kg": round(self.trunk_shift, 3),
            "trunk_center_mm": [round(1000 * float(v), 1) for v in self.trunk_center],
            "pressure_rms_before_mm": round(1000 * self.pressure_before, 1),
            "pressure_rms_mm": round(1000 * self.pressure, 1),
        }


def calibrate_masses(
    spec: ModelSpec,
    trials: Sequence[PlateTrial],
    *,
    standing: Sequence[GroundReaction] = (),
) -> Calibration | None:
    """Fit the total mass to quiet standing and the trunk's to the centre of pressure.

    All bodies are scaled by one factor. Then mass moves between trunk and pelvis, and
    the trunk's mass centre moves: the most probable change, given the moments under the
    feet in frames in which plates carry the whole participant, and :data:`SPREAD`.

    Parameters
    ----------
    spec : the model as it was scaled
    trials : motions on plates
    standing : plates as recorded, in which to look for quiet standing

    Returns
    -------
    Calibration or None
        ``None`` where plates never carry the whole participant.
    """
    seen = [_Seen.of(trial, spec) for trial in trials]
    used = [(t, s) for t, s in zip(trials, seen, strict=True) if s.whole.any()]
    if not used:
        return None
    mass = standing_mass(standing, expected=spec.mass)
    scaled = spec if mass is None else _scale(spec, mass / spec.mass)
    change = np.zeros(3)
    if TRUNK in {body.name for body in spec.bodies}:
        for _ in range(3):  # nearly linear: inertia about the root has a square
            change = change + _step(scaled, change, used)
    final = _move_mass(scaled, change)
    return Calibration(
        spec=final,
        mass_before=spec.mass,
        mass=final.mass,
        quiet=mass is not None,
        trunk_shift=float(change[0]),
        trunk_center=change[1:],
        pressure_before=_pressure_error(spec, used),
        pressure=_pressure_error(final, used),
        seconds=sum(float(s.whole.sum()) / trial.motion.rate for trial, s in used),
        trials=tuple(trial.name for trial, _ in used),
    )


def standing_mass(
    recordings: Sequence[GroundReaction], *, expected: float
) -> float | None:
    """Mass (kg) of a participant who stands quietly on force plates, if anywhere.

    Half seconds in which the force on all plates together hardly varies are averaged,
    the quietest counting most: each with one over its variance.

    Parameters
    ----------
    recordings : force plates as recorded
    expected : kg, about what the participant weighs

    Examples
    --------
    >>> force = np.zeros((200, 1, 3))
    >>> force[..., 1] = 60 * GRAVITY
    >>> time, none = np.arange(200) / 100, np.zeros_like(force)
    >>> plate = GroundReaction(time, force, none, none, ("plate",), "measured")
    >>> round(standing_mass([plate], expected=62.0), 6)
    60.0
    """
    masses, weights = [], []
    for recorded in recordings:
        if len(recorded.time) < 2:
            continue
        total = recorded.force[..., 1].sum(axis=1) / GRAVITY
        size = max(2, round(0.5 / float(np.median(np.diff(recorded.time)))))
        pieces = total[: len(total) // size * size].reshape(-1, size)
        means, deviations = pieces.mean(axis=1), pieces.std(axis=1)
        kept = (deviations < QUIET * means) & (abs(means / expected - 1) < PERSON)
        masses.append(means[kept])
        weights.append(1 / np.maximum(deviations[kept], 1e-3 * expected) ** 2)
    if not masses or not np.concatenate(masses).size:
        return None
    return float(np.average(np.concatenate(masses), weights=np.concatenate(weights)))


@dataclass(frozen=True)
class _Seen:
    """What plates show of a trial.

    Attributes
    ----------
    measured : wrench of both feet together
    whole : (T,) frames in which plates carry the whole participant
    """

    measured: Wrench
    whole: Bool[np.ndarray, " T"]

    @classmethod
    def of(cls, trial: PlateTrial, spec: ModelSpec) -> "_Seen":
        ground = trial.ground
        moment = ground.moment + np.cross(ground.point, ground.force)
        measured = Wrench(ground.force.sum(axis=1), moment.sum(axis=1))
        needed = _wrench(spec, trial.motion)
        weight = spec.mass * GRAVITY
        off = np.abs(measured.force - needed.force)[:, 1] / weight
        on_floor = ground.force[..., 1].min(axis=1) > 0.05 * weight
        return cls(measured, (off < CARRIED) & on_floor)


def _step(
    spec: ModelSpec, change: Float[np.ndarray, "3"],
    used: Sequence[tuple[PlateTrial, _Seen]],
) -> Float[np.ndarray, "3"]:  # fmt: skip
    """One Gauss-Newton step towards the most probable change of the trunk."""
    trunk = next(body for body in spec.bodies if body.name == TRUNK)
    sizes = SPREAD * np.array([trunk.mass, 1.0, 1.0])
    normal, right = np.diag(sizes**-2.0), -change / sizes**2
    for trial, seen in used:
        base = _moments(_move_mass(spec, change), trial, seen)
        columns = []
        for k in range(3):
            more = change.copy()
            more[k] += 0.1 * sizes[k]
            moved = _moments(_move_mass(spec, more), trial, seen)
            columns.append((moved - base) / (0.1 * sizes[k]))
        slopes = np.column_stack(columns)
        missing = _about_feet(seen.measured, trial)[seen.whole].ravel() - base
        independent = PACE / trial.motion.rate  # values a frame
        normal += independent * slopes.T @ slopes / NOISE**2
        right += independent * slopes.T @ missing / NOISE**2
    return np.asarray(np.linalg.solve(normal, right))


def _moments(
    spec: ModelSpec, trial: PlateTrial, seen: _Seen
) -> Float[np.ndarray, " N"]:
    """Horizontal moments that the model needs about the feet, whole frames, N m."""
    needed = _about_feet(_wrench(spec, trial.motion), trial)
    return np.ravel(needed[seen.whole])


def _about_feet(wrench: Wrench, trial: PlateTrial) -> Float[np.ndarray, "T 2"]:
    """Moments about x and z at the point between the feet, N m."""
    middle = trial.feet.centres.mean(axis=1)
    middle[:, 1] = trial.feet.floor
    return np.asarray(wrench.about(middle)[:, [0, 2]])


def _pressure_error(spec: ModelSpec, used: Sequence[tuple[PlateTrial, _Seen]]) -> float:
    """RMS distance fore and aft between the centres of pressure, m."""
    errors = []
    for trial, seen in used:
        height = np.full(len(trial.motion.time), trial.feet.floor)
        nowhere = np.zeros_like(seen.measured.force)
        model = _wrench(spec, trial.motion).pressure_point(height, otherwise=nowhere)
        plates = seen.measured.pressure_point(height, otherwise=nowhere)
        errors.append((model - plates)[seen.whole, 0])
    return float(np.sqrt(np.mean(np.concatenate(errors) ** 2)))


def _wrench(spec: ModelSpec, motion: Motion) -> Wrench:
    skeleton = Skeleton(spec)
    return root_wrench(skeleton, motion, inverse_dynamics(Dynamics(skeleton), motion))


def _scale(spec: ModelSpec, factor: float) -> ModelSpec:
    """All masses and inertias times a factor."""
    bodies = tuple(
        replace(body, mass=body.mass * factor, inertia=body.inertia * factor)
        for body in spec.bodies
    )
    return replace(spec, bodies=bodies)


def _move_mass(spec: ModelSpec, change: Float[np.ndarray, "3"]) -> ModelSpec:
    """Move mass (kg) from pelvis to trunk, and the trunk's mass centre (m)."""
    if not change.any():
        return spec
    root = next(joint.child for joint in spec.joints if joint.parent == "ground")
    shift, ahead, up = map(float, change)

    def correct(body: BodySpec) -> BodySpec:
        if body.name not in (TRUNK, root):
            return body
        mass = body.mass + (shift if body.name == TRUNK else -shift)
        inertia = body.inertia * (mass / body.mass)
        x, y, z = body.mass_center
        center = (x + ahead, y + up, z) if body.name == TRUNK else (x, y, z)
        return replace(body, mass=mass, inertia=inertia, mass_center=center)

    return replace(spec, bodies=tuple(correct(body) for body in spec.bodies))
