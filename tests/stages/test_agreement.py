"""Comparisons of files and folders, from reading to what is written."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import BigeError, DataError, ExistingOutputError
from bige_osim.io.opensim_files.series import read_activations, write_series
from bige_osim.motion import Activations, Series
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.model import read_model
from bige_osim.stages.agreement import AgreementRequest, agreement
from bige_osim.stages.result import StageResult

VASTI = ("vasint_r", "vaslat_r", "vasmed_r")
MUSCLES = (*VASTI, "soleus_r")
TIME = np.arange(0, 2.001, 0.02)


def burst(at: float = 1.0, size: float = 0.5, time: np.ndarray = TIME) -> np.ndarray:
    return 0.05 + size * np.exp(-8 * (time - at) ** 2)


def write(path: Path, *, at: float = 1.0, size: float = 0.5, rate: float = 50) -> Path:
    """Activations of a burst that all muscles share but the soleus, which is half."""
    time = np.arange(0, 2.001, 1 / rate)
    curves = [burst(at, size * part, time) for part in (1, 1, 1, 0.5)]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_series(path, Activations(time, np.stack(curves, 1), MUSCLES))
    return path


def compare(output: Path, *sources: Path, **given: object) -> StageResult:
    request = AgreementRequest(sources=sources, **given)  # type: ignore[arg-type]
    return agreement(request, output=output)


def test_two_files_are_compared_and_written(tmp_path: Path) -> None:
    a = write(tmp_path / "a.sto")
    b = write(tmp_path / "b.sto", at=1.06, rate=100)
    result = compare(tmp_path / "out", a, b, groups=True)
    (one,) = result.summary["comparisons"]
    assert one["compared"] == "b"
    lags = {row["name"]: row["lag_s"] for row in one["muscles"]}
    assert lags == pytest.approx(dict.fromkeys(MUSCLES, 0.06))
    assert [row["name"] for row in one["groups"]] == ["vasti_r"]
    assert json.loads((tmp_path / "out" / "agreement.json").read_text())["emg"] is False
    text = (tmp_path / "out" / "agreement.csv").read_text()
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["kind"] for row in rows] == ["muscle"] * 4 + ["group"]
    assert float(rows[0]["peak_delay_s"]) == pytest.approx(0.06)
    page = (tmp_path / "out" / "agreement.html").read_text()
    for part in ("b against a", "vasti (medialis, lateralis, intermedius), right"):
        assert part in page
    assert result.text.splitlines()[0] == "b against a: 1 trial, 4 muscles."


def test_several_files_are_each_compared_with_the_first(tmp_path: Path) -> None:
    a = write(tmp_path / "a.sto")
    others = [write(tmp_path / f"{n}.sto", size=0.5 + 0.1 * n) for n in (1, 2)]
    found = compare(tmp_path / "out", a, *others).summary["comparisons"]
    peaks = [one["muscles"][0]["peak_difference"] for one in found]
    assert peaks == pytest.approx([0.1, 0.2])


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Trials of six participants; the second method has 0.1 more, and is later."""
    for i in range(6):
        for name in ("squats1", "squats2"):
            file = f"p{i}/{name}_activations.sto"
            write(tmp_path / "a" / file, size=0.4 + 0.01 * i)
            write(tmp_path / "b" / file, size=0.5 + 0.02 * i)
    write(tmp_path / "a" / "p0" / "walk_activations.sto")
    return tmp_path / "a", tmp_path / "b"


def test_trials_of_folders_are_paired_by_name(
    tmp_path: Path, folders: tuple[Path, Path]
) -> None:
    result = compare(tmp_path / "out", *folders, groups=True)
    (one,) = result.summary["comparisons"]
    assert len(one["trials"]) == 12
    assert one["statistics_over"] == {"unit": "participant", "count": 6}
    (group,) = one["groups"]
    peaks = group["statistics"]["peaks"]
    assert peaks["pairs"] == 6
    assert peaks["bias"] == pytest.approx(0.1 + 0.01 * 2.5)
    assert group["statistics"]["curves"]["p"] == 2 / 2**6
    page = (tmp_path / "out" / "agreement.html").read_text()
    assert "Over 6 participants" in page
    assert "limits of agreement" in page
    assert "b: 1 trial of one folder only: p0/walk." in result.text
    assert "12 trials of 6 participants" in result.text


