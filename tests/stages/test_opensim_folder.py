"""OpenSim runs again what was solved, from the folder alone, and finds the same."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from tests.synthetic.made_session import make_session

from bige_osim.errors import BigeError
from bige_osim.io.opensim_files.forces import (
    read_ground_reaction,
    write_ground_reaction,
)
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.opensim_files.series import (
    read_activations,
    read_moments,
    read_series,
)
from bige_osim.io.opensim_files.table import read_table
from bige_osim.io.session.read import read_session
from bige_osim.motion import Activations, Moments, Series
from bige_osim.osim.anthropometry import draw_body
from bige_osim.osim.reading.model import read_model
from bige_osim.osim.tools.storage import read_storage
from bige_osim.solving.engines import make_engine
from bige_osim.stages.refine import RefineRequest, guide_from
from bige_osim.stages.solve import solve
from bige_osim.stages.solve_request import SolveRequest
from bige_osim.stages.validate import validate
from bige_osim.synthetic.squat_style import SquatStyle

pytestmark = pytest.mark.opensim

MOVED = """\
import opensim
opensim.Logger.setLevelString("Warn")
opensim.InverseDynamicsTool("setup_id.xml").run()
tool = opensim.AnalyzeTool("setup_so.xml")
for time, change in zip({span}, (tool.setInitialTime, tool.setFinalTime)):
    change(time)
tool.run()
"""
"""What a lab does that has nothing but the folder."""


@dataclass(frozen=True)
class Participant:
    """A participant with one squat, its plates, and the goal to squat less deeply."""

    model: Path
    squat: Path
    plates: Path
    goal: Path


@pytest.fixture(scope="module")
def participant(tmp_path_factory: pytest.TempPathFactory) -> Participant:
    folder = tmp_path_factory.mktemp("people") / "ann"
    session = read_session(
        make_session(
            folder,
            person="ann",
            body=draw_body("female", rng=np.random.default_rng(1)),
            styles={"squat": SquatStyle(repetitions=1, depth=float(np.radians(85.0)))},
        )
    )
    model, squat = session.model, session.trial("squat").motion
    assert model is not None
    assert squat is not None
    request = SolveRequest(source=squat, model=model, rate=1.0)
    solve(request, output=folder / "estimated")
    ground = read_ground_reaction(folder / "estimated/squat_grf.mot")
    names = tuple(f"ground_force_{i}" for i in (1, 2))
    twist = ground.moment + np.array([0.0, 3.0, 0.0])  # as shoes twist on a plate
    measured = replace(
        ground, names=names, force=0.95 * ground.force, moment=twist, source="measured"
    )
    plates, goal = folder / "plates.mot", folder / "goal.toml"
    write_ground_reaction(plates, measured)
    goal.write_text('[activation]\nmuscles = ["vasmed_r", "vasmed_l"]\nhigh = 0.9\n')
    return Participant(model, squat, plates, goal)


@dataclass(frozen=True)
class Rerun:
    """What OpenSim's tools left in a copy of a folder, and what we said of it."""

    folder: Path
    ours: Activations
    activations: Activations
    moments: Moments
    forces: Series


def rerun(folder: Path, elsewhere: Path, *, span: tuple[float, ...] = ()) -> Rerun:
    """Run OpenSim where nothing but the folder is; ``span`` (s) is less of it."""
    copy = Path(shutil.copytree(folder, elsewhere / "some where else"))
    command = [sys.executable, "-c", MOVED.format(span=span)]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    name, results = folder.name, copy / "results"
    ours = read_activations(copy / f"{name}_activations_motion.mot")
    static = f"{name}_StaticOptimization"
    found = read_activations(results / f"{static}_activation.sto").select(ours.names)
    rows = np.abs(ours.time[:, None] - found.time).argmin(axis=0)
    np.testing.assert_allclose(ours.time[rows], found.time, atol=1e-7)
    kept = replace(ours, time=ours.time[rows], values=ours.values[rows])
    return Rerun(
        copy,
        kept,
        found,
        read_moments(results / f"{name}_id.sto"),
        read_storage(results / f"{static}_force.sto"),
    )


def assert_same(again: Rerun, moments: Moments) -> None:
    """Every frame is compared: ends too, for both take the same splines there."""
    assert again.ours.values.max() > 0.2
    np.testing.assert_allclose(again.activations.values, again.ours.values, atol=0.005)
    np.testing.assert_allclose(again.moments.time, moments.time, atol=1e-6)
    same = moments.select(again.moments.names).values
    assert np.abs(same).max() > 30
    np.testing.assert_allclose(again.moments.values, same, atol=0.1)


def test_a_squat_on_plates_is_run_again_by_opensim(
    participant: Participant, tmp_path: Path
) -> None:
    request = SolveRequest(
        source=participant.squat,
        model=participant.model,
        forces=participant.plates,
        start=1.0,
        stop=1.5,
        rate=10.0,
    )
    solve(request, output=tmp_path / "out")
    row = json.loads((tmp_path / "out/solve.json").read_text())["trials"][0]
    assert row["ground"] == "measured"
    again = rerun(tmp_path / "out/opensim/squat", tmp_path)
    assert again.activations.values.shape == (6, 80)
    assert_same(again, read_moments(tmp_path / "out/squat_moments.sto"))
    for kind in ("reserve", "residual"):
        ours = read_series(tmp_path / f"out/squat_{kind}s.sto")
        theirs = again.forces.select_prefix(f"{kind}_").select(ours.names)
        assert np.abs(ours.values).max() > 0.01
        # in units of the optimal forces, as activations are
        unit = 1.0 if kind == "reserve" else 100.0
        np.testing.assert_allclose(theirs.values, ours.values, atol=0.005 * unit)


