"""How long a motion takes to activations by a net, exactly, and by OpenSim."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import numpy as np
import torch

from bige_osim.dataset.sample import FRAMES
from bige_osim.errors import BigeError
from bige_osim.nets.amortised import AmortisedSurrogate, ModelSurrogate
from bige_osim.nets.block_net import BlockNetConfig
from bige_osim.nets.blocks import ModelBlocks
from bige_osim.nets.checkpoint import load
from bige_osim.osim.static_optimisation.activations import static_optimisation
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.static_optimisation.model import StaticOptimisation
from bige_osim.solving.contacts import contact_spheres
from bige_osim.solving.engines import make_engine
from bige_osim.solving.motion_physics import MotionDynamics, MotionPhysics
from bige_osim.solving.solve import solve_motion
from bige_osim.stages.benchmarks import REPEATS, BenchCase, BenchRow

T = TypeVar("T")

BATCH = 64
"""Motions at once."""

CORES = 2
"""Threads that share the motions in the last rows."""

FEW = 4
"""Motions that are solved exactly."""

PEER_FRAMES = 60
"""Frames that OpenSim gets."""


def measure_surrogate(case: BenchCase) -> Iterator[BenchRow]:
    """Compare a net with exact static optimisation and AnalyzeTool, a frame each."""
    skeleton = Skeleton(
        case.spec, contacts=contact_spheres(case.spec), dtype=torch.float32
    )
    physics = MotionPhysics(skeleton, frames=FRAMES, floor=None)
    net = ModelSurrogate(_load_or_make(case.surrogate, skeleton), skeleton)
    motion, duration = _resample(case, skeleton)
    with torch.no_grad():
        moved, seconds = _fastest(lambda: physics(motion, duration))
        parts = _take_frames(moved, net)
        _, alone = _fastest(lambda: net(*parts, std=False))
        made, asked = _fastest(lambda: net(*parts))
        few = physics(motion[:FEW], duration[:FEW])
        effort, program = _fastest(lambda: physics.activate(few))
    true = effort.activations.reshape(-1, len(net.muscle_names))
    program /= len(true)
    here = len(parts[0])
    whole, alone, exactly = (
        (seconds + asked) / here,
        alone / here,
        seconds / here + program,
    )
    shared_net, shared_whole = (
        seconds / here for seconds in _measure_shared(physics, net, motion, duration)
    )
    opensim, note = _measure_opensim(case), f"batch of {BATCH} motions"
    note += f", {100 * float(made.exact.float().mean()):.0f} % solved exactly"
    if case.surrogate is None:
        note += "; an untrained net of the usual size: differences mean nothing"
    program_alone = ("exact static optimisation", program)
    tool = ("OpenSim AnalyzeTool", opensim)
    for what, ours, (peer, theirs) in (
        ("net alone", alone, program_alone),
        ("motion to activations", whole, ("exactly", exactly)),
        ("motion to activations", whole, tool),
        (f"net alone, {CORES} threads", shared_net, program_alone),
        (f"motion to activations, {CORES} threads", shared_whole, tool),
    ):
        yield BenchRow.of(
            what,
            ours=ours,
            peer=peer,
            theirs=theirs,
            difference=(made.activations[: len(true)] - true).double().numpy(),
            unit="activation, from exact ones",
            frames=len(true),
            note=note,
        )


def _take_frames(moved: MotionDynamics, net: ModelSurrogate) -> list[torch.Tensor]:
    """Coordinates, speeds and net moments of all frames, as a net takes them."""
    count = len(net.coordinate_names)
    return [
        values.reshape(-1, values.shape[-1])[:, :count].contiguous()
        for values in (moved.q, moved.qd, moved.demand)
    ]


def _measure_shared(
    physics: MotionPhysics,
    net: ModelSurrogate,
    motion: torch.Tensor,
    duration: torch.Tensor,
) -> tuple[float, float]:
    """Time the net alone, and the whole way, shared by threads of one core each, s.

    The whole way is that of use: with deviations, and frames solved exactly.
    """

    @torch.no_grad()  # grad mode is a thread's own
    def go(rows: slice) -> list[torch.Tensor]:
        return _take_frames(physics(motion[rows], duration[rows]), net)

    @torch.no_grad()
    def ask(parts: list[torch.Tensor]) -> None:
        net(*parts, std=False)

    @torch.no_grad()
    def use(rows: slice) -> None:
        net(*go(rows))

    size = -(-len(motion) // CORES)
    rows = [slice(at, at + size) for at in range(0, len(motion), size)]
    with ThreadPoolExecutor(CORES) as pool:
        parts = list(pool.map(go, rows))
        _, alone = _fastest(lambda: list(pool.map(ask, parts)))
        _, whole = _fastest(lambda: list(pool.map(use, rows)))
    return alone, whole


def _load_or_make(run: Path | None, skeleton: Skeleton) -> AmortisedSurrogate:
    if run is not None:
        net = load(run, "surrogate")
        if not isinstance(net, AmortisedSurrogate):
            raise BigeError(
                f"{run} has a surrogate of kinematics, which is not timed; pass "
                "one of static optimisation."
            )
        return net
    blocks = ModelBlocks(StaticOptimisation(Skeleton(skeleton.spec, fill=True)))
    kinds = list(dict.fromkeys((block.kind, 11) for block in blocks.blocks))
    return AmortisedSurrogate(BlockNetConfig(), kinds=kinds).eval()


def _resample(case: BenchCase, skeleton: Skeleton) -> tuple[torch.Tensor, torch.Tensor]:
    """Repeat the motion (B, F, I), rad and m, each a little different; durations, s."""
    time = case.motion.time
    even = case.motion.at(np.linspace(time[0], time[-1], FRAMES))
    values = torch.from_numpy(even.select(skeleton.coordinate_names).values.copy())
    random = torch.Generator().manual_seed(0)
    noise = 0.01 * torch.randn(BATCH, 1, values.shape[1], generator=random)
    motion = values.float() + noise
    return motion, torch.full((BATCH,), float(time[-1] - time[0]))


def _measure_opensim(case: BenchCase) -> float:
    """Seconds a frame of OpenSim's tool, on frames in the middle."""
    time = case.motion.time
    first = max(0, (len(time) - PEER_FRAMES) // 2)
    span = time[[first, min(first + PEER_FRAMES, len(time)) - 1]]
    engine = make_engine("fast", model=case.model, spec=case.spec)
    ground = solve_motion(engine, case.motion, plates=case.plates).ground
    start = perf_counter()
    found = static_optimisation(
        case.model, case.motion, ground=ground, spans=[(float(span[0]), float(span[1]))]
    )
    return (perf_counter() - start) / len(found.activations.time)


def _fastest(work: Callable[[], T]) -> tuple[T, float]:
    """Do the work; return what it gives, and the seconds of the fastest run."""
    best = float("inf")
    for _ in range(REPEATS):
        start = perf_counter()
        found = work()
        best = min(best, perf_counter() - start)
    return found, best
