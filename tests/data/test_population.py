from pathlib import Path

import numpy as np
import pytest
import yaml

from bige_osim.data.population import make_population, make_session
from bige_osim.data.squat import SquatStyle
from bige_osim.errors import ExistingOutputError
from bige_osim.io.mot import read_motion
from bige_osim.io.session import read_session
from bige_osim.io.trc import read_markers
from bige_osim.osim.anthropometry import Body, draw_body
from bige_osim.osim.loaded import LoadedModel
from bige_osim.osim.model import read_model

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def body() -> Body:
    return draw_body("male", rng=np.random.default_rng(2), stature=1.83)


@pytest.fixture(scope="module")
def session(body: Body, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_session(
        tmp_path_factory.mktemp("people") / "adam",
        person="adam",
        body=body,
        styles={"squats1": SquatStyle(repetitions=2, variation=0.05)},
        seed=3,
    )


def test_a_session_reads_as_opencaps_do_and_has_no_problems(
    session: Path, body: Body
) -> None:
    found = read_session(session)
    assert found.problems == ()
    assert (found.person, found.sex, found.height) == ("adam", "male", 1.83)
    assert found.mass == pytest.approx(body.mass, abs=1e-3)
    assert found.model_name == "Rajagopal2015"
    assert [trial.name for trial in found.trials] == ["squats1"]
    assert found.model is not None
    assert read_model(found.model).mass == pytest.approx(body.mass)


def test_a_session_says_that_it_is_synthetic_and_how_it_was_made(session: Path) -> None:
    metadata = yaml.safe_load((session / "sessionMetadata.yaml").read_text())
    assert metadata["synthetic"] is True
    assert metadata["seed"] == 3
    assert SquatStyle(**metadata["trials"]["squats1"]).repetitions == 2
    assert Body(**metadata["body"]).stature == pytest.approx(1.83)


def test_motion_and_markers_fit_the_model_in_opensim(session: Path) -> None:
    found = read_session(session)
    trial = found.trial("squats1")
    assert found.model is not None
    assert trial.motion is not None
    assert trial.markers is not None
    motion = read_motion(trial.motion, spec=read_model(found.model))
    assert motion.rate == pytest.approx(60.0)
    loaded = LoadedModel(found.model)
    assert motion.names == loaded.coordinate_names
    frames = motion.time[[0, 60, 120]]
    placed = loaded.markers(motion.at(frames))
    recorded = read_markers(trial.markers)
    assert recorded.names == loaded.marker_names
    rows = recorded.positions[[0, 60, 120]]
    np.testing.assert_allclose(placed.positions, rows, atol=2e-6)


def test_coupled_knee_coordinates_are_in_radians_as_opensim_writes_them(
    session: Path,
) -> None:
    path = session / "OpenSimData" / "Kinematics" / "squats1.mot"
    lines = path.read_text().split("endheader")[1].split("\n")
    names, row = lines[1].split("\t"), np.array(lines[102].split("\t"), dtype=float)
    knee = row[names.index("knee_angle_r")]
    assert knee > 10  # degrees
    assert row[names.index("knee_angle_r_beta")] == pytest.approx(np.radians(knee))


def test_a_session_is_not_overwritten(session: Path, body: Body) -> None:
    with pytest.raises(ExistingOutputError):
        make_session(session, person="adam", body=body, styles={})


def test_people_are_the_same_by_seed_however_many_there_are(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    one = make_population(
        tmp_path / "a", people=1, seed=9, repetitions=1, asymmetric=False
    )
    two = make_population(
        tmp_path / "b",
        people=2,
        seed=9,
        repetitions=1,
        asymmetric=False,
        progress=lambda what, done, total: told.append((what, done, total)),
    )
    assert [path.name for path in two] == ["synth_000", "synth_001"]
    assert told[-1][1:] == (2, 2)
    files = sorted(p for p in one[0].rglob("*") if p.is_file())
    assert len(files) == 4
    for file in files:
        assert file.read_bytes() == (two[0] / file.relative_to(one[0])).read_bytes()
    sexes = {read_session(path).sex for path in two}
    assert sexes == {"female", "male"}
