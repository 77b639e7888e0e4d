from dataclasses import replace
from pathlib import Path

import pytest
from tests.models import coordinate, joint, muscle

from bige_osim.errors import DataError, MissingFileError
from bige_osim.io import profile
from bige_osim.io.profile import (
    families_folder,
    family_spheres,
    find_profile,
    read_profile,
    read_profiles,
)
from bige_osim.spec import (
    JointSpec,
    ModelSpec,
)

MUSCLES = tuple(
    muscle + side
    for side in ("_r", "_l")
    for muscle in ("recfem", "vasint", "vaslat", "vasmed", "gaslat")
)


def foot(side: str, length: float) -> JointSpec:
    return joint("calcn" + side, "toes" + side, at=(length, 0.0, 0.0))


def model(name: str, *, length: float = 0.2, coordinates: str = "") -> ModelSpec:
    names = coordinates.split() or ["knee_angle_r", "pelvis_ty"]
    return ModelSpec(
        name=name,
        joints=(foot("_r", length), foot("_l", 0.9 * length)),
        coordinates=tuple(coordinate(n) for n in names),
        muscles=tuple(muscle(n) for n in MUSCLES),
    )


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("LaiArnoldModified2017_poly_withArms_weldHand_scaled", "lai_arnold"),
        ("LaiArnoldModified2017_contacts", "lai_arnold"),
        ("LaiUhlrich2022_scaled", "lai_uhlrich_2022"),
        ("Rajagopal2015", "rajagopal2015"),
        (
            "FullBodyModel_MuscleActuatedLowerLimb_TorqueActuatedUpperBody",
            "rajagopal2015",
        ),
        ("gait2392", "none"),
    ],
)
def test_a_family_is_found_by_the_models_name(name: str, family: str) -> None:
    assert find_profile(model(name)).name == family


@pytest.mark.parametrize(
    ("more", "family"), [("", "lai_arnold"), ("wrist_flex_r", "rajagopal2015")]
)
def test_a_renamed_model_is_found_by_its_coordinates(more: str, family: str) -> None:
    coordinates = f"knee_angle_r_beta mtp_angle_r pro_sup_r {more}"
    spec = model("optimized_scale_and_markers", coordinates=coordinates)
    assert find_profile(spec).name == family


def test_groups_come_for_each_side_and_both() -> None:
    groups = find_profile(model("Rajagopal2015")).muscle_groups
    assert groups["vasti_l"] == ("vasint_l", "vaslat_l", "vasmed_l")
    assert groups["quadriceps_r"] == ("recfem_r", "vasint_r", "vaslat_r", "vasmed_r")
    assert groups["quadriceps"] == groups["quadriceps_r"] + groups["quadriceps_l"]


def test_every_muscle_of_a_group_has_a_full_name() -> None:
    profile = find_profile(model("Rajagopal2015"))
    file = next(file for file in read_profiles() if file.name == profile.name)
    stems = {stem for stems in file.muscle_groups.values() for stem in stems}
    assert stems <= set(file.full_names)
    assert profile.full_name("bflh_l") == "biceps femoris long head, left"
    assert profile.full_name("glut_max1_r") == "glut max1, right"  # not known


def test_a_group_that_the_model_has_only_in_part_is_left_out() -> None:
    groups = find_profile(model("Rajagopal2015")).muscle_groups
    assert "gastrocnemii_r" not in groups  # gasmed_r is missing
    assert "hamstrings" not in groups


def test_contact_spheres_grow_with_the_foot_and_mirror_across_it() -> None:
    spheres = {s.name: s for s in family_spheres(model("Rajagopal2015", length=0.2))}
    assert len(spheres) == 12
    right, left = spheres["s3_r"], spheres["s3_l"]
    assert (right.body, left.body) == ("calcn_r", "calcn_l")
    assert right.location == pytest.approx((0.2 * 0.81385, -0.01, 0.2 * 0.31597))
    assert left.location == pytest.approx((0.18 * 0.81385, -0.01, -0.18 * 0.31597))
    assert right.radius == left.radius == 0.032
    assert spheres["s6_l"].body == "toes_l"


def test_a_model_of_no_family_gets_no_spheres_of_one() -> None:
    assert family_spheres(model("gait2392")) == ()
    feet = replace(model("Rajagopal2015"), joints=(foot("_r", 0.2),))
    assert family_spheres(feet) == ()


def test_every_shipped_family_has_a_readme_and_its_folders_name() -> None:
    families = read_profiles()
    folders = {path.name for path in families_folder().iterdir() if path.is_dir()}
    assert {file.name for file in families} == folders - {"marker_sets"}
    for file in families:
        assert (families_folder() / file.name / "README.md").is_file()
        assert file.contacts
        assert file.muscle_groups


def test_families_are_found_inside_an_installed_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages" / "bige_osim"
    (package / "osim_models").mkdir(parents=True)
    monkeypatch.setattr(profile, "files", lambda name: package)
    assert families_folder() == package / "osim_models"
    (package / "osim_models").rmdir()
    with pytest.raises(MissingFileError, match="install bige-osim again"):
        families_folder()


def test_an_unknown_key_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_text('name = "x"\ntitle = "X"\nmuscles = []\n')
    with pytest.raises(DataError) as caught:
        read_profile(path)
    assert str(caught.value) == (
        f"{path}, column muscles: expected the keys name, title, base, match, feet, "
        "contacts, muscle_groups, full_names, coordinate_aliases, got name, title, "
        "muscles; write muscle_groups if it is meant."
    )


def test_a_contact_that_lacks_a_number_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_text('name = "x"\ntitle = "X"\n[[contacts]]\nname = "s1"\n')
    with pytest.raises(DataError, match="column body of contacts 1: expected the keys"):
        read_profile(path)


def test_a_file_that_is_not_toml_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_text("name = \n")
    with pytest.raises(DataError, match="expected TOML"):
        read_profile(path)


@pytest.mark.opensim
@pytest.mark.recordings
def test_family_spheres_are_where_opencap_put_them(recordings: Path) -> None:
    from bige_osim.osim.reading.model import read_model

    folder = recordings / "sessions" / "video_s2" / "OpenSimData" / "Model"
    spec = read_model(folder / "LaiArnoldModified2017_contacts.osim")
    placed = family_spheres(spec)
    assert [s.name for s in placed] == [s.name for s in spec.contacts]
    for ours, theirs in zip(placed, spec.contacts, strict=True):
        assert ours.body == theirs.body
        assert ours.radius == theirs.radius
        assert ours.location == pytest.approx(theirs.location, abs=1e-5)
