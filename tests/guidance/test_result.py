"""What guidance returns: the best, no two alike, over their own time."""

from collections.abc import Callable

import numpy as np

from bige_osim.guidance.result import GuidedMotions

Search = Callable[..., GuidedMotions]
VASTI = {"muscles": ["vasmed_r", "vasmed_l"], "low": 0.7, "high": 0.8}


def test_near_duplicates_are_removed_and_the_shortfall_is_said(search: Search) -> None:
    found = search({"asymmetry": {}}, samples=4, distinct_deg=90.0)
    assert len(found) == 1
    assert found.warnings == (
        "Only 1 of 4 motions asked for differ by 90 deg or more; raise candidates or"
        " start_noise, or lower distinct_deg.",
    )
    apart = search({"activation": VASTI}, samples=4, distinct_deg=2.0)
    names = [i for i, n in enumerate(apart.names) if not n.startswith("pelvis_t")]
    angles = apart.motion[..., [*names, apart.names.index("pelvis_tilt")]]
    for i in range(len(apart)):
        for j in range(i):
            assert np.degrees(np.abs(angles[i] - angles[j]).mean()) >= 2


def test_motions_run_over_their_own_time(search: Search) -> None:
    found = search({"asymmetry": {}}, samples=2, steps=2)
    motion, activations = found.motions()[1], found.expected_activations()[1]
    np.testing.assert_array_equal(motion.time, np.linspace(0, 2, found.motion.shape[1]))
    np.testing.assert_array_equal(motion.values, found.motion[1])
    assert activations.names == ("vasmed_l", "vasmed_r")
    assert [row["cost"] for row in found.rows()] == found.cost.tolist()
    assert found.rows()[0]["terms"][0]["holds"] is None
