"""``bige synth``."""

import json
from pathlib import Path

from click.testing import CliRunner

from bige_osim.cli import main


def test_a_recorded_persons_squats_are_done_by_others(
    sessions: Path, tmp_path: Path
) -> None:
    recorded = str(sessions / "lab_s4")
    output = tmp_path / "people"
    arguments = ["synth", "-n", "1", "--first", "7", "--from", recorded, "--json"]
    result = CliRunner().invoke(main, [*arguments, "-o", str(output)])
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["sessions"] == ["copy_007"]
    assert found["copies"] == {
        "lab_s4": {
            "people": 1,
            "trials": found["trials"],
            "rejected": found["rejected"]["styles"],
        }
    }
    assert found["trials"] >= 4
    assert json.loads((output / "synth.json").read_text())["trials"] == found["trials"]


def test_noise_is_not_for_copies(tmp_path: Path) -> None:
    arguments = ["synth", "-n", "1", "--from", "x", "--noise", "-o", str(tmp_path)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "not for copies" in result.stderr


def test_a_model_of_somebody_is_no_generic_one(sessions: Path, tmp_path: Path) -> None:
    scaled = next((sessions / "lab_s4/OpenSimData/Model").glob("*scaled.osim"))
    arguments = ["synth", "-n", "1", "--generic", str(scaled), "-o", str(tmp_path)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "it has 62.6 kg instead of 75.3 kg" in result.stderr
    assert not list(tmp_path.iterdir())
