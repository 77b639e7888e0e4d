"""Other bodies do what a person did; whose motions they are is known."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from tests.synthetic.made_session import make_session

from bige_osim.errors import DatasetError
from bige_osim.evaluation.physics_check import check_physics
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.session.read import Session, read_session
from bige_osim.motion import Motion
from bige_osim.osim.anthropometry import typical_body
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.repetitions.find import find_repetitions
from bige_osim.synthetic.retargeted_sessions import (
    ATTEMPTS,
    CopyConfig,
    make_copies,
    read_recorded,
)
from bige_osim.synthetic.squat_style import SquatStyle

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def ada(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A session that stands in for a recorded one: two squats in one trial."""
    folder = make_session(
        tmp_path_factory.mktemp("recorded") / "ada",
        person="ada",
        body=typical_body("female", stature=1.66, mass=61.0),
        styles={"squats": SquatStyle(repetitions=2, depth=1.5, descent=1.4)},
    )
    return read_session(folder)


def physics(motion: Motion, skeleton: Skeleton) -> tuple[str, ...]:
    return check_physics(motion, skeleton).reasons


def test_the_squats_of_a_session_are_cut_out_one_by_one(ada: Session) -> None:
    recorded = read_recorded(ada)
    assert list(recorded.squats) == ["squats_1", "squats_2"]
    for squat in recorded.squats.values():
        knees = np.degrees(squat.column("knee_angle_r"))
        assert knees.max() == pytest.approx(86.0, abs=3.0)
        assert knees[[0, -1]].max() < 15.0


def test_copies_are_sessions_that_say_whose_motions_they_are(
    ada: Session, tmp_path: Path
) -> None:
    made = make_copies(
        tmp_path, [read_recorded(ada)], CopyConfig(2, seed=1), check=physics
    )
    assert [person.derived_from for person in made] == ["ada", "ada"]
    for person in made:
        assert person.session is not None
        assert person.trials == ("squats_1", "squats_2")
        session = read_session(person.session)
        assert session.problems == ()
        assert (session.derived_from, session.synthetic) == ("ada", True)
        assert session.licence == "copies of a recording (not a recording)"
        metadata = yaml.safe_load((session.path / "sessionMetadata.yaml").read_text())
        varied = metadata["trials"]["squats_1"]
        assert session.model is not None
        spec = read_model(session.model)
        trial = session.trial("squats_1").motion
        assert trial is not None
        motion = read_motion(trial, spec=spec)
        (squat,) = find_repetitions(motion, exercise="squat").accepted
        # 86 degrees from 5 degrees on, standing
        assert np.degrees(squat.depth) == pytest.approx(
            5.0 + 81.0 * varied["depth"], abs=3.0
        )


def test_a_copy_is_the_same_however_many_there_are(
    ada: Session, tmp_path: Path
) -> None:
    recorded = [read_recorded(ada)]
    make_copies(tmp_path / "one", recorded, CopyConfig(1, seed=4))
    make_copies(tmp_path / "two", recorded, CopyConfig(2, seed=4), jobs=2)
    kinematics = Path("copy_000", "OpenSimData", "Kinematics", "squats_1.mot")
    one, two = ((tmp_path / name / kinematics).read_bytes() for name in ("one", "two"))
    assert one == two


def test_what_never_passes_is_counted_and_has_no_session(
    ada: Session, tmp_path: Path
) -> None:
    (person,) = make_copies(
        tmp_path,
        [read_recorded(ada)],
        CopyConfig(1),
        check=lambda *_: ("It is wrong.",),
    )
    assert (person.session, person.trials) == (None, ())
    assert person.rejected == (("It is wrong.",),) * 2 * ATTEMPTS
    assert list(tmp_path.iterdir()) == []


def test_a_session_without_squats_cannot_be_copied(tmp_path: Path) -> None:
    folder = make_session(
        tmp_path / "bob",
        person="bob",
        body=typical_body("male", stature=1.8, mass=80.0),
        styles={},
    )
    with pytest.raises(
        DatasetError, match=r"No squat was found in .*bob that could be"
    ):
        read_recorded(read_session(folder))
