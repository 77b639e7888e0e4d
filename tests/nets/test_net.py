"""Settings of the nets and their trainings."""

import pytest

from bige_osim.errors import DatasetError, UnknownNameError
from bige_osim.nets.kinds.generator import GeneratorSettings
from bige_osim.nets.kinematic_surrogate import KinematicSettings
from bige_osim.nets.net import find_net, read_settings


@pytest.mark.parametrize("kind", [GeneratorSettings, KinematicSettings])
def test_settings_survive_plain_data(
    kind: type[GeneratorSettings | KinematicSettings],
) -> None:
    config = kind.small()
    assert (
        read_settings(kind, config.model_dump(), where="a.json", whole=True) == config
    )


def test_a_kind_that_there_is_not_is_named() -> None:
    with pytest.raises(UnknownNameError) as error:
        find_net("genrator")
    assert str(error.value) == (
        "The package bige_osim has no kind of net named genrator; did you mean "
        "generator?"
    )


def test_missing_keys_take_their_defaults() -> None:
    config = read_settings(GeneratorSettings, {"net": {"width": 8}}, where="a.toml")
    assert config.net.width == 8
    assert config.fitting == GeneratorSettings().fitting


def test_lists_become_tuples_and_whole_numbers_become_floats() -> None:
    plain = {"net": {"features": ["velocity"]}, "fitting": {"clip": 2}}
    config = read_settings(KinematicSettings, plain, where="a.toml")
    assert config.net.features == ("velocity",)
    assert config.fitting.clip == 2.0


@pytest.mark.parametrize(
    ("plain", "whole", "sentence"),
    [
        (
            {"net": {"witdh": 8}},
            False,
            "a.toml, net has no setting witdh; did you mean width?",
        ),
        (
            {"net": {"width": "wide"}},
            False,
            "a.toml, net, width: expected a whole number, got wide; correct it.",
        ),
        (
            {"net": {"width": 8.5}},
            False,
            "a.toml, net, width: expected a whole number, got 8.5; correct it.",
        ),
        (
            {"augmentation": {"mirror": 1}},
            False,
            "a.toml, augmentation, mirror: expected true or false, got 1; correct it.",
        ),
        (
            {"net": 3},
            False,
            "a.toml, net: expected a table, got 3; correct it.",
        ),
        (
            {"net": {"features": "velocity"}},
            False,
            "a.toml, net, features: expected a list, got velocity; correct it.",
        ),
        (
            {"net": {}, "fitting": {}},
            True,
            "a.toml lacks method, augmentation; it was written by another version or "
            "edited: train again.",
        ),
    ],
)
def test_what_does_not_fit_is_an_error(
    plain: dict[str, object], whole: bool, sentence: str
) -> None:
    with pytest.raises(DatasetError) as error:
        read_settings(KinematicSettings, plain, where="a.toml", whole=whole)
    assert str(error.value) == sentence


@pytest.mark.parametrize("kind", [GeneratorSettings, KinematicSettings])
def test_small_settings_take_about_as_many_steps_for_few_as_for_many(
    kind: type[GeneratorSettings | KinematicSettings],
) -> None:
    steps = []
    for repetitions in (30, 300):
        fitting = kind.small(repetitions=repetitions).fitting
        shown = fitting.draws or repetitions
        steps.append(fitting.epochs * -(-shown // fitting.batch_size))
    assert steps[1] == pytest.approx(steps[0], rel=0.1)
