"""Config dataclasses to plain data and back."""

import pytest

from bige_osim.errors import DatasetError
from bige_osim.nets.config import GeneratorTraining, SurrogateTraining
from bige_osim.nets.settings import from_dict, to_dict


@pytest.mark.parametrize("kind", [GeneratorTraining, SurrogateTraining])
def test_settings_survive_plain_data(
    kind: type[GeneratorTraining | SurrogateTraining],
) -> None:
    config = kind.small()
    assert from_dict(kind, to_dict(config), where="a.json", whole=True) == config


def test_missing_keys_take_their_defaults() -> None:
    config = from_dict(GeneratorTraining, {"net": {"width": 8}}, where="a.toml")
    assert config.net.width == 8
    assert config.fitting == GeneratorTraining().fitting


def test_lists_become_tuples_and_whole_numbers_become_floats() -> None:
    plain = {"net": {"features": ["velocity"]}, "fitting": {"clip": 2}}
    config = from_dict(SurrogateTraining, plain, where="a.toml")
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
            "a.toml, net, width: expected a value of type int, got 'wide'; correct it.",
        ),
        (
            {"net": {"width": 8.5}},
            False,
            "a.toml, net, width: expected a value of type int, got 8.5; correct it.",
        ),
        (
            {"augmentation": {"mirror": 1}},
            False,
            "a.toml, augmentation, mirror: expected a value of type bool, got 1; "
            "correct it.",
        ),
        (
            {"net": 3},
            False,
            "a.toml, net: expected a table of settings, got 3; correct it.",
        ),
        (
            {"net": {"features": "velocity"}},
            False,
            "a.toml, net, features: expected a list, got 'velocity'; correct it.",
        ),
        (
            {"net": {}, "fitting": {}},
            True,
            "a.toml lacks augmentation; it was written by another version or edited: "
            "train again.",
        ),
    ],
)
def test_what_does_not_fit_is_an_error(
    plain: dict[str, object], whole: bool, sentence: str
) -> None:
    with pytest.raises(DatasetError) as error:
        from_dict(SurrogateTraining, plain, where="a.toml", whole=whole)
    assert str(error.value) == sentence
