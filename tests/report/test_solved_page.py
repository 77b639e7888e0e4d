"""The page of a solved session."""

import base64
import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from tests.synthetic.made_session import make_session

from bige_osim.cli import main
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.osim.anthropometry import draw_body
from bige_osim.report.trial import read_skeleton
from bige_osim.stages.agreement_spans import find_spans
from bige_osim.stages.report import report
from bige_osim.stages.solve import solve
from bige_osim.stages.solve_request import SolveRequest
from bige_osim.synthetic.squat_style import SquatStyle

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A participant who squats twice."""
    return make_session(
        tmp_path_factory.mktemp("session") / "ann",
        person="ann",
        body=draw_body("female", rng=np.random.default_rng(1)),
        styles={"squats": SquatStyle(repetitions=2)},
    )


@pytest.fixture(scope="module")
def solved(session: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("solved") / "out"
    solve(SolveRequest(source=session, rate=20.0), output=output)
    return output


def page_of(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def test_solve_leaves_a_page_that_needs_nothing_beside_it(solved: Path) -> None:
    text = page_of(solved)
    assert "No guided motions here yet" not in text
    assert not re.search(r"(?:src|href)=\"(?!#|data:)", text)
    for part in (
        "Body and muscles", "Joint angles", "Net joint moments", "Ground reaction",
        "Muscle activations", "Pelvis residuals and reserves", "Inter-limb asymmetry",
        "Settings and versions", "estimated from the motion", "2 squats",
    ):  # fmt: skip
        assert part in text
    assert (solved / "report.html").stat().st_size < 2e6


def test_the_curves_can_be_saved_as_a_table(solved: Path) -> None:
    coded = re.search(r"text/csv;charset=utf-8;base64,([^\"]+)\"", page_of(solved))
    assert coded
    rows = list(csv.DictReader(io.StringIO(base64.b64decode(coded[1]).decode())))
    assert len(rows) == 2 * 101
    assert rows[101]["repetition"] == "2"
    (row,) = json.loads((solved / "solve.json").read_text())["trials"]
    skeleton = read_skeleton(solved / row["description"])
    motion = read_motion(solved / row["motion"], spec=skeleton.spec)
    time = float(rows[150]["time (s)"])
    knee = np.degrees(np.interp(time, motion.time, motion.column("knee_angle_r")))
    assert float(rows[150]["knee_flexion right (deg)"]) == pytest.approx(knee, abs=0.1)


def test_report_makes_the_same_page_and_keeps_another(solved: Path) -> None:
    before = page_of(solved)
    result = CliRunner().invoke(main, ["report", str(solved)])
    assert result.exit_code == 1
    assert "report.html" in result.stderr
    report(solved, force=True)
    assert page_of(solved) == before


def test_a_trial_of_an_earlier_version_has_its_verdict_and_no_empty_parts(
    solved: Path, tmp_path: Path
) -> None:
    summary = json.loads((solved / "solve.json").read_text())
    del summary["trials"][0]["motion"]
    (tmp_path / "solve.json").write_text(json.dumps(summary))
    report(tmp_path)
    text = page_of(tmp_path)
    assert "solve it again to see its curves" in text
    for part in ("Joint angles", "Muscle activations", "<svg", "Inter-limb"):
        assert part not in text


def test_a_part_of_a_squat_is_shown_over_time(session: Path, tmp_path: Path) -> None:
    request = SolveRequest(source=session, rate=20.0, start=0.5, stop=1.5)
    solve(request, output=tmp_path / "out")
    text = page_of(tmp_path / "out")
    assert "no repetitions, so it is shown over time" in text
    assert "Inter-limb asymmetry" not in text


def test_no_report_is_written_if_none_is_wanted(session: Path, tmp_path: Path) -> None:
    arguments = ["solve", str(session), "-o", str(tmp_path / "out"), "--rate", "5"]
    found = CliRunner().invoke(main, [*arguments, "--no-report"])
    assert found.exit_code == 0, found.output
    assert not (tmp_path / "out" / "report.html").exists()


def test_a_page_of_something_else_is_not_replaced(
    session: Path, tmp_path: Path
) -> None:
    (tmp_path / "report.html").write_text("mine")
    arguments = ["solve", str(session), "-o", str(tmp_path), "--rate", "5"]
    found = CliRunner().invoke(main, arguments)
    assert found.exit_code == 1
    assert not (tmp_path / "solve.json").exists()
    assert (tmp_path / "report.html").read_text() == "mine"


def test_a_reference_belongs_to_solved_trials(tmp_path: Path) -> None:
    (tmp_path / "squats.nc").touch()
    (tmp_path / "guide.json").write_text("{}")
    arguments = ["report", str(tmp_path), "--reference", str(tmp_path / "squats.nc")]
    found = CliRunner().invoke(main, arguments)
    assert found.exit_code == 1
    assert "--reference belongs to a folder of bige solve" in found.stderr


def test_tables_and_arrays_that_a_page_does_not_need_are_not_loaded() -> None:
    code = (
        "import sys; from bige_osim.report import solved_page; "
        "assert not {'pandas', 'xarray', 'h5netcdf'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_activations_know_the_repetitions_of_their_trial(solved: Path) -> None:
    found = find_spans(solved / "squats_activations.sto", {})
    assert len(found) == 2
    assert all(1 < stop - start < 10 for start, stop in found)
    assert find_spans(solved / "walk_activations.sto", {}) == ()
