"""The demo, as `make demo` runs it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bige_osim.cli import main


@pytest.mark.slow
def test_the_demo_goes_the_whole_way(tmp_path: Path):
    output = tmp_path / "demo"
    result = CliRunner().invoke(main, ["demo", "-o", str(output), "--json"])
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert summary["target"] == "synth_011"
    assert (output / "report.html").stat().st_size > 100_000
    written = json.loads((output / "validated" / "validate.json").read_text())
    overall = written["validation"]["overall"]
    # A person who was in no training: worse than this would be a broken net.
    assert overall["rmse"] < 0.1
    trained = json.loads((output / "surrogate" / "train.json").read_text())
    assert "synth_011" not in trained["people"]["train"]


def test_a_demo_is_not_written_over_another(tmp_path: Path):
    (tmp_path / "report.html").write_text("mine")
    result = CliRunner().invoke(main, ["demo", "-o", str(tmp_path)])
    assert result.exit_code == 1
    assert "pass --force to replace it" in result.stderr
    assert (tmp_path / "report.html").read_text() == "mine"
