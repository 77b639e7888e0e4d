"""Motions of a diffusion model guided by its noise, for comparison.

The noise that a motion is drawn from is moved by the gradient of the goal's terms
through all steps of drawing (Karunratanakul et al. 2024, CVPR, "Optimizing Diffusion
Noise Can Serve As Universal Motion Priors"), by the same terms and the same descent
that guidance has for its offsets (:mod:`bige_osim.guidance.refine`).
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import torch
from jaxtyping import Float

from bige_osim.guidance.goal import Goal
from bige_osim.guidance.project import to_motions
from bige_osim.guidance.refine import RefineConfig, refine
from bige_osim.guidance.spaces import PlantedMotions
from bige_osim.motion import Motion
from bige_osim.nets.diffusion import MotionDiffusion
from bige_osim.paths import AnyPath
from bige_osim.solving.engines import Engine
from bige_osim.solving.solution import SolveConfig
from bige_osim.solving.solve import SQUAT_CUTOFF
from bige_osim.stages.guidance import Guidance, Source
from bige_osim.stages.sample import MotionSource, load_source

STEPS = 60
"""Of the descent, each through all steps of drawing."""


@dataclass(frozen=True, eq=False, kw_only=True)
class NoiseSpace:
    """Motions that a diffusion model makes of noise.

    Attributes
    ----------
    source : the net, for a participant
    noise : (B, P, K) of each candidate at the start, no unit
    frames : F of the motions
    """

    source: MotionSource
    noise: Float[torch.Tensor, "B P K"]
    frames: int

    @cached_property
    def base(self) -> PlantedMotions:
        """Motions (B,) of the noise at the start."""
        with torch.no_grad():
            return self(self.noise)

    def start(self) -> Float[torch.Tensor, "B P K"]:
        """Noise at which a descent begins, no unit."""
        return self.noise

    def __call__(self, z: Float[torch.Tensor, "B P K"]) -> PlantedMotions:
        """Motions of noise (no unit) as they are drawn, feet and all; differentiable.

        Noise keeps its size: of a row of it only the direction counts.
        """
        usual = self.noise.square().mean((1, 2), keepdim=True).sqrt()
        z = z * usual / z.square().mean((1, 2), keepdim=True).sqrt().clamp(min=1e-6)
        body = self.source.body.expand(len(z), 3)
        return self.source.complete(
            self.source.net.denoise(z.to(body), body, frames=self.frames)
        )

    def take(self, rows: list[int]) -> "NoiseSpace":
        """Space of some of the candidates."""
        return replace(self, noise=self.noise[rows])


def guide_noise(
    run: AnyPath,
    engine: Engine,
    goal: Goal,
    *,
    count: int,
    height: float,
    seed: int = 0,
    steps: int = STEPS,
) -> list[Motion]:
    """Draw motions and move their noise towards a goal; none is left out.

    Parameters
    ----------
    run : folder of a diffusion model
    engine : the fast one, with the participant's model
    goal : what is asked
    count : motions
    height : stature of the participant, m
    seed : of the noise
    steps : of the descent

    Returns
    -------
    Motions in rad and m, from 0 s, of independent coordinates
    """
    source = load_source(run, engine.skeleton, height=height)
    net: Any = source.net
    assert isinstance(net, MotionDiffusion)
    config = RefineConfig(steps=steps)
    guidance = Guidance(
        engine=engine,
        goal=goal,
        source=Source("exact"),
        solve=SolveConfig(cutoff=SQUAT_CUTOFF),
        config=config,
    )
    random = torch.Generator().manual_seed(seed)
    shape = (count, net.config.points, net.tokens.channels)
    space = NoiseSpace(
        source=source,
        noise=torch.randn(shape, generator=random).double(),
        frames=config.frames,
    )
    found = refine(space, guidance.judge(config.frames), config=config)
    with torch.no_grad():
        made = replace(space, frames=net.frames)(found.z)
    return to_motions(engine.skeleton, made)
