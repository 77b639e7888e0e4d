"""Recorded and guided squats scored, from folders, files and datasets."""

import csv
import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from bige_osim.dataset.dataset import make_dataset
from bige_osim.dataset.netcdf_write import DatasetWriter
from bige_osim.dataset.sample import Labels, Sample
from bige_osim.errors import BigeError, DataError, MissingFileError
from bige_osim.io.opensim_files.mot import write_motion
from bige_osim.io.opensim_files.series import write_series
from bige_osim.io.output import write_json
from bige_osim.motion import Activations, GroundReaction, Moments, Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.repetitions.repetition import Repetition
from bige_osim.solving.contacts import skeleton_with_feet
from bige_osim.spec import ModelSpec
from bige_osim.stages.score import ScoreRequest, score
from bige_osim.stages.scored_files import list_participants
from bige_osim.stages.scored_goal import find_asked
from bige_osim.synthetic.squat_motion import SquatMaker
from bige_osim.synthetic.squat_style import SquatStyle

pytestmark = pytest.mark.opensim

VASTI = ("vasmed_r", "vasmed_l")
GOAL = {"activation": {"muscles": list(VASTI), "low": 0.35, "high": 0.45}}


def work(motion: Motion, peak: float) -> Activations:
    """Both muscles work as the right knee is bent, up to a peak."""
    bend = motion.column("knee_angle_r")
    effort = peak * bend / bend.max()
    return Activations(motion.time, np.stack([effort] * 2, axis=1), VASTI)


@pytest.fixture(scope="module")
def spec(generic_man: Path) -> ModelSpec:
    return read_model(generic_man)


@pytest.fixture(scope="module")
def squats(spec: ModelSpec) -> dict[int, Motion]:
    """Trials of one and of two squats, by their number."""
    maker, random = SquatMaker(skeleton_with_feet(spec)), np.random.default_rng(0)
    styles = {
        count: SquatStyle(repetitions=count, depth=np.radians(80.0 + 8 * count))
        for count in (1, 2)
    }
    return {n: maker.motion(s, rate=60.0, rng=random) for n, s in styles.items()}


@pytest.fixture(scope="module")
def study(
    tmp_path_factory: pytest.TempPathFactory,
    generic_man: Path,
    spec: ModelSpec,
    squats: dict[int, Motion],
) -> Path:
    """A folder of two participants, with a trial of two squats and of one."""
    folder = tmp_path_factory.mktemp("study")
    for name, count in (("ada", 2), ("bob", 1)):
        own = folder / name
        own.mkdir()
        shutil.copy(generic_man, own)
        write_motion(own / "squats.mot", squats[count], spec=spec)
        write_series(own / "squats_activations.sto", work(squats[count], 0.6))
        (own / "squats_grf.mot").write_text("forces, which are no motion")
    return folder


def make_guided(
    folder: Path, model: Path, motion: Motion, *, goal: dict[str, object]
) -> Path:
    """Leave a folder of a guided motion, whose vasti come to 0.5."""
    place = folder / "opensim" / "01"
    place.mkdir(parents=True)
    shutil.copy(model, place)
    write_motion(place / "01_ik.mot", motion, spec=read_model(model))
    write_series(folder / "01_activations.sto", work(motion, 0.5))
    summary = {
        "goal": goal,
        "motions": [{"file": "01.mot"}],
        "manifest": {"inputs": [{"file": str(model)}]},
    }
    write_json(folder / "guide.json", summary)
    return folder


@pytest.fixture
def guided(tmp_path: Path, generic_man: Path, squats: dict[int, Motion]) -> Path:
    return make_guided(tmp_path / "guided", generic_man, squats[1], goal=GOAL)


def test_guided_motions_are_scored_beside_recorded_repetitions(
    guided: Path, study: Path, tmp_path: Path
) -> None:
    request = ScoreRequest(paths=[guided], reference=[study])
    found = score(request, output=tmp_path / "out").summary
    own, reference = found["systems"]
    assert found["target"] == {"muscles": list(VASTI), "low": 0.35, "high": 0.45}
    assert [m["motion"] for m in own["each_motion"]] == ["01"]
    assert own["summary"]["constraint"]["mean"] == pytest.approx(0.05)
    assert own["summary"]["constraint"]["low"] is None
    names = [(m["participant"], m["motion"]) for m in reference["each_motion"]]
    assert names == [("ada", "squats 1"), ("ada", "squats 2"), ("bob", "squats 1")]
    assert reference["summary"]["constraint"]["participants"] == 2
    assert reference["summary"]["constraint"]["mean"] == pytest.approx(0.15, abs=0.05)
    assert own["summary"]["fidelity_rotations"]["mean"] > 0
    assert own["summary"]["foot_sliding"]["mean"] < 0.01
    assert json.loads((tmp_path / "out" / "score.json").read_text()) == found


