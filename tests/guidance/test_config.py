"""Settings of the search."""

import pytest

from bige_osim.errors import BigeError
from bige_osim.guidance.config import GuideConfig


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"samples": 9, "candidates": 8},
            "Guidance needs at least one sample and as many candidates, got 9 samples"
            " and 8 candidates; raise candidates.",
        ),
        ({"steps": -1}, "Guidance needs steps of 0 or more, got -1; correct it."),
        (
            {"learning_rate": 0.0},
            "Guidance needs a learning_rate above 0, got 0; correct it.",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused(
    settings: dict[str, float], sentence: str
) -> None:
    with pytest.raises(BigeError) as caught:
        GuideConfig(**settings)
    assert str(caught.value) == sentence
