"""Several sessions at once."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bige_osim.cli import main
from bige_osim.errors import BigeError
from bige_osim.stages.solve_many import solve_many
from bige_osim.stages.solve_request import SolveRequest
from bige_osim.synthetic.population import PopulationConfig, make_population

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sessions of one squat each."""
    folder = tmp_path_factory.mktemp("study")
    make_population(folder, PopulationConfig(2, repetitions=1, asymmetric=False))
    return folder


def test_each_session_gets_a_folder_and_one_that_fails_stops_no_other(
    study: Path, tmp_path: Path
) -> None:
    (study / "bige.toml").write_text(
        "[solve]\nrate = 10\nreport = false\n[solve.trials.squats1]\nto = 0.5\n"
    )
    sources = [str(study / f"synth_00{i}") for i in (0, 1)]
    (tmp_path / "empty").mkdir()
    arguments = ["solve", *sources, str(tmp_path / "empty"), "--json"]
    result = CliRunner().invoke(main, [*arguments, "-o", str(tmp_path / "out")])
    assert result.exit_code == 1
    found = json.loads(result.stdout)["sessions"]
    assert list(found) == ["synth_000", "synth_001", "empty"]
    assert "error" in found["empty"]
    for name in ("synth_000", "synth_001"):
        (row,) = found[name]["trials"]
        assert row["to_s"] <= 0.5
        files = {one["file"] for one in found[name]["manifest"]["inputs"]}
        assert any(file.endswith("bige.toml") for file in files)
        folder = tmp_path / "out" / name
        assert (folder / "solve.json").is_file()
        assert not (folder / "report.html").exists()
    assert not (tmp_path / "out" / "empty").exists()


def test_sessions_of_the_same_name_are_refused(tmp_path: Path) -> None:
    requests = [SolveRequest(source=tmp_path / a / "squats") for a in ("x", "y")]
    with pytest.raises(BigeError, match="Several sources are called squats"):
        solve_many(requests, output=tmp_path / "out")
