"""Name, mass and coordinates from the XML of a model."""

from pathlib import Path

import pytest

from bige_osim.errors import MissingFileError, ModelError
from bige_osim.io.opensim_files.osim_header import OsimHeader, read_osim_header

MODEL = """<?xml version="1.0"?>
<OpenSimDocument Version="40000"><Model name="leg">
<Body name="pelvis"><mass>10.5</mass></Body><Body name="tibia"><mass> 2 </mass></Body>
<Coordinate name="knee_angle_r"><locked>false</locked></Coordinate>
<Coordinate name="knee_angle_r_beta"/>
<Coordinate name="mtp_angle_r"><locked>true</locked></Coordinate>
<CoordinateCouplerConstraint>
<dependent_coordinate_name>knee_angle_r_beta</dependent_coordinate_name>
</CoordinateCouplerConstraint></Model></OpenSimDocument>"""


def test_coupled_and_locked_coordinates_are_optional(tmp_path: Path) -> None:
    (tmp_path / "leg.osim").write_text(MODEL)
    osim = read_osim_header(tmp_path / "leg.osim")
    assert osim == OsimHeader(
        name="leg",
        mass=12.5,
        coordinates=("knee_angle_r", "knee_angle_r_beta", "mtp_angle_r"),
        optional=frozenset({"knee_angle_r_beta", "mtp_angle_r"}),
    )
    assert osim.missing(["pelvis_tilt"]) == ("knee_angle_r",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("not XML", "it cannot be read (syntax error: line 1, column 0)"),
        ("<OpenSimDocument/>", "it holds no Model"),
    ],
)
def test_what_is_no_model_is_refused(text: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "a.osim"
    path.write_text(text)
    with pytest.raises(ModelError) as caught:
        read_osim_header(path)
    assert str(caught.value).startswith(f"{path}, document: {problem}; ")


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError) as caught:
        read_osim_header(tmp_path / "a.osim")
    assert str(caught.value) == (
        f"The model {tmp_path / 'a.osim'} does not exist; check the path."
    )


@pytest.mark.opensim
@pytest.mark.recordings
def test_mass_and_coordinates_are_those_opensim_finds(sessions: Path) -> None:
    opensim = pytest.importorskip("opensim")
    opensim.Logger.setLevelString("Off")
    path = next(sessions.glob("video_s2/OpenSimData/Model/*.osim"))
    osim = read_osim_header(path)
    model = opensim.Model(str(path))
    state = model.initSystem()
    assert osim.mass == pytest.approx(model.getTotalMass(state))
    found = [coordinate.getName() for coordinate in model.getCoordinateSet()]
    assert sorted(found) == sorted(osim.coordinates)
