"""Contact points of a model's own, of its family, of a file, or made under its feet."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests import models

from bige_osim.errors import DataError, ModelError, UnknownNameError
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.contacts import add_contacts, contact_spheres, find_contacts
from bige_osim.spec import (
    JointSpec,
    ModelSpec,
    SphereSpec,
)

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def man(generic_man: Path) -> ModelSpec:
    return read_model(generic_man)


@pytest.fixture(scope="module")
def stranger(man: ModelSpec) -> ModelSpec:
    """The same man without a family: other name, other names of coordinates."""
    coordinates = tuple(replace(c, name=f"c_{c.name}") for c in man.coordinates)
    renamed = {c.name: f"c_{c.name}" for c in man.coordinates}

    def rename(axis):
        return replace(axis, coordinate=renamed.get(axis.coordinate))

    return replace(
        man,
        name="stranger",
        coordinates=coordinates,
        joints=tuple(
            replace(
                joint,
                rotations=tuple(map(rename, joint.rotations)),
                translations=tuple(map(rename, joint.translations)),
            )
            for joint in man.joints
        ),
        couplers=tuple(
            replace(c, dependent=f"c_{c.dependent}", independent=f"c_{c.independent}")
            for c in man.couplers
        ),
    )


def lowest(spec: ModelSpec, spheres: tuple[SphereSpec, ...]) -> np.ndarray:
    """Lowest points of the spheres in the default pose, m."""
    skeleton = Skeleton(spec, contacts=spheres, fill=True)
    return skeleton.foot_points(skeleton.default_pose()).numpy()


def test_a_models_own_spheres_come_before_its_familys(man: ModelSpec) -> None:
    own = (
        SphereSpec(name="heel", body="calcn_r", location=(0.0, 0.0, 0.0), radius=0.05),
    )
    found = find_contacts(replace(man, contacts=own))
    assert (found.spheres, found.source) == (own, "model")
    assert find_contacts(man).source == "family"


def test_points_made_from_the_feet_lie_where_the_family_puts_them(
    man: ModelSpec, stranger: ModelSpec
) -> None:
    family, made = find_contacts(man), find_contacts(stranger)
    assert (family.source, made.source) == ("family", "feet")
    assert {s.body for s in made.spheres} == {"calcn_r", "toes_r", "calcn_l", "toes_l"}
    np.testing.assert_allclose(
        lowest(stranger, made.spheres), lowest(man, family.spheres), atol=0.012
    )


def test_a_foot_of_one_piece_gets_points_in_proportion_to_the_leg(
    man: ModelSpec, stranger: ModelSpec
) -> None:
    kept = [j for j in stranger.joints if not j.child.startswith("toes")]
    names = {j.child for j in kept}
    joints = {j.name for j in kept}
    blunt = replace(
        stranger,
        joints=tuple(kept),
        bodies=tuple(b for b in stranger.bodies if b.name in names),
        coordinates=tuple(c for c in stranger.coordinates if c.joint in joints),
        markers=(),
    )
    spheres = find_contacts(blunt).spheres
    assert {s.body for s in spheres} == {"calcn_r", "calcn_l"}
    points = lowest(blunt, spheres)
    expected = lowest(man, find_contacts(man).spheres)
    np.testing.assert_allclose(points, expected, atol=0.06)
    assert np.ptp(points[:, 0]) == pytest.approx(np.ptp(expected[:, 0]), abs=0.03)


def test_a_file_names_feet_and_their_points(man: ModelSpec, tmp_path: Path) -> None:
    path = tmp_path / "feet.toml"
    path.write_text(
        'name = "x"\ntitle = "X"\nfeet = ["toes_r", "toes_l"]\n'
        '[[contacts]]\nname = "ball"\nbody = "calcn"\n'
        "x = 0.0\ny = 0.0\nz = 0.0\nradius = 0.03\n"
    )
    spec = add_contacts(man, path)
    assert spec.feet == ("toes_r", "toes_l")
    assert [(s.name, s.body) for s in spec.contacts] == [
        ("ball_r", "toes_r"),
        ("ball_l", "toes_l"),
    ]
    assert find_contacts(spec).source == "model"
    assert add_contacts(man, None) is man


def test_a_file_that_fits_the_model_badly_is_refused(
    man: ModelSpec, tmp_path: Path
) -> None:
    path = tmp_path / "feet.toml"
    path.write_text('name = "x"\ntitle = "X"\nfeet = ["calcn_right"]\n')
    with pytest.raises(UnknownNameError, match="no body named calcn_right"):
        add_contacts(man, path)
    path.write_text('name = "x"\ntitle = "X"\n')
    with pytest.raises(DataError, match=r"expected feet or \[\[contacts\]\]"):
        add_contacts(man, path)


def test_an_arm_has_no_contact_points_and_only_those_who_need_some_complain(
    man: ModelSpec,
) -> None:
    root = next(j for j in man.joints if j.parent == "ground")
    fixed = replace(
        man,
        name="fixed",
        bodies=tuple(b for b in man.bodies if not b.name.startswith("calcn")),
        joints=tuple(
            replace(j, parent=j.parent.replace("calcn", "talus"))
            for j in man.joints
            if not j.child.startswith("calcn")
        ),
        coordinates=tuple(
            c
            for c in man.coordinates
            if c.joint != root.name and not c.name.startswith("subtalar")
        ),
        markers=(),
    )
    fixed = replace(
        fixed,
        joints=tuple(
            _still(joint) if joint.name == root.name else joint
            for joint in fixed.joints
        ),
    )
    assert find_contacts(fixed).source == "none"
    with pytest.raises(ModelError, match="no contact spheres, and no body"):
        contact_spheres(fixed)


def _still(joint: JointSpec) -> JointSpec:
    """The same joint without coordinates."""
    axes = (models.still(),) * 3
    return replace(joint, rotations=axes, translations=axes)


@pytest.mark.recordings
@pytest.mark.parametrize(
    "name", ["gait2392_subject01", "gait10dof18musc_subject01", "hamner_subject02"]
)
def test_points_made_under_models_of_the_library_are_level(
    name: str, recordings: Path
) -> None:
    spec = read_model(recordings / "models" / "opensim_library" / f"{name}.osim")
    found = find_contacts(spec)
    assert found.source == "feet"
    points = lowest(spec, found.spheres)
    assert len(points) == 12
    assert np.ptp(points[:, 1]) < 0.01
    assert 0.2 < np.ptp(points[:, 0]) < 0.35
