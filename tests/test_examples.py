"""Every example is short, and runs."""

import runpy
import sys
from pathlib import Path

import pytest

from bige_osim.io.session.read import read_session
from bige_osim.stages.synth import synth

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("people")
    synth(1, output=folder / "people", repetitions=1, asymmetric=False)
    return folder / "people" / "synth_000"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(
    example: Path,
    session: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    found = read_session(session)
    motion = found.trial("squats1").motion
    arguments = {
        "01_read_and_differentiate": [found.model, motion],
        "02_move_a_model": [found.model, motion],
        "03_find_squats": [session],
        "04_solve_squats": [session, "squats1"],
    }[example.stem]
    monkeypatch.setattr(sys, "argv", [str(example), *map(str, arguments)])
    runpy.run_path(str(example), run_name="__main__")
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_short(example: Path):
    assert len(example.read_text().splitlines()) < 60
