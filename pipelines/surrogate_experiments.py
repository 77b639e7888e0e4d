"""Experiments with a surrogate that is amortised static optimisation.

    python pipelines/surrogate_experiments.py sample FOLDER_OF_SESSIONS... -o points
    python pipelines/surrogate_experiments.py record SESSION... -o recorded
    python pipelines/surrogate_experiments.py train points recorded --steps 4500

`sample` draws points of the function that a leg's static optimisation is (posture,
speed and net moments to activations) on every model, `record` takes those of recorded
squats, and `train` fits a net to the first and judges it on the second. Results are in
docs/experiments.md.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import silu

import bige_osim as bige
from bige_osim.physics.dynamics.inverse_dynamics import States
from bige_osim.physics.static_optimisation.blocks import Group
from bige_osim.physics.static_optimisation.model import StaticOptimisation
from bige_osim.physics.static_optimisation.qp import solve_qp
from bige_osim.solving.model import Model
from bige_osim.solving.solution import Solution

COORDINATES = [
    *("hip_flexion", "hip_adduction", "hip_rotation"),
    *("knee_angle", "ankle_angle", "subtalar_angle", "mtp_angle"),
]
SCATTER = np.radians([7, 5, 6, 7, 6, 5, 6])
WIDE = np.radians(
    [[-15, 125], [-30, 20], [-30, 30], [0, 130], [-25, 35], [-12, 12], [-15, 40]]
)
"""How far postures are scattered about recorded ones, and how wide some go, rad."""
NOISE = np.array([25, 20, 10, 20, 20, 6, 3]) / 1000
"""SD of the noise on net moments, of m g l."""
POSTURES = np.radians(
    [
        [0, 0, 0, 0, 0, 0, 0],
        [40, 0, 0, 50, 15, 0, 0],
        [90, 0, 0, 95, 25, 0, 0],
        [110, 0, 0, 125, 28, 0, 0],
        [-10, 0, 0, 10, -20, 0, 0],
        [60, -20, -15, 80, 10, 5, 0],
        [60, 10, 15, 80, 20, -5, 0],
        [90, 0, 0, 95, 25, 0, 0],
        [90, 0, 0, 95, 25, 0, 0],
    ]
)
SPEEDS = np.array([0, 0, 0, 0, 0, 0, 0, 3.0, -3.0])
"""Postures (rad) and speeds (rad/s) in which full activation describes a leg."""


class Legs:
    """Both legs of a model, which are one block for the program."""

    def __init__(self, model: Model) -> None:
        self.program = StaticOptimisation(model.skeleton)
        (group,) = self.program.actuation.groups
        assert isinstance(group, Group)
        self.group, self.map = group, model.skeleton.coordinates
        self.rows = [self.map.independent[i] for i in group.rows.tolist()]
        if [name[:-2] for name in self.rows] != COORDINATES * 2:
            raise SystemExit(f"{model.path} has other coordinates in its legs.")
        self.places = [self.program.names.index(name) for name in self.rows]
        self.inside = [self.program.names.index(n) for n in self.map.independent]
        self.muscles = [self.program.muscle_names[i] for i in group.columns.tolist()]
        self.scale = model.spec.mass * 9.80665 * model.skeleton.leg_length()

    def states(
        self, q: torch.Tensor, qd: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """All coordinates and speeds (B, A) from those of both legs (B, 14)."""
        whole = torch.zeros(len(q), len(self.program.names)).double()
        speed = torch.zeros_like(whole)
        whole[:, self.places], speed[:, self.places] = q, qd
        whole = self.map.clamp(self.map(whole[:, self.inside], self.map.independent))
        driver = torch.tensor(self.map.driver)
        slopes = self.map.coupler_gradients(whole)
        return whole, speed[:, self.inside][:, driver] * slopes

    def arms(self, q: torch.Tensor, qd: torch.Tensor) -> torch.Tensor:
        """Moments (2 B, 7, 40) of the muscles at full activation, N m."""
        program = self.program
        pose = program.skeleton.place(q)
        path = program.paths(pose, program.skeleton.axes.jacobians(q, pose).J)
        strength = program.muscles(
            path.length, program.paths.lengthening_speed(path, qd)
        )
        slopes = self.map.coupler_gradients(q)[:, program.paths.pair_coordinates]
        return self.group.matrices(
            path.moment_arm * slopes * strength[:, program.paths.pair_muscles]
        )

    def solve(self, arms: torch.Tensor, moments: torch.Tensor) -> torch.Tensor:
        """Activations (N, 40) as if there were no bounds, by the exact multipliers."""
        group = self.group
        solved = solve_qp(
            arms, moments, reserves=group.reserves, low=group.low, high=group.high
        )
        return (arms.transpose(1, 2) @ solved.multipliers[..., None])[..., 0]

    def describe(self) -> torch.Tensor:
        """Moments of full activation (9, 7, 40) in some postures, N m."""
        q = torch.from_numpy(np.tile(POSTURES, 2))
        qd = torch.from_numpy(SPEEDS)[:, None].expand(-1, 14)
        return self.arms(*self.states(q, qd)).reshape(len(q), 2, 7, 40)[:, 0]

    def inputs(self, solution: Solution) -> tuple[torch.Tensor, torch.Tensor]:
        """Frames of a solved motion: q and qd of both legs (T, 28), moments (T, 14)."""
        states = States.of(self.map.complete(solution.motion), self.program.names)
        seen = torch.cat([states.q[:, self.places], states.qd[:, self.places]], dim=1)
        demand = solution.static.demand.select(tuple(self.rows)).values
        return seen, torch.from_numpy(demand.copy())


@torch.inference_mode()
def sample(sessions: Sequence[Path], output: Path, *, postures: int = 1500) -> None:
    """Draw points on the models of sessions, about their motions."""
    output.mkdir(parents=True, exist_ok=True)
    for place, folder in enumerate(sessions):
        random = np.random.default_rng(place)
        session = bige.read_session(folder)
        model = bige.read_model(session.model)
        legs = Legs(model)
        solved = [
            legs.inputs(bige.solve(bige.read_motion(t.motion, model=model), model))
            for t in session.motions
        ]
        seen, demand = (torch.cat(parts) for parts in zip(*solved, strict=True))
        rows = random.integers(0, len(seen), postures)
        q, qd = seen[rows, :14].numpy(), seen[rows, 14:].numpy()
        kept = (random.random(postures) < 0.15)[:, None]
        wide = (random.random(postures) < 0.2)[:, None]
        scattered = q + random.normal(size=q.shape) * np.tile(SCATTER, 2) * ~kept
        anywhere = random.uniform(*WIDE.T, (postures, 7))
        anywhere = np.tile(anywhere, 2) + 0.2 * random.normal(size=q.shape)
        q = np.where(wide, anywhere, scattered)
        qd = qd * random.uniform(0.5, 2, (postures, 1))
        qd += 0.4 * random.normal(size=q.shape) * ~kept
        whole, speed = legs.states(torch.from_numpy(q), torch.from_numpy(qd))
        arms, described = legs.arms(whole, speed), legs.describe()
        own = demand[rows].reshape(-1, 7).numpy()
        points, answers, models = [], [], []
        for draw in range(4):
            common = random.uniform(0.55, 1.5)
            factor = common * np.exp(random.normal(0, 0.1, 40))
            moments = own * random.uniform(0.3, 2.0, (len(own), 1))
            size = random.choice([0.3, 1, 2], (len(own), 1))
            moments += random.normal(size=own.shape) * NOISE * legs.scale * size
            if draw == 0:
                factor, moments = np.ones(40) * random.uniform(0.7, 1.2), own
            strong, load = torch.from_numpy(factor), torch.from_numpy(moments)
            answers.append(legs.solve(arms * strong, load))
            both = torch.stack([whole, speed])[:, :, legs.places].reshape(2, -1, 7)
            points.append(torch.cat([*both, load / legs.scale], dim=1))
            models.append(described * strong / legs.scale)
        np.savez(
            output / f"{folder.parent.name}_{folder.name}.npz",
            points=torch.cat(points).float().numpy(),
            answers=torch.cat(answers).half().numpy(),
            models=torch.stack(models).flatten(1).float().numpy(),
        )
        print(folder, len(points) * len(own), flush=True)


@torch.inference_mode()
def record(sessions: Sequence[Path], output: Path) -> None:
    """Take the frames of recorded squats, with exact activations."""
    output.mkdir(parents=True, exist_ok=True)
    for folder in sessions:
        session = bige.read_session(folder)
        model = bige.read_model(session.model)
        legs, points, answers = Legs(model), [], []
        for trial in session.motions:
            motion = bige.read_motion(trial.motion, model=model)
            squats = bige.find_repetitions(motion, model, exercise="squat").accepted
            if not squats:
                continue
            solution = bige.solve(motion, model, forces=trial.forces)
            seen, demand = legs.inputs(solution)
            time_ = solution.motion.time
            inside = [(time_ >= s.start) & (time_ <= s.stop) for s in squats]
            rows = np.flatnonzero(np.any(inside, axis=0))
            q, qd = seen[rows, :14], seen[rows, 14:]
            load = demand[rows].reshape(-1, 7)
            answers.append(legs.solve(legs.arms(*legs.states(q, qd)), load))
            parts = [q.reshape(-1, 7), qd.reshape(-1, 7), load / legs.scale]
            points.append(torch.cat(parts, dim=1))
        if points:
            np.savez(
                output / f"{folder.name}.npz",
                points=torch.cat(points).float().numpy(),
                answers=torch.cat(answers).float().numpy(),
                model=(legs.describe() / legs.scale).flatten().float().numpy(),
                muscles=legs.muscles[:40],
            )


@dataclass(frozen=True)
class Inputs:
    """How points and models are shown to the net."""

    mean: torch.Tensor
    std: torch.Tensor
    model_mean: torch.Tensor
    model_std: torch.Tensor
    components: torch.Tensor

    @classmethod
    def fit(cls, points: torch.Tensor, models: torch.Tensor, count: int) -> "Inputs":
        """Standardise points; describe models by principal components."""
        std = models.std(0) + 1e-4 * models.std(0).max()
        _, sizes, axes = torch.pca_lowrank(
            (models - models.mean(0)) / std, min(count, *models.shape)
        )
        components = axes * len(models) ** 0.5 / sizes
        return cls(points.mean(0), points.std(0), models.mean(0), std, components)

    def describe(self, models: torch.Tensor) -> torch.Tensor:
        """Components (N, P) of models, at most four standard deviations off."""
        standard = (models - self.model_mean) / self.model_std
        return (standard @ self.components).clamp(-4, 4)


class MultiplierNet(nn.Module):
    """Activations without their bounds: a matrix times multipliers, both by the net."""

    def __init__(self, inputs: Inputs, *, width: int, depth: int = 4) -> None:
        super().__init__()
        self.inputs = inputs
        count = len(inputs.mean) + inputs.components.shape[1]
        self.first = nn.Linear(count, width)
        self.more = nn.ModuleList(nn.Linear(width, width) for _ in range(depth - 1))
        self.last = nn.Linear(width, 7 + 7 * 40)

    def forward(self, points: torch.Tensor, described: torch.Tensor) -> torch.Tensor:
        """Answer (N, 40) to points (N, 21) of models (N, P)."""
        standard = (points - self.inputs.mean) / self.inputs.std
        hidden = silu(self.first(torch.cat([standard, described], dim=1)))
        for layer in self.more:
            hidden = hidden + silu(layer(hidden))
        multipliers, matrix = self.last(hidden).split([7, 280], dim=1)
        return (multipliers[:, :, None] * matrix.reshape(-1, 7, 40)).sum(dim=1)


def loss(made: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
    """Absolute error; a tenth of it where both are on the same side of the bounds."""
    beyond = torch.where(true < 0, -torch.log1p(-true.clamp(max=0)), true)
    beyond = torch.where(true > 1, 1 + torch.log1p((true - 1).clamp(min=0)), beyond)
    inside = ((true > 0) & (true < 1)) | ((made > 0) & (made < 1))
    near = made - beyond.clamp(-0.3, 1.3)
    error = torch.where(inside, near, 0.1 * (made - beyond))
    return (error.square() + 1e-6).sqrt().mean()


def r_squared(made: torch.Tensor, true: torch.Tensor) -> float:
    """Share of the variance that is explained, over all that is passed."""
    return float(1 - (made - true).square().sum() / (true - true.mean()).square().sum())


def train(points: Path, recorded: Path, *, steps: int, width: int, seed: int) -> None:
    """Fit a net to sampled points; print how it does on recorded squats."""
    torch.manual_seed(seed)
    files = [np.load(path) for path in sorted(points.glob("*.npz"))]
    known = torch.from_numpy(np.concatenate([f["points"] for f in files]))
    answers = torch.from_numpy(np.concatenate([f["answers"] for f in files]))
    models = torch.from_numpy(np.concatenate([f["models"] for f in files]))
    inputs = Inputs.fit(known, models, 40)
    described = inputs.describe(models)
    sizes = [len(f["points"]) // len(f["models"]) for f in files for _ in f["models"]]
    owner = torch.arange(len(models)).repeat_interleave(torch.tensor(sizes))
    net = MultiplierNet(inputs, width=width)
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, 2e-3, total_steps=steps, pct_start=0.05
    )
    begin = time.perf_counter()
    for _ in range(steps):
        rows = torch.randint(0, len(known), (2048,))
        made = net(known[rows], described[owner[rows]])
        optimiser.zero_grad()
        loss(made, answers[rows].float()).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    print(f"{len(known)} points, {time.perf_counter() - begin:.0f} s")
    for path in sorted(recorded.glob("*.npz")):
        one = np.load(path)
        seen, true = torch.from_numpy(one["points"]), torch.from_numpy(one["answers"])
        own = inputs.describe(torch.from_numpy(one["model"])[None])
        with torch.no_grad():
            made = net(seen, own.expand(len(seen), -1)).clamp(0, 1)
        true = true.clamp(0, 1)
        vasti = one["muscles"].tolist().index("vasmed_r")
        used = [i for i in range(40) if true[:, i].max() > 0.1]
        median = np.median([r_squared(made[:, i], true[:, i]) for i in used])
        rmse = float((made - true).square().mean().sqrt())
        print(
            f"{path.stem}: R² {r_squared(made, true):.4f}, RMSE {rmse:.4f}; vastus "
            f"medialis {r_squared(made[:, vasti], true[:, vasti]):.4f}; median "
            f"{median:.3f}"
        )


def main() -> None:
    """Run one step."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    steps = parser.add_subparsers(dest="step", required=True)
    for name in ("sample", "record"):
        step = steps.add_parser(name)
        step.add_argument("sessions", type=Path, nargs="+")
        step.add_argument("-o", "--output", type=Path, required=True)
    step = steps.add_parser("train")
    step.add_argument("points", type=Path)
    step.add_argument("recorded", type=Path)
    step.add_argument("--steps", type=int, default=4500)
    step.add_argument("--width", type=int, default=320)
    step.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    torch.set_num_threads(1)
    if given.step == "sample":
        inside = [p for s in given.sessions for p in sorted(s.glob("synth_*"))]
        sample(inside or given.sessions, given.output)
    elif given.step == "record":
        record(given.sessions, given.output)
    else:
        train(
            given.points,
            given.recorded,
            steps=given.steps,
            width=given.width,
            seed=given.seed,
        )


if __name__ == "__main__":
    main()
