"""Datasets grow, join, and do without sessions that are broken."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.errors import DatasetError, ExistingOutputError, MissingFileError
from bige_osim.processes.stopping import Stopped
from bige_osim.stages.collect import collect
from bige_osim.synthetic.population import PopulationConfig, make_population

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("people")
    config = PopulationConfig(2, repetitions=1, asymmetric=False)
    make_population(folder, config)
    return folder / "synth_000", folder / "synth_001"


@pytest.fixture(scope="module")
def parts(
    people: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """A dataset of each person."""
    folder = tmp_path_factory.mktemp("parts")
    paths = folder / "first" / "squats.nc", folder / "second" / "squats.nc"
    for person, path in zip(people, paths, strict=True):
        collect([person], output=path)
    return paths


@pytest.fixture(scope="module")
def whole(people: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One dataset of both, collected at once."""
    path = tmp_path_factory.mktemp("whole") / "squats.nc"
    collect(people, output=path)
    return path


def hash_of(path: Path) -> str:
    return str(read_dataset(path).attrs["content_hash"])


def test_datasets_joined_are_what_is_collected_at_once(
    whole: Path, parts: tuple[Path, Path], tmp_path: Path
) -> None:
    path = tmp_path / "squats.nc"
    result = collect(parts, output=path)
    assert hash_of(path) == hash_of(whole)
    at_once = json.loads(whole.with_suffix(".collect.json").read_text())
    for key in ("repetitions", "exercises", "trials", "people", "content_hash"):
        assert result.summary[key] == at_once[key]


def test_every_trial_is_solved_with_the_model_of_its_own_folder(
    people: tuple[Path, Path], parts: tuple[Path, Path], tmp_path: Path
) -> None:
    session = tmp_path / people[0].name
    shutil.copytree(people[0], session)
    models = session / "OpenSimData" / "Model"
    (model,) = models.glob("*.osim")
    for motion in (session / "OpenSimData" / "Kinematics").glob("*.mot"):
        (models / motion.stem).mkdir()
        shutil.copy(model, models / motion.stem)
    model.unlink()
    path = tmp_path / "squats.nc"
    collect([session], output=path)
    assert hash_of(path) == hash_of(parts[0])


def test_a_height_in_centimetres_is_refused_with_what_to_write(
    people: tuple[Path, Path], tmp_path: Path
) -> None:
    session = tmp_path / "tall"
    shutil.copytree(people[0], session)
    path = session / "sessionMetadata.yaml"
    fields = yaml.safe_load(path.read_text()) | {"height_m": 168}
    path.write_text(yaml.safe_dump(fields))
    with pytest.raises(DatasetError) as caught:
        collect([session], output=tmp_path / "squats.nc")
    assert str(caught.value) == (
        f"The session {session} states no height that the nets could use. The metadata "
        "give 168 for height_m: 168 m is no stature; if it is centimetres, write 1.68."
    )


def test_a_dataset_alone_tells_its_repetitions(
    parts: tuple[Path, Path], tmp_path: Path
) -> None:
    shutil.copy(parts[0], tmp_path / "alone.nc")
    found = collect([tmp_path / "alone.nc"], output=tmp_path / "out" / "squats.nc")
    beside = json.loads(parts[0].with_suffix(".collect.json").read_text())
    (row,), (known,) = found.summary["trials"], beside["trials"]
    assert row["rejected"] == []
    assert row["repetitions"] == known["repetitions"]
    assert (row["trial"], row["accepted"]) == (known["trial"], known["accepted"])


def test_a_session_is_added_to_a_dataset_once(
    whole: Path, parts: tuple[Path, Path], people: tuple[Path, Path], tmp_path: Path
) -> None:
    for name in ("squats.nc", "squats.collect.json"):
        shutil.copy(parts[0].with_name(name), tmp_path)
    path = tmp_path / "squats.nc"
    with pytest.raises(ExistingOutputError):
        collect([people[1]], output=path)
    collect([people[1]], output=path, add=True)
    assert hash_of(path) == hash_of(whole)
    with pytest.raises(DatasetError) as error:
        collect([people[1]], output=path, add=True)
    assert str(error.value).startswith("The squat of synth_001 at ")
    assert str(error.value).endswith(
        " s in synth_001, squats1, is in the dataset already; leave that session out."
    )
    assert hash_of(path) == hash_of(whole)
    assert json.loads((tmp_path / "squats.collect.json").read_text())[
        "repetitions"
    ] == {
        "accepted": 2,
        "rejected": 0,
    }


