"""What there is to view in a folder, and what is said where there is nothing."""

from pathlib import Path

import pytest
from tests.made_view import make_results

from bige_osim.errors import BigeError, DataError, MissingFileError, UnknownNameError
from bige_osim.osim.anthropometry import generic_model
from bige_osim.stages.viewed_motions import list_viewed

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_results(tmp_path_factory.mktemp("some") / "solved", "squats1", "walk")


def test_trials_of_a_folder_come_with_all_that_is_known(results: Path) -> None:
    squats, walk = list_viewed([results])
    assert (squats.name, walk.name) == ("squats1", "walk")
    assert squats.activations == results / "squats1_activations.sto"
    assert squats.forces == results / "squats1_grf.mot"
    assert generic_model().parent / "Geometry" in squats.geometry


def test_a_motion_file_finds_its_model_beside(results: Path) -> None:
    motion = results / "opensim" / "walk" / "walk_ik.mot"
    (found,) = list_viewed([motion])
    assert (found.name, found.model.name) == ("walk", "Rajagopal2015.osim")


def test_motions_of_one_name_are_told_apart_by_their_folders(results: Path) -> None:
    motion = results / "opensim" / "walk" / "walk_ik.mot"
    names = [one.name for one in list_viewed([results, motion], trials=["walk"])]
    assert names == ["solved/walk", "walk/walk"]


def test_a_trial_that_there_is_not_is_an_error(results: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean squats1"):
        list_viewed([results], trials=["squat1"])


def test_a_session_has_to_be_solved_first(tmp_path: Path) -> None:
    (tmp_path / "OpenSimData").mkdir()
    with pytest.raises(DataError) as error:
        list_viewed([tmp_path])
    assert str(error.value) == (
        f"{tmp_path}: expected a folder that bige solve, guide or validate wrote, got "
        "a session that was not solved; pass one of these, or a .mot file with --model."
    )


def test_results_within_a_folder_are_pointed_at(results: Path) -> None:
    with pytest.raises(DataError, match=r"got a folder with .*solved in it;"):
        list_viewed([results.parent])


def test_a_folder_of_an_earlier_version_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "guide.json").write_text('{"manifest": {"inputs": []}}')
    with pytest.raises(DataError, match="run bige guide again"):
        list_viewed([tmp_path])


def test_a_motion_without_a_model_asks_for_one(tmp_path: Path) -> None:
    (tmp_path / "a.mot").touch()
    with pytest.raises(BigeError, match=r"needs its model; pass it with --model\."):
        list_viewed([tmp_path / "a.mot"])


def test_a_motion_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"The motion .*a\.mot does not exist"):
        list_viewed([tmp_path / "a.mot"])
