"""What ``validate`` says of few motions and of many."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from bige_osim.errors import DataError
from bige_osim.evaluation.agreement import MuscleAgreement
from bige_osim.evaluation.limits import Limits, RangeExcess, Residuals
from bige_osim.evaluation.motion_validation import MotionValidation
from bige_osim.evaluation.repetition_agreement import RepetitionAgreement
from bige_osim.evaluation.validation import Validation
from bige_osim.repetitions.repetition import Repetition
from bige_osim.solving.residuals import ResidualSummary
from bige_osim.stages.text.validate import text_of
from bige_osim.stages.validate import validate


def motion(name: str, *excesses: float, failed: int = 0) -> MotionValidation:
    """A motion whose joints leave their ranges by these angles, deg."""
    found = ResidualSummary(
        force_rms=0.0,
        force_max=0.0,
        moment_rms=0.0,
        moment_max=0.0,
        body_weight=700.0,
        center_height=0.9,
        external_max=800.0,
        offset=0.0,
        carried=(),
        source="estimated",
    )
    return MotionValidation(
        name=name,
        duration=2.0,
        frames=100,
        failed=tuple(0.01 * place for place in range(failed)),
        muscles=(),
        terms=(),
        residuals=Residuals(found, Limits()),
        reserves=(),
        ranges=tuple(
            RangeExcess(f"knee_angle_{place}", math.radians(excess), 1.0)
            for place, excess in enumerate(excesses)
        ),
        feet=None,
        limits=Limits(),
    )


def lines(*motions: MotionValidation, verbose: bool = False) -> list[str]:
    return text_of(Validation(motions), Path("out"), verbose=verbose).splitlines()


def test_the_outcome_comes_first_and_reasons_that_say_the_same_are_one() -> None:
    assert lines(motion("01"), motion("02", 3.0, 11.0)) == [
        "1 of 2 motions passed.",
        "Written to out.",
        "Residuals peak at 0.0 % of body weight and 0.0 N m (ground reaction "
        "estimated: not an independent check).",
        "  01 passes",
        "  02 does not pass: knee_angle_0, knee_angle_1 leaves the model's range by "
        "3.0 to 11.0 deg at 1.00 s.",
        "-v gives every reason of every motion, as does validate.json.",
    ]


def test_reasons_of_many_motions_are_counted() -> None:
    many = [motion(f"{i:02d}", *[float(i)] * 30, failed=5) for i in range(1, 100)]
    found = lines(*many)
    assert found[3:] == [
        "  99 of 99: knee_angle_0 leaves the model's range by 1.0 to 99.0 deg at 1.00 "
        "s.",
        "  99 of 99: The simulation found no solution at 5 of 100 frames, the first at "
        "0.00 s.",
        "-v gives every reason of every motion, as does validate.json.",
    ]
    assert max(len(line) for line in found) <= 300
    assert len(lines(*many, verbose=True)) > 99 * 31


def test_a_motion_with_many_reasons_has_one_short_line() -> None:
    found = lines(motion("01", *[float(i) for i in range(2, 40)], failed=3))
    assert max(len(line) for line in found) <= 300


def agreeing(name: str, surrogate: float, simulated: float) -> MuscleAgreement:
    """A muscle with these peaks, RMSE 0.06 and R² 0.64."""
    return MuscleAgreement(
        name, 10, rmse=0.06, bias=0.0, spread=0.1, r2=0.64, surrogate_peak=surrogate,
        simulated_peak=simulated, peak_delay=None, peak_delay_percent=None,
    )  # fmt: skip


def test_agreement_of_a_motion_is_said_with_its_peaks() -> None:
    muscles = (agreeing("vasmed_r", 0.4, 0.5), agreeing("soleus_r", 0.25, 0.2))
    squat = Repetition(0.0, 2.0, 1.0, 1.5, "squat", 0.8)
    each = (RepetitionAgreement(squat, muscles),)
    compared = replace(motion("a"), muscles=muscles, repetitions=each)
    said = (
        "    surrogate in 1 repetition: RMSE 0.060, R² 0.64; mean of the muscles' "
        "peaks 0.325 (simulated 0.350), furthest vasmed_r 0.400 (0.500)"
    )
    assert lines(compared)[-1] == said
    assert lines(compared, verbose=True)[-1] == said


def test_how_much_was_solved_exactly_is_said() -> None:
    muscles = (agreeing("soleus_r", 0.25, 0.2),)
    compared = replace(motion("a"), muscles=muscles, solved_exactly=0.42)
    assert lines(compared)[-1] == (
        "    42 % of the frames, of which the net is unsure, were solved exactly; "
        "--net-alone compares the net there, too"
    )


def test_why_nothing_was_predicted_is_said() -> None:
    alone = replace(motion("a"), unpredicted="No squat was found.")
    assert lines(alone)[-1] == "    No squat was found."


def test_motions_that_cannot_be_told_apart_are_refused(tmp_path: Path) -> None:
    paths = [tmp_path / place / "guided" / "01.mot" for place in ("a", "b")]
    for path in paths:
        path.parent.mkdir(parents=True)
        path.touch()
    with pytest.raises(DataError) as error:
        validate(paths, model=tmp_path / "m.osim", output=tmp_path / "out")
    text = str(error.value)
    assert text.startswith(
        f"{paths[1]}: expected motions or folders of different names, got another "
        "guided_01 ("
    )
    ending = "a/guided/01.mot); validate them one by one or rename a folder."
    assert text.endswith(ending)
