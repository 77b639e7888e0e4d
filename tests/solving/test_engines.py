"""The fast engine against OpenSim's AnalyzeTool, on real trials of every kind."""

from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.model import read_model
from bige_osim.osim.static_optimisation.frames import StaticOptimisationConfig
from bige_osim.solving.engines import Engine, make_engine
from bige_osim.solving.solution import Solution, SolveConfig
from bige_osim.solving.solve import solve_motion

pytestmark = pytest.mark.opensim

LAI = "LaiArnoldModified2017_poly_withArms_weldHand_scaled"
VIDEO = "LaiArnoldModified2017_contacts"
PHONE = "OpenCapData_2db17660-ae9d-44b4-85ee-ab3193511c6d"
TRIALS = [
    # folder, model, motion, force plates, seconds into the motion
    ("lab_s4", LAI, "Kinematics/squats1", True, (1.3, 4.5)),
    ("lab_s4", LAI, "Kinematics/STS1", True, (1.5, 2.2)),
    ("lab_s4", LAI, "Kinematics/STSAsym1", True, (1.6, 4.0)),
    ("lab_s4", LAI, "Kinematics/DJ1", True, (0.5, 0.9)),
    ("lab_s4", LAI, "Kinematics/walking1", True, (0.5, 0.9)),
    ("lab_s6", LAI, "Kinematics/squats1", False, (1.0, 5.6)),
    ("lab_s6", LAI, "Kinematics/squatsAsym1", False, (0.8, 3.0)),
    ("lab_s6", LAI, "Kinematics/STS1", False, (1.3, 2.0)),
    ("lab_s6", LAI, "Kinematics/DJ1", False, (0.3, 0.8)),
    ("lab_s6", LAI, "Kinematics/walking1", False, (0.6, 0.9)),
    ("field_study_0", LAI, "IK/Squats_0", False, (2.0, 3.4)),
    ("field_study_0", f"{LAI}_adjustedMA_contacts", "IK/Asym_0", False, (2.0, 4.0)),
    ("video_s2", VIDEO, "Kinematics/squats1", False, (1.0, 2.0)),
    (PHONE, "LaiUhlrich2022_scaled", "Kinematics/walking2", False, (0.4,)),
]  # fmt: skip


def solved(
    sessions: Path, trial: tuple[str, str, str, bool, tuple[float, ...]]
) -> tuple[Solution, Solution]:
    """A trial solved by both engines at the same moments, on the same forces."""
    folder, model_name, motion_name, plated, seconds = trial
    base = sessions / folder / "OpenSimData"
    model = base / "Model" / f"{model_name}.osim"
    motion_path = next(base.glob(f"{motion_name}*.mot"))
    spec = read_model(model)
    motion = read_motion(motion_path, spec=spec)
    plates = None
    if plated:
        name = f"{motion_path.stem}_forces.mot"
        plates = read_ground_reaction(sessions / folder / "ForceData" / name)
        motion = motion.between(plates.time[0], plates.time[-1])
    moments = [motion.time[0] + s for s in seconds]
    near = [float(motion.time[np.abs(motion.time - t).argmin()]) for t in moments]
    spans = [(t, t) for t in near]
    fast = make_engine("fast", model=model, spec=spec)
    ours = solve_motion(fast, motion, plates=plates, spans=spans)
    reference = make_engine("opensim", model=model, spec=spec)
    theirs = solve_motion(
        reference,
        motion,
        plates=ours.ground,
        config=SolveConfig(rate=1.0 / np.median(np.diff(motion.time))),
        spans=spans,
    )
    return ours, theirs


def effort(solution: Solution) -> np.ndarray:
    """Sum of squares (N,) that static optimisation minimises."""
    shares = (
        solution.activations.values,
        solution.reserves.values / solution.config.static.reserve,
        solution.residuals.values / solution.config.static.residual,
    )
    return sum((share**2).sum(axis=1) for share in shares)


@pytest.mark.recordings
@pytest.mark.parametrize(
    "trial", TRIALS, ids=lambda t: f"{t[0][:13]}-{Path(t[2]).name}"
)
def test_activations_are_those_of_opensims_analyze_tool(
    sessions: Path, trial: tuple[str, str, str, bool, tuple[float, ...]]
):
    ours, theirs = solved(sessions, trial)
    assert theirs.failed == ()
    np.testing.assert_allclose(ours.activations.time, theirs.activations.time)
    off = np.abs(ours.activations.values - theirs.activations.values)
    assert off.mean() < 1e-4
    assert off.max() < 0.005
    # What OpenSim found costs no less, but for what the tolerance of balance buys.
    assert (effort(ours) <= effort(theirs) * (1 + 1e-4)).all()
    for name in ("reserves", "residuals"):
        mine, its = getattr(ours, name), getattr(theirs, name)
        np.testing.assert_allclose(
            mine.select(its.names).values, its.values, rtol=0.01, atol=0.3
        )
    names = theirs.moments.names
    difference = ours.moments.select(names).values - theirs.moments.values
    assert np.abs(difference).max() < 1e-2


@pytest.fixture(scope="module")
def generic() -> Engine:
    model = generic_model()
    return make_engine("fast", model=model, spec=read_model(model))


def test_an_engine_says_its_name_and_carries_the_models_feet(generic: Engine):
    assert generic.name == "fast"
    assert set(generic.skeleton.contact_bodies) >= {"calcn_r", "calcn_l"}


@pytest.mark.parametrize(
    "config",
    [
        StaticOptimisationConfig(exponent=3.0),
        StaticOptimisationConfig(physiology=False),
    ],
)
def test_what_the_fast_engine_does_not_minimise_is_left_to_opensim(
    config: StaticOptimisationConfig,
):
    model = generic_model()
    with pytest.raises(BigeError, match="use --engine opensim"):
        make_engine("fast", model=model, spec=read_model(model), config=config)


def test_an_unknown_engine_is_refused():
    model = generic_model()
    with pytest.raises(BigeError) as caught:
        make_engine("moco", model=model, spec=read_model(model))
    assert str(caught.value) == "There is no engine moco; choose fast or opensim."
