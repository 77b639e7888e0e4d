"""Motions as nets draw them."""

import json
from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import MissingFileError
from bige_osim.evaluation.feet import foot_points, foot_sliding
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.model import read_model
from bige_osim.solving.contacts import skeleton_with_feet
from bige_osim.stages.sample import SampleRequest, find_maker, sample

pytestmark = pytest.mark.opensim


def test_the_shipped_generator_draws_squats_on_planted_feet(tmp_path: Path) -> None:
    model = generic_model()
    request = SampleRequest(model=model, count=3)
    result = sample(request, output=tmp_path / "drawn", seed=1)
    spec = read_model(model)
    skeleton = skeleton_with_feet(spec)
    assert [row["file"] for row in result.summary["motions"]] == [
        "01.mot",
        "02.mot",
        "03.mot",
    ]
    for row in result.summary["motions"]:
        motion = read_motion(tmp_path / "drawn" / row["file"], spec=spec)
        assert motion.duration == pytest.approx(row["duration"])
        knee = np.degrees(motion.select(["knee_angle_r"]).values)
        assert knee.max() > 50
        assert foot_sliding(motion.time, foot_points(motion, skeleton)) < 0.02
    written = json.loads((tmp_path / "drawn/sample.json").read_text())
    assert written["net"] == "generator"


def test_one_seed_draws_the_same_motions(tmp_path: Path) -> None:
    request = SampleRequest(model=generic_model(), count=1)
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        sample(request, output=tmp_path / name, seed=seed)
    texts = [(tmp_path / name / "01.mot").read_text() for name in "abc"]
    assert texts[0] == texts[1] != texts[2]


def test_a_folder_without_a_net_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"generator, mdm.*train one with bige"):
        find_maker(tmp_path)
