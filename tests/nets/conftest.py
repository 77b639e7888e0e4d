"""Squats with planted feet on a small model, with activations by a known law."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
import torch
import xarray as xr
from jaxtyping import Float
from tests import models
from tests.models import X, Y, Z

from bige_osim.dataset.dataset import content_hash
from bige_osim.dataset.split import Split
from bige_osim.motion import is_translation
from bige_osim.nets.generator import GeneratorConfig, MotionGenerator
from bige_osim.nets.kinds.generator import GeneratorSettings
from bige_osim.nets.kinematic_surrogate import KinematicSettings
from bige_osim.nets.net import FittingConfig
from bige_osim.nets.samples import Samples, read_samples
from bige_osim.nets.scaling import Scaling, fit_scaling
from bige_osim.nets.surrogate import Surrogate, SurrogateConfig
from bige_osim.spec import (
    JointSpec,
    ModelSpec,
    spec_to_json,
)

SIDE = [
    "hip_flexion",
    "hip_adduction",
    "hip_rotation",
    "knee_angle",
    "ankle_angle",
    "subtalar_angle",
    "mtp_angle",
    "arm_flex",
    "arm_add",
    "arm_rot",
    "elbow_flex",
    "pro_sup",
]
NAMES = (
    *models.ROTATIONS,
    *models.TRANSLATIONS,
    *(f"{name}_r" for name in SIDE[:7]),
    *(f"{name}_l" for name in SIDE[:7]),
    "lumbar_extension",
    "lumbar_bending",
    "lumbar_rotation",
    *(f"{name}_r" for name in SIDE[7:]),
    *(f"{name}_l" for name in SIDE[7:]),
)
"""The 33 coordinates of the OpenCap models, in their order."""

MUSCLES = tuple(
    f"{name}_{side}" for side in "rl" for name in ("vasmed", "soleus", "glmax1")
)
FRAMES = 48
FOOT = 0.08  # m, ankle above the floor
THIGH_SHARE = 0.52
FLEXION = (0.0, 0.0, -1.0)


@dataclass(frozen=True)
class Participant:
    """A made-up person: stature m, mass kg, leg length m."""

    name: str
    height: float
    mass: float
    leg: float


PEOPLE = (
    Participant("ada", 1.62, 58.0, 0.78),
    Participant("bob", 1.80, 80.0, 0.88),
    Participant("cem", 1.71, 69.0, 0.83),
)


def make_model(leg: float) -> ModelSpec:
    """A pelvis on two legs with flat feet, arms and a trunk: 33 coordinates."""
    thigh, shank = THIGH_SHARE * leg, (1 - THIGH_SHARE) * leg
    joints = [models.floating_pelvis()]
    for side, sign in (("r", 1.0), ("l", -1.0)):
        hip = [f"{name}_{side}" for name in SIDE]
        axes = (Z, (sign, 0.0, 0.0), (0.0, sign, 0.0))
        joints += [
            _joint(f"femur_{side}", "pelvis", (0, 0, 0.08 * sign), hip[:3], axes),
            _joint(f"tibia_{side}", f"femur_{side}", (0, -thigh, 0), hip[3:4], FLEXION),
            _joint(f"talus_{side}", f"tibia_{side}", (0, -shank, 0), hip[4:5], Z),
            _joint(f"calcn_{side}", f"talus_{side}", (0, 0, 0), hip[5:6], X),
            _joint(f"toes_{side}", f"calcn_{side}", (0.15, -0.06, 0), hip[6:7], Z),
            _joint(f"humerus_{side}", "torso", (0, 0.4, 0.2 * sign), hip[7:10], axes),
            _joint(f"ulna_{side}", f"humerus_{side}", (0, -0.3, 0), hip[10:11], Z),
            _joint(f"radius_{side}", f"ulna_{side}", (0, -0.02, 0), hip[11:], Y),
        ]
    lumbar = _joint("torso", "pelvis", (0, 0.1, 0), NAMES[20:23], (Z, X, Y))
    joints.insert(1, lumbar)
    return models.model(
        *joints,
        names=NAMES,
        limits={"minimum": -10.0, "maximum": 10.0},
        name="planted",
        sha256=f"leg{leg:.3f}",
        contacts=tuple(
            models.sphere(f"{end}_{side}", f"calcn_{side}", x, 0.02 - FOOT, 0.0)
            for side in "rl"
            for end, x in (("heel", -0.05), ("toe", 0.15))
        ),
    )


@pytest.fixture(scope="session")
def dataset() -> xr.Dataset:
    """Six squats of each of three people, as a solved and collected dataset looks."""
    random = np.random.default_rng(7)
    rows = [
        (person, *_squat(person, FRAMES, random)) for person in PEOPLE for _ in range(6)
    ]
    each = {
        "duration": [duration for _, _, duration in rows],
        "height_m": [person.height for person, *_ in rows],
        "mass_kg": [person.mass for person, *_ in rows],
        "leg_length_m": [person.leg for person, *_ in rows],
        "person": np.array([person.name for person, *_ in rows], dtype=object),
        "model": np.array([f"leg{p.leg:.3f}" for p, *_ in rows], dtype=object),
        "exercise": np.array(["squat"] * len(rows), dtype=object),
        "source": np.array(["measured"] * len(rows), dtype=object),
        "derived_from": np.array([""] * len(rows), dtype=object),
    }
    activations = [activate(q, duration, person) for person, q, duration in rows]
    made = xr.Dataset(
        {
            "motion": (
                ("repetition", "frame", "coordinate"),
                np.stack([q for _, q, _ in rows]),
            ),
            "activations": (("repetition", "frame", "muscle"), np.stack(activations)),
            **{name: ("repetition", values) for name, values in each.items()},
        },
        coords={"coordinate": list(NAMES), "muscle": list(MUSCLES)},
    )
    specs = [make_model(person.leg) for person in PEOPLE]
    made["model_hash"] = "osim", np.array([s.sha256 for s in specs], dtype=object)
    made["model_json"] = "osim", np.array([spec_to_json(s) for s in specs], object)
    made.attrs["content_hash"] = content_hash(made)
    return made


@pytest.fixture(scope="session")
def names() -> tuple[str, ...]:
    """Coordinate names of the dataset."""
    return NAMES


@pytest.fixture(scope="session")
def muscles() -> tuple[str, ...]:
    """Muscle names of the dataset."""
    return MUSCLES


@pytest.fixture(scope="session")
def split() -> Split:
    """Ada trains, Bob decides, Cem is held out."""
    return Split(train=("ada",), validation=("bob",), test=("cem",))


@pytest.fixture(scope="session")
def samples(dataset: xr.Dataset) -> Samples:
    """All squats as tensors."""
    return read_samples(dataset, [p.name for p in PEOPLE], activations=True)


@pytest.fixture(scope="session")
def standing_samples(dataset: xr.Dataset) -> Samples:
    """All squats as the generator takes them: with footprints, exercises, styles."""
    people = [p.name for p in PEOPLE]
    return read_samples(dataset, people, activations=False, footprints=True)


@pytest.fixture(scope="session")
def scaling(samples: Samples) -> Scaling:
    """Scaling fitted on all squats."""
    return fit_scaling(
        samples.motion,
        samples.duration,
        samples.body,
        coordinate_names=NAMES,
        translational=[is_translation(name) for name in NAMES],
    )


@pytest.fixture
def generator(scaling: Scaling, standing_samples: Samples) -> MotionGenerator:
    """A small generator whose nets bend what its components say, in evaluation mode."""
    torch.manual_seed(0)
    net = MotionGenerator(
        GeneratorConfig(width=16, latent=8),
        coordinate_names=NAMES,
        frames=FRAMES,
        scaling=scaling,
        exercises=("squat",),
    )
    net.start_at(standing_samples)
    for part in (net.encoder, net.decoder):
        torch.nn.init.normal_(part[-1].weight, std=0.1)
    return net.eval()


@pytest.fixture
def surrogate(scaling: Scaling) -> Surrogate:
    """A small untrained surrogate, in evaluation mode."""
    torch.manual_seed(0)
    return Surrogate(
        SurrogateConfig(width=16, heads=2, layers=1),
        coordinate_names=NAMES,
        muscle_names=MUSCLES,
        scaling=scaling,
    ).eval()


@pytest.fixture
def generator_config() -> GeneratorSettings:
    """Settings that train in a second or two."""
    return GeneratorSettings(
        net=GeneratorConfig(width=24, latent=8),
        fitting=FittingConfig(epochs=4, batch_size=4, draws=8, save_every=1),
    )


@pytest.fixture
def surrogate_config() -> KinematicSettings:
    """Settings that train in a second or two."""
    return KinematicSettings(
        net=SurrogateConfig(width=16, heads=2, layers=1, members=2),
        fitting=FittingConfig(epochs=4, batch_size=4, save_every=1),
    )


def activate(
    motion: Float[np.ndarray, "F C"], duration: float, person: Participant
) -> Float[np.ndarray, "F M"]:
    """The law: more in a deeper squat, for heavier people, on the way up and fast."""
    strong = {"vasmed": 0.45, "soleus": 0.15, "glmax1": 0.3}
    frames = len(motion)
    columns = []
    for muscle in MUSCLES:
        name, side = muscle.split("_")
        knee = motion[:, NAMES.index(f"knee_angle_{side}")]
        up = 1 - 0.3 * np.tanh(np.gradient(knee, duration / (frames - 1)) / 2)
        load = np.sin(knee / 2) ** 2 * person.mass / 70
        columns.append(0.02 + strong[name] * load * up)
    return np.stack(columns, axis=-1)


def _squat(
    person: Participant, frames: int, random: np.random.Generator
) -> tuple[Float[np.ndarray, "F C"], float]:
    """One squat, its frames and its duration (s); the feet do not move."""
    down = np.sin(np.pi * np.linspace(0, 1, frames)) ** 2
    depth, lean = random.uniform(1.2, 1.8), random.uniform(0.2, 0.6)
    knee, ankle, tilt = depth * down, 0.3 * depth * down, -lean * down
    thigh, shank = THIGH_SHARE * person.leg, (1 - THIGH_SHARE) * person.leg
    forward = shank * np.sin(ankle) - thigh * np.sin(knee - ankle)
    values = {
        "pelvis_tilt": tilt,
        "pelvis_tx": forward - forward[0],
        "pelvis_ty": FOOT + shank * np.cos(ankle) + thigh * np.cos(knee - ankle),
        "lumbar_extension": -0.3 * tilt,
    }
    arms = random.uniform(0.8, 1.4) * down
    for side in "rl":
        values[f"hip_flexion_{side}"] = knee - ankle - tilt
        values[f"knee_angle_{side}"] = knee
        values[f"ankle_angle_{side}"] = ankle
        values[f"arm_flex_{side}"] = arms
    zero = np.zeros(frames)
    motion = np.stack([values.get(name, zero) for name in NAMES], axis=-1)
    return motion, float(random.uniform(1.8, 3.2))


def _joint(
    child: str,
    parent: str,
    place: tuple[float, float, float],
    coordinates: Sequence[str],
    axes: tuple,
) -> JointSpec:
    directions = axes if isinstance(axes[0], tuple) else (axes,)
    turns = models.axes(coordinates, directions)
    return models.joint(parent, child, turns, at=place, name=child)
