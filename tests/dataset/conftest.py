"""A solved motion made by hand, with known answers."""

from dataclasses import replace

import numpy as np
import pytest
from tests.models import coordinate

from bige_osim.dataset.dataset import ROOT
from bige_osim.dataset.sample import Labels, Sample, make_sample
from bige_osim.motion import Activations, Forces, GroundReaction, Moments, Motion
from bige_osim.repetitions.repetition import Repetition
from bige_osim.solution import StaticOptimisationConfig, StaticSolution
from bige_osim.solving.residuals import ResidualSummary
from bige_osim.solving.solution import Solution, SolveConfig
from bige_osim.spec import CouplerSpec, ModelSpec

COORDINATES = (*ROOT, "knee_angle_r", "knee_angle_l")
MUSCLES = ("vasmed_r", "soleus_l")
SPEED = 0.1  # m/s, of the pelvis


def make_spec(name: str = "hand") -> ModelSpec:
    coordinates = (*COORDINATES, "knee_angle_r_beta")
    return ModelSpec(
        name=name,
        sha256=name,
        coordinates=tuple(
            coordinate(n, translational=n[-3:-1] == "_t", minimum=-9.0, maximum=9.0)
            for n in coordinates
        ),
        couplers=(
            CouplerSpec(dependent="knee_angle_r_beta", independent="knee_angle_r"),
        ),
    )


def make_solution() -> Solution:
    """A pelvis at constant speed, activations that rise with time, at 100 and 10 Hz."""
    time = np.arange(0, 4.0001, 0.01)
    values = np.zeros((len(time), len(COORDINATES)))
    values[:, COORDINATES.index("pelvis_tx")] = 2.0 + SPEED * time
    values[:, COORDINATES.index("pelvis_ty")] = 0.95
    values[:, COORDINATES.index("knee_angle_r")] = np.sin(time)
    slow = time[::10]
    rising = np.stack([slow / 4, 0.5 + 0 * slow], axis=1)
    force = np.zeros((len(time), 2, 3))
    force[..., 1] = 300.0
    point = np.zeros_like(force)
    point[..., 0] = 2.1
    unit = ResidualSummary(
        0.0, 0.0, 0.0, 0.0, 600.0, 0.9, 600.0, 0.0, carried=(), source="measured"
    )
    return Solution(
        motion=Motion(time, values, COORDINATES),
        ground=GroundReaction(
            time, force, point, 0 * force, ("calcn_r", "calcn_l"), "measured"
        ),
        floor=0.02,
        static=StaticSolution(
            activations=Activations(slow, rising, MUSCLES),
            forces=Forces(slow, rising, MUSCLES),
            reserves=Moments(slow, rising[:, :1], ("knee_angle_r",)),
            residuals=Moments(slow, np.zeros((len(slow), 6)), ROOT),
            actuators=Moments(slow, np.zeros((len(slow), 0)), ()),
            muscle_moments=Moments(slow, values[::10], COORDINATES),
            demand=Moments(slow, values[::10] + 1.0, COORDINATES),
            moments=Moments(time, values + 1.0, COORDINATES),
            violation=np.zeros(len(slow)),
            failed=(),
            warnings=(),
            engine="opensim",
            config=StaticOptimisationConfig(rate=10.0),
        ),
        residual=unit,
        warnings=(),
        timings={},
        config=SolveConfig(rate=10.0),
    )


def make_repetition(start: float = 1.0, stop: float = 3.0) -> Repetition:
    return Repetition(
        start=start, stop=stop, bottom=2.0, depth=1.5, exercise="squat", quality=0.8
    )


def labels(person: str = "ada") -> Labels:
    return Labels(person, f"session_{person}", "squats1", "measured", "opensim",
                  1.7, 60.0, 0.85)  # fmt: skip


def sample(person: str = "ada", *, spec: ModelSpec | None = None) -> Sample:
    return make_sample(
        make_repetition(),
        solution=make_solution(),
        spec=spec or make_spec(),
        labels=labels(person),
        frames=21,
    )


@pytest.fixture
def solution() -> Solution:
    return make_solution()


@pytest.fixture
def failed_solution() -> Solution:
    whole = make_solution()
    values = whole.activations.values.copy()
    values[20] = np.nan
    broken = Activations(whole.activations.time, values, MUSCLES)
    static = replace(whole.static, activations=broken, failed=(2.0,))
    return replace(whole, static=static)
