"""Speed and agreement side by side, in one run."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bige_osim.cli import main
from bige_osim.errors import BigeError
from bige_osim.stages import benchmarks as peers
from bige_osim.stages.bench import bench

pytestmark = pytest.mark.opensim

KEYS = {
    "what",
    "ours_ms_per_frame",
    "peer",
    "peer_ms_per_frame",
    "ratio",
    "max_abs_difference",
    "rms_difference",
}


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the peers few frames."""
    few = {"kinematics": 5, "dynamics": 20, "muscles": 1, "solve": 3}
    monkeypatch.setattr(peers, "STEPS", few)


@pytest.mark.usefixtures("brief")
def test_a_made_up_person_is_measured_when_nothing_is_given():
    found = CliRunner().invoke(main, ["bench", "dynamics", "--json"])
    assert found.exit_code == 0, found.output
    summary = json.loads(found.stdout)
    (row,) = summary["rows"]
    assert row.keys() >= KEYS
    assert row["peer"] == "OpenSim"
    assert row["max_abs_difference"] < 1e-2
    assert row["ratio"] == pytest.approx(
        row["peer_ms_per_frame"] / row["ours_ms_per_frame"]
    )


@pytest.mark.recordings
@pytest.mark.usefixtures("brief")
def test_every_part_agrees_with_its_peers_on_a_real_squat(sessions: Path):
    folder = sessions / "lab_s6" / "OpenSimData"
    result = bench(
        model=next((folder / "Model").glob("*.osim")),
        motion=folder / "Kinematics" / "squats1.mot",
    )
    worst = {
        (row["what"], row["peer"]): row["max_abs_difference"]
        for row in result.summary["rows"]
    }
    nets = {
        ("motion to activations", "OpenSim AnalyzeTool"),
        ("motion to activations", "exactly"),
        ("net alone", "exact static optimisation"),
        ("net alone, 2 threads", "exact static optimisation"),
        ("motion to activations, 2 threads", "OpenSim AnalyzeTool"),
    }
    assert all(0 < worst.pop(key) < 1 for key in nets)  # of a net, not of an engine
    assert worst == {
        ("kinematics: bodies and markers", "OpenSim (Python)"): pytest.approx(
            0, abs=1e-5
        ),
        ("kinematics: bodies", "nimblephysics (Python)"): pytest.approx(0, abs=1e-5),
        ("inverse dynamics", "OpenSim"): pytest.approx(0, abs=1e-2),
        ("muscle lengths", "OpenSim (Python)"): pytest.approx(0, abs=1e-3),
        ("moment arms", "OpenSim (Python)"): pytest.approx(0, abs=5e-4),
        ("solve: ground, dynamics, activations", "OpenSim AnalyzeTool"): pytest.approx(
            0, abs=0.01
        ),
    }
    assert "times faster" in result.text


def test_a_model_without_its_motion_is_refused(tmp_path: Path):
    with pytest.raises(BigeError, match="--model and --motion belong together"):
        bench(model=tmp_path / "m.osim")


@pytest.mark.recordings
@pytest.mark.usefixtures("brief")
def test_an_arm_is_compared_without_feet_by_the_muscles_whose_path_is_known(
    recordings: Path,
) -> None:
    folder = recordings / "models" / "opensim_library"
    case = peers.read_case(folder / "arm26.osim", folder / "arm26_ik.mot", None)
    for row in peers.measure_muscles(case):
        assert row.max_abs_difference < 1e-8
        assert "without TRIlong, BIClong, whose paths only OpenSim has" in row.note
