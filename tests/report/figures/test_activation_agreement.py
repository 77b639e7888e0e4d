"""Simulated and predicted activations as small multiples."""

import numpy as np
import pytest

from bige_osim.report.figures.activation_agreement import (
    AgreementRow,
    MuscleCurves,
    activation_agreement_figure,
)

FRAMES = 11
NEVER = np.full((2, FRAMES), np.nan)


def make_curves(*, predicted: np.ndarray) -> MuscleCurves:
    simulated = np.stack([np.full(FRAMES, 0.2), np.full(FRAMES, 0.4)])
    return MuscleCurves(simulated=simulated, predicted=predicted)


def test_rmse_is_over_the_motions_that_a_surrogate_has_predicted() -> None:
    both = make_curves(predicted=np.full((2, FRAMES), 0.3))
    one = np.vstack([NEVER[:1], np.full((1, FRAMES), 0.43)])
    assert both.rmse == pytest.approx(0.1)
    assert make_curves(predicted=one).rmse == pytest.approx(0.03)
    assert make_curves(predicted=NEVER).rmse is None


def test_panels_have_means_a_band_and_the_error_where_there_is_a_surrogate() -> None:
    rows = [
        AgreementRow(title="A", note="n = 2", muscles=[make_curves(predicted=NEVER)]),
        AgreementRow(
            title="B",
            note="n = 2",
            muscles=[make_curves(predicted=np.full((2, FRAMES), 0.3))],
        ),
    ]
    figure = activation_agreement_figure(rows, muscles=["soleus, right"])
    alone, beside = figure.axes
    assert len(alone.lines) == 1
    assert alone.lines[0].get_ydata() == pytest.approx(np.full(FRAMES, 0.3))
    edges = alone.collections[0].get_paths()[0].vertices[:, 1]
    spread = 0.1 * np.sqrt(2)
    assert (edges.min(), edges.max()) == pytest.approx((0.3 - spread, 0.3 + spread))
    assert len(beside.lines) == 2
    assert [text.get_text() for text in beside.texts] == ["RMSE 0.100"]
    assert not alone.texts
    assert alone.get_ylim() == beside.get_ylim()
    assert alone.get_title(loc="left") == "soleus, right"
