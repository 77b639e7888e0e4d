"""Repetitions that a generator draws for a participant, made ready to be refined."""

from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float

from bige_osim.guidance.own_repetitions import REST, slow_ends
from bige_osim.guidance.spaces import OffsetSpace, PlantedMotions, make_offset_space
from bige_osim.nets.augmentation import ARMS
from bige_osim.nets.features import Decoded
from bige_osim.nets.footprints import join_footprints
from bige_osim.nets.generator import MotionGenerator
from bige_osim.nets.labels import RECORDED
from bige_osim.nets.mixtures import TrainingLatents, start_latents
from bige_osim.nets.planting import plant_decoded
from bige_osim.nets.samples import Samples
from bige_osim.physics.ground.stance import measure_footprints
from bige_osim.physics.kinematics.coordinates import CoordinateMap
from bige_osim.physics.kinematics.skeleton import Skeleton

SHALLOWEST = 0.4
"""Least part of its way down that a drawn repetition goes."""

WHOLE = 0.5
"""Share of what is drawn that goes all the way."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Draws:
    """What a generator makes for one participant.

    Attributes
    ----------
    generator : in evaluation mode, on the CPU
    skeleton : of the participant's model, with contact points, in double precision
    body : (3,) stature m, mass kg, leg length m
    known : training latents to draw from
    """

    generator: MotionGenerator
    skeleton: Skeleton
    body: Float[torch.Tensor, " 3"]
    known: TrainingLatents

    @cached_property
    def coordinates(self) -> CoordinateMap:
        """Of the model: what the generator does not make keeps its default."""
        skeleton = self.skeleton
        return CoordinateMap(skeleton.spec, fill=True, dtype=skeleton.mass.dtype)

    @property
    def training(self) -> Float[torch.Tensor, "N K 1"]:
        """Latents of the training motions, no unit."""
        return self.known.values

    def draw(
        self, count: int, *, noise: float, random: torch.Generator
    ) -> "DrawnRepetitions":
        """Draw repetitions, mixed from training repetitions of similar bodies.

        Half of them go down a part of the way only, at least 0.4 of it, with the arms
        as they were: recorded squats are deep, and what asks for little of the muscles
        is shallow.

        Parameters
        ----------
        count : how many
        noise : standard deviation of the latents' blur, in that of the training latents
        random : source of all choices
        """
        z = start_latents(
            self.known, self.body, count=count, noise=noise, random=random
        )
        part = SHALLOWEST + (1 - SHALLOWEST) * torch.rand(count, generator=random)
        whole = torch.rand(count, generator=random) < WHOLE
        with torch.no_grad():
            z = self.generator.quantise(z).z
        return DrawnRepetitions(self, z, torch.where(whole, 1.0, part))

    def encode(self, motions: PlantedMotions) -> Float[torch.Tensor, "B K 1"]:
        """Latents (no unit) of motions of the participant; differentiable."""
        skeleton, generator = self.skeleton, self.generator
        count, frames, _ = motions.motion.shape
        whole = skeleton.coordinates(
            motions.motion.flatten(0, 1), skeleton.coordinate_names
        )
        columns = [
            skeleton.coordinates.names.index(name)
            for name in generator.coordinate_names
        ]
        with torch.no_grad():
            pose = skeleton.pose(motions.motion, skeleton.coordinate_names)
            prints = join_footprints(measure_footprints(skeleton, pose))
        zero = torch.zeros(count, dtype=torch.long)
        samples = Samples(
            motion=whole[:, columns].unflatten(0, (count, frames)).to(self.body),
            duration=motions.duration.to(self.body),
            body=self.body.expand(count, -1),
            model=zero,
            footprints=prints.to(self.body),
            exercise=generator.usual.expand(count),
            style=zero + RECORDED,
        )
        return generator.encode(samples).to(motions.motion)


@dataclass(frozen=True, eq=False)
class DrawnRepetitions:
    """B repetitions of a generator, at any number of frames.

    Attributes
    ----------
    draws : where they are from
    z : (B, K, 1) their latents, quantised; no unit
    depth : (B,) parts of the way down that they go, 0 to 1
    """

    draws: Draws
    z: Float[torch.Tensor, "B K 1"]
    depth: Float[torch.Tensor, " B"]

    def __len__(self) -> int:
        """Count the repetitions."""
        return len(self.z)

    @cached_property
    def share(self) -> float:
        """Share of the time, at either end, in which offsets are run through slowly."""
        return REST / float(self._decode(list(range(len(self))), 2).duration.mean())

    def given(self, rows: list[int], frames: int) -> Float[torch.Tensor, "B F I"]:
        """Motions (rad, m) of some of them, before their feet are planted."""
        return self._decode(rows, frames).motion

    def space(self, rows: list[int], frames: int, *, points: int) -> OffsetSpace:
        """Offsets from some of the repetitions, feet planted where they are to stand.

        Parameters
        ----------
        rows : which of them
        frames : F
        points : control points of a coordinate's offset
        """
        decoded, draws = self._decode(rows, frames), self.draws
        with torch.no_grad():
            planted = plant_decoded(
                draws.skeleton,
                decoded,
                coordinate_names=draws.skeleton.coordinate_names,
            )
        return make_offset_space(
            draws.skeleton,
            planted.q,
            decoded.duration,
            places=slow_ends(frames, share=min(self.share, 0.4)),
            points=points,
        )

    def _decode(self, rows: list[int], frames: int) -> Decoded:
        """Decode to the independent coordinates of the model."""
        draws = self.draws
        names, dtype = draws.skeleton.coordinate_names, draws.skeleton.mass.dtype
        with torch.no_grad():
            made = draws.generator.decode(
                self.z[rows], draws.body.expand(len(rows), -1), frames=frames
            )
            whole = draws.coordinates(
                made.motion.flatten(0, 1).to(dtype), draws.generator.coordinate_names
            )
        motion = whole[:, : len(names)].reshape(len(rows), frames, len(names))
        depth = self.depth[rows].to(dtype)
        arms = [i for i, name in enumerate(names) if name.startswith(ARMS)]
        shallower = go_part_way(motion, depth)
        shallower[..., arms] = motion[..., arms]
        # Accelerations stay as they were.
        duration = made.duration.to(dtype) * depth.sqrt()
        return Decoded(shallower, duration, made.footprints)


def go_part_way(
    motion: Float[torch.Tensor, "B F I"], part: Float[torch.Tensor, " B"]
) -> Float[torch.Tensor, "B F I"]:
    """Go a part of the way from where a repetition starts, and ends, to its postures.

    Parameters
    ----------
    motion : rad and m, at rest at both ends
    part : 0 to 1

    Examples
    --------
    >>> there_and_back = torch.tensor([0.0, 1.0, 0.0])[None, :, None]
    >>> go_part_way(there_and_back, torch.tensor([0.5])).flatten().tolist()
    [0.0, 0.5, 0.0]
    """
    u = torch.linspace(0, 1, motion.shape[1], dtype=motion.dtype)[:, None]
    u = u**3 * (10 - 15 * u + 6 * u**2)  # at rest at both ends, too
    still = motion[:, :1] * (1 - u) + motion[:, -1:] * u
    return still + part[:, None, None] * (motion - still)
