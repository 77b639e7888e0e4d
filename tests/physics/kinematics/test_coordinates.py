"""From the columns there are to all coordinates of the model."""

from pathlib import Path

import numpy as np
import torch

from bige_osim.motion import Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.coordinates import CoordinateMap, complete_motion


def test_coupled_and_missing_coordinates_are_filled_in(rajagopal: Path):
    spec = read_model(rajagopal)
    knee = np.array([[0.1], [1.2]])
    motion = Motion(np.array([0.0, 0.1]), knee, ("knee_angle_l",))
    whole = complete_motion(motion, spec)
    assert whole.names == spec.coordinate_names
    np.testing.assert_allclose(whole.column("knee_angle_l"), knee[:, 0])
    np.testing.assert_allclose(whole.column("knee_angle_l_beta"), knee[:, 0])
    default = spec.coordinate("pelvis_ty").default
    np.testing.assert_allclose(whole.column("pelvis_ty"), default)


def test_a_coupled_column_is_computed_whatever_it_says(rajagopal: Path):
    spec = read_model(rajagopal)
    names = ("knee_angle_r", "knee_angle_r_beta")
    motion = Motion(np.array([0.0, 0.1]), np.array([[0.5, 9.0], [0.6, 9.0]]), names)
    whole = complete_motion(motion, spec)
    np.testing.assert_allclose(whole.column("knee_angle_r_beta"), [0.5, 0.6])


def test_clamped_coordinates_are_held_within_their_ranges_and_coupled_ones_follow(
    rajagopal: Path,
):
    spec = read_model(rajagopal)
    known = CoordinateMap(spec, fill=True, dtype=torch.float64)
    straight, bent = spec.coordinate("knee_angle_r"), np.radians(200.0)
    over = torch.tensor([[-0.1], [0.5], [bent]], dtype=torch.float64)
    held = known.clamp(known(over, ("knee_angle_r",)))
    wanted = [straight.minimum, 0.5, straight.maximum]
    assert straight.clamped
    for name in ("knee_angle_r", "knee_angle_r_beta"):
        column = held[:, known.names.index(name)]
        np.testing.assert_allclose(column, wanted, atol=1e-12)
