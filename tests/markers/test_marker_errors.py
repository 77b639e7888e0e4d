import numpy as np
import pytest

from bige_osim.markers.marker_errors import MarkerErrors

REGIONS = {"hip": "core", "knee": "core", "hand": "arms", "head": "head"}


def errors() -> MarkerErrors:
    """Two frames: hip and knee at 3 and 4 mm, then 30 mm with the knee lost."""
    nan = np.nan
    distances = np.array([[0.003, 0.004, 0.05, nan], [0.03, nan, 0.1, nan]])
    return MarkerErrors(np.array([0.0, 0.1]), distances, tuple(REGIONS), REGIONS)


def test_pelvis_trunk_and_legs_count_apart_from_arms_and_head() -> None:
    found = errors()
    assert found.rms("core") == pytest.approx(np.sqrt((9 + 16 + 900) / 3) / 1000)
    assert found.largest("core") == 0.03
    assert found.rms("arms_head") == pytest.approx(np.sqrt((25 + 100) / 2) / 100)


def test_a_frame_keeps_the_guideline_below_2_cm_rms_and_4_cm() -> None:
    assert errors().within_guideline() == 0.5  # the second has 3 cm
    far = MarkerErrors(
        np.zeros(1),
        np.array([[0.041, 0.001, 0.001, 0.001]]),
        tuple(REGIONS),
        dict.fromkeys(REGIONS, "core"),
    )
    assert np.sqrt(np.mean(far.distances**2)) > 0.02
    assert far.within_guideline() == 0.0


def test_the_table_holds_every_frame_and_marks_gaps() -> None:
    table = errors().series()
    assert table.names == (
        "core_rms", "core_max", "arms_head_rms", "arms_head_max", "hip", "knee", "hand"
    )  # fmt: skip
    assert table.column("core_rms")[0] == pytest.approx(0.005 / np.sqrt(2))
    assert table.column("core_max").tolist() == [0.004, 0.03]
    assert table.column("knee").tolist() == [0.004, -1.0]


def test_the_summary_is_in_millimetres_and_counts_gaps() -> None:
    found = errors().to_dict()
    assert found["core_max_mm"] == 30.0
    assert found["markers"]["knee"] == {"rms_mm": 4.0, "max_mm": 4.0, "gaps": 1}
    assert "head" not in found["markers"]
