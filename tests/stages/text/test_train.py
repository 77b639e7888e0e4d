"""What ``train`` says of a net."""

from pathlib import Path

import pytest
import xarray as xr

from bige_osim.stages.text.train import name_movers, text_of, train_warnings

UNUSABLE = {
    "repetitions": 20,
    "standing": 3,
    "usable": False,
    "knees_deg": [40.0, 34.0],
    "pelvis_below_cm": [9.0, 7.0],
    "height_leg_lengths": 1.1,
}


def people(count: int, *, copies: bool = False) -> xr.Dataset:
    """A repetition of each person, all but the first copies of that one if asked."""
    names = [f"p{i}" for i in range(count)]
    copied = ["" if i == 0 or not copies else "p0" for i in range(count)]
    return xr.Dataset(
        {"person": ("repetition", names), "derived_from": ("repetition", copied)}
    )


def test_fewer_than_eight_participants_are_warned_about() -> None:
    (warning,) = train_warnings("generator", [f"p{i}" for i in range(7)])
    assert warning == (
        "The generator is trained on 7 participants (p0, p1, p2 and 4 more), fewer "
        "than 8: it hardly knows how participants differ, and its errors on somebody "
        "new are larger than those given here."
    )
    assert train_warnings("surrogate", [f"p{i}" for i in range(8)]) == []


def test_copies_are_no_participants() -> None:
    assert name_movers(["p0", "p1", "p2"], people(9, copies=True)) == ["p0"]
    (warning,) = train_warnings("surrogate", ["p0"])
    assert warning.startswith("The surrogate is trained on 1 participant (p0), fewer")


def test_a_generator_that_does_not_stand_is_said_to_be_unusable() -> None:
    (warning,) = train_warnings("generator", list("abcdefgh"), standing=UNUSABLE)
    assert warning == (
        "The generator is unusable: only 3 of 20 of its repetitions start and end "
        "standing (medians: knees bent 40 deg at the start and 34 deg at the end, "
        "pelvis 9 and 7 cm below standing); train it longer or on more participants."
    )


@pytest.mark.parametrize(
    ("net", "metrics", "errors"),
    [
        (
            "generator",
            {"rotation_rmse": 0.05, "translation_rmse": 0.012, "duration_rmse": 0.2},
            "joint angles 2.9 deg, translations 1.2 cm, durations 0.20 s",
        ),
        (
            "surrogate",
            {"rmse": 0.0853, "r2": 0.61, "stated_error": 0.09},
            "activations 0.085 (of 0 to 1), R² 0.61, predicted standard deviation "
            "0.090",
        ),
    ],
)
def test_errors_have_units_and_many_participants_are_a_few_names(
    net: str, metrics: dict[str, float], errors: str
) -> None:
    names = [f"OpenCapData_{i}" for i in range(200)]
    summary = {
        "net": net,
        "people": {"train": names[:150], "validation": names[150:], "test": []},
        "repetitions": {"train": 900},
        "selected_on": "validation",
        "epoch": 30,
        "epochs": 40,
        "metrics": metrics,
        "standing": None,
        "manifest": {"warnings": ["A."]},
    }
    assert text_of(summary, Path("runs/generator")).splitlines() == [
        f"Trained the {net} on 900 repetitions of 150 participants (OpenCapData_0, "
        "OpenCapData_1, OpenCapData_2 and 147 more); weights of epoch 30 of 40, chosen "
        "on 50 participants (OpenCapData_150, OpenCapData_151, OpenCapData_152 and 47 "
        "more).",
        "Written to runs/generator.",
        "Held out: nobody.",
        f"Errors on the validation participants (RMSE): {errors}.",
        "Warning: A.",
    ]
