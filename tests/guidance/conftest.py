"""A two-legged model, made by hand, and motions of it."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from tests import models

from bige_osim.guidance.context import Context
from bige_osim.guidance.term import Term
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.spec import ModelSpec, SphereSpec

HINGES = (
    ("hip_{}", "pelvis", "femur_{}", "hip_flexion_{}", (0.0, 0.0, 1.0)),
    ("knee_{}", "femur_{}", "tibia_{}", "knee_angle_{}", (0.0, 0.0, -1.0)),
    ("ankle_{}", "tibia_{}", "talus_{}", "ankle_angle_{}", (0.0, 0.0, 1.0)),
)
LEG = 0.8
SOLE = 0.05
NAMES = models.ROTATIONS + models.TRANSLATIONS
NAMES += tuple(h[3].format(side) for side in "rl" for h in HINGES)
MUSCLES = ("vasmed_r", "vasmed_l", "bflh_r")


@pytest.fixture(scope="session")
def spec() -> ModelSpec:
    """Pelvis, thighs of 0.4 m, shanks of 0.4 m, feet; hips 0.85 m above the soles."""
    joints = [models.floating_pelvis()]
    bodies = [models.body("pelvis", 40.0, (0.0, 0.3, 0.0))]
    for side, z in (("r", 0.1), ("l", -0.1)):
        for name, parent, child, coordinate, axis in HINGES:
            joints.append(
                models.joint(
                    parent.format(side),
                    child.format(side),
                    models.axes([coordinate.format(side)], [axis]),
                    at=(0, 0, z) if parent == "pelvis" else (0, -LEG / 2, 0),
                    name=name.format(side),
                )
            )
        joints.append(models.joint(f"talus_{side}", f"calcn_{side}"))
        bodies += [
            models.body(f"femur_{side}", 8.0, (0.0, -0.2, 0.0)),
            models.body(f"tibia_{side}", 4.0, (0.0, -0.2, 0.0)),
            models.body(f"talus_{side}", 0.0, (0.0, 0.0, 0.0)),
            models.body(f"calcn_{side}", 1.0, (0.05, 0.0, 0.0)),
        ]
    return models.model(
        *joints,
        bodies=bodies,
        limits={"minimum": -1.5, "maximum": 2.0, "clamped": True},
        name="two_legs",
        sha256="0" * 64,
        muscles=tuple(models.muscle(name) for name in MUSCLES),
    )


@pytest.fixture(scope="session")
def contacts() -> list[SphereSpec]:
    """A heel and a toe sphere under each foot."""
    return [
        models.sphere(f"{end}_{side}", f"calcn_{side}", x, 0.02 - SOLE, 0.0)
        for side in "rl"
        for end, x in (("heel", -0.05), ("toe", 0.15))
    ]


@pytest.fixture(scope="session")
def skeleton(spec: ModelSpec, contacts: list[SphereSpec]) -> Skeleton:
    """Kinematics in float64."""
    return Skeleton(spec, contacts=contacts)


@pytest.fixture
def standing() -> Callable[..., torch.Tensor]:
    """Make a batch of one: standing still, columns (F,) set by name, rad or m."""

    def make(frames: int = 11, **columns: torch.Tensor | float) -> torch.Tensor:
        motion = torch.zeros(1, frames, len(NAMES), dtype=torch.float64)
        motion[..., NAMES.index("pelvis_ty")] = LEG + SOLE
        for name, values in columns.items():
            motion[..., NAMES.index(name)] = torch.as_tensor(
                values, dtype=torch.float64
            )
        return motion

    return make


@pytest.fixture
def context(skeleton: Skeleton) -> Callable[..., Context]:
    """Make the context of a motion; muscles rest, latents are absent, 1 s a motion."""

    def make(motion: torch.Tensor, **fields: Any) -> Context:
        rest = torch.zeros(*motion.shape[:2], len(MUSCLES)).to(motion)
        known = {
            "coordinate_names": NAMES,
            "duration": torch.ones(len(motion)).to(motion),
            "activations": rest,
            "std": rest,
            "muscle_names": MUSCLES,
            "skeleton": skeleton,
        }
        return Context(motion=motion, **{**known, **fields})

    return make


@pytest.fixture
def check_term(
    standing: Callable[..., torch.Tensor], context: Callable[..., Context]
) -> Callable[..., None]:
    """Check what holds of every bound term, on random motions of the model.

    Its gradient is its derivative; a sample does not change another's loss; neither
    loss nor measure changes the motion. ``more`` names coordinates that the term looks
    at and the model does not have.
    """

    def check(term: Term, *more: str) -> None:
        names = NAMES + more
        random = torch.Generator().manual_seed(3)

        def draw(*shape: int) -> torch.Tensor:
            return torch.rand(*shape, generator=random, dtype=torch.float64)

        still = torch.zeros(3, 7, len(names)).double()
        still[..., : len(NAMES)] = standing(7)
        fields = ("duration", "activations", "std", "latents")
        inputs = [still + 0.02 * (draw(*still.shape) - 0.5), 1 + draw(3)]
        inputs += [0.1 + 0.5 * draw(3, 7, 3), draw(3, 7, 3), draw(3, 3, 2)]
        training = draw(4, 3, 2)

        def make(motion: torch.Tensor, *values: torch.Tensor) -> Context:
            given = dict(zip(fields, values, strict=True))
            return context(motion, coordinate_names=names, training=training, **given)

        def loss(*values: torch.Tensor) -> torch.Tensor:
            return term(make(*values))

        before = inputs[0].clone()
        together, measure = loss(*inputs), term.measure(make(*inputs))
        assert torch.equal(inputs[0], before)
        assert together.shape == measure.shape == (3,)
        assert together.min() > 0, "choose values that the term does not ask for"
        assert term.scale > 0
        alone = loss(*(value[1:2] for value in inputs))
        assert together[1].item() == pytest.approx(alone.item(), rel=1e-12)
        for value in inputs:
            value.requires_grad_()
        assert torch.autograd.gradcheck(loss, inputs, fast_mode=True)

    return check
