"""From synthetic people to guided motions that OpenSim simulates again: all of it."""

import json
import shutil
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import bige_osim as bige
from bige_osim.cli import main
from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.errors import BigeError, ExistingOutputError
from bige_osim.io.manifest import sha256
from bige_osim.io.opensim_files.forces import (
    read_ground_reaction,
    write_ground_reaction,
)
from bige_osim.io.opensim_files.mot import read_motion, write_motion
from bige_osim.io.opensim_files.table import read_table
from bige_osim.io.session.read import read_session
from bige_osim.nets.kinds.generator import GeneratorSettings
from bige_osim.nets.kinematic_surrogate import KinematicSettings
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.stages.collect import collect
from bige_osim.stages.guide import GuideRequest, guide
from bige_osim.stages.report import report
from bige_osim.stages.search import SearchConfig
from bige_osim.stages.solve import solve
from bige_osim.stages.solve_request import SolveRequest
from bige_osim.stages.synth import synth
from bige_osim.stages.train import train
from bige_osim.stages.validate import validate

GOAL = """\
[activation]
muscles = ["vasmed_r", "vasmed_l"]
low = 0.1
high = 0.9
weight = 1.0

[pelvis_tilt]
max = 0
min = -60

[asymmetry]
weight = 1.0

[ground]
weight = 1.0
"""


@dataclass(frozen=True)
class Way:
    """Folders of one whole way."""

    root: Path
    model: Path

    @property
    def guided(self) -> Path:
        return self.root / "guided"

    @property
    def validated(self) -> Path:
        return self.root / "validated"


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> Way:
    root = tmp_path_factory.mktemp("way")
    synth(2, output=root / "people", repetitions=2, asymmetric=False, seed=3)
    sessions = [root / "people" / name for name in ("synth_000", "synth_001")]
    data = root / "squats.nc"
    collect(sessions, output=data, rate=6.0, jobs=2)
    for net, settings in (
        ("generator", GeneratorSettings.small()),
        ("surrogate", KinematicSettings.small()),
    ):
        train(
            net,
            data,
            output=root / net,
            config=settings,
            epochs=8,
            test_people=["synth_001"],
        )
    (root / "goal.toml").write_text(GOAL)
    model = read_session(sessions[1]).model
    assert model is not None
    request = GuideRequest(
        model=model,
        goal=root / "goal.toml",
        generator=root / "generator",
        count=1,
        steps=30,
    )
    found = guide(request, output=root / "guided")
    assert found.exit_code == 0, found.text
    validate([root / "guided"], model=model, output=root / "validated", rate=6.0)
    report(root)
    return Way(root, model)


def test_the_dataset_holds_every_squat_with_its_own_duration(way: Way):
    dataset = read_dataset(way.root / "squats.nc")
    assert dict(dataset.sizes) == {
        "repetition": 4,
        "frame": 196,
        "coordinate": 37,
        "muscle": 80,
        "residual": 6,
        "foot": 2,
        "axis": 3,
        "osim": 2,
    }
    assert set(dataset["source"].values) == {"synthetic"}
    assert np.ptp(dataset["duration"].values) > 0.01
    start = dataset["motion"].sel(coordinate=["pelvis_tx", "pelvis_tz"])[:, 0]
    assert np.abs(start).max() < 1e-9
    activations = dataset["activations"].values
    assert activations.min() >= 0
    assert activations.max() <= 1


def test_synthetic_squats_load_the_vasti_most_at_the_bottom(way: Way):
    dataset = read_dataset(way.root / "squats.nc")
    vasti = dataset["activations"].sel(muscle="vasmed_r").values
    assert (vasti[:, 90:106].mean(axis=1) > 3 * vasti[:, :8].mean(axis=1)).all()


def test_ground_forces_carry_the_body(way: Way):
    dataset = read_dataset(way.root / "squats.nc")
    vertical = dataset["ground_force"].sel(axis="y").sum("foot").mean("frame")
    weight = dataset["mass_kg"] * 9.80665
    np.testing.assert_allclose(vertical / weight, 1.0, atol=0.03)


def test_the_held_out_person_is_in_no_training(way: Way):
    for net in ("generator", "surrogate"):
        trained = json.loads((way.root / net / "train.json").read_text())
        assert trained["people"]["train"] == ["synth_000"]
        assert trained["people"]["test"] == ["synth_001"]
        lonely, few, *_ = trained["manifest"]["warnings"]
        assert lonely == (
            "Only synth_000 can be trained on, which leaves nobody for validation; the "
            "training loss chooses the weights."
        )
        assert few.startswith(f"The {net} is trained on 1 participant (synth_000), ")


