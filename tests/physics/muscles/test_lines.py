"""Muscle paths as lines: as long as the paths that moment arms come from."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.made_view import make_squat
from tests.physics.muscles.test_paths import RADIUS, pulled_rod

from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.muscles.lines import MuscleLines
from bige_osim.physics.muscles.paths import MusclePaths
from bige_osim.spec import PathSpec

LEFT_OUT = 0.009
"""m, by which OpenSim's lengths over several cylinders fall short of any path's."""


def lengths_of(lines: dict[str, np.ndarray]) -> np.ndarray:
    """Lengths (B, M) of lines, m."""
    steps = [np.diff(line, axis=1) for line in lines.values()]
    return np.stack([np.linalg.norm(s, axis=2).sum(axis=1) for s in steps], axis=1)


def test_an_arc_lies_on_its_pulley() -> None:
    spec = pulled_rod()
    angles = torch.linspace(-0.5, 0.5, 5).double()[:, None]
    line = MuscleLines(spec, arc=9)(Skeleton(spec).place(angles))["pulled"]
    assert line.shape == (5, 11, 3)
    distance = np.linalg.norm(line[:, 1:-1, :2], axis=2)
    touching = np.abs(distance - RADIUS) < 1e-9
    assert touching.all(axis=1).any()
    assert (touching.all(axis=1) | ~touching[:, 1:-1].any(axis=1)).all()


@pytest.mark.opensim
def test_lines_are_as_long_as_the_paths_of_a_whole_model() -> None:
    spec = read_model(generic_model())
    skeleton = Skeleton(spec, fill=True)
    motion = make_squat(spec)
    with torch.inference_mode():
        q = skeleton.coordinates(torch.from_numpy(motion.values[::6]), motion.names)
        pose = skeleton.place(q)
        lines = MuscleLines(spec, arc=60)(pose)
        paths = MusclePaths(spec, names=skeleton.coordinates.names)
        state = paths(pose, skeleton.axes.jacobians(q, pose).J)
    assert tuple(lines) == spec.muscle_names
    error = lengths_of(lines) - state.length.numpy()
    several = np.array([len(muscle.path.wraps) > 1 for muscle in spec.muscles])
    assert np.abs(error[:, ~several]).max() < 1e-5
    assert error[:, several].min() > -1e-5
    assert error[:, several].max() < LEFT_OUT


def test_a_muscle_that_only_opensim_can_lead_has_no_line() -> None:
    spec = pulled_rod()
    muscles = [
        replace(m, path=PathSpec()) if m.name == "far" else m for m in spec.muscles
    ]
    lines = MuscleLines(replace(spec, muscles=tuple(muscles)))
    assert lines.missing == ("far",)
    assert lines.names == ("near", "pulled")