def test_adding_needs_a_dataset(people: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="leave --add out"):
        collect(people, output=tmp_path / "squats.nc", add=True)


def break_motion(session: Path) -> str:
    path = session / "OpenSimData" / "Kinematics" / "squats1.mot"
    lines = path.read_text().splitlines()
    cells = lines[30].split("\t")
    lines[30] = "\t".join([cells[0], "nan", *cells[2:]])
    path.write_text("\n".join(lines))
    return "squats1.mot"


def remove_model(session: Path) -> str:
    shutil.rmtree(session / "OpenSimData" / "Model")
    return "has no model"


@pytest.mark.parametrize("damage", [break_motion, remove_model])
def test_a_broken_session_is_left_out_and_listed(
    damage, parts: tuple[Path, Path], people: tuple[Path, Path], tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(people[1], broken)
    reason = damage(broken)
    path = tmp_path / "out" / "squats.nc"
    result = collect([broken, people[0]], output=path, keep_going=True)
    assert hash_of(path) == hash_of(parts[0])
    (failed,) = result.summary["failed"]
    assert failed["source"] == "broken"
    assert reason in failed["reason"]
    assert f"broken was left out: {failed['reason']}" in result.text


def test_without_any_repetition_only_the_report_is_left(tmp_path: Path) -> None:
    path = tmp_path / "squats.nc"
    path.write_text("of an earlier run")
    result = collect([tmp_path / "no"], output=path, keep_going=True, force=True)
    assert [p.name for p in tmp_path.iterdir()] == ["squats.collect.json"]
    assert result.summary["content_hash"] is None
    assert result.text.endswith("No dataset was written.")


def test_the_licence_of_the_metadata_counts_before_that_of_the_command(
    people: tuple[Path, Path], tmp_path: Path
) -> None:
    changed = {"own": {"licence": "of the laboratory"}, "none": {"licence": None}}
    for (name, change), person in zip(changed.items(), people, strict=True):
        shutil.copytree(person, tmp_path / name)
        metadata = tmp_path / name / "sessionMetadata.yaml"
        fields = yaml.safe_load(metadata.read_text())
        metadata.write_text(yaml.safe_dump(fields | change))
    path = tmp_path / "squats.nc"
    collect([tmp_path / name for name in changed], output=path, licence="CC BY 4.0")
    dataset = read_dataset(path)
    assert dataset["licence"].values.tolist() == ["of the laboratory", "CC BY 4.0"]
    assert dataset["sex"].values.tolist() == ["female", "male"]


def test_stopped_it_leaves_nothing_and_the_same_command_makes_the_dataset(
    people: tuple[Path, Path], whole: Path, tmp_path: Path
) -> None:
    path, plots = tmp_path / "new" / "squats.nc", tmp_path / "plots"

    def stop(what: str, done: int, total: int) -> None:
        if what == "solving synth_001 squats1":
            raise Stopped(2)

    with pytest.raises(Stopped):
        collect(people, output=path, plots=plots, progress=stop)
    assert not list(tmp_path.iterdir())
    collect(people, output=path, plots=plots)
    assert hash_of(path) == hash_of(whole)
    assert len(list(plots.iterdir())) == 2


def test_figures_show_why_nothing_was_found(
    people: tuple[Path, Path], tmp_path: Path
) -> None:
    path, plots = tmp_path / "squats.nc", tmp_path / "plots"
    with pytest.raises(DatasetError):
        collect(people, output=path, plots=plots, exercises=["drop-jump"])
    assert len(list(plots.iterdir())) == 2
    assert not path.exists()


def test_two_datasets_live_side_by_side_each_with_its_report(
    people: tuple[Path, Path], tmp_path: Path
) -> None:
    for name, person in zip(("first", "second"), people, strict=True):
        collect([person], output=tmp_path / f"{name}.nc")
    names = ["first.collect.json", "first.nc", "second.collect.json", "second.nc"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    both = collect(
        [tmp_path / "first.nc", tmp_path / "second.nc"], output=tmp_path / "both.nc"
    )
    for place, name in enumerate(("first", "second")):
        report = json.loads((tmp_path / f"{name}.collect.json").read_text())
        assert both.summary["trials"][place] == report["trials"][0]
