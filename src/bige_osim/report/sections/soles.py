"""Where the centre of pressure is in each foot."""

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.physics.ground.foot_layout import FootLayout
from bige_osim.report.figures.pressure import Sole, make_outline
from bige_osim.report.trial import Trial
from bige_osim.solving.residuals import GRAVITY

LEAST = 0.05
"""Of body weight: below that a centre of pressure is not known well enough to draw."""


def find_soles(trial: Trial) -> dict[str, Sole]:
    """Outline and centre of pressure of each foot over the course, cm.

    Empty for a trial without ground reaction, or a model without feet. The frame is
    that of the foot's body, so that a foot that rolls keeps its outline.
    """
    feet, ground, course = trial.feet, trial.ground, trial.course
    if feet is None or ground is None:
        return {}
    sampled = course.sample_ground(ground)
    with torch.inference_mode():
        pose = trial.skeleton.pose_of(trial.motion.at(sampled.time))
        points = trial.skeleton.foot_points(pose).numpy()
    layout = FootLayout.of(trial.skeleton)
    weight = trial.skeleton.spec.mass * GRAVITY
    soles = {}
    for foot, (side, body) in enumerate(
        zip(("right", "left"), feet.names, strict=False)
    ):
        if body not in ground.names:
            continue
        plate = ground.names.index(body)
        frame = pose.body(body)
        pressure = _to_foot(frame, sampled.point[:, plate, None])[:, 0]
        pressure[sampled.force[:, plate, 1] < LEAST * weight] = np.nan
        if np.isnan(pressure).all():
            continue
        own = layout.columns[foot]
        flat = int(np.ptp(points[:, own, 1], axis=1).argmin())
        corners = _to_foot(frame, points[:, own])[flat]
        radii = 100 * trial.skeleton.contact_radius[own].numpy()
        shape = (*course.times.shape, 2)
        soles[side] = Sole(make_outline(corners, radii), pressure.reshape(shape))
    return soles


def _to_foot(
    frame: tuple[torch.Tensor, torch.Tensor], points: Float[np.ndarray, "N P 3"]
) -> Float[np.ndarray, "N P 2"]:
    """Places in a foot's own frame, to the right (its z) and ahead (its x), cm."""
    turn, origin = (part.numpy() for part in frame)
    local = np.einsum("nji,npj->npi", turn, points - origin[:, None])
    return np.asarray(100 * local[..., [2, 0]])
