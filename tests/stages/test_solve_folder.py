"""A folder of solved trials: what is added, what is refused, what FAILED."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from tests.synthetic.made_session import make_session

from bige_osim.cli import main
from bige_osim.errors import BigeError, DataError
from bige_osim.io.opensim_files.forces import (
    read_ground_reaction,
    write_ground_reaction,
)
from bige_osim.io.opensim_files.mot import read_motion, write_motion
from bige_osim.io.session.read import read_session
from bige_osim.motion import GroundReaction, Motion
from bige_osim.osim.anthropometry import draw_body
from bige_osim.osim.reading.model import read_model
from bige_osim.stages.solve import solve
from bige_osim.stages.solve_request import SolveRequest
from bige_osim.synthetic.squat_style import SquatStyle

pytestmark = pytest.mark.opensim

BAD = "walk"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two good squats of one repetition, and a trial whose pelvis jumps about."""
    path = make_session(
        tmp_path_factory.mktemp("people") / "ann",
        person="ann",
        body=draw_body("female", rng=np.random.default_rng(1)),
        styles={name: SquatStyle(repetitions=1) for name in ("first", "second")},
    )
    session = read_session(path)
    spec = read_model(session.model)
    motions = path / "OpenSimData" / "Kinematics"
    squat = read_motion(motions / "first.mot", spec=spec)
    values = squat.values.copy()
    values[:, squat.index("pelvis_ty")] += 0.1 * np.sin(30 * squat.time)
    bad = Motion(squat.time, values, squat.names)
    write_motion(motions / f"{BAD}.mot", bad, spec=spec)
    return path


def run(folder: Path, output: Path, *trials: str, **options: Any) -> dict[str, Any]:
    request = SolveRequest(
        source=folder, trials=trials, rate=5.0, report=False, **options
    )
    solve(request, output=output)
    found: dict[str, Any] = json.loads((output / "solve.json").read_text())
    return found


def test_a_second_trial_joins_the_first_one_in_the_summary(
    folder: Path, tmp_path: Path
) -> None:
    run(folder, tmp_path, "first")
    summary = run(folder, tmp_path, "second")
    assert [row["trial"] for row in summary["trials"]] == ["first", "second"]
    assert (tmp_path / "first_activations.sto").is_file()
    assert (tmp_path / "second_activations.sto").is_file()
    files = [Path(one["file"]).name for one in summary["manifest"]["inputs"]]
    assert {"first.mot", "second.mot"} <= set(files)
    assert {"first", "second"} <= set(summary["manifest"]["timings"])


def test_a_trial_that_is_there_is_not_replaced_unless_asked(
    folder: Path, tmp_path: Path
) -> None:
    run(folder, tmp_path, "first", "second")
    before = (tmp_path / "first_forces.sto").read_bytes()
    request = SolveRequest(source=folder, trials=("first",), cutoff=4.0)
    with pytest.raises(BigeError) as caught:
        solve(request, output=tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} holds first already; pass --force to replace what is there, or "
        "--trial to solve others."
    )
    assert (tmp_path / "first_forces.sto").read_bytes() == before
    solve(request, output=tmp_path, force=True)
    summary = json.loads((tmp_path / "solve.json").read_text())
    assert [row["trial"] for row in summary["trials"]] == ["second", "first"]
    assert [row["cutoff_hz"] for row in summary["trials"]] == [6.0, 4.0]


def test_a_summary_of_something_else_is_not_joined(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "solve.json").write_text("[1, 2]")
    with pytest.raises(DataError, match="expected the summary of bige solve"):
        run(folder, tmp_path, "first")
    assert (tmp_path / "solve.json").read_text() == "[1, 2]"


def test_implausible_residuals_are_failed_and_written_only_on_request(
    folder: Path, tmp_path: Path
) -> None:
    arguments = ["solve", str(folder), "--rate", "5", "--cutoff", "20"]
    arguments += ["-o", str(tmp_path / "out")]
    found = CliRunner().invoke(main, [*arguments, "--trial", "first", "--trial", BAD])
    assert found.exit_code == 3, found.output
    assert f"{BAD}: FAILED, not written (see --anyway): " in found.output
    assert "% of body weight (RMS), more than 50%." in found.output
    assert "first: " in found.output
    written = {path.name for path in (tmp_path / "out").glob("*.sto")}
    assert not any(name.startswith(BAD) for name in written)
    assert "first_activations.sto" in written

    again = CliRunner().invoke(main, [*arguments, "--trial", BAD, "--anyway"])
    assert again.exit_code == 3
    assert f"{BAD}: FAILED, written all the same: " in again.output
    title = (tmp_path / "out" / f"{BAD}_activations.sto").read_text().splitlines()[0]
    assert title.startswith(f"{BAD} activations FAILED: ")
    rows = json.loads((tmp_path / "out" / "solve.json").read_text())["trials"]
    marks = {row["trial"]: (bool(row["failure"]), row["written"]) for row in rows}
    assert marks == {"first": (False, True), BAD: (True, True)}


def test_plates_count_for_the_time_at_which_both_feet_are_on_them(
    folder: Path, tmp_path: Path
) -> None:
    run(folder, tmp_path / "whole", "first")
    ground = read_ground_reaction(tmp_path / "whole" / "first_grf.mot")
    force, moment = ground.force.copy(), ground.moment.copy()
    off = ground.time < 1.0
    force[off, 0] = moment[off, 0] = 0.0  # the right foot is beside its plate
    names = ("plate_1", "plate_2")
    plates = GroundReaction(ground.time, force, ground.point, moment, names, "measured")
    write_ground_reaction(tmp_path / "grf.mot", plates)
    session = read_session(folder)
    result = solve(
        SolveRequest(
            source=session.trial("first").motion,
            model=session.model,
            forces=tmp_path / "grf.mot",
            rate=20.0,
        ),
        output=tmp_path / "part",
    )
    (row,) = result.summary["trials"]
    assert row["from_s"] == pytest.approx(1.0, abs=0.15)
    assert row["failure"] is None
    assert any(
        text.startswith("Only from ") and "are all standing feet on plates" in text
        for text in row["warnings"]
    )
    assert row["residuals"]["force_max_percent_bw"] < 25
