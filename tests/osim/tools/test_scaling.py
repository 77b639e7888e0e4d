from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import MissingFileError, UnknownNameError
from bige_osim.osim.anthropometry import (
    GENERIC_MASS,
    GENERIC_STATURE,
    Body,
    draw_body,
    generic_model,
    segment_factors,
)
from bige_osim.osim.reading.model import read_model
from bige_osim.osim.reading.open_model import OpenModel
from bige_osim.osim.tools.scaling import muscle_volume, scale_model

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def woman() -> Body:
    return draw_body("female", rng=np.random.default_rng(4), stature=1.62)


@pytest.fixture(scope="module")
def scaled(woman: Body, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scale_to(woman, tmp_path_factory.mktemp("scaled") / "woman.osim")


def scale_to(body: Body, path: Path) -> Path:
    ratio = muscle_volume(body.mass, body.stature) / muscle_volume(
        GENERIC_MASS, GENERIC_STATURE
    )
    scale_model(
        generic_model(),
        factors=segment_factors(body),
        mass=body.mass,
        path=path,
        name="Rajagopal2015_scaled",
        muscle_volume_ratio=ratio,
        unlocked=("subtalar_angle_r", "subtalar_angle_l"),
    )
    return path


def test_legs_are_as_long_as_the_bodys(scaled: Path, woman: Body) -> None:
    loaded = OpenModel(scaled)
    hip = loaded.placement("femur_r")[1, 3]
    malleolus = loaded.model.getMarkerSet().get("RLMAL")
    ankle = malleolus.getLocationInGround(loaded.state).get(1)
    assert hip - ankle == pytest.approx(woman.leg_length, rel=0.01)


def test_mass_is_the_bodys_and_shared_as_in_the_generic_model(
    scaled: Path, woman: Body
) -> None:
    spec, generic = read_model(scaled), read_model(generic_model())
    assert spec.mass == pytest.approx(woman.mass, rel=1e-9)
    shares = [body.mass / woman.mass for body in spec.bodies]
    assert shares == pytest.approx([b.mass / GENERIC_MASS for b in generic.bodies])


def test_inertia_follows_mass_and_length_of_a_uniformly_scaled_bone(
    scaled: Path, woman: Body
) -> None:
    bodies = [
        next(b for b in read_model(path).bodies if b.name == "femur_r")
        for path in (scaled, generic_model())
    ]
    length = segment_factors(woman)["femur_r"][1]
    ratio = bodies[0].mass / bodies[1].mass * length**2
    np.testing.assert_allclose(bodies[0].inertia, bodies[1].inertia * ratio, rtol=1e-9)


def test_muscles_keep_the_ratio_of_tendon_to_fibre(scaled: Path) -> None:
    spec, generic = read_model(scaled), read_model(generic_model())
    assert spec.muscle_names == generic.muscle_names
    assert len(spec.muscles) == 80
    for muscle, before in zip(spec.muscles, generic.muscles, strict=True):
        fibre = muscle.optimal_fiber_length / before.optimal_fiber_length
        tendon = muscle.tendon_slack_length / before.tendon_slack_length
        assert fibre == pytest.approx(tendon)
        assert 0.7 < fibre < 1.3


def test_force_times_fibre_length_follows_the_muscle_volume(
    scaled: Path, woman: Body
) -> None:
    def volumes(path: Path) -> np.ndarray:
        muscles = read_model(path).muscles
        return np.array(
            [m.max_isometric_force * m.optimal_fiber_length for m in muscles]
        )

    ratio = (47.05 * woman.mass * 1.62 + 1289.6) / (47.05 * 75.337 * 1.70 + 1289.6)
    np.testing.assert_allclose(volumes(scaled) / volumes(generic_model()), ratio)


def test_the_subtalar_joints_are_free(scaled: Path) -> None:
    locked = {c.name for c in read_model(scaled).coordinates if c.locked}
    assert "mtp_angle_r" in locked
    assert not locked & {"subtalar_angle_r", "subtalar_angle_l"}


def test_the_same_body_makes_the_same_bytes(
    scaled: Path, woman: Body, tmp_path: Path
) -> None:
    again = scale_to(woman, tmp_path / "again.osim")
    assert sha256(again.read_bytes()).digest() == sha256(scaled.read_bytes()).digest()


def test_the_file_names_no_folder_of_this_computer(scaled: Path) -> None:
    text = scaled.read_text()
    assert str(scaled.parent) not in text
    assert str(generic_model().parent) not in text


def test_an_unknown_body_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError) as caught:
        scale_model(
            generic_model(),
            factors={"femur": (1.0, 1.0, 1.0)},
            mass=70.0,
            path=tmp_path / "x.osim",
        )
    assert "has no body named femur; did you mean femur_r?" in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_missing_generic_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        scale_model(
            tmp_path / "no.osim", factors={}, mass=70.0, path=tmp_path / "x.osim"
        )
