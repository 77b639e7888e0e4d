"""Solving sessions: masses fitted to plates, trials side by side."""

import json
from pathlib import Path

import pytest

from bige_osim.errors import BigeError
from bige_osim.osim.reading.model import read_model
from bige_osim.stages.solve import solve
from bige_osim.stages.solve_request import SolveRequest

pytestmark = [pytest.mark.opensim, pytest.mark.recordings]


def test_a_session_is_solved_on_a_model_that_weighs_what_the_plates_say(
    sessions: Path, tmp_path: Path
):
    request = SolveRequest(
        source=sessions / "lab_s4", trials=("squats1", "STS1"), calibrate=True
    )
    result = solve(request, output=tmp_path / "solved", jobs=2)
    written = json.loads((tmp_path / "solved" / "solve.json").read_text())
    assert written["masses"]["mass_kg"] == pytest.approx(60.1, abs=0.1)
    assert read_model(tmp_path / "solved" / "calibrated.osim").mass == pytest.approx(
        written["masses"]["mass_kg"], abs=1e-3
    )
    assert result.text.startswith("Masses were fitted to the force plates")
    squats, rising = written["trials"]
    assert (squats["trial"], rising["trial"]) == ("squats1", "STS1")
    assert squats["residuals"]["force_rms_percent_bw"] < 2.5
    assert squats["residuals"]["moment_rms_nm"] < 15.0
    # On the chair, the plates do not carry the participant: that is said.
    start = "Missing external force (a chair?) of up to "
    assert any(warning.startswith(start) for warning in rising["warnings"])


def test_the_seat_is_noticed_without_plates_too(sessions: Path, tmp_path: Path):
    request = SolveRequest(source=sessions / "lab_s6", trials=("STS1",))
    result = solve(request, output=tmp_path / "solved")
    (row,) = result.summary["trials"]
    assert row["ground"] == "estimated"
    start = "Missing external force (a chair?) of up to "
    assert any(warning.startswith(start) for warning in row["warnings"])


def test_masses_are_not_fitted_without_plates(sessions: Path, tmp_path: Path):
    request = SolveRequest(
        source=sessions / "lab_s6", trials=("squats1",), calibrate=True
    )
    with pytest.raises(BigeError, match="no trial in which force plates carry"):
        solve(request, output=tmp_path / "solved")
    assert not (tmp_path / "solved").exists()
