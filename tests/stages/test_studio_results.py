"""Finished jobs: what is listed, ranked and handed out."""

import io
import json
import math
import zipfile
from pathlib import Path

import pytest

from bige_osim.errors import DataError
from bige_osim.physics import foot_conditions
from bige_osim.solving.solve import SQUAT_CUTOFF
from bige_osim.stages import opensim_folder, outcome, report, studio_plans
from bige_osim.stages.studio_results import (
    KNEES,
    OPENSIM,
    REPORT,
    describe_delivery,
    list_files,
    list_results,
    read_result,
    zip_opensim,
)

MOT = """\
squat
version=1
nRows=3
nColumns=3
inDegrees=yes
endheader
time\tknee_angle_r\tknee_angle_l
0\t5\t5
1\t100\t90
2\t5\t5
"""


def make_job(folder: Path, *, change: bool = False) -> Path:
    """A job with two motions, the second of which is the better one."""
    folder.mkdir(parents=True)
    motions = []
    for number, (margin, changed) in enumerate([(0.02, 5.0), (0.10, 3.0)], start=1):
        (folder / f"{number:02d}.mot").write_text(MOT)
        place = folder / "opensim" / f"{number:02d}"
        place.mkdir(parents=True)
        (place / "setup_so.xml").write_text("<OpenSimDocument/>")
        term = {
            "name": "activation",
            "margin": margin,
            "range": {"low": 0.3, "high": 0.6, "reached": [0.4, 0.5]},
        }
        motions.append(
            {
                "file": f"{number:02d}.mot",
                "duration": 2.0,
                "change_deg": {"legs": changed},
                "terms": [term, {"name": "asymmetry", "after": 1.5}],
            }
        )
    summary = {"motions": motions, "failed": [], "manifest": {"warnings": ["Few."]}}
    (folder / "guide.json").write_text(json.dumps(summary))
    asked = {"change": change, "muscles": {"vasti": [0.3, 0.6]}}
    (folder / "studio.json").write_text(json.dumps(asked))
    (folder / "secret.txt").write_text("secret")
    return folder


def test_new_squats_are_ranked_by_how_far_within_the_ranges_they_are(
    tmp_path: Path,
) -> None:
    result = read_result(make_job(tmp_path / "job"))
    assert [one.name for one in result.found] == ["02", "01"]
    best = result.found[0]
    assert best.depth == pytest.approx(95)
    assert best.peaks == {"vasti": pytest.approx(0.45)}
    assert best.asymmetry == 1.5
    assert best.room == pytest.approx(0.1 / 0.15)
    assert result.warnings == ("Few.",)
    assert describe_delivery(result) == "2 motions pass when simulated again."


def test_a_changed_squat_is_judged_by_its_change(tmp_path: Path) -> None:
    result = read_result(make_job(tmp_path / "job", change=True))
    assert [one.change for one in result.found] == [3.0, 5.0]
    assert "change by 3.0°" in describe_delivery(result)


def test_a_model_without_knees_has_no_depth(tmp_path: Path) -> None:
    job = make_job(tmp_path / "job")
    (job / "01.mot").write_text(MOT.replace("knee_angle_l", "other"))
    assert math.isnan(read_result(job).found[1].depth)


def test_only_whole_jobs_are_listed_the_latest_first(tmp_path: Path) -> None:
    for name in ("2026-01-01_a", "2026-02-01_b", ".bige-1234"):
        make_job(tmp_path / name)
    (tmp_path / "2026-03-01_c").mkdir()
    assert list_results(tmp_path) == ["2026-02-01_b", "2026-01-01_a"]
    assert list_results(tmp_path / "absent") == []


def test_only_files_of_a_job_are_handed_out(tmp_path: Path) -> None:
    job = make_job(tmp_path / "job")
    (job / "03.mot").symlink_to(job / "secret.txt")
    assert sorted(list_files(job)) == ["01.mot", "02.mot", "guide.json", "studio.json"]


def test_the_opensim_folder_is_zipped(tmp_path: Path) -> None:
    job = make_job(tmp_path / "job")
    packed = zip_opensim(job, "opensim_02.zip")
    assert packed is not None
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["opensim_02/setup_so.xml"]
    for name in ("opensim_09.zip", "opensim_..zip", "../opensim_01.zip", "01.mot"):
        assert zip_opensim(job, name) is None


def test_a_damaged_job_is_said_to_be_one(tmp_path: Path) -> None:
    job = make_job(tmp_path / "job")
    (job / "guide.json").write_text("{")
    with pytest.raises(DataError, match="expected a job of bige studio"):
        read_result(job)


def test_names_are_those_that_the_commands_use() -> None:
    assert foot_conditions.KNEES == KNEES
    assert (opensim_folder.FOLDER, report.REPORT) == (OPENSIM, REPORT)
    assert outcome.NOT_DELIVERED == studio_plans.NOT_DELIVERED
    assert SQUAT_CUTOFF == studio_plans.CUTOFF
