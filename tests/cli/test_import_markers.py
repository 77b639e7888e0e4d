import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from bige_osim.cli import main
from bige_osim.io.marker_set import find_marker_set
from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.opensim_files.trc import read_markers, write_markers
from bige_osim.io.session.read import read_session
from bige_osim.motion import Markers
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.open_model import OpenModel


@pytest.fixture
def standing(tmp_path: Path) -> Path:
    """The generic man standing still, with OpenCap's keypoints, for 0.2 s."""
    loaded = OpenModel(generic_model())
    loaded.place({})
    markers = find_marker_set("opencap_video").markers
    frames = {m.body: loaded.placement(m.body) for m in markers}
    places = [
        frames[m.body][:3, :3] @ np.array(m.location) + frames[m.body][:3, 3]
        for m in markers
    ]
    positions = np.repeat(np.array(places)[None], 12, axis=0)
    path = tmp_path / "static1.trc"
    names = tuple(m.name for m in markers)
    write_markers(path, Markers(np.arange(12) / 60, positions, names))
    return path


ARGUMENTS = ("--markerset", "opencap_video", "--mass", "75.337", "--height", "1.70")


@pytest.mark.opensim
def test_a_person_of_the_generic_models_size_keeps_it(
    standing: Path, tmp_path: Path
) -> None:
    output = tmp_path / "session"
    arguments = ["import-markers", str(standing), *ARGUMENTS, "-o", str(output)]
    run = CliRunner().invoke(main, [*arguments, "--jobs", "1", "--json"])
    assert run.exit_code == 0, run.output
    summary = json.loads(run.stdout)
    assert summary["session"] == "session"
    factors = np.array(list(summary["factors"].values()))
    np.testing.assert_allclose(factors, 1.0, atol=1e-4)
    assert summary["trials"][0]["core_rms_mm"] < 3
    assert summary["trials"][0]["frames_within_guideline"] == 1.0
    again = CliRunner().invoke(main, arguments)
    assert again.exit_code == 1
    assert "exists already; pass --force" in again.stderr


@pytest.mark.opensim
def test_a_c3d_with_a_plate_becomes_a_session_with_forces(
    standing: Path, tmp_path: Path
) -> None:
    markers = read_markers(standing)
    forward, up, right = np.moveaxis(1000 * markers.positions[:1], 2, 0)
    laboratory = np.repeat(np.stack([forward, -right, up], axis=2), 20, axis=0)
    arrays, path = tmp_path / "arrays.npz", tmp_path / "static1.c3d"
    np.savez(arrays, names=np.array(markers.names), positions=laboratory)
    writer = Path(__file__).parents[1] / "io" / "c3d_writer.py"
    command = [sys.executable, str(writer), str(path), "mm", "2", str(arrays)]
    subprocess.run(command, check=True)
    output = tmp_path / "session"
    arguments = ["import-markers", str(path), *ARGUMENTS, "-o", str(output)]
    run = CliRunner().invoke(main, arguments)
    assert run.exit_code == 0, run.output
    trial = read_session(output).trial("static1")
    assert trial.plates == 1
    assert trial.forces is not None
    ground = read_ground_reaction(trial.forces)
    np.testing.assert_allclose(ground.force[50, 0], [0, 700, 0], atol=1e-3)
    assert ground.point[50, 0, 1] == pytest.approx(0.0, abs=1e-6)
    turned = read_markers(output / "MarkerData" / "static1.trc")
    np.testing.assert_allclose(
        turned.positions[0], markers.positions[0], atol=1e-6
    )  # single precision in the c3d


@pytest.mark.opensim
def test_gaps_leave_nothing_but_the_summary_on_the_terminal(
    standing: Path, tmp_path: Path
) -> None:
    """The pelvis is hidden in some frames, an ankle in all."""
    markers = read_markers(standing)
    for name, frames in (("RHip", [2, 3]), ("LHip", [3, 4]), ("RAnkle", range(12))):
        markers.positions[frames, markers.names.index(name)] = np.nan
    labels = tuple(f"P01:{name}".lower() for name in markers.names)
    path = tmp_path / "gaps.trc"
    write_markers(path, Markers(markers.time, markers.positions, labels))
    command = [sys.executable, "-c", "from bige_osim.cli import main; main()"]
    command += ["import-markers", str(path), *ARGUMENTS, "-o", str(tmp_path / "s")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Rajagopal2015_scaled.osim scaled to gaps, 0.")
    assert lines[1] == "The prefix p01: was taken off the marker names."
    assert lines[-2].startswith("gaps: 12 frames, pelvis, trunk and legs ")
    assert lines[-1] == f"Written to {tmp_path / 's'}."
    ends = [line[-1] for line in lines]
    assert set(ends) == {"."}  # sentences all


def test_an_unknown_marker_set_is_one_sentence(tmp_path: Path) -> None:
    arguments = ["--markerset", "vicon", "--mass", "70", "--height", "1.7"]
    files = ["import-markers", "a.trc", *arguments, "-o", str(tmp_path / "s")]
    run = CliRunner().invoke(main, files)
    assert run.exit_code == 1
    assert run.stderr == (
        "Error: The program has no marker set named vicon; it has opencap_study, "
        "opencap_video, plug_in_gait_39.\n"
    )


@pytest.mark.parametrize("mass", ["0", "-3", "heavy"])
def test_a_mass_must_be_positive(mass: str) -> None:
    arguments = ["import-markers", "a.trc", *ARGUMENTS, "--mass", mass, "-o", "s"]
    run = CliRunner().invoke(main, arguments)
    assert run.exit_code == 2
    assert "--mass" in run.stderr