def test_a_run_folder_holds_one_net(way: Way):
    before = (way.root / "generator" / "train.json").read_text()
    with pytest.raises(ExistingOutputError, match=r"train\.json exists already"):
        train("surrogate", way.root / "squats.nc", output=way.root / "generator")
    assert (way.root / "generator" / "train.json").read_text() == before


def test_errors_of_the_nets_have_units(way: Way):
    trained = json.loads((way.root / "generator" / "train.json").read_text())
    errors, metrics = trained["errors"], trained["metrics"]
    assert errors["rotation_rmse_deg"] == pytest.approx(
        np.rad2deg(metrics["rotation_rmse"])
    )
    assert errors["translation_rmse_cm"] == 100 * metrics["translation_rmse"]
    assert trained["standing"]["repetitions"] == 2


def test_guidance_delivers_what_passes_and_says_how_it_came(way: Way):
    written = json.loads((way.guided / "guide.json").read_text())
    assert (written["asked"], written["drawn"]) == (1, 64)
    assert written["satisfied_when_drawn"] == written["feasibility"]["every"]
    assert written["refined"] >= 1
    assert written["activations"] == "exact"
    assert written["people"]["test"] == ["synth_001"]
    assert written["person"]["mass_kg"] > 40
    (motion,) = written["motions"]
    assert motion["holds"]
    assert (motion["reasons"], motion["unsatisfied"]) == ([], [])
    assert motion["uncertainty"] == 0
    assert not (way.guided / "01_uncertainty.sto").exists()
    terms = [term["name"] for term in motion["terms"]]
    assert terms[:4] == ["activation", "pelvis_tilt", "asymmetry", "ground"]
    assert terms[4:] == ["residual", "standing", "change"]
    assert set(written["manifest"]["config"]["search"]) >= {"count", "draws", "noise"}
    assert [Path(one["file"]).name for one in written["manifest"]["inputs"]] == [
        way.model.name,
        "goal.toml",
        "generator.safetensors",
    ]


def test_a_goal_out_of_reach_is_said_first_and_ends_with_exit_code_4(
    way: Way, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Nobody squats to 90 deg with a twentieth of the vasti's strength."""
    few = partial(SearchConfig, candidates=4, per_motion=4, draws=1, attempts=1.0)
    monkeypatch.setattr("bige_osim.stages.guide.SearchConfig", few)
    monkeypatch.setattr("bige_osim.stages.guidance.ROUNDS", ((1, 1),))
    goal = tmp_path / "goal.toml"
    goal.write_text(
        '[activation]\nmuscles = ["vasmed_r"]\nhigh = 0.05\n[depth]\nmin = 90\n'
    )
    result = CliRunner().invoke(
        main,
        [
            *("guide", "--model", str(way.model), "--goal", str(goal)),
            *("--generator", str(way.root / "generator"), "-n", "1", "--steps", "1"),
            *("-o", str(tmp_path / "guided")),
        ],
    )
    assert result.exit_code == 4, result.output
    assert "None of the repetitions drawn satisfies activation" in result.stderr
    assert "0 of 1 motion delivered." in result.stdout
    written = json.loads((tmp_path / "guided" / "guide.json").read_text())
    assert written["motions"] == []
    assert written["feasibility"]["satisfied"]["activation"] == 0
    assert written["refined"] == 4
    assert len(written["failed"]) == 2  # gone on with to the end
    assert all("activation" in one["unsatisfied"] for one in written["failed"])
    (sentence, unmet, *_) = written["manifest"]["warnings"]
    assert "not satisfied: peak activation of vasmed_r in 2" in sentence
    assert unmet.startswith("None of the repetitions drawn satisfies activation")
    assert not list((tmp_path / "guided").glob("*.mot"))


def test_motions_of_one_name_live_side_by_side(way: Way, tmp_path: Path):
    shutil.copytree(way.guided, tmp_path / "again")
    sources = [way.guided, tmp_path / "again"]
    validate(sources, model=way.model, output=tmp_path / "out", rate=6.0)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "again_01_simulated.sto",
        "certificate.html",
        "certificate.json",
        "guided_01_simulated.sto",
        "opensim",
        "validate.json",
    ]


