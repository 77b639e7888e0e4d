"""Recordings with laboratories' names for markers, from file to session."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.opensim_files.trc import read_markers, write_markers
from bige_osim.motion import Markers
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.open_model import OpenModel
from bige_osim.stages.import_markers import ImportRequest, import_markers
from bige_osim.stages.result import StageResult

pytestmark = pytest.mark.opensim

FRAMES = 8
PLACES = {
    "Hip": ("pelvis", (-0.056, -0.078, 0.077)),
    "Shoulder": ("torso", (0.003, 0.371, 0.17)),
    "Elbow": ("humerus", (0.013, -0.286, -0.01)),
    "Wrist": ("radius", (0.0, -0.235, 0.01)),
    "Knee": ("femur", (0.0, -0.409, 0.0)),
    "Ankle": ("tibia", (0.0, -0.4, 0.01)),
    "Heel": ("calcn", (0.0, 0.02, 0.0)),
    "BigToe": ("toes", (0.06, 0.01, -0.01)),
}
"""Joint centres and feet of the right side, as pose estimation has them."""

POINT = """<Marker name="{name}">
<socket_parent_frame>/bodyset/{body}</socket_parent_frame>
<location>{x} {y} {z}</location></Marker>"""


def sites() -> dict[str, tuple[str, tuple[float, float, float]]]:
    """Body and place of every marker of both sides, of the neck and of the nose."""
    found = {"Neck": ("torso", (0.0, 0.45, 0.0)), "Nose": ("head", (0.1, 0.0, 0.0))}
    for name, (body, (x, y, z)) in PLACES.items():
        middle = body in ("pelvis", "torso")
        found[f"R{name}"] = (body if middle else f"{body}_r", (x, y, z))
        found[f"L{name}"] = (body if middle else f"{body}_l", (x, y, -z))
    return found


@pytest.fixture(scope="module")
def marker_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("markers") / "keypoints.xml"
    markers = "".join(
        POINT.format(name=name, body=body, x=x, y=y, z=z)
        for name, (body, (x, y, z)) in sites().items()
    )
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8" ?><OpenSimDocument Version="40000">'
        f'<MarkerSet name="m"><objects>{markers}</objects></MarkerSet>'
        "</OpenSimDocument>"
    )
    return path


@pytest.fixture(scope="module")
def standing() -> Markers:
    """The generic man in a laboratory with z up, facing y; the nose is in front."""
    loaded = OpenModel(generic_model())
    loaded.place({})
    frames = {
        body: loaded.placement(body) for body, _ in sites().values() if body != "head"
    }
    names = tuple(sites())
    places = [
        frames[body][:3, :3] @ np.array(place) + frames[body][:3, 3]
        if body != "head"
        else np.array([0.1, 1.6, 0.0])
        for body, place in sites().values()
    ]
    forward, up, right = np.array(places).T
    positions = np.repeat(np.stack([right, forward, up], 1)[None], FRAMES, axis=0)
    return Markers(np.arange(FRAMES) / 60, positions, names)


def save(path: Path, *people: tuple[str, Markers]) -> Path:
    names = [prefix + name for prefix, seen in people for name in seen.names]
    positions = np.concatenate([seen.positions for _, seen in people], axis=1)
    write_markers(path, Markers(people[0][1].time, positions, tuple(names)))
    return path


def request_of(*files: Path, marker_set: Path) -> ImportRequest:
    return ImportRequest(
        files=files, markerset=str(marker_set), mass=75.3, height=1.70, accuracy=1e-7
    )


@pytest.fixture(scope="module")
def imported(
    marker_set: Path, standing: Markers, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, StageResult]:
    folder = tmp_path_factory.mktemp("names")
    path = save(folder / "standing.trc", ("P01:", standing))
    output = folder / "session"
    return output, import_markers(
        request_of(path, marker_set=marker_set), output=output
    )


def test_a_person_of_joint_centres_stands_upright_and_faces_forward(
    imported: tuple[Path, StageResult],
) -> None:
    """Nothing is in front of the pelvis or behind it: left and right show the way."""
    output, result = imported
    row = result.summary["trials"][0]
    assert row["core_rms_mm"] < 3
    motion = read_motion(output / "OpenSimData/Kinematics/standing.mot")
    turns = ("pelvis_tilt", "pelvis_list", "pelvis_rotation", "lumbar_extension")
    for name in turns:
        assert np.degrees(np.abs(motion.column(name))).max() < 5, name
    assert 0.85 < motion.column("pelvis_ty").mean() < 1.0
    turned = read_markers(output / "MarkerData/standing.trc")
    assert turned.marker("RBigToe")[0, 0] > turned.marker("RHeel")[0, 0]
    assert turned.marker("RHip")[0, 2] > turned.marker("LHip")[0, 2]
    factors = np.array(list(result.summary["factors"].values()))
    np.testing.assert_allclose(factors, 1.0, atol=0.05)


def test_what_was_done_to_names_and_markers_is_said_in_one_line_each(
    imported: tuple[Path, StageResult],
) -> None:
    _, result = imported
    lines = result.text.splitlines()
    assert "The prefix P01: was taken off the marker names." in lines
    assert "Left out, on bodies that Rajagopal2015.osim has not (head): Nose." in lines
    assert (
        "The pelvis has no three markers out of line, which would show its tilt; the "
        "back is kept straight instead."
    ) in lines
    assert max(map(len, lines[:-1])) < 300


def test_of_two_subjects_one_is_imported_by_name(
    marker_set: Path, standing: Markers, tmp_path: Path
) -> None:
    other = replace(standing, positions=standing.positions + np.array([2.0, 0, 0]))
    both = save(tmp_path / "both.trc", ("P01:", standing), ("P02:", other))
    alone = save(tmp_path / "alone.trc", ("", other))
    request = request_of(both, alone, marker_set=marker_set)
    with pytest.raises(BigeError, match=r"2 subjects \(P01, P02\)"):
        import_markers(replace(request, files=(both,)), output=tmp_path / "a")
    with pytest.raises(BigeError, match="no subject P03; it has P01, P02"):
        import_markers(
            replace(request, files=(both,), subject="P03"), output=tmp_path / "a"
        )
    with pytest.raises(BigeError, match="No recording names its subjects"):
        import_markers(
            replace(request, files=(alone,), subject="P02"), output=tmp_path / "a"
        )
    assert not (tmp_path / "a").exists()
    result = import_markers(replace(request, subject="P02"), output=tmp_path / "b")
    rows = {row["trial"]: row for row in result.summary["trials"]}
    assert "error" not in rows["both"]
    saved = read_markers(tmp_path / "b/MarkerData/both.trc")
    known = read_markers(tmp_path / "b/MarkerData/alone.trc")
    np.testing.assert_allclose(saved.positions, known.positions)
    assert (
        "No subject is named in alone; the markers are taken for P02's." in result.text
    )
