from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from tests.synthetic.made_session import make_session

from bige_osim.errors import BigeError, ExistingOutputError, SimulationError
from bige_osim.evaluation.physics_check import check_physics
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.opensim_files.trc import read_markers
from bige_osim.io.session.read import read_session
from bige_osim.motion import Motion
from bige_osim.osim.anthropometry import Body, draw_body
from bige_osim.osim.reading.model import read_model
from bige_osim.osim.reading.open_model import OpenModel
from bige_osim.physics.ground.stance import origin_of
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.planted_ik import KNEES
from bige_osim.solving.contacts import contact_spheres
from bige_osim.synthetic import population
from bige_osim.synthetic.noise import CaptureNoise
from bige_osim.synthetic.population import PopulationConfig, make_population
from bige_osim.synthetic.squat_style import SquatStyle
from bige_osim.synthetic.synthetic_session import check_generic

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
    loaded = OpenModel(found.model)
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
    config = PopulationConfig(1, seed=9, repetitions=1, asymmetric=False)
    one, two = (
        [person.session for person in people]
        for people in (
            make_population(tmp_path / "a", config),
            make_population(
                tmp_path / "b",
                replace(config, people=2),
                progress=lambda what, done, total: told.append((what, done, total)),
            ),
        )
    )
    assert [path.name for path in two] == ["synth_000", "synth_001"]
    assert told[-1][1:] == (2, 2)
    files = sorted(p for p in one[0].rglob("*") if p.is_file())
    assert len(files) == 4
    for file in files:
        assert file.read_bytes() == (two[0] / file.relative_to(one[0])).read_bytes()
    sexes = {read_session(path).sex for path in two}
    assert sexes == {"female", "male"}


def test_styles_that_do_not_pass_are_drawn_again_and_told(tmp_path: Path) -> None:
    seen: list[Motion] = []

    def wrong_at_first(motion: Motion, skeleton: Skeleton) -> tuple[str, ...]:
        seen.append(motion)
        return ("It is the first.",) if len(seen) == 1 else ()

    config = PopulationConfig(1, seed=9, repetitions=1, asymmetric=False)
    (person,) = make_population(tmp_path, config, check=wrong_at_first)
    assert ("It is the first.",) in person.rejected
    written = read_motion(
        person.session / "OpenSimData/Kinematics/squats1.mot",
        spec=read_model(next(person.session.rglob("*.osim"))),
    )
    np.testing.assert_allclose(written.values, seen[1].values, atol=1e-6)


def test_a_depth_is_kept_while_other_styles_are_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(population, "PATIENCE", 3)
    seen: list[float] = []

    def wrong_at_first(motion: Motion, _: Skeleton) -> tuple[str, ...]:
        seen.append(round(float(motion.select(KNEES).values.mean(axis=1).max()), 3))
        return ("It is one of the first.",) if len(seen) < 5 else ()

    monkeypatch.setattr(population, "draw_style", easy_style)
    config = PopulationConfig(1, repetitions=1, asymmetric=False)
    make_population(tmp_path, config, check=wrong_at_first)
    assert len(seen) == 5
    assert seen[0] == seen[1] == seen[2] != seen[3]
    assert seen[3] == seen[4]


def easy_style(_: np.random.Generator, *, depth: float, **__: object) -> SquatStyle:
    return SquatStyle(depth=min(depth, 1.2 + 0.1 * depth), repetitions=1)


def test_a_check_that_nothing_passes_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(population, "ATTEMPTS", 3)
    config = PopulationConfig(1, repetitions=1, asymmetric=False)
    with pytest.raises(SimulationError, match="None of 3 styles"):
        make_population(tmp_path, config, check=lambda *_: ("It is wrong.",))


def test_noise_shakes_what_was_checked_and_keeps_ranges_and_couplers(
    tmp_path: Path,
) -> None:
    quiet = PopulationConfig(1, seed=4, repetitions=1, asymmetric=False)
    motions = []
    for name, config in (
        ("quiet", quiet),
        ("noisy", replace(quiet, noise=CaptureNoise())),
    ):
        (person,) = make_population(tmp_path / name, config)
        spec = read_model(next(person.session.rglob("*.osim")))
        path = person.session / "OpenSimData/Kinematics/squats1.mot"
        motions.append(read_motion(path, spec=spec))
    clean, noisy = motions
    off = noisy.values - clean.values
    hip = clean.names.index("hip_flexion_r")
    assert 0.002 < off[:, hip].std() < 0.03  # drift and jitter, rad
    knee, patella = noisy.column("knee_angle_r"), noisy.column("knee_angle_r_beta")
    np.testing.assert_allclose(patella, knee, atol=1e-5)
    coordinate = spec.coordinate("knee_angle_r")
    assert knee.min() >= coordinate.minimum - 1e-6


@pytest.fixture(scope="module")
def deep(recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person on OpenCap's model, whose knees bend to 140 degrees."""
    return make_session(
        tmp_path_factory.mktemp("deep") / "ada",
        person="ada",
        body=draw_body("female", rng=np.random.default_rng(3)),
        styles={"deep": SquatStyle(depth=2.3, pelvis_share=0.25, repetitions=1)},
        generic=recordings / "models/LaiUhlrich2022.osim",
    )


def test_another_generic_model_squats_deeper(deep: Path) -> None:
    found = read_session(deep)
    assert found.model_name == "LaiUhlrich2022"
    assert found.model is not None
    spec = read_model(found.model)
    (trial,) = found.motions
    assert trial.motion is not None
    motion = read_motion(trial.motion, spec=spec)
    assert np.degrees(motion.column("knee_angle_r").max()) == pytest.approx(
        np.degrees(2.3), abs=0.5
    )
    skeleton = Skeleton(spec, contacts=contact_spheres(spec))
    assert check_physics(motion, skeleton).reasons == ()


def test_a_generic_model_without_markers_has_the_persons_thighs(
    deep: Path,
) -> None:
    """And there are no markers to write."""
    body = draw_body("female", rng=np.random.default_rng(3))
    standing = Skeleton(read_model(next(deep.rglob("*.osim")))).default_pose()
    hip, knee = (origin_of(standing, f"{name}_r")[1] for name in ("femur", "tibia"))
    assert hip - knee == pytest.approx(
        body.trochanterion_height - body.epicondyle_height, abs=1e-3
    )
    assert not (deep / "MarkerData").exists()


def test_a_model_of_another_family_is_refused(sessions: Path) -> None:
    scaled = next((sessions / "lab_s4/OpenSimData/Model").glob("*scaled.osim"))
    with pytest.raises(BigeError, match=r"it has 62\.6 kg instead of 75\.3 kg"):
        check_generic(scaled)