@pytest.mark.opensim
def test_the_guided_motion_and_its_simulation_load_in_opensim(way: Way):
    import opensim

    model = opensim.Model(str(way.model))
    state = model.initSystem()
    storage = opensim.Storage(str(way.guided / "01.mot"))
    assert storage.isInDegrees()
    model.getSimbodyEngine().convertDegreesToRadians(storage)
    labels = [
        storage.getColumnLabels().get(i)
        for i in range(storage.getColumnLabels().getSize())
    ]
    coordinates = model.getCoordinateSet()
    names = [coordinates.get(i).getName() for i in range(coordinates.getSize())]
    assert sorted(labels[1:]) == sorted(names)
    motion = read_motion(way.guided / "01.mot")
    assert storage.getSize() == len(motion.time) == 196
    table = opensim.TimeSeriesTable(str(way.guided / "01.mot"))
    assert table.getNumRows() == 196
    row = opensim.ArrayDouble()
    storage.getDataColumn("knee_angle_r", row)
    np.testing.assert_allclose(
        [row.get(i) for i in range(196)], motion.column("knee_angle_r"), atol=1e-9
    )
    simulated = opensim.TimeSeriesTable(str(way.validated / "01_simulated.sto"))
    muscles = model.getMuscles()
    expected = {muscles.get(i).getName() for i in range(muscles.getSize())}
    assert set(simulated.getColumnLabels()) == expected
    for name in names:
        value = float(motion.column(name)[98])
        coordinates.get(name).setLocked(state, False)
        coordinates.get(name).setValue(state, value, False)
    center = model.calcMassCenterPosition(state).to_numpy()
    skeleton = Skeleton(read_model(way.model), fill=True)
    ours = skeleton.center_of_mass(skeleton.pose_of(motion))[98]
    np.testing.assert_allclose(center, ours, atol=1e-5)


def test_validation_says_for_every_goal_whether_it_holds_in_simulation(way: Way):
    written = json.loads((way.validated / "validate.json").read_text())["validation"]
    (motion,) = written["motions"]
    terms = {term["name"]: term for term in motion["terms"]}
    assert set(terms) == {"activation", "pelvis_tilt", "asymmetry", "ground"}
    assert len(motion["muscles"]) == 80
    assert motion["passed"] == (not motion["reasons"])
    assert {"force_peak_percent_bw", "moment_peak_nm"} <= set(motion["residuals"])


def test_a_certificate_says_who_computed_what_of_the_guided_motion(way: Way):
    (motion,) = json.loads((way.validated / "certificate.json").read_text())["motions"]
    written = json.loads((way.validated / "validate.json").read_text())["validation"]
    checks = {check["name"]: check for check in motion["checks"]}
    peak = checks["peak activation of vasmed_r, vasmed_l"]
    assert (peak["surrogate"], peak["computed_by"]) == (None, "fast")
    assert "error of the refinement's activations (RMSE)" in checks
    assert checks["asymmetry"]["computed_by"] == "kinematics"
    assert checks["starts standing: knee flexion"]["decides"]
    assert motion["reasons"] == written["motions"][0]["reasons"]
    assert motion["model"]["sha256"] == sha256(way.model)
    page = (way.validated / "certificate.html").read_text()
    assert all(name in page for name in ("foot sliding", "residual moment"))
    assert 'src="' not in page


def test_a_recorded_motion_is_compared_with_a_surrogate_on_its_plates(
    way: Way, tmp_path: Path
):
    session = read_session(way.root / "people" / "synth_001")
    trial = session.motions[0]
    assert trial.motion is not None
    source = SolveRequest(source=trial.motion, model=way.model, cutoff=4.0, rate=6.0)
    solve(source, output=tmp_path / "solved")
    options = {"model": way.model, "surrogate": way.root / "surrogate", "rate": 6.0}
    ground = read_ground_reaction(tmp_path / "solved" / f"{trial.name}_grf.mot")
    light = replace(ground, force=0.9 * ground.force, source="measured")
    write_ground_reaction(tmp_path / "plates.mot", light)
    result = validate(
        [trial.motion],
        grf=tmp_path / "plates.mot",
        output=tmp_path / "out",
        **options,
    )
    (motion,) = result.summary["validation"]["motions"]
    assert motion["residuals"]["ground"] == "measured"
    assert motion["residuals"]["force_rms_percent_bw"] == pytest.approx(10, abs=1)
    assert len(motion["repetitions"]) == 2
    for one in (motion, *motion["repetitions"]):
        assert len(one["muscles"]) == 80
        assert {"rmse", "r2", "peak"} <= set(one["overall"])
        assert 0 < one["overall"]["rmse"] < 0.3
    first, second = (one["overall"]["frames"] for one in motion["repetitions"])
    assert motion["overall"]["frames"] == first + second
    checks = {check["name"]: check for check in motion["checks"]}
    assert not checks["starts standing: knee flexion"]["decides"]
    assert "surrogate in 2 repetitions: RMSE 0." in result.text
    predicted = bige.read_activations(tmp_path / "out" / f"{trial.name}_predicted.sto")
    assert 0 <= predicted.values.min() <= predicted.values.max() <= 1
    shared = {"output": tmp_path / "out", "force": True, "model": way.model}
    mixed, alone = (
        validate([trial.motion], net_alone=net_alone, **shared).summary["validation"]
        for net_alone in (False, True)
    )
    assert 0 <= mixed["motions"][0]["solved_exactly"] < 0.3
    assert alone["motions"][0]["solved_exactly"] == 0
    assert mixed["overall"]["rmse"] <= alone["overall"]["rmse"] < 0.05
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "certificate.html",
        "certificate.json",
        "opensim",
        f"{trial.name}_predicted.sto",  # by the shipped surrogate
        f"{trial.name}_simulated.sto",
        f"{trial.name}_uncertainty.sto",
        "validate.json",
    ]


