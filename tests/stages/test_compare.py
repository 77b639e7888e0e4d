"""Systems that make motions, trained and compared from a dataset on."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.errors import BigeError, DatasetError, MissingFileError
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.opensim_files.series import read_activations
from bige_osim.io.session.read import read_session
from bige_osim.spec import spec_from_json
from bige_osim.stages.collect import collect
from bige_osim.stages.compare import compare
from bige_osim.stages.compare_request import CompareRequest
from bige_osim.stages.compared_motions import find_participant
from bige_osim.stages.compared_recordings import read_raw, read_recorded
from bige_osim.stages.synth import synth

pytestmark = [pytest.mark.opensim, pytest.mark.slow]

GOAL = """\
[activation]
muscles = ["vasmed_r", "vasmed_l"]
low = 0.1
high = 0.9
"""

SMALL = {
    "generator": "[net]\nwidth = 64\n[fitting]\nepochs = 8\ndraws = 256\n",
    "mdm": "[net]\nwidth = 32\nlayers = 1\ndraw_steps = 5\n"
    "[fitting]\nepochs = 2\ndraws = 128\n",
    "t2mgpt": "[net]\nwidth = 32\nlayers = 1\n[net.codes]\nwidth = 32\ncodes = 64\n"
    "[codes.fitting]\nepochs = 2\ndraws = 128\n[fitting]\nepochs = 2\ndraws = 128\n",
}
SYSTEMS = ("reference", "mocap", "vqvae", "mdm", "t2mgpt", "mdm_guided", "bige")


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("compare")
    synth(2, output=root / "people", repetitions=2, asymmetric=False, seed=3)
    sessions = [root / "people" / name for name in ("synth_000", "synth_001")]
    collect(sessions, output=root / "squats.nc", rate=6.0, jobs=2)
    return root


@pytest.fixture(scope="module")
def request_(people: Path) -> CompareRequest:
    (people / "goal.toml").write_text(GOAL)
    for kind, text in SMALL.items():
        (people / f"{kind}.toml").write_text(text)
    return CompareRequest(
        data=people / "squats.nc",
        held_out=("synth_001",),
        sessions=(people / "people" / "synth_001",),
        goal=people / "goal.toml",
        count=2,
        settings={kind: people / f"{kind}.toml" for kind in SMALL},
    )


@pytest.fixture(scope="module")
def compared(people: Path, request_: CompareRequest) -> Path:
    compare(request_, output=people / "compared")
    return people / "compared"


def test_every_system_has_its_motions_its_simulation_and_its_row(
    compared: Path,
) -> None:
    summary = json.loads((compared / "compare.json").read_text())
    assert tuple(row["system"] for row in summary["systems"]) == SYSTEMS
    spec = spec_from_json((compared / "models/synth_001.json").read_text())
    for name in SYSTEMS:
        folder = compared / "motions" / name / "synth_001"
        assert len(json.loads((folder / "motions.json").read_text())["motions"]) == 2
        motion = read_motion(folder / "01.mot", spec=spec)
        simulated = read_activations(folder / "01_simulated.sto")
        assert simulated.time[-1] == pytest.approx(motion.time[-1], abs=0.2)
    with (compared / "table.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["system"] for row in rows} >= {"Reference", "MoCap", "BIGE"}
    assert "BIGE" in (compared / "table.tex").read_text()


def test_guided_motions_pass_and_keep_to_the_goal(compared: Path) -> None:
    summary = json.loads((compared / "compare.json").read_text())
    values = {row["system"]: row["values"] for row in summary["systems"]}
    assert values["bige"]["passed"]["mean"] == 100
    assert values["bige"]["constraint"]["mean"] == 0
    assert "passed" not in values["reference"]
    assert 0 < values["bige"]["surrogate_rmse"]["mean"] < 0.1


def test_what_is_there_is_not_made_again(
    compared: Path, request_: CompareRequest
) -> None:
    kept = {path: path.stat().st_mtime_ns for path in compared.rglob("*.mot")}
    again = compare(request_, output=compared)
    assert {p: p.stat().st_mtime_ns for p in compared.rglob("*.mot")} == kept
    assert "nearest" in again.text


def test_a_net_that_has_seen_who_is_held_out_is_refused(
    compared: Path, request_: CompareRequest, tmp_path: Path
) -> None:
    request = replace(
        request_,
        held_out=("synth_000",),
        nets={"mdm": compared / "nets/mdm"},
    )
    with pytest.raises(DatasetError, match=r"trained on synth_000, who is to be held"):
        compare(request, output=tmp_path / "out")


def test_other_systems_take_part(
    compared: Path, request_: CompareRequest, tmp_path: Path
) -> None:
    theirs = compared / "motions/vqvae/synth_001"
    request = replace(request_, extra={"theirs": theirs})
    summary = compare(request, output=compared).summary
    values = {row["system"]: row["values"] for row in summary["systems"]}
    for key in ("pelvis_tilt", "foot_sliding"):
        assert values["theirs"][key]["mean"] == pytest.approx(
            values["vqvae"][key]["mean"], rel=1e-6, abs=1e-6
        )
    with pytest.raises(BigeError, match=r"--extra mdm: that is the name of a system"):
        replace(request_, extra={"mdm": theirs})


def test_raw_recordings_lie_where_the_dataset_has_them(people: Path) -> None:
    dataset = read_dataset(people / "squats.nc")
    one = find_participant(dataset, "synth_001")
    session = people / "people/synth_001"
    raw = read_raw(dataset, one, sessions=[session])
    kept = [motion.motion for motion in read_recorded(dataset, one)]
    rate = 1 / np.diff(raw[0].time).mean()
    recorded = read_session(session).motions[0].motion
    assert recorded is not None
    assert rate == pytest.approx(read_motion(recorded, spec=one.spec).rate, rel=1e-6)
    for before, after in zip(raw, kept, strict=True):
        inside = after.between(0.1, before.duration - 0.1)
        names = [n for n in inside.names if n in before.names]
        difference = before.select(names).at(inside.time).values
        difference = difference - inside.select(names).values
        assert np.abs(difference).max() < 0.03  # rad or m; the filter's doing


def test_a_session_that_is_not_named_is_missed(people: Path) -> None:
    dataset = read_dataset(people / "squats.nc")
    one = find_participant(dataset, "synth_001")
    with pytest.raises(MissingFileError, match=r"session of participant synth_001"):
        read_raw(dataset, one, sessions=[people / "people/synth_000"])


def test_a_comparison_on_nobody_is_refused() -> None:
    with pytest.raises(BigeError, match=r"whom no net has seen, got none"):
        CompareRequest(data="squats.nc", held_out=())


def test_noise_that_is_guided_makes_more_of_the_goal(compared: Path) -> None:
    summary = json.loads((compared / "compare.json").read_text())
    values = {row["system"]: row["values"] for row in summary["systems"]}
    guided, drawn = (
        values[name]["constraint"]["mean"] for name in ("mdm_guided", "mdm")
    )
    assert guided < drawn
