"""A model of one body on one foot point, and motions of it whose numbers are known."""

from collections.abc import Callable

import numpy as np
import pytest
from tests import models

from bige_osim.motion import Activations, Motion
from bige_osim.physics.kinematics.skeleton import Skeleton

NAMES = (*models.ROTATIONS, *models.TRANSLATIONS)
MUSCLES = ("vasmed_r", "vasmed_l")
HEIGHT = 1.0
MASS = 80.0


def _skeleton(*, contacts: bool) -> Skeleton:
    """Make one body of 80 kg, its mass at the pelvis, its sole 1 m below."""
    spec = models.model(
        models.floating_pelvis(),
        bodies=[models.body("pelvis", MASS)],
        limits={"minimum": -0.5, "maximum": 0.5, "clamped": True},
        name="one_body",
        sha256="0" * 64,
        muscles=tuple(models.muscle(name) for name in MUSCLES),
    )
    sole = models.sphere("sole", "pelvis", 0.0, 0.02 - HEIGHT, 0.0)
    return Skeleton(spec, contacts=[sole] if contacts else [])


def _standing(frames: int = 101, **columns: np.ndarray | float) -> Motion:
    """Stand still for 2 s; columns set by name, rad or m."""
    values = np.zeros((frames, len(NAMES)))
    values[:, NAMES.index("pelvis_ty")] = HEIGHT
    for name, column in columns.items():
        values[:, NAMES.index(name)] = column
    return Motion(np.linspace(0, 2, frames), values, NAMES)


def _bump(peak: float, *, frames: int = 101, centre: float = 1.0) -> Activations:
    """Both muscles rise to ``peak`` at ``centre`` s and fall again, within 2 s."""
    time = np.linspace(0, 2, frames)
    shape = np.exp(-(((time - centre) / 0.3) ** 2))
    return Activations(time, peak * np.stack([shape, shape], axis=1), MUSCLES)


@pytest.fixture(scope="session")
def body() -> Skeleton:
    """One body of 80 kg, its mass at the pelvis, its sole 1 m below."""
    return _skeleton(contacts=True)


@pytest.fixture(scope="session")
def footless() -> Skeleton:
    """The same without a contact sphere."""
    return _skeleton(contacts=False)


@pytest.fixture(scope="session")
def standing() -> Callable[..., Motion]:
    """Make a motion of 2 s that stands still; columns set by name, rad or m."""
    return _standing


@pytest.fixture(scope="session")
def bump() -> Callable[..., Activations]:
    """Make activations of two muscles that rise to a peak and fall within 2 s."""
    return _bump