def test_the_table_has_motions_participants_and_statistics(
    study: Path, tmp_path: Path
) -> None:
    result = score(ScoreRequest(paths=[study]), output=tmp_path)
    with (tmp_path / "score.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["row"] for row in rows] == [
        *["motion"] * 3,
        *["participant"] * 2,
        *("mean", "SD", "95 % low", "95 % high"),
    ]
    ada, bob, mean = (float(row["angular_velocity"]) for row in rows[3:6])
    assert mean == pytest.approx((ada + bob) / 2)
    assert (rows[5]["participants"], rows[5]["motions"]) == ("2", "3")
    assert rows[0]["pelvis_tilt"] == ""
    first = result.text.splitlines()[0].strip()
    assert first == "scored: 3 motions, 2 participants"
    assert "pelvis tilt" not in result.text


def test_whole_motions_are_scored_if_asked_for(study: Path, tmp_path: Path) -> None:
    request = ScoreRequest(paths=[study], whole=True)
    (own,) = score(request, output=tmp_path).summary["systems"]
    assert [m["motion"] for m in own["each_motion"]] == ["squats", "squats"]


def test_sets_may_be_compared_without_the_arms(study: Path, tmp_path: Path) -> None:
    every, less = (
        score(
            ScoreRequest(paths=[study], whole=True, arms=arms), output=tmp_path / name
        ).summary
        for arms, name in ((True, "every"), (False, "less"))
    )
    left_out = set(every["compared_by"]) - set(less["compared_by"])
    assert {"arm_flex_r", "elbow_flex_l"} <= left_out
    assert all(name[:3] in ("arm", "elb", "pro", "wri") for name in left_out)
    entropy = [one["systems"][0]["summary"]["paper_entropy"] for one in (every, less)]
    assert entropy[0] == entropy[1]


def test_motions_without_a_repetition_are_left_out_and_said(
    study: Path, tmp_path: Path
) -> None:
    request = ScoreRequest(paths=[study], exercise="lunge")
    with pytest.raises(BigeError) as error:
        score(request, output=tmp_path / "out")
    assert str(error.value) == (
        "There is no motion to score. squats has no lunge and is left out; --whole "
        "scores motions as they are."
    )
    assert not (tmp_path / "out").exists()


def test_activations_that_end_too_soon_are_not_taken(
    study: Path, tmp_path: Path, spec: ModelSpec
) -> None:
    folder = tmp_path / "ada"
    shutil.copytree(study / "ada", folder)
    goal = tmp_path / "goal.toml"
    goal.write_text('[activation]\nmuscles = ["vasmed_r"]\nhigh = 0.4\n')
    short = Activations(np.arange(10.0) / 60, np.full((10, 1), 0.5), ("vasmed_r",))
    write_series(folder / "squats_activations.sto", short)
    request = ScoreRequest(paths=[folder], goal=goal)
    result = score(request, output=tmp_path / "out")
    assert result.summary["systems"][0]["summary"]["constraint"]["mean"] is None
    assert "The activations of squats 1 do not cover it." in result.text


def test_simulated_activations_count_before_expected_ones(
    guided: Path, squats: dict[int, Motion], tmp_path: Path
) -> None:
    write_series(guided / "01_simulated.sto", work(squats[1], 0.4))
    (own,) = score(ScoreRequest(paths=[guided]), output=tmp_path / "out").summary[
        "systems"
    ]
    assert own["summary"]["constraint"]["mean"] == 0


def test_files_of_one_model_are_one_participant(study: Path) -> None:
    motions = [study / name / "squats.mot" for name in ("ada", "bob")]
    found = list_participants(motions, model=study / "ada" / "man.osim")
    assert {name: len(own) for name, own in found.items()} == {"man": 2}
    assert list(list_participants(motions)) == ["ada", "bob"]
    assert list(list_participants([study, study / "ada"])) == ["ada", "bob"]