def test_a_squat_without_plates_is_run_again_by_opensim(
    participant: Participant, tmp_path: Path
) -> None:
    request = SolveRequest(source=participant.squat, model=participant.model, rate=1.0)
    solve(request, output=tmp_path / "out")
    again = rerun(tmp_path / "out/opensim/squat", tmp_path)
    assert len(again.activations.time) == 4  # from the first frame on
    assert_same(again, read_moments(tmp_path / "out/squat_moments.sto"))
    assert read_table(tmp_path / "out/opensim/squat/grf.mot").names[9:] == (
        *(f"ground_force_l_v{axis}" for axis in "xyz"),
        *(f"ground_force_l_p{axis}" for axis in "xyz"),
        *(f"ground_torque_l_{axis}" for axis in "xyz"),
    )
    theirs = read_table(again.folder / "results/squat_id.sto").names
    assert set(read_table(tmp_path / "out/squat_moments.sto").names) == set(theirs)


def test_a_guided_squat_is_run_again_by_opensim(
    participant: Participant, tmp_path: Path
) -> None:
    request = RefineRequest(
        model=participant.model, goal=participant.goal, trial=participant.squat, steps=5
    )
    result = guide_from(request, output=tmp_path / "guided")
    assert result.exit_code == 0
    folder = tmp_path / "guided/opensim/01"
    motion = read_motion(folder / "01_ik.mot")
    deep = float(motion.time[len(motion.time) // 2])
    again = rerun(folder, tmp_path, span=(deep, deep + 0.05))
    assert 3 < len(again.activations.time) < 6  # every frame of it
    spec = read_model(participant.model)
    engine = make_engine("fast", model=participant.model, spec=spec)
    ground = read_ground_reaction(folder / "grf.mot")
    ground = replace(ground, names=("calcn_r", "calcn_l"))
    whole = motion.select(engine.skeleton.coordinates.names)
    assert_same(again, engine.inverse_dynamics(whole, ground=ground))
    validate([tmp_path / "guided"], model=participant.model, output=tmp_path / "out")
    for setup in ("setup_id.xml", "setup_so.xml", "reserves.xml"):
        validated = tmp_path / "out/opensim/01" / setup
        assert validated.read_text() == (folder / setup).read_text()


def test_activations_load_as_the_window_of_opensim_loads_motions(
    participant: Participant, tmp_path: Path
) -> None:
    import opensim

    request = SolveRequest(source=participant.squat, model=participant.model, rate=2.0)
    solve(request, output=tmp_path)
    folder = tmp_path / "opensim/squat"
    model = opensim.Model(str(next(folder.glob("*.osim"))))
    model.initSystem()
    loaded = opensim.Storage(str(folder / "squat_activations_motion.mot"))
    assert not loaded.isInDegrees()
    # What it does with a motion that has not every state; then it colours muscles.
    states = opensim.Storage()
    model.formStateStorage(loaded, states, False)
    ours = read_activations(tmp_path / "squat_activations.sto")
    motion = read_motion(folder / "squat_ik.mot")
    knee = motion.column("knee_angle_r")[np.isin(motion.time, ours.time)]
    assert len(knee) == 7
    for state, expected in (
        ("/forceset/vasmed_r/activation", ours.column("vasmed_r")),
        ("/jointset/walker_knee_r/knee_angle_r/value", knee),
    ):
        column = opensim.ArrayDouble()
        states.getDataColumn(state, column)
        found = [column.get(i) for i in range(column.getSize())]
        np.testing.assert_allclose(found, expected, atol=1e-6)


def test_the_folder_says_what_its_model_is(
    participant: Participant, tmp_path: Path
) -> None:
    solve(
        SolveRequest(source=participant.squat, model=participant.model, rate=1.0),
        output=tmp_path / "out",
    )
    folder = tmp_path / "out/opensim/squat"
    text = (folder / "README.txt").read_text()
    assert "it was solved with, but for what these tools need:" in text
    assert "freed, as the motion moves them: mtp_angle_r, mtp_angle_l, wrist_f" in text
    assert "opensim-cmd run-tool setup_so.xml" in text
    free = tmp_path / "free.osim"
    shutil.copy(folder / "Rajagopal2015_scaled.osim", free)
    request = SolveRequest(source=participant.squat, model=free, rate=1.0)
    solve(request, output=tmp_path / "again")
    folder = tmp_path / "again/opensim/squat"
    assert (folder / "free.osim").read_bytes() == free.read_bytes()
    text = (folder / "README.txt").read_text()
    assert "the model that it was solved with, the same file" in text


def test_a_trial_that_is_there_is_not_replaced(
    participant: Participant, tmp_path: Path
) -> None:
    (tmp_path / "opensim/squat").mkdir(parents=True)
    (tmp_path / "opensim/squat/grf.mot").write_text("mine")
    request = SolveRequest(source=participant.squat, model=participant.model, rate=1.0)
    with pytest.raises(BigeError, match=r"opensim/squat/grf\.mot"):
        solve(request, output=tmp_path)
    assert (tmp_path / "opensim/squat/grf.mot").read_text() == "mine"


def test_what_is_no_longer_delivered_leaves_no_folder(
    participant: Participant, tmp_path: Path
) -> None:
    motions = [tmp_path / f"{name}.mot" for name in ("a", "b")]
    for path in motions:
        shutil.copy(participant.squat, path)
    options = {"model": participant.model, "output": tmp_path / "out", "rate": 1.0}
    validate(motions, **options)
    validate(motions[:1], force=True, **options)
    assert [p.name for p in (tmp_path / "out/opensim").iterdir()] == ["a"]
