"""Trained nets on disk."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from bige_osim.errors import DatasetError, MissingFileError
from bige_osim.nets.checkpoint import FORMAT, Record, load, read_record, save
from bige_osim.nets.generator import MotionGenerator
from bige_osim.nets.latents import encode_samples, load_latents
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaling
from bige_osim.nets.surrogate import Surrogate


@pytest.fixture
def run(
    tmp_path: Path,
    generator: MotionGenerator,
    surrogate: Surrogate,
    scaling: Scaling,
    standing_samples: Samples,
) -> Path:
    """A run folder with both nets."""

    def record(net: MotionGenerator | Surrogate, kind: str, **facts: Any) -> Record:
        return Record(
            format=FORMAT,
            kind=kind,
            net=net.config.model_dump(),
            training={},
            coordinate_names=net.coordinate_names,
            frames=48,
            scaling=scaling,
            data_sha256="0",
            versions={},
            train_people=("ada",),
            validation_people=(),
            test_people=("cem",),
            selected_on="training",
            seed=0,
            epoch=1,
            epochs=2,
            repetitions={},
            metrics={"r2": float("nan")},
            weights_sha256="",
            **facts,
        )

    latents = encode_samples(generator, standing_samples)
    facts = {
        "muscle_names": (),
        "exercises": ("squat",),
        "latents": latents.summary(),
    }
    save(
        tmp_path,
        generator,
        record=record(generator, "generator", **facts),
        tensors={f"latents.{name}": value for name, value in vars(latents).items()},
    )
    facts = {
        "muscle_names": surrogate.muscle_names,
        "exercises": (),
        "latents": {},
    }
    save(tmp_path, surrogate, record=record(surrogate, "surrogate", **facts))
    return tmp_path


def change(path: Path, **values: Any) -> None:
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, **values}))


def test_a_generator_comes_back_as_it_was(
    run: Path, generator: MotionGenerator, standing_samples: Samples
) -> None:
    again = load(run, "generator")
    assert not again.training
    assert again.coordinate_names == generator.coordinate_names
    assert again.exercises == generator.exercises
    before, after = generator(standing_samples), again(standing_samples)
    assert torch.equal(before.made, after.made)
    assert torch.equal(before.quantised.codes, after.quantised.codes)
    made, remade = (n.reconstruct(standing_samples) for n in (generator, again))
    assert torch.equal(made.motion, remade.motion)
    assert torch.equal(made.duration, remade.duration)


def test_a_surrogate_comes_back_as_it_was(
    run: Path, surrogate: Surrogate, samples: Samples
) -> None:
    again = load(run, "surrogate")
    assert again.muscle_names == surrogate.muscle_names
    batch = (samples.motion, samples.duration, samples.body)
    before, after = surrogate(*batch), again(*batch)
    assert torch.equal(before.mean, after.mean)
    assert torch.equal(before.std, after.std)


def test_the_training_latents_come_back(
    run: Path, generator: MotionGenerator, standing_samples: Samples
) -> None:
    latents = load_latents(run)
    torch.testing.assert_close(latents.z, generator.encode(standing_samples))
    for name in ("duration", "body", "exercise", "style"):
        assert torch.equal(getattr(latents, name), getattr(standing_samples, name))
    assert read_record(run, "generator").latents["shape"] == [18, 8, 1]
    assert len(latents.of_exercise(0).z) == 18
    assert len(latents.of_exercise(1).z) == 0


def test_the_record_says_who_was_used_for_what(run: Path) -> None:
    record = read_record(run, "surrogate")
    assert (record.train_people, record.test_people) == (("ada",), ("cem",))
    assert record.metrics == {"r2": None}  # no NaN in JSON


def test_only_safetensors_and_json_are_written(run: Path) -> None:
    assert sorted(path.name for path in run.iterdir()) == [
        "generator.json",
        "generator.safetensors",
        "surrogate.json",
        "surrogate.safetensors",
    ]


def test_a_folder_without_a_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError) as error:
        load(tmp_path, "generator")
    assert str(error.value) == (
        f"The generator's checkpoint {tmp_path / 'generator.json'} does not exist; run "
        "bige train generator first."
    )


def test_an_unknown_key_is_named(run: Path) -> None:
    path = run / "generator.json"
    change(path, frame=196)
    with pytest.raises(DatasetError) as error:
        load(run, "generator")
    assert str(error.value) == f"{path} has no setting frame; did you mean frames?"


def test_an_unknown_key_of_the_net_is_named(run: Path) -> None:
    path = run / "surrogate.json"
    change(path, net={"wide": 3})
    with pytest.raises(DatasetError, match=r"surrogate\.json, net has no setting wide"):
        load(run, "surrogate")


def test_a_missing_key_is_named(run: Path) -> None:
    path = run / "generator.json"
    content = json.loads(path.read_text())
    del content["seed"]
    path.write_text(json.dumps(content))
    with pytest.raises(DatasetError) as error:
        load(run, "generator")
    assert str(error.value) == (
        f"{path} lacks seed; it was written by another version or edited: train again."
    )


def test_another_format_is_named(run: Path) -> None:
    path = run / "generator.json"
    change(path, format=0)
    with pytest.raises(DatasetError) as error:
        load(run, "generator")
    assert str(error.value) == (
        f"{path}: expected a generator of format 2, got a generator of format 0; train "
        "again."
    )


def test_a_text_that_is_not_json_is_named(run: Path) -> None:
    path = run / "generator.json"
    path.write_text("{")
    with pytest.raises(DatasetError, match=r"generator\.json is not JSON"):
        load(run, "generator")


def test_weights_of_another_run_are_named(run: Path) -> None:
    path = run / "generator.safetensors"
    save_file({"net.a": torch.ones(1)}, path)
    with pytest.raises(DatasetError) as error:
        load(run, "generator")
    assert str(error.value) == (
        f"{path} is not the file that generator.json was written for; train again."
    )


def test_weights_of_another_shape_are_named(run: Path) -> None:
    change(run / "surrogate.json", muscle_names=["soleus_r"])
    with pytest.raises(DatasetError) as error:
        load(run, "surrogate")
    assert str(error.value) == (
        f"{run / 'surrogate.safetensors'}, members.0.head.bias: expected (1,), got "
        "(6,); train again."
    )


def test_weights_and_latents_have_plain_names(run: Path) -> None:
    names = load_file(run / "generator.safetensors")
    assert {"latents.z", "latents.duration", "latents.body"} < set(names)
    assert all(name.startswith(("net.", "latents.")) for name in names)
