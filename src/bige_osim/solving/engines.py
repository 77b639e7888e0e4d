"""What simulates: this toolkit itself (``fast``), or OpenSim (``opensim``)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from bige_osim.errors import BigeError
from bige_osim.motion import GroundReaction, Moments, Motion
from bige_osim.osim.static_optimisation.activations import static_optimisation
from bige_osim.osim.tools.inverse_dynamics import inverse_dynamics
from bige_osim.paths import AnyPath
from bige_osim.physics.dynamics import inverse_dynamics as dynamics
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.static_optimisation import solve as static
from bige_osim.physics.static_optimisation.model import StaticOptimisation
from bige_osim.progress import Progress, silent
from bige_osim.solution import EngineName, StaticOptimisationConfig, StaticSolution
from bige_osim.solving.contacts import find_contacts
from bige_osim.spec import ModelSpec

REFERENCE_RATE = 25.0
"""Frames a second that OpenSim, at 0.6 s a frame, solves unless told otherwise."""


@dataclass(frozen=True)
class Engine:
    """Simulates motions of one model, which is made ready once by :func:`make_engine`.

    Attributes
    ----------
    skeleton : of the model, with contact points if it has feet
    model : the ``.osim``
    config : settings of static optimisation
    fast : all frames at once, in torch; ``None`` for OpenSim, frame by frame
    """

    skeleton: Skeleton
    model: Path
    config: StaticOptimisationConfig
    fast: StaticOptimisation | None

    @property
    def name(self) -> EngineName:
        """How it is called."""
        return "fast" if self.fast else "opensim"

    def inverse_dynamics(
        self, motion: Motion, *, ground: GroundReaction | None = None
    ) -> Moments:
        """Net generalised forces of all coordinates at every frame."""
        if self.fast:
            return dynamics.inverse_dynamics(self.fast.dynamics, motion, ground=ground)
        return inverse_dynamics(self.model, motion, ground=ground)

    def static_optimisation(
        self,
        motion: Motion,
        *,
        ground: GroundReaction,
        rate: float | None = None,
        spans: Sequence[tuple[float, float]] | None = None,
        jobs: int = 1,
        progress: Progress = silent,
    ) -> StaticSolution:
        """Activations at ``rate`` frames a second within ``spans`` (s)."""
        if self.fast:
            rows = static.choose_frames(motion.time, rate=rate, spans=spans)
            found = static.static_optimisation(
                self.fast, motion, ground=ground, rows=rows, progress=progress
            )
            return replace(found, config=replace(found.config, rate=rate))
        return static_optimisation(
            self.model,
            motion,
            ground=ground,
            config=replace(self.config, rate=rate or REFERENCE_RATE),
            spans=spans,
            jobs=jobs,
            progress=progress,
        )


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

    Examples
    --------
    >>> from bige_osim.osim.anthropometry import generic_model
    >>> from bige_osim.osim.reading.model import read_model
    >>> model = generic_model()
    >>> make_engine("fast", model=model, spec=read_model(model)).name
    'fast'
    """
    config = config or StaticOptimisationConfig()
    if name not in get_args(EngineName):
        raise BigeError(
            f"There is no engine {name}; choose {' or '.join(get_args(EngineName))}."
        )
    skeleton = Skeleton(spec, contacts=find_contacts(spec).spheres)
    fast = None
    if name == "fast":
        if config.exponent != 2.0 or not config.physiology:
            raise BigeError(
                "The fast engine minimises squared activations of muscles that depend "
                f"on length and velocity, got exponent {config.exponent:g} and "
                f"physiology {config.physiology}; use --engine opensim."
            )
        fast = StaticOptimisation(
            skeleton, reserve=config.reserve, residual=config.residual
        )
    return Engine(skeleton, Path(model), config, fast)
