"""Training on a dataset, split by person."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
import xarray as xr

from bige_osim.dataset.split import Split
from bige_osim.errors import DatasetError
from bige_osim.nets.checkpoint import load
from bige_osim.nets.kinds.generator import GeneratorSettings
from bige_osim.nets.kinematic_surrogate import KinematicSettings
from bige_osim.nets.latents import load_latents
from bige_osim.nets.motion_training import MotionAugmentation
from bige_osim.nets.net import FittingConfig
from bige_osim.nets.reconstruction import score_reconstruction
from bige_osim.nets.samples import list_models, read_samples
from bige_osim.nets.train import train

ADA_AND_BOB = Split(train=("ada", "bob"), validation=(), test=("cem",))


def test_the_generator_learns_a_few_squats_by_heart(
    dataset: xr.Dataset, tmp_path: Path, generator_config: GeneratorSettings
) -> None:
    config = generator_config.model_copy(
        update=dict(
            fitting=FittingConfig(
                epochs=100, batch_size=6, learning_rate=2e-3, save_every=100
            ),
            augmentation=MotionAugmentation(mirror=False, arms=0.0, blend=0.0),
        )
    )
    split = Split(train=("ada",), validation=(), test=())
    trained = train("generator", dataset, config=config, folder=tmp_path, split=split)
    metrics = trained.record.metrics
    assert np.degrees(metrics["rotation_rmse"]) < 0.5  # of up to 100 deg
    assert metrics["translation_rmse"] < 0.005
    assert metrics["duration_rmse"] < 0.05
    assert metrics["planted_share"] == 1.0
    assert metrics["joint_centre_rmse"] < 0.005
    assert metrics["standing_share"] == 1.0


def test_the_surrogate_finds_the_law_and_holds_for_somebody_new(
    dataset: xr.Dataset, tmp_path: Path, surrogate_config: KinematicSettings
) -> None:
    config = surrogate_config.model_copy(
        update={"fitting": FittingConfig(epochs=60, save_every=60)}
    )
    split = Split(train=("ada", "bob"), validation=("cem",), test=())
    trained = train("surrogate", dataset, config=config, folder=tmp_path, split=split)
    record = trained.record
    assert record.selected_on == "validation"
    assert record.metrics["r2"] > 0.9
    assert record.metrics["muscles"]["vasmed_r"]["rmse"] < 0.05
    assert trained.net.spread >= 1


def test_the_checkpoint_is_the_net_that_was_returned(
    dataset: xr.Dataset,
    tmp_path: Path,
    split: Split,
    generator_config: GeneratorSettings,
    surrogate_config: KinematicSettings,
) -> None:
    generator = train(
        "generator", dataset, config=generator_config, folder=tmp_path, split=split
    )
    surrogate = train(
        "surrogate", dataset, config=surrogate_config, folder=tmp_path, split=split
    )
    for net, loaded in (
        (generator.net, load(tmp_path, "generator")),
        (surrogate.net, load(tmp_path, "surrogate")),
    ):
        for name, value in net.state_dict().items():
            assert torch.equal(value, loaded.state_dict()[name])
    ada = read_samples(dataset, ["ada"], activations=False, footprints=True)
    latents = load_latents(tmp_path)
    torch.testing.assert_close(latents.z, generator.net.encode(ada))
    record = json.loads((tmp_path / "generator.json").read_text())
    assert record["train_people"] == ["ada"]
    assert record["validation_people"] == ["bob"]
    assert record["test_people"] == ["cem"]
    assert record["selected_on"] == "validation"
    assert record["data_sha256"] == dataset.attrs["content_hash"]
    assert record["training"]["fitting"]["epochs"] == 4


def test_every_epoch_is_reported_and_drawn(
    dataset: xr.Dataset,
    tmp_path: Path,
    split: Split,
    surrogate_config: KinematicSettings,
) -> None:
    seen: list[tuple[int, int]] = []

    def note(epoch: int, total: int, losses: Mapping[str, float]) -> None:
        seen.append((epoch, total))
        assert "validation_total" in losses

    train(
        "surrogate",
        dataset,
        config=surrogate_config,
        folder=tmp_path,
        split=split,
        progress=note,
    )
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    curves = json.loads((tmp_path / "surrogate_curves.json").read_text())
    assert len(curves["train_total"]) == len(curves["validation_total"]) == 4


@pytest.mark.parametrize("kind", ["generator", "surrogate"])
def test_an_interrupted_training_ends_with_the_weights_of_an_unbroken_one(
    dataset: xr.Dataset,
    tmp_path: Path,
    split: Split,
    generator_config: GeneratorSettings,
    surrogate_config: KinematicSettings,
    kind: str,
) -> None:
    configs = {"generator": generator_config, "surrogate": surrogate_config}

    def run(folder: Path, *, stop: bool = False) -> dict[str, torch.Tensor]:
        def interrupt(epoch: int, total: int, losses: Mapping[str, float]) -> None:
            if stop and epoch == 2:
                raise KeyboardInterrupt

        return train(
            kind,
            dataset,
            config=configs[kind],
            folder=folder,
            split=split,
            seed=5,
            progress=interrupt,
        ).net.state_dict()

    unbroken = run(tmp_path / "unbroken")
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "broken", stop=True)
    assert not (tmp_path / "broken" / f"{kind}.json").exists()
    resumed = run(tmp_path / "broken")
    for name, value in unbroken.items():
        assert torch.equal(value, resumed[name]), name


def test_another_seed_is_refused_in_the_same_folder_unless_forced(
    dataset: xr.Dataset,
    tmp_path: Path,
    split: Split,
    surrogate_config: KinematicSettings,
) -> None:
    run = {"config": surrogate_config, "folder": tmp_path, "split": split}
    first = train("surrogate", dataset, seed=1, **run)
    with pytest.raises(DatasetError, match="belongs to a run with another seed"):
        train("surrogate", dataset, seed=2, **run)
    second = train("surrogate", dataset, seed=2, force=True, **run)
    weights = [r.net.members[0].head.weight for r in (first, second)]
    assert not torch.equal(*weights)


def test_without_validation_people_the_training_loss_chooses_and_says_so(
    dataset: xr.Dataset, tmp_path: Path, surrogate_config: KinematicSettings
) -> None:
    trained = train(
        "surrogate",
        dataset,
        config=surrogate_config,
        folder=tmp_path,
        split=ADA_AND_BOB,
    )
    record = trained.record
    assert record.selected_on == "training"
    curve = [row["train_total"] for row in trained.history]
    assert record.epoch == 1 + curve.index(min(curve))
    assert trained.net.spread == 1


def test_nothing_of_the_test_people_is_looked_at(
    dataset: xr.Dataset,
    tmp_path: Path,
    split: Split,
    generator_config: GeneratorSettings,
    surrogate_config: KinematicSettings,
) -> None:
    other = dataset.copy(deep=True)
    theirs = (other["person"] == "cem").values
    other["motion"][theirs] = 9.0
    other["activations"][theirs] = 0.9
    other["leg_length_m"][theirs] = 2.0
    for folder, data in (("a", dataset), ("b", other)):
        run = {"folder": tmp_path / folder, "split": split}
        train("generator", data, config=generator_config, **run)
        train("surrogate", data, config=surrogate_config, **run)
    for kind in ("generator", "surrogate"):
        weights, others = (load(tmp_path / f, kind).state_dict() for f in "ab")
        assert all(torch.equal(weights[name], others[name]) for name in weights)


def test_repetitions_without_activations_are_left_out_and_counted(
    dataset: xr.Dataset,
    tmp_path: Path,
    split: Split,
    surrogate_config: KinematicSettings,
) -> None:
    damaged = dataset.copy(deep=True)
    damaged["activations"][1, 5, 0] = np.nan
    trained = train(
        "surrogate", damaged, config=surrogate_config, folder=tmp_path, split=split
    )
    counts = {"train": 5, "validation": 6, "left_out": 1}
    assert trained.record.repetitions == counts


def test_a_dataset_without_any_activation_is_an_error(
    dataset: xr.Dataset,
    tmp_path: Path,
    split: Split,
    surrogate_config: KinematicSettings,
) -> None:
    damaged = dataset.assign(activations=dataset["activations"] * np.nan)
    with pytest.raises(DatasetError) as error:
        train(
            "surrogate", damaged, config=surrogate_config, folder=tmp_path, split=split
        )
    assert str(error.value) == (
        "The dataset leaves nothing to train on: its training participants (ada) have "
        "no complete repetition; collect more sessions or hold out fewer participants."
    )


@pytest.mark.parametrize(
    ("split", "sentence"),
    [
        (
            Split(train=("ada",), validation=("ada",), test=()),
            "Participant ada is among the train and the validation participants; use "
            "each participant once.",
        ),
        (
            Split(train=("eve",), validation=(), test=()),
            "The dataset has no participant eve for train; it has ada, bob, cem.",
        ),
    ],
)
def test_a_split_that_does_not_fit_is_an_error(
    dataset: xr.Dataset,
    tmp_path: Path,
    surrogate_config: KinematicSettings,
    split: Split,
    sentence: str,
) -> None:
    with pytest.raises(DatasetError) as error:
        train(
            "surrogate", dataset, config=surrogate_config, folder=tmp_path, split=split
        )
    assert str(error.value) == sentence


def test_the_order_of_the_datasets_dimensions_does_not_matter(
    dataset: xr.Dataset,
    tmp_path: Path,
    split: Split,
    surrogate_config: KinematicSettings,
) -> None:
    turned = dataset.transpose("coordinate", "muscle", "frame", "repetition", ...)
    straight, other = (
        train(
            "surrogate",
            data,
            config=surrogate_config,
            folder=tmp_path / name,
            split=split,
        ).net.state_dict()
        for name, data in (("a", dataset), ("b", turned))
    )
    assert all(torch.equal(straight[name], other[name]) for name in straight)


def test_validation_scores_are_those_of_the_validation_people(
    dataset: xr.Dataset,
    tmp_path: Path,
    split: Split,
    generator_config: GeneratorSettings,
) -> None:
    trained = train(
        "generator", dataset, config=generator_config, folder=tmp_path, split=split
    )
    bob = read_samples(dataset, ["bob"], activations=False, footprints=True)
    models = list_models(dataset)
    expected = score_reconstruction(trained.net, bob, models)
    assert trained.record.metrics == expected
