"""``bige figures``."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure
from tests.compared import activate, squat, write_compared

from bige_osim.cli import main


def test_figures_are_listed_and_said_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def name_files(figure: Figure, name: str) -> list[str]:
        return [f"{name}.png", f"{name}.svg"]

    monkeypatch.setattr("bige_osim.stages.figures.write_into", lambda _: name_files)
    both = [(squat(depth), activate(0.3), None) for depth in (0.2, 0.3)]
    folder = write_compared(tmp_path / "compared", {"reference": both})
    result = CliRunner().invoke(main, ["figures", str(folder)])
    assert result.exit_code == 0, result.stderr
    assert result.stdout == (
        "3 figures, each as PNG and SVG: squat_sequences_s4, peak_order_s4, "
        f"activation_agreement_s4.\nWritten to {folder / 'figures'}.\n"
    )
    again = [*("figures", str(folder), "--force", "--json", "--muscles", "soleus_r")]
    summary = json.loads(CliRunner().invoke(main, again).stdout)
    assert [row["kind"] for row in summary["figures"]][-1] == "activation_agreement"


def test_a_folder_without_a_comparison_is_refused_in_a_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["figures", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: The comparison {tmp_path / 'compare.json'} does not exist; run bige "
        "compare first.\n"
    )
    assert not (tmp_path / "figures").exists()
