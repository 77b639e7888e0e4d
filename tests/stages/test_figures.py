"""Figures of a comparison by one function."""

import json
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from tests.compared import activate, make_skeleton, squat, write_compared

from bige_osim.errors import (
    BigeError,
    DataError,
    ExistingOutputError,
    MissingFileError,
    UnknownNameError,
)
from bige_osim.stages.figure_motions import DrawnMotion, choose_typical
from bige_osim.stages.figures import figures

MADE = ((0.18, -45.0, 0.2), (0.27, -40.0, 0.3), (0.45, -36.0, 0.6))
"""Depth of the pelvis, m; its tilt at most, deg; peak activation."""


def recorded() -> list:
    """Three repetitions whose pelves tilt from -30 to 0 deg."""
    tilts = (-30.0, -20.0, -25.0)
    return [(squat(0.3, tilt), activate(0.3), None) for tilt in tilts]


def made() -> list:
    """Deeper ones are more active; the second is between the others, the last alone."""
    known = [
        (squat(depth, tilt), activate(peak), activate(peak, add=0.05))
        for depth, tilt, peak in MADE
    ]
    return [*known, (squat(0.4, -40.0, hip_flexion_r=1.0), None, None)]


@pytest.fixture
def compared(tmp_path: Path) -> Path:
    systems = {"reference": recorded(), "mdm": made(), "bige": recorded()}
    return write_compared(tmp_path / "compared", systems, participants=("s4", "s6"))


@pytest.fixture
def unwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the time that writing figures takes."""

    def name_files(figure: Figure, name: str) -> list[str]:
        return [f"{name}.png", f"{name}.svg"]

    monkeypatch.setattr("bige_osim.stages.figures.write_into", lambda _: name_files)


def test_every_kind_of_figure_is_written_as_png_and_svg(tmp_path: Path) -> None:
    folder = write_compared(tmp_path / "compared", {"reference": recorded()[:2]})
    figures(folder)
    kinds = ("squat_sequences_s4", "peak_order_s4", "activation_agreement_s4")
    names = {f"{kind}.{ending}" for kind in kinds for ending in ("png", "svg")}
    written = {path.name: path for path in (folder / "figures").iterdir()}
    assert set(written) == names | {"figures.json"}
    for name in names:
        begun = b"\x89PNG" if name.endswith("png") else b"<?xml"
        assert written[name].read_bytes().startswith(begun)
    with pytest.raises(ExistingOutputError):
        figures(folder)


@pytest.mark.usefixtures("unwritten")
def test_several_participants_are_drawn_each_and_together(compared: Path) -> None:
    result = figures(compared)
    kinds = ("squat_sequences", "peak_order", "activation_agreement")
    stems = [f"{kind}_{who}" for who in ("s4", "s6") for kind in kinds]
    stems += ["peak_depth_all", "activation_agreement_all"]
    listed = [name for row in result.summary["figures"] for name in row["files"]]
    assert listed == [f"{stem}.{ending}" for stem in stems for ending in ("png", "svg")]
    pooled = result.summary["figures"][-2:]
    assert [row["systems"]["MDM"]["motions"] for row in pooled] == [6, 6]


@pytest.mark.usefixtures("unwritten")
def test_the_record_has_the_medoid_the_range_and_the_correlation(
    compared: Path, tmp_path: Path
) -> None:
    figures(compared, output=tmp_path / "drawn", participant="s4", muscles=["soleus_r"])
    record = json.loads((tmp_path / "drawn" / "figures.json").read_text())
    sequences, order, agreement = record["figures"]
    assert record["recorded_pelvis_tilt_deg"] == pytest.approx(
        {"low": -30.0, "high": 0.0}, abs=1e-6
    )
    shown = sequences["systems"]["MDM"]
    assert (shown["motion"], shown["motions"]) == ("02", 4)
    assert shown["pelvis_tilt_deg"] == pytest.approx(
        [0, -10, -30, -40, -30, -10, 0], abs=0.01
    )
    assert shown["outside"] == [False, False, False, True, False, False, False]
    assert "-30.0 to 0.0 degrees" in sequences["caption"]
    assert "6 recorded repetitions of 2 participants" in sequences["caption"]
    numbers = order["systems"]["MDM"]
    hips = [1 - d - 0.1 * np.cos(np.deg2rad(t)) for d, t, _ in MADE]
    depths = [100 * (1 - height / 0.9) for height in hips]
    assert numbers["depth_percent"] == pytest.approx(depths, abs=1e-3)
    assert numbers["peak_activation"] == pytest.approx([0.2, 0.3, 0.6])
    r = np.corrcoef(depths, [0.2, 0.3, 0.6])[0, 1]
    assert numbers["correlation"] == pytest.approx(r, abs=1e-5)
    assert agreement["systems"]["MDM"]["rmse"] == {"soleus_r": pytest.approx(0.05)}
    assert agreement["systems"]["REFERENCE"]["rmse"] == {"soleus_r": None}


def test_the_typical_motion_is_nearest_to_the_others_in_joint_angles() -> None:
    skeleton = make_skeleton()
    motions = [
        DrawnMotion(
            name=name,
            motion=squat(depth, tilt),
            simulated=None,
            predicted=None,
            skeleton=skeleton,
        )
        for name, depth, tilt in (("a", 0.2, 0.0), ("b", 0.5, 12.0), ("c", 0.2, 80.0))
    ]
    assert choose_typical(motions).name == "b"
    assert choose_typical(motions[:1]).name == "a"


def test_a_folder_that_is_no_comparison_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"folder of a comparison .* not exist"):
        figures(tmp_path / "nothing")
    with pytest.raises(MissingFileError) as error:
        figures(tmp_path)
    assert str(error.value) == (
        f"The comparison {tmp_path / 'compare.json'} does not exist; run bige compare "
        "first."
    )
    (tmp_path / "compare.json").write_text("{}")
    with pytest.raises(DataError, match="expected what bige compare writes"):
        figures(tmp_path)


def test_participants_and_muscles_have_to_be_there(
    compared: Path, tmp_path: Path
) -> None:
    with pytest.raises(
        UnknownNameError, match="no participant named s5; it has s4, s6"
    ):
        figures(compared, participant="s5")
    with pytest.raises(UnknownNameError, match="walker has no muscle named soleus;"):
        figures(compared, muscles=["soleus"])
    alone = write_compared(tmp_path / "alone", {"mdm": made()})
    with pytest.raises(BigeError, match="no recorded repetitions in motions/reference"):
        figures(alone)