def test_folders_of_one_name_are_told_apart_by_those_they_lie_in(
    study: Path, tmp_path: Path
) -> None:
    other = tmp_path / "later" / "ada"
    shutil.copytree(study / "ada", other)
    names = list(list_participants([study / "ada", other]))
    assert names == [f"{study.name}/ada", "later/ada"]


def test_a_folder_without_motions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected a folder that bige solve, guide"):
        list_participants([tmp_path])
    with pytest.raises(MissingFileError, match=r"a\.mot does not exist"):
        list_participants([tmp_path / "a.mot"])


def test_a_folder_with_two_models_is_refused(study: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ada"
    shutil.copytree(study / "ada", folder)
    shutil.copy(folder / "man.osim", folder / "other.osim")
    with pytest.raises(DataError) as error:
        list_participants([folder])
    assert str(error.value) == (
        f"{folder}: expected one model (.osim) beside the motions, got man.osim, "
        "other.osim; leave only the participant's own there."
    )


def test_folders_that_were_guided_to_different_ranges_need_a_goal(
    guided: Path, tmp_path: Path, generic_man: Path, squats: dict[int, Motion]
) -> None:
    other = make_guided(
        tmp_path / "other",
        generic_man,
        squats[1],
        goal={"activation": {"muscles": ["vasmed_r"], "high": 0.2}},
    )
    listed = list_participants([guided, other])
    with pytest.raises(BigeError, match="guided to different ranges of activation"):
        find_asked(None, listed)
    goal = tmp_path / "goal.toml"
    goal.write_text('[activation]\nmuscles = ["vasti"]\nlow = 0.3\n')
    asked = find_asked(goal, listed)
    assert asked is not None
    assert (asked.muscles, asked.low, asked.high) == (("vasti",), 0.3, 1.0)
    goal.write_text(
        '[[activation]]\nmuscles = ["vasmed_r"]\nlow = 0.3\n'
        '[[activation]]\nmuscles = ["vasmed_l"]\nlow = 0.3\n'
    )
    with pytest.raises(BigeError, match="has 2 ranges of activation, expected one"):
        find_asked(goal, listed)


def test_a_listing_that_is_none_is_named(guided: Path) -> None:
    (guided / "guide.json").write_text('{"manifest": {"inputs": []}}')
    with pytest.raises(DataError, match="expected what bige guide writes"):
        find_asked(None, list_participants([guided]))


def make_sample(motion: Motion, spec: ModelSpec, person: str) -> Sample:
    """A squat as a dataset has it, without ground reaction and moments."""
    plain = motion.select(spec.independent_names)
    feet, none = ("calcn_r", "calcn_l"), np.zeros((len(motion.time), 2, 3))
    return Sample(
        motion=plain,
        activations=work(motion, 0.6),
        moments=Moments(plain.time, 0 * plain.values, plain.names),
        ground=GroundReaction(plain.time, none, none, none, feet, "estimated"),
        origin=np.zeros(3),
        repetition=Repetition(0.0, motion.duration, 1.0, 1.5, "squat", 0.8),
        labels=Labels(
            person, person, "squats", "synthetic", "fast", 1.8, spec.mass, 0.9
        ),
        spec=spec,
    )


def test_a_dataset_is_scored_by_participant(
    guided: Path, spec: ModelSpec, squats: dict[int, Motion], tmp_path: Path
) -> None:
    path = tmp_path / "squats.nc"
    samples = [make_sample(squats[1], spec, person) for person in ("eve", "joe")]
    with DatasetWriter(path) as writer:
        writer.append(make_dataset(samples, cutoff=4.0))
    request = ScoreRequest(paths=[guided], reference=[path])
    own, reference = score(request, output=tmp_path / "out").summary["systems"]
    assert list(reference["each_participant"]) == ["eve", "joe"]
    assert reference["each_motion"][0]["motion"] == "squats at 0.00 s"
    near = own["summary"]["fidelity_rotations_deg"]["mean"]
    assert near == pytest.approx(0, abs=0.01)
    assert math.isclose(reference["summary"]["constraint"]["mean"], 0.15, abs_tol=0.001)
