"""``bige collect``."""

import json
from pathlib import Path

from click.testing import CliRunner

from bige_osim.cli import main

SQUATS = {"field_study_0": 10, "lab_s4": 5, "lab_s6": 10, "video_s2": 5}
SQUAT_TRIALS = ("Squats_0", "Asym_0", "squats1", "squatsAsym1")


def test_exactly_the_30_real_squats_are_found(sessions: Path, tmp_path: Path):
    folders = [str(sessions / name) for name in SQUATS]
    output = tmp_path / "a.nc"
    result = CliRunner().invoke(
        main, ["collect", *folders, "-o", str(output), "--dry-run", "--json"]
    )
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    counts = dict.fromkeys(SQUATS, 0)
    for row in found["trials"]:
        counts[row["session"]] += row["accepted"]
        assert row["accepted"] == (5 if row["trial"] in SQUAT_TRIALS else 0)
    assert counts == SQUATS
    assert not output.exists()


def test_a_session_without_squats_is_an_error_that_gives_the_reasons(
    sessions: Path, tmp_path: Path
):
    walks = sessions / "OpenCapData_2db17660-ae9d-44b4-85ee-ab3193511c6d"
    output = tmp_path / "a.nc"
    result = CliRunner().invoke(main, ["collect", str(walks), "-o", str(output)])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: No squat was found in OpenCapData_2db17660")
    assert list(tmp_path.iterdir()) == []
