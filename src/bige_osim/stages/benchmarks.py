"""Measures of speed and agreement, each against one peer in the same run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import ModelError, name_some
from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.motion import GroundReaction, Motion
from bige_osim.osim.frame_by_frame import compute_muscle_geometry, compute_points
from bige_osim.osim.nimble import NimbleModel
from bige_osim.osim.reading.model import read_model
from bige_osim.osim.static_optimisation.activations import static_optimisation
from bige_osim.osim.tools import inverse_dynamics as opensim_dynamics
from bige_osim.paths import AnyPath
from bige_osim.physics.dynamics.inverse_dynamics import inverse_dynamics
from bige_osim.physics.dynamics.newton_euler import Dynamics
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.muscles.paths import MusclePaths
from bige_osim.physics.static_optimisation.model import refuse_unsupported
from bige_osim.solving.contacts import find_contacts
from bige_osim.solving.engines import make_engine
from bige_osim.solving.solution import SolveConfig
from bige_osim.solving.solve import smooth_motion, solve_motion
from bige_osim.spec import ModelSpec

T = TypeVar("T")

REPEATS = 5
"""Times that ours is run; the fastest counts, as on an idle machine."""

STEPS = {"kinematics": 100, "dynamics": 200, "muscles": 8, "solve": 60}
"""Frames that the peers get, which are too slow for a whole motion."""


@dataclass(frozen=True)
class BenchRow:
    """One comparison.

    Attributes
    ----------
    what : is computed
    ours_ms_per_frame, peer_ms_per_frame : wall-clock time on this machine, ms
    peer : who computes it as well
    ratio : of these times, without unit: how many times faster ours is
    max_abs_difference, rms_difference : between the results, in ``unit``
    frames : that were compared
    note : what to know of it
    """

    what: str
    ours_ms_per_frame: float
    peer: str
    peer_ms_per_frame: float
    ratio: float
    max_abs_difference: float
    rms_difference: float
    unit: str
    frames: int
    note: str = ""

    @classmethod
    def of(
        cls,
        what: str,
        *,
        ours: float,
        peer: str,
        theirs: float,
        difference: Float[np.ndarray, "*shape"],
        unit: str,
        frames: int,
        note: str = "",
    ) -> "BenchRow":
        """Compare seconds a frame, and results that differ by ``difference``."""
        return cls(
            what=what,
            ours_ms_per_frame=1000 * ours,
            peer=peer,
            peer_ms_per_frame=1000 * theirs,
            ratio=theirs / ours,
            max_abs_difference=float(np.abs(difference).max()),
            rms_difference=float(np.sqrt(np.mean(difference**2))),
            unit=unit,
            frames=frames,
            note=note,
        )


@dataclass(frozen=True)
class BenchCase:
    """What everything is measured on.

    Attributes
    ----------
    model, spec, skeleton : of the participant
    motion : low-passed
    plates : of that motion
    surrogate : run folder of a net; an untrained one is measured for ``None``
    """

    model: Path
    spec: ModelSpec
    skeleton: Skeleton
    motion: Motion
    plates: GroundReaction | None
    surrogate: Path | None = None

    def few(self, count: int) -> Motion:
        """About ``count`` frames, evenly spread over the motion."""
        rows = self.spread(count)
        return replace(
            self.motion, time=self.motion.time[rows], values=self.motion.values[rows]
        )

    def spread(self, count: int) -> list[int]:
        """Rows of those frames."""
        total = len(self.motion.time)
        rows: list[int] = np.unique(
            np.linspace(0, total - 1, count).astype(int)
        ).tolist()
        return rows


def read_case(model: AnyPath, motion: AnyPath, forces: AnyPath | None) -> BenchCase:
    """Read and filter what everything is measured on."""
    spec = read_model(model)
    skeleton = Skeleton(spec, contacts=find_contacts(spec).spheres)
    recorded = read_motion(motion, spec=spec)
    plates = read_ground_reaction(forces) if forces else None
    if plates is not None:
        recorded = recorded.between(plates.time[0], plates.time[-1])
    smooth = smooth_motion(recorded, skeleton, cutoff=SolveConfig().cutoff)
    return BenchCase(Path(model), spec, skeleton, smooth, plates)


def measure_kinematics(case: BenchCase) -> Iterator[BenchRow]:
    """Compare body origins and markers."""
    q = torch.from_numpy(np.ascontiguousarray(case.motion.values))

    def ours() -> tuple[torch.Tensor, torch.Tensor]:
        with torch.no_grad():
            pose = case.skeleton.pose(q, case.motion.names)
            return pose.position, case.skeleton.markers(pose)

    (origins, markers), seconds = _fastest(ours)
    few, rows = case.few(STEPS["kinematics"]), case.spread(STEPS["kinematics"])
    mine = torch.cat([origins, markers], dim=1).numpy()[rows]
    ordered = [case.skeleton.body_names.index(n) for n in _model_bodies(case)]
    mine = np.concatenate([mine[:, ordered], mine[:, len(ordered) :]], axis=1)
    peer, slow = _time(lambda: compute_points(case.model, few))
    yield BenchRow.of(
        "kinematics: bodies and markers",
        ours=seconds / len(q),
        peer="OpenSim (Python)",
        theirs=slow / len(rows),
        difference=mine - peer,
        unit="m",
        frames=len(rows),
    )
    try:
        nimble = NimbleModel(case.model)
    except ModelError:
        return
    shared = [n for n in nimble.body_names if n in case.skeleton.body_names]
    place = [case.skeleton.body_names.index(n) for n in shared]
    there = [nimble.body_names.index(n) for n in shared]
    names = [n for n in few.names if n in nimble.coordinate_names]
    values = few.select(names).values

    def pose_by_pose() -> Float[np.ndarray, "T N 3"]:
        found = []
        for frame in values.tolist():
            nimble.place(dict(zip(names, frame, strict=True)))
            found.append(nimble.origins()[there])
        return np.array(found)

    peer, slow = _time(pose_by_pose)
    yield BenchRow.of(
        "kinematics: bodies",
        ours=seconds / len(q),
        peer="nimblephysics (Python)",
        theirs=slow / len(rows),
        difference=origins.numpy()[rows][:, place] - peer,
        unit="m",
        frames=len(rows),
        note="scalar calls, since arrays crash it under NumPy 2",
    )


def _model_bodies(case: BenchCase) -> list[str]:
    """Bodies in the order of the file, which need not be that of the tree."""
    from bige_osim.osim.reading.open_model import OpenModel

    return [body.getName() for body in OpenModel(case.model).model.getBodySet()]


def measure_dynamics(case: BenchCase) -> Iterator[BenchRow]:
    """Compare inverse dynamics without ground reaction."""
    dynamics = Dynamics(case.skeleton)
    found, seconds = _fastest(lambda: inverse_dynamics(dynamics, case.motion))
    few = replace(
        case.motion,
        time=case.motion.time[: STEPS["dynamics"]],
        values=case.motion.values[: STEPS["dynamics"]],
    )
    mine = inverse_dynamics(dynamics, few)
    peer, slow = _time(lambda: opensim_dynamics.inverse_dynamics(case.model, few))
    yield BenchRow.of(
        "inverse dynamics",
        ours=seconds / len(found.time),
        peer="OpenSim",
        theirs=slow / len(few.time),
        difference=mine.values - peer.select(mine.names).values,
        unit="N m, N",
        frames=len(few.time),
    )


def measure_muscles(case: BenchCase) -> Iterator[BenchRow]:
    """Compare lengths and moment arms of the muscles whose path is known.

    How a muscle pulls does not matter here: one of any type counts.
    """
    known = [i for i, m in enumerate(case.spec.muscles) if m.path.points]
    if not known:
        refuse_unsupported(case.spec, remedy="only OpenSim has its moment arms")
    muscles = tuple(case.spec.muscles[i] for i in known)
    spec = replace(case.spec, muscles=muscles, unsupported=())
    coordinates = case.skeleton.coordinates
    paths, prepared = _time(lambda: MusclePaths(spec, names=coordinates.names))

    def ours(motion: Motion) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        values = torch.from_numpy(
            np.ascontiguousarray(motion.select(coordinates.names).values)
        )
        with torch.no_grad():
            pose = case.skeleton.pose(values, coordinates.names)
            state = paths(pose, case.skeleton.axes.jacobians(values, pose).J)
        return values, state.length, state.moment_arm

    _, seconds = _fastest(lambda: ours(case.motion))
    few = case.few(STEPS["muscles"])
    values, length, arm = ours(few)
    gradients = coordinates.coupler_gradients(values)[:, paths.pair_coordinates]
    driver = torch.tensor(coordinates.driver)[paths.pair_coordinates]
    count = len(coordinates.names)
    flat = torch.zeros(len(values), len(known) * count).double()
    flat = flat.index_add(1, paths.pair_muscles * count + driver, arm * gradients)
    arms = flat.reshape(len(values), -1, count).numpy()
    ordered = few.select(coordinates.names)
    (lengths, moment_arms), slow = _time(
        lambda: compute_muscle_geometry(case.model, ordered)
    )
    frames, total = len(few.time), len(case.motion.time)
    note = f"both at once; prepared in {prepared:.1f} s"
    left = [m.name for m in case.spec.muscles if not m.path.points]
    if left:
        note += f"; without {name_some(left)}, whose paths only OpenSim has"
    for name, difference in (
        ("muscle lengths", length.numpy() - lengths[:, known]),
        ("moment arms", arms - moment_arms[:, known]),
    ):
        yield BenchRow.of(
            name,
            ours=seconds / total,
            peer="OpenSim (Python)",
            theirs=slow / frames,
            difference=difference,
            unit="m",
            frames=frames,
            note=note,
        )


def measure_solve(case: BenchCase) -> Iterator[BenchRow]:
    """Solve the whole motion, ground reaction and all."""
    fast, prepared = _time(
        lambda: make_engine("fast", model=case.model, spec=case.spec)
    )
    solution, seconds = _fastest(
        lambda: solve_motion(fast, case.motion, plates=case.plates)
    )
    # Frames in a row, for OpenSim spends time on frames that it leaves out, too.
    total = len(case.motion.time)
    first = max(0, (total - STEPS["solve"]) // 2)
    span = case.motion.time[[first, min(first + STEPS["solve"], total) - 1]]
    peer, slow = _time(
        lambda: static_optimisation(
            case.model,
            solution.motion,
            ground=solution.ground,
            spans=[(float(span[0]), float(span[1]))],
        )
    )
    good = np.isfinite(peer.activations.values).all(axis=1)
    time = peer.activations.time
    nearest = [int(np.abs(solution.activations.time - t).argmin()) for t in time]
    mine = solution.activations.select(peer.activations.names).values[nearest]
    note = f"prepared in {prepared:.1f} s"
    if not good.all():
        failed = name_some(f"{t:.2f}" for t in time[~good])
        note += f"; OpenSim did not converge at {failed} s"
    yield BenchRow.of(
        "solve: ground, dynamics, activations",
        ours=seconds / len(case.motion.time),
        peer="OpenSim AnalyzeTool",
        theirs=slow / len(time),
        difference=mine[good] - peer.activations.values[good],
        unit="activation",
        frames=int(good.sum()),
        note=note,
    )


def _time(work: Callable[[], T]) -> tuple[T, float]:
    start = perf_counter()
    found = work()
    return found, perf_counter() - start


def _fastest(work: Callable[[], T]) -> tuple[T, float]:
    runs = [_time(work) for _ in range(REPEATS)]
    return runs[-1][0], min(seconds for _, seconds in runs)