def test_envelopes_in_a_unit_of_their_own_are_compared_by_shape(tmp_path: Path) -> None:
    time = np.arange(0, 2.0005, 0.001)
    envelope = 300 * burst(0.95, time=time)
    rows = [f"{t:.3f},{v:.6f}" for t, v in zip(time, envelope, strict=True)]
    emg, names = tmp_path / "emg.csv", tmp_path / "names.csv"
    emg.write_text("\n".join(["time,VM_R", *rows]))
    names.write_text("VM_R,vasmed_r,vaslat_r\n")
    model = write(tmp_path / "model.sto")
    result = compare(tmp_path / "out", emg, model, emg=True, names=names)
    (row,) = result.summary["comparisons"][0]["muscles"]
    assert row["name"] == "VM_R"
    assert row["lag_s"] == pytest.approx(0.05)
    assert row["lag_correlation"] == pytest.approx(1, abs=1e-3)
    assert row["onset_s"] == pytest.approx(0.05, abs=1e-3)
    assert row["reference_peak"] == row["compared_peak"] == 1
    page = (tmp_path / "out" / "agreement.html").read_text()
    assert "electromechanical delay" in page
    assert "at a lag of 50 ms" in result.text


def test_actuators_that_are_no_muscles_are_left_out(tmp_path: Path) -> None:
    a, b = write(tmp_path / "a.sto"), tmp_path / "b.sto"
    names = (*MUSCLES, "FX", "reserve_knee_angle_r")
    values = np.stack([burst()] * 4 + [20 * burst(), 0.1 * burst()], 1)
    write_series(b, Series(TIME, values, names))
    result = compare(tmp_path / "out", a, b)
    (one,) = result.summary["comparisons"]
    assert [row["name"] for row in one["muscles"]] == list(MUSCLES)
    assert "b.sto: no activations, because not from 0 to 1: FX." in result.text


def test_a_file_of_forces_is_no_activations(tmp_path: Path) -> None:
    a, b = write(tmp_path / "a.sto"), tmp_path / "b.sto"
    write_series(b, Series(TIME, 900 * burst()[:, None], ("vasmed_r",)))
    with pytest.raises(DataError) as error:
        compare(tmp_path / "out", a, b)
    assert str(error.value) == (
        f"{b}, column vasmed_r: expected activations from 0 to 1, got other values; "
        "pass a file of activations; --emg takes envelopes first."
    )
    assert not (tmp_path / "out").exists()


def test_muscles_of_no_family_have_no_groups(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.sto", "b.sto")]
    for path in files:
        write_series(path, Series(TIME, burst()[:, None], ("BIClong",)))
    with pytest.raises(BigeError, match=r"got BIClong; leave out --groups\.$"):
        compare(tmp_path / "out", *files, groups=True)
    assert compare(tmp_path / "out", *files).summary["groups"] is False


def test_results_are_not_replaced_unless_that_is_asked(tmp_path: Path) -> None:
    files = [write(tmp_path / name) for name in ("a.sto", "b.sto")]
    compare(tmp_path / "out", *files)
    with pytest.raises(ExistingOutputError, match=r"agreement\.json"):
        compare(tmp_path / "out", *files)
    agreement(AgreementRequest(sources=files), output=tmp_path / "out", force=True)


@pytest.mark.recordings
def test_simulations_of_opencap_agree_with_themselves(
    tmp_path: Path, sessions: Path
) -> None:
    folder = sessions / "field_study_0" / "OpenSimData" / "Dynamics"
    first, second = (
        folder / f"Squats_0_{number}" / "kinematics_activations.mot"
        for number in (1, 2)
    )
    (one,) = compare(tmp_path / "out", first, first).summary["comparisons"]
    assert len(one["muscles"]) == 80
    assert one["overall"]["rmse"] == 0
    with pytest.raises(BigeError, match="fewer than 3 frames in common"):
        compare(tmp_path / "other", first, second)


@pytest.mark.opensim
def test_a_model_weights_the_muscles_of_a_group_by_their_strengths(
    tmp_path: Path,
) -> None:
    a, b = write(tmp_path / "a.sto"), tmp_path / "b.sto"
    more = np.array([0.0, 0.0, 0.2, 0.0])
    found = read_activations(a)
    write_series(b, replace(found, values=found.values + more))
    model = generic_model()
    result = compare(tmp_path / "out", a, b, groups=True, model=model)
    (group,) = result.summary["comparisons"][0]["groups"]
    strength = {m.name: m.max_isometric_force for m in read_model(model).muscles}
    share = strength["vasmed_r"] / sum(strength[name] for name in VASTI)
    assert group["bias"] == pytest.approx(0.2 * share)
    assert "weighted by strength" in (tmp_path / "out" / "agreement.html").read_text()
