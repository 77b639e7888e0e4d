"""Where the centre of pressure is in each foot."""

import numpy as np

from bige_osim.report.figures.pressure import Sole, make_outline
from bige_osim.report.trial import Trial
from bige_osim.solving.contacts import contact_spheres
from bige_osim.solving.residuals import GRAVITY

LEAST = 0.05
"""Of body weight: below that a centre of pressure is not known well enough to draw."""


def find_soles(trial: Trial) -> dict[str, Sole]:
    """Outline and centre of pressure of each foot over the course, cm.

    Empty for a trial without ground reaction, or a model without feet. The frame is that
    of the foot: its heading is ahead, the middle of its contact points is zero.
    """
    feet, ground, course = trial.feet, trial.ground, trial.course
    if feet is None or ground is None:
        return {}
    sampled = course.sample_ground(ground)
    rows = np.abs(feet.time[:, None] - course.times.ravel()).argmin(axis=0)
    spheres = contact_spheres(trial.skeleton.spec)
    radii = np.array([sphere.radius for sphere in spheres])
    weight = trial.skeleton.spec.mass * GRAVITY
    soles = {}
    for foot, (side, body) in enumerate(
        zip(("right", "left"), feet.names, strict=False)
    ):
        if body not in ground.names:
            continue
        plate = ground.names.index(body)
        heading = feet.headings[rows, foot]
        # to the right of the heading, and ahead: z is right when x is ahead
        axes = np.stack(
            [np.stack([-heading[:, 1], heading[:, 0]], axis=1), heading], axis=1
        )
        offset = sampled.point[:, plate] - feet.centres[rows, foot]
        pressure = 100 * np.einsum("tij,tj->ti", axes, offset[:, [0, 2]])
        pressure[sampled.force[:, plate, 1] < LEAST * weight] = np.nan
        if np.isnan(pressure).all():
            continue
        own = feet.sides == foot
        flat = feet.heights[rows, foot].argmin()  # the frame in which it lies flattest
        points = feet.points[rows[flat], own] - feet.centres[rows[flat], foot]
        place = 100 * points[:, [0, 2]] @ axes[flat].T
        outline = make_outline(place, 100 * radii[own])
        shape = (*course.times.shape, 2)
        soles[side] = Sole(outline, pressure.reshape(shape))
    return soles
