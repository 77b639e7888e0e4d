"""A generator of eight synthetic squats of one model, made without training."""

from pathlib import Path

import numpy as np
import torch

from bige_osim.guidance.drawn_repetitions import Draws
from bige_osim.nets.body import describe_body
from bige_osim.nets.footprints import stand_in_the_middle
from bige_osim.nets.generator import GeneratorConfig, MotionGenerator
from bige_osim.nets.mixtures import TrainingLatents
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import fit_scaling
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.contacts import skeleton_with_feet
from bige_osim.synthetic.squat_motion import SquatMaker
from bige_osim.synthetic.squat_style import SquatStyle

FRAMES = 64
STANDING = 0.3
"""Standing that is left before and after the squat, s."""


def squat_styles(count: int = 8) -> list[SquatStyle]:
    """Squats from 65 to 110 deg of knee flexion, of different tempo and stance."""
    random = np.random.default_rng(0)
    depths = np.radians(np.linspace(65.0, 110.0, count))
    return [
        SquatStyle(
            depth=float(depth),
            descent=float(random.uniform(1.0, 1.6)),
            ascent=float(random.uniform(1.0, 1.6)),
            stance_width=float(random.uniform(0.8, 1.3)),
            toe_out=float(np.radians(random.uniform(8.0, 22.0))),
            repetitions=1,
        )
        for depth in depths
    ]


def make_squats(skeleton: Skeleton) -> Samples:
    """Squats of a model as a generator is trained on."""
    names, maker = skeleton.coordinate_names, SquatMaker(skeleton)
    motions, durations = [], []
    for style in squat_styles():
        made = maker.motion(style, rate=60.0, rng=np.random.default_rng(0))
        start, stop = made.time[0] + STANDING, made.time[-1] - STANDING
        at = np.linspace(start, stop, FRAMES)
        motions.append(made.select(names).at(at).values)
        durations.append(stop - start)
    motion = torch.from_numpy(np.stack(motions)).float()
    none = torch.zeros(len(motion), dtype=torch.int64)
    motion, prints = stand_in_the_middle([skeleton.spec], motion, none, names=names)
    body = describe_body(skeleton, ratio=2.05)
    return Samples(
        motion=motion,
        duration=torch.tensor(durations).float(),
        body=body.expand(len(motion), 3),
        model=none,
        footprints=prints,
        exercise=none,
        style=none,
    )


def make_draws(path: Path) -> Draws:
    """Make what draws squats for a model: principal components of eight of its own."""
    skeleton = skeleton_with_feet(read_model(path))
    names, squats = tuple(skeleton.coordinate_names), make_squats(skeleton)
    generator = MotionGenerator(
        GeneratorConfig(width=8, latent=7),
        coordinate_names=names,
        frames=FRAMES,
        scaling=fit_scaling(
            squats.motion,
            squats.duration,
            squats.body,
            coordinate_names=names,
            translational=[skeleton.spec.coordinate(n).translational for n in names],
        ),
        exercises=("squat",),
    )
    generator.start_at(squats)
    with torch.no_grad():
        z = generator.eval().encode(squats)
    known = TrainingLatents(z, squats.body, squats.style)
    return Draws(
        generator=generator, skeleton=skeleton, body=squats.body[0], known=known
    )
