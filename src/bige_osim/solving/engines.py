"""What simulates: this toolkit itself (``fast``), or OpenSim (``opensim``)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, get_args, runtime_checkable

from bige_osim.errors import BigeError
from bige_osim.motion import GroundReaction, Moments, Motion
from bige_osim.osim import reference
from bige_osim.paths import AnyPath
from bige_osim.physics.dynamics import inverse_dynamics as dynamics
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.static_optimisation import solve as static
from bige_osim.physics.static_optimisation.frames import choose_frames
from bige_osim.physics.static_optimisation.model import StaticOptimisation
from bige_osim.progress import Progress
from bige_osim.solution import EngineName, StaticOptimisationConfig, StaticSolution
from bige_osim.solving.contacts import find_contacts
from bige_osim.spec import ModelSpec

REFERENCE_RATE = 25.0
"""Frames a second that OpenSim, at 0.6 s a frame, solves unless told otherwise."""


@runtime_checkable
class Engine(Protocol):
    """Simulates motions of one model, which is made ready once."""

    @property
    def name(self) -> EngineName:
        """How it is called."""

    @property
    def skeleton(self) -> Skeleton:
        """Of the model, with contact points if it has feet."""

    def inverse_dynamics(
        self, motion: Motion, *, ground: GroundReaction | None = None
    ) -> Moments:
        """Net generalised forces of all coordinates at every frame."""

    def static_optimisation(
        self,
        motion: Motion,
        *,
        ground: GroundReaction,
        rate: float | None = None,
        spans: Sequence[tuple[float, float]] | None = None,
        jobs: int = 1,
        progress: Progress | None = None,
    ) -> StaticSolution:
        """Activations at ``rate`` frames a second within ``spans`` (s)."""


def make_engine(
    name: str,
    *,
    model: AnyPath,
    spec: ModelSpec,
    config: StaticOptimisationConfig | None = None,
) -> Engine:
    """Make a model ready to be simulated.

    Parameters
    ----------
    name : ``fast`` or ``opensim``
    model : the ``.osim``
    spec : the same as plain data
    config : settings of static optimisation

    Raises
    ------
    BigeError
        The engine is unknown, or ``fast`` and the model or the settings are such that
        only OpenSim can simulate them.
    """
    model = Path(model)
    config = config or StaticOptimisationConfig()
    if name not in get_args(EngineName):
        raise BigeError(
            f"There is no engine {name}; choose {' or '.join(get_args(EngineName))}."
        )
    skeleton = Skeleton(spec, contacts=find_contacts(spec).spheres)
    if name == "opensim":
        return _OpenSim(model, skeleton, config)
    if config.exponent != 2.0 or not config.physiology:
        raise BigeError(
            "The fast engine minimises squared activations of muscles that depend on "
            f"length and velocity, got exponent {config.exponent:g} and physiology "
            f"{config.physiology}; use --engine opensim."
        )
    return _Fast(
        StaticOptimisation(skeleton, reserve=config.reserve, residual=config.residual)
    )


@dataclass(frozen=True)
class _Fast:
    """All frames at once, in torch."""

    model: StaticOptimisation
    name: EngineName = "fast"

    @property
    def skeleton(self) -> Skeleton:
        return self.model.skeleton

    def inverse_dynamics(
        self, motion: Motion, *, ground: GroundReaction | None = None
    ) -> Moments:
        return dynamics.inverse_dynamics(self.model.dynamics, motion, ground=ground)

    def static_optimisation(
        self,
        motion: Motion,
        *,
        ground: GroundReaction,
        rate: float | None = None,
        spans: Sequence[tuple[float, float]] | None = None,
        jobs: int = 1,
        progress: Progress | None = None,
    ) -> StaticSolution:
        rows = choose_frames(motion.time, rate=rate, spans=spans)
        found = static.static_optimisation(
            self.model, motion, ground=ground, rows=rows, progress=progress
        )
        return replace(found, config=replace(found.config, rate=rate))


@dataclass(frozen=True)
class _OpenSim:
    """Frame by frame, in processes of OpenSim's."""

    path: Path
    skeleton: Skeleton
    config: StaticOptimisationConfig
    name: EngineName = "opensim"

    def inverse_dynamics(
        self, motion: Motion, *, ground: GroundReaction | None = None
    ) -> Moments:
        return reference.inverse_dynamics(self.path, motion, ground=ground)

    def static_optimisation(
        self,
        motion: Motion,
        *,
        ground: GroundReaction,
        rate: float | None = None,
        spans: Sequence[tuple[float, float]] | None = None,
        jobs: int = 1,
        progress: Progress | None = None,
    ) -> StaticSolution:
        return reference.static_optimisation(
            self.path,
            motion,
            ground=ground,
            config=replace(self.config, rate=rate or REFERENCE_RATE),
            spans=spans,
            jobs=jobs,
            progress=progress,
        )