def test_what_cannot_be_predicted_is_said_in_a_sentence(way: Way, tmp_path: Path):
    session = read_session(way.root / "people" / "synth_001")
    path = session.motions[0].motion
    assert path is not None
    spec = read_model(way.model)
    start = read_motion(path, spec=spec).between(0.0, 0.5)
    write_motion(tmp_path / "start.mot", start, spec=spec)
    result = validate(
        [tmp_path / "start.mot"],
        model=way.model,
        surrogate=way.root / "surrogate",
        output=tmp_path / "out",
        rate=6.0,
    )
    (motion,) = result.summary["validation"]["motions"]
    assert motion["unpredicted"].startswith("The surrogate predicts whole repetitions")
    assert motion["unpredicted"] in result.text
    assert (motion["overall"], motion["repetitions"]) == (None, [])
    assert not (tmp_path / "out" / "start_predicted.sto").exists()


def test_the_page_stands_alone(way: Way):
    page = (way.root / "report.html").read_text()
    assert "<svg" in page or "data:image/png;base64," in page
    assert 'src="http' not in page
    assert "synth_001" in page
    for title in ("Goal", "Motions", "Training", "Provenance"):
        assert f">{title}</h2>" in page


def test_the_front_door_finds_the_motions_that_the_command_writes(way: Way):
    found = bige.guide(
        bige.read_model(way.model),
        goal=way.root / "goal.toml",
        n=1,
        generator=way.root / "generator",
        steps=30,
    )
    written = bige.read_motion(way.guided / "01.mot")
    (motion,) = found.motions()
    np.testing.assert_allclose(
        written.select(motion.names).values, motion.values, atol=1e-9
    )
    assert repr(found).startswith("GuidedMotions(1 delivered; 64 drawn, ")
    arrays = found.to_xarray()
    expected = bige.read_activations(way.guided / "01_activations.sto")
    np.testing.assert_allclose(
        arrays["activations"].sel(motion=0, muscle="vasmed_r"),
        expected.column("vasmed_r"),
        atol=1e-9,
    )
    assert arrays["coordinates"].attrs["units"] == "rad or m"


def test_files_of_a_solved_trial_are_those_of_the_contract(way: Way, tmp_path: Path):
    request = SolveRequest(
        source=way.root / "people" / "synth_000",
        trials=("squats1",),
        start=1.0,
        stop=1.5,
        rate=6.0,
    )
    result = solve(request, output=tmp_path / "solved")
    (row,) = result.summary["trials"]
    assert row["motion"] == "opensim/squats1/squats1_ik.mot"
    assert sorted(p.name for p in (tmp_path / "solved").iterdir()) == [
        row["description"],
        "opensim",
        "report.html",
        "solve.json",
        "squats1_activations.sto",
        "squats1_forces.sto",
        "squats1_grf.mot",
        "squats1_moments.sto",
        "squats1_reserves.sto",
        "squats1_residuals.sto",
    ]
    assert sorted(p.name for p in (tmp_path / "solved/opensim/squats1").iterdir()) == [
        "README.txt",
        "Rajagopal2015_scaled.osim",
        "external_loads.xml",
        "grf.mot",
        "reserves.xml",
        "setup_id.xml",
        "setup_so.xml",
        "squats1_activations_motion.mot",
        "squats1_ik.mot",
    ]
    table = read_table(tmp_path / "solved" / "squats1_activations.sto")
    assert table.time[0] == pytest.approx(1.0)
    assert table.time[-1] <= 1.5
    assert result.summary["trials"][0]["failed_s"] == []
    with pytest.raises(BigeError, match="holds squats1 already"):
        solve(request, output=tmp_path / "solved")
