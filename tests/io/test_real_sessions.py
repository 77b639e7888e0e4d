"""The five real sessions, and files in sessions that are never opened."""

import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.session.read import Session, read_session


class Watch:
    """A hook of the interpreter that notes the name of every file it opens."""

    def __init__(self) -> None:
        self.on = False
        self.names: list[str] = []
        sys.addaudithook(self)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if self.on and event == "open":
            self.names.append(str(args[0]))


@pytest.fixture(scope="module")
def hook() -> Watch:
    return Watch()  # one is enough: hooks cannot be taken off again


@pytest.fixture
def watch(hook: Watch) -> Iterator[Watch]:
    hook.names.clear()
    hook.on = True
    yield hook
    hook.on = False


class Trap:
    """Unpickling this makes the file it was told."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path(self.path),))


def test_pickles_are_never_opened(folder: Path, watch: Watch) -> None:
    for name in ("Videos", "OpenSimData/Kinematics", "MarkerData", "OpenSimData/Model"):
        (folder / name).mkdir(exist_ok=True)
        trap = pickle.dumps(Trap(str(folder / "sprung")))
        (folder / name / "squat.pickle").write_bytes(trap)
    watch.names.clear()
    assert read_session(folder).problems == ()
    assert any(name.endswith("squat.mot") for name in watch.names)
    assert not any(name.endswith(".pickle") for name in watch.names)
    assert not (folder / "sprung").exists()


REAL = {
    "field_study_0": ("field_study_0", 72.0, 1.78, "male", {"Squats_0", "Asym_0"}),
    "OpenCapData_2db17660-ae9d-44b4-85ee-ab3193511c6d": (
        "Jane",
        60.0,
        1.67,
        "female",
        {"walking2_1", "walking2_2", "walking2_3", "walking2_4"},
    ),
    "lab_s4": (
        "lab_s4",
        62.6,
        1.68,
        "female",
        {"DJ1", "DJ2", "DJAsym1", "STS1", "STSAsym1", "squats1", "walking1"}
        | {"walking2", "walkingTS1"},
    ),
    "lab_s6": (
        "lab_s6",
        59.0,
        1.65,
        "female",
        {"DJ1", "STS1", "STSAsym1", "squats1", "squatsAsym1", "walking1"},
    ),
    "video_s2": ("video_s2", 78.2, 1.96, "male", {"squats1", "walking1"}),
}


@pytest.mark.recordings
@pytest.mark.parametrize("name", REAL)
def test_a_real_session_is_read_with_all_its_motions(name: str, sessions: Path) -> None:
    person, mass, height, sex, motions = REAL[name]
    session = read_session(sessions / name)
    assert session.person == person
    assert (session.mass, session.height, session.sex) == (mass, height, sex)
    assert {trial.name for trial in session.motions} == motions
    assert session.model is not None
    assert session.model.stem.startswith(session.model_name)
    rate = 60.0 if name.startswith(("field", "Open")) else 100.0
    assert {trial.rate for trial in session.motions} == {rate}
    loaded = {trial.plates for trial in session.motions}
    assert loaded == ({2} if name == "lab_s4" else {0})


@pytest.mark.recordings
def test_what_is_wrong_with_the_real_sessions_is_said(sessions: Path) -> None:
    found: dict[str, Session] = {name: read_session(sessions / name) for name in REAL}
    assert found.pop("video_s2").problems == (
        "Trial squats1 has no markers (MarkerData/squats1.trc).",
        "Trial walking1 has no markers (MarkerData/walking1.trc).",
    )
    assert {problem for s in found.values() for problem in s.problems} == set()
    plain = "LaiArnoldModified2017_poly_withArms_weldHand_scaled"
    assert found["field_study_0"].notes == (
        f"OpenSimData/Model/{plain}_adjustedMA_contacts.osim is there too; "
        f"{plain}.osim is used.",
    )


@pytest.mark.recordings
def test_no_pickle_of_a_real_session_is_opened(sessions: Path, watch: Watch) -> None:
    (folder,) = sessions.glob("OpenCapData_*")
    assert list(folder.rglob("*.pickle"))
    read_session(folder)
    assert any(name.endswith(".mot") for name in watch.names)
    assert not any(name.endswith(".pickle") for name in watch.names)


@pytest.mark.recordings
def test_the_coupled_knee_is_read_in_radians_though_the_file_is_in_degrees(
    sessions: Path,
) -> None:
    motion = read_motion(sessions / "lab_s4/OpenSimData/Kinematics/squats1.mot")
    knee, coupled = (motion.column(f"knee_angle_r{end}") for end in ("", "_beta"))
    assert np.abs(knee - coupled).max() < 1e-6
