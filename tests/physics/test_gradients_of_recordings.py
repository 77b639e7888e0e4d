"""Gradients of activations by the motion, over the real trials."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.physics.activation_chain import ActivationChain, frame_misfit

from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.session.read import read_session
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.ground.foot_loads import GroundConfig

pytestmark = [pytest.mark.opensim, pytest.mark.recordings]

APART = GroundConfig(cutoff=None)
FOLDERS = (
    "sessions/field_study_0",
    "sessions/OpenCapData_2db17660-ae9d-44b4-85ee-ab3193511c6d",
    "sessions/lab_s4",
    "sessions/lab_s6",
    "sessions/video_s2",
    "mocap/dls01",
)
KINDS = (
    ("lab_s4", "squats1"),
    ("lab_s4", "STSAsym1"),
    ("lab_s6", "squatsAsym1"),
    ("lab_s6", "DJ1"),
    ("video_s2", "walking1"),
    ("field_study_0", "Asym_0"),
)


def motions_of(folder: Path) -> tuple[Path, dict[str, Path]]:
    """Model and motions in a folder, which may be no session."""
    if (folder / "OpenSimData").is_dir():
        session = read_session(folder)
        return session.model, {t.name: t.motion for t in session.motions}
    (model,), motions = folder.glob("*.osim"), folder.glob("*.mot")
    return model, {path.stem: path for path in motions}


def chain_of(
    model: Path, motion: Path, *, cutoff: float | None = 6.0
) -> ActivationChain:
    """Move a model as simulated, or as recorded; ground reaction frame by frame."""
    spec = read_model(model)
    recorded = read_motion(motion, spec=spec)
    moved = recorded.filter(cutoff) if cutoff else recorded
    return ActivationChain(spec, moved, ground=APART)


def numbers_missing(chain: ActivationChain) -> int:
    """Frames of a motion by which the gradient of activations is no finite number."""
    q = chain.start.clone().requires_grad_()
    found = chain(q)
    weights = torch.from_numpy(np.random.default_rng(0).normal(size=found.shape))
    (gradient,) = torch.autograd.grad((found * weights).sum(), q)
    assert float(gradient.abs().max()) > 0
    return int((~torch.isfinite(gradient)).any(dim=1).sum())


@pytest.mark.parametrize("folder", FOLDERS)
def test_gradients_of_whole_trials_are_finite(recordings: Path, folder: str):
    model, motions = motions_of(recordings / folder)
    assert motions
    missing = {}
    for name, path in motions.items():
        chain = chain_of(model, path)
        chain.config = GroundConfig()  # low-passed, as it is simulated
        missing[name] = numbers_missing(chain)
    assert missing == dict.fromkeys(motions, 0)


def test_gradients_of_motions_as_recorded_are_finite(recordings: Path):
    # Noise of video and markers lifts feet for single frames.
    for folder, name in KINDS:
        model, motions = motions_of(recordings / "sessions" / folder)
        assert numbers_missing(chain_of(model, motions[name], cutoff=None)) == 0


def telling_frames(chain: ActivationChain, states: torch.Tensor) -> list[int]:
    """Ten frames: those where something is largest or least, others in between."""
    with torch.no_grad():
        force = chain.ground(states, chain.time).force[..., 1]
        found = chain.effort(states)
    up = force.sum(dim=1)
    extremes = [
        force.amin(dim=1).argmin(),
        (force[:, 0] - force[:, 1]).argmax(),
        (force[:, 1] - force[:, 0]).argmax(),
        up.argmax(),
        up.argmin(),
        (found.activations > 0.999).sum(dim=1).argmax(),
        found.controls.abs().amax(dim=1).argmax(),
        states[:, 2].abs().amax(dim=1).argmax(),
    ]
    chosen = {int(row) for row in extremes}
    even = np.linspace(5, len(states) - 6, 40).round().astype(int)
    others = [int(row) for row in np.random.default_rng(0).permutation(even)]
    chosen.update([row for row in others if row not in chosen][: 10 - len(chosen)])
    return sorted(chosen)


@pytest.mark.parametrize(("session", "name"), KINDS)
def test_gradients_of_real_frames_are_those_of_differences(
    sessions: Path, session: str, name: str
):
    model, motions = motions_of(sessions / session)
    chain = chain_of(model, motions[name])
    states = chain.states(chain.start)
    random = np.random.default_rng(0)
    places = random.permutation(len(chain.independent))
    columns = [(0, int(i)) for i in places[:12]]
    columns += [(kind, int(i)) for kind in (1, 2) for i in places[:4]]
    found = frame_misfit(
        chain, states[telling_frames(chain, states)], columns=columns, seed=1
    )
    assert found.smooth.max() < 1e-4
    assert found.kinked.max(initial=0.0) < 1e-4
    assert len(found.smooth) >= 100  # of 200; the rest jump or are lost in rounding


def test_gradients_of_activations_by_the_motion_are_those_of_finite_differences(
    sessions: Path,
):
    # All frames at once, speeds and low-pass included.
    model, motions = motions_of(sessions / "lab_s4")
    spec = read_model(model)
    motion = read_motion(motions["squats1"], spec=spec).filter(6.0)
    chain = ActivationChain(spec, motion.between(1.0, 1.3))
    random = np.random.default_rng(3)
    weights = torch.from_numpy(random.normal(size=(len(chain.time), 80)))
    q = chain.start.clone().requires_grad_()
    (gradient,) = torch.autograd.grad((chain(q) * weights).sum(), q)
    names = chain.independent
    legs = [i for i, name in enumerate(names) if name.endswith(("_r", "_l"))]
    step, checked = 1e-7, 0
    for _ in range(20):
        frame, column = int(random.integers(len(q))), int(random.choice(legs[:14]))
        sides = []
        for sign in (1, -1):
            moved = chain.start.clone()
            moved[frame, column] += sign * step
            with torch.no_grad():
                sides.append(float((chain(moved) * weights).sum()))
        difference = (sides[0] - sides[1]) / (2 * step)
        assert float(gradient[frame, column]) == pytest.approx(difference, rel=1e-4)
        checked += difference != 0
    assert checked == 20
