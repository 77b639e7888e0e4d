"""The project's own nets are what guidance asks for."""

import numpy as np
import torch

from bige_osim.guidance.goal import Goal
from bige_osim.guidance.networks import Generator, Surrogate
from bige_osim.guidance.search import GuideConfig, guide
from bige_osim.guidance.start import TrainingLatents
from bige_osim.nets import surrogate as nets_surrogate
from bige_osim.nets.generator import GeneratorConfig, MotionGenerator
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import fit_scaling
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.spec import ModelSpec, SphereSpec

FRAMES = 32
GOAL = {
    "activation": {"muscles": ["vasmed_r", "vasmed_l"], "low": 0.6},
    "ground": {},
    "foot_sliding": {},
    "com_acceleration": {"center": "body"},
    "proximity": {},
}


def test_the_nets_of_this_project_are_guided_on_float32_kinematics(
    spec: ModelSpec, contacts: list[SphereSpec]
) -> None:
    torch.manual_seed(0)
    names = spec.independent_names
    bend = torch.sin(torch.linspace(0, torch.pi, FRAMES))[:, None]
    motion = 0.5 * bend * torch.rand(6, 1, len(names))
    motion[..., names.index("pelvis_ty")] += 0.8
    body = torch.tensor([1.7, 65.0, 0.8])
    bodies, duration = body.expand(6, 3), torch.full((6,), 2.0)
    scaling = fit_scaling(
        motion,
        duration,
        bodies,
        coordinate_names=names,
        translational=[spec.coordinate(n).translational for n in names],
    )
    generator = MotionGenerator(
        GeneratorConfig(width=16, latent=4),
        coordinate_names=names,
        frames=FRAMES,
        scaling=scaling,
        exercises=("squat",),
    )
    surrogate = nets_surrogate.Surrogate(
        nets_surrogate.SurrogateConfig(members=2, width=16, heads=2, layers=1),
        coordinate_names=names,
        muscle_names=spec.muscle_names,
        scaling=scaling,
    )
    assert isinstance(generator, Generator)
    assert isinstance(surrogate, Surrogate)
    samples = Samples(
        motion=motion,
        duration=duration,
        body=bodies,
        model=torch.zeros(6, dtype=torch.int64),
        footprints=torch.zeros(6, 10),
    )
    generator.start_at(samples)
    z = generator.encode(samples).detach()

    found = guide(
        generator,
        surrogate,
        Skeleton(spec, contacts=contacts, dtype=torch.float32),
        Goal.from_dict(GOAL),
        body,
        spec=spec,
        latents=TrainingLatents(z, bodies),
        config=GuideConfig(samples=1, candidates=4, steps=25),
    )
    assert found.motion.shape == (1, FRAMES, len(names))
    assert found.cost[0] < found.cost_before[0]
    assert np.isfinite(found.motion).all()
    assert (found.std > 0).all()
    assert generator.training
