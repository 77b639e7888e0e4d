"""``import bige_osim as bige``: what is printed in the docs works as it stands."""

import ast
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import bige_osim as bige
from bige_osim.io.opensim_files.table import read_table
from bige_osim.motion import Activations, GroundReaction, Markers, Moments, Motion
from bige_osim.nets import shipped
from bige_osim.solving.model import Model
from bige_osim.solving.solution import Solution
from bige_osim.stages.solve import solve as solve_stage
from bige_osim.stages.solve_request import SolveRequest
from bige_osim.stages.synth import synth

ROOT = Path(__file__).parents[1]


def run(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture(scope="module")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A participant who squats once, with the forces under the feet in a file."""
    folder = tmp_path_factory.mktemp("people")
    synth(1, output=folder / "people", repetitions=1, asymmetric=False)
    return folder / "people" / "synth_000"


@pytest.fixture(scope="module")
def read(session_folder: Path) -> tuple[Model, Motion]:
    session = bige.read_session(session_folder)
    model = bige.read_model(session.model)
    return model, bige.read_motion(session.trial("squats1").motion, model=model)


@pytest.fixture(scope="module")
def solved(read: tuple[Model, Motion]) -> Solution:
    model, motion = read
    return bige.solve(motion, model, spans=[(1.0, 2.0)])


def test_importing_loads_nothing_else():
    code = (
        "import sys, bige_osim; dir(bige_osim); print(sorted({'numpy', 'torch', "
        "'opensim', 'scipy', 'xarray', 'click'} & set(sys.modules)))"
    )
    assert run(code).stdout.strip() == "[]"


def test_every_public_name_is_listed_and_there():
    assert len(bige.__all__) <= 16
    assert set(bige.__all__) <= set(dir(bige))
    for name in bige.__all__:
        found = getattr(bige, name)
        assert found.__name__ == name
        assert found.__doc__
    with pytest.raises(AttributeError, match="has no attribute 'read_modle'"):
        _ = bige.read_modle


def test_type_checkers_are_told_where_each_name_is():
    tree = ast.parse(Path(bige.__file__).read_text(encoding="utf-8"))
    (block,) = [
        node for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]  # fmt: skip
    told = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert sorted(told) == sorted(bige.__all__)
    for name, module in told.items():
        assert getattr(import_module(module), name) is getattr(bige, name)


def test_the_lines_of_the_docs_run(
    session_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Those of docs/python.md, in a folder that has what they name."""
    (tmp_path / "OpenCapData_1234").symlink_to(session_folder)
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    first, *others = [part.split("```")[0] for part in text.split("```python\n")[1:]]
    known: dict[str, object] = {}
    exec(compile(first, "docs/python.md", "exec"), known)
    written = read_table(tmp_path / "squats1_activations.sto")
    assert len(written.names) == 80
    assert len(known["squats"]) == 1
    for code in others:
        if "bige.guide" not in code:  # needs nets: tests/stages/test_whole_way.py
            exec(compile(code, "docs/python.md", "exec"), known)


def test_the_readme_shows_lines_of_the_docs():
    inside = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    shown = (ROOT / "README.md").read_text(encoding="utf-8")
    code = shown.split("```python\n")[1].split("```")[0]
    assert code.strip() in inside


def test_solve_is_the_command(read: tuple[Model, Motion], tmp_path: Path):
    model, motion = read
    trial = bige.read_session(model.path.parents[2]).trial("squats1")
    solved = bige.solve(motion, model, forces=trial.forces, rate=20.0)
    solve_stage(
        SolveRequest(source=model.path.parents[2], trials=("squats1",), rate=20.0),
        output=tmp_path / "solved",
    )
    for ending, mine in (
        ("activations", solved.activations),
        ("forces", solved.forces),
        ("moments", solved.moments),
    ):
        path = tmp_path / "solved" / f"squats1_{ending}.sto"
        table = read_table(path)
        again = bige.read_moments(path) if ending == "moments" else table
        assert again.names == mine.names
        bige.write_series(tmp_path / "mine.sto", mine)
        np.testing.assert_array_equal(
            table.values, read_table(tmp_path / "mine.sto").values
        )


@pytest.mark.recordings
@pytest.mark.opensim
def test_real_plates_are_assigned_as_the_command_does(sessions: Path, tmp_path: Path):
    session = bige.read_session(sessions / "lab_s4")
    trial = session.trial("squats1")
    model = bige.read_model(session.model)
    motion = bige.read_motion(trial.motion, model=model)
    spans = [(2.0, 3.0)]
    solved = bige.solve(motion, model, forces=trial.forces, rate=5.0, spans=spans)
    plates = bige.read_ground_reaction(trial.forces)
    again = bige.solve(motion, model, forces=plates, rate=5.0, spans=spans)
    request = SolveRequest(
        source=sessions / "lab_s4", trials=("squats1",), rate=5.0, start=2.0, stop=3.0
    )
    solve_stage(request, output=tmp_path / "solved")
    table = bige.read_activations(tmp_path / "solved" / "squats1_activations.sto")
    assert solved.ground.source == again.ground.source == "measured"
    for one in (solved, again):
        np.testing.assert_array_equal(one.activations.values, table.values)
    assert repr(solved).startswith(
        "Solution(Activations(squats1: 80 muscles, 6 frames, 1 s at 5 Hz), fast, "
        "ground measured, 0 failed frames, "
    )


@pytest.mark.opensim
def test_either_engine_solves(read: tuple[Model, Motion]):
    model, motion = read
    ours, theirs = (
        bige.solve(motion, model, engine=engine, rate=2.0, spans=[(1.0, 1.5)])
        for engine in ("fast", "opensim")
    )
    assert theirs.static.engine == "opensim"
    np.testing.assert_allclose(
        ours.activations.values, theirs.activations.values, atol=0.01
    )


def test_repetitions_know_the_feet(read: tuple[Model, Motion]):
    model, motion = read
    found = bige.find_repetitions(motion, model, exercise="squat")
    assert repr(found) == "Detection(1 accepted, 0 rejected)"
    (squat,) = found.accepted
    assert repr(squat).startswith("Repetition(squat, ")
    table = found.to_pandas()
    assert table["depth"].tolist() == [squat.depth]
    assert len(bige.find_repetitions(motion).accepted) == 1


def test_nouns_say_in_one_line_what_they_are(
    session_folder: Path, read: tuple[Model, Motion], solved: Solution
):
    session = bige.read_session(session_folder)
    model, motion = read
    assert repr(session).startswith("Session(synth_000: 1 trial, 1 with motion, ")
    assert repr(session.trial("squats1")).startswith("Trial(squats1: ")
    assert repr(motion).startswith("Motion(squats1: 39 coordinates, ")
    assert repr(motion).endswith(" Hz)")
    assert "80 muscles, 12 contact spheres" in repr(model)
    assert repr(model.spec).endswith("39 coordinates, 80 muscles)")
    assert repr(solved.moments).startswith("Moments(squats1: ")
    assert repr(solved.static).startswith("StaticSolution(fast: 80 muscles, ")
    assert repr(solved.ground).startswith("GroundReaction(estimated, on calcn_r, ")
    for noun in (session, motion, model, solved, solved.static, solved.ground):
        assert len(repr(noun)) < 200
        assert "\n" not in repr(noun)
        assert "array" not in repr(noun)


TIME = np.array([0.0, 0.5, 1.0])
VALUES = np.arange(6.0).reshape(3, 2)
VECTORS = np.arange(18.0).reshape(3, 2, 3)


@pytest.mark.parametrize(
    ("kind", "dimension", "units"),
    [(Motion, "coordinate", "rad or m"), (Activations, "muscle", "1"),
     (Moments, "coordinate", "N m or N")],
)  # fmt: skip
def test_a_series_goes_to_xarray_and_pandas_and_back(
    kind: type[Motion], dimension: str, units: str
):
    series = kind(TIME, VALUES, ("a", "b"))
    array, table = series.to_xarray(), series.to_pandas()
    assert array.dims == ("time", dimension)
    assert array.attrs["units"] == table.attrs["units"] == units
    assert array["time"].attrs["units"] == "s"
    assert array.sel({dimension: "b"}).sel(time=0.5) == 3.0
    assert table.loc[0.5, "b"] == 3.0
    for values, time, names in (
        (array.values, array["time"].values, array[dimension].values.tolist()),
        (table.to_numpy(), table.index.to_numpy(), list(table.columns)),
    ):
        again = kind(time, values, tuple(names))
        np.testing.assert_array_equal(again.values, series.values)
        np.testing.assert_array_equal(again.time, series.time)
        assert again.names == series.names


def test_markers_and_forces_go_to_xarray_and_pandas():
    markers = Markers(TIME, VECTORS, ("RASI", "LASI"))
    array = markers.to_xarray()
    assert array.sel(marker="LASI", axis="z", time=1.0) == 17.0
    np.testing.assert_array_equal(array.values, VECTORS)
    assert markers.to_pandas().loc[1.0, ("LASI", "z")] == 17.0
    ground = GroundReaction(
        TIME, VECTORS, VECTORS + 1, VECTORS + 2, ("calcn_r", "calcn_l"), "measured"
    )
    arrays, table = ground.to_xarray(), ground.to_pandas()
    assert {name: a.attrs["units"] for name, a in arrays.items()} == ground.units
    assert arrays["point"].sel(foot="calcn_l", axis="x", time=0.0) == 4.0
    assert table.loc[0.0, ("moment", "calcn_l", "x")] == 5.0


def test_a_solution_is_one_labelled_dataset(solved: Solution):
    found = solved.to_xarray()
    assert isinstance(found, xr.Dataset)
    assert set(found.dims) == {"time", "coordinate", "muscle", "foot", "axis"}
    at = solved.activations.time[3]
    vastus = solved.activations.column("vasmed_r")
    assert found["activations"].sel(muscle="vasmed_r", time=at) == vastus[3]
    assert np.isnan(found["activations"].sel(time=solved.motion.time[0])).all()
    assert found["moments"].attrs["units"] == "N m or N"
    np.testing.assert_array_equal(found["ground_force"].values, solved.ground.force)
    table = solved.to_pandas()
    assert table.loc[at, ("activations", "vasmed_r")] == vastus[3]
    assert np.abs(solved.moment_residual().values).max() < 1e-9


def test_activations_can_be_plotted(solved: Solution):
    (line,) = solved.activations.to_xarray().sel(muscle="vasmed_r").plot()
    np.testing.assert_array_equal(
        line.get_ydata(), solved.activations.column("vasmed_r")
    )
    assert line.axes.get_xlabel() == "time [s]"
    line.figure.clear()


def test_a_motion_is_written_and_read(read: tuple[Model, Motion], tmp_path: Path):
    model, motion = read
    bige.write_motion(str(tmp_path / "a.mot"), motion, model=model)
    again = bige.read_motion(tmp_path / "a.mot", model=model)
    np.testing.assert_allclose(again.values, motion.values, atol=1e-12)
    assert again.name == "a"


def test_without_nets_a_search_says_what_to_do(
    read: tuple[Model, Motion], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shipped, "SHIPPED", tmp_path)
    with pytest.raises(bige.BigeError) as caught:
        bige.guide(read[0], goal="goal.toml", n=4)
    assert str(caught.value) == (
        f"The shipped generator {tmp_path / 'generator.safetensors'} does not exist; "
        "train with `bige train generator DATA.nc -o RUN` and name RUN."
    )


def test_a_trial_without_a_motion_and_an_archive_are_refused(tmp_path: Path):
    with pytest.raises(bige.BigeError, match=r"choose one of session\.motions"):
        bige.read_motion(None)
    archive = tmp_path / "a.zip"
    archive.write_bytes(b"")
    with pytest.raises(bige.BigeError, match=r"use `with bige_osim\.open_session\("):
        bige.read_session(archive)


NOTEBOOK = ROOT / "examples" / "squats.ipynb"


def cells() -> list[str]:
    found = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
    code = [cell for cell in found["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] for cell in code)
    assert all(cell["execution_count"] is None for cell in code)
    return ["".join(cell["source"]) for cell in code]


def test_the_notebook_runs(
    session_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "OpenCapData_1234").symlink_to(session_folder)
    monkeypatch.chdir(tmp_path)
    known: dict[str, object] = {}
    for number, code in enumerate(cells(), start=1):
        exec(compile(code, f"cell {number}", "exec"), known)
    assert (tmp_path / "squats1_activations.sto").is_file()


def imported(code: str) -> set[str]:
    lines = (line.split() for line in code.splitlines())
    return {
        words[1].split(".")[0] if words[1] == "bige_osim" else words[1]
        for words in lines
        if words and words[0] in ("import", "from")
    }


def test_notebook_and_examples_need_nothing_but_the_front_door():
    texts = ["\n".join(cells())]
    texts += [p.read_text() for p in sorted((ROOT / "examples").glob("*.py"))]
    assert len(texts) == 5
    for text in texts:
        assert not {name for name in imported(text) if name.startswith("bige_osim.")}
        assert "bige_osim" in imported(text)
        assert "bige._" not in text


def test_examples_are_numbered():
    names = [path.name[:2] for path in sorted((ROOT / "examples").glob("*.py"))]
    assert names == ["01", "02", "03", "04"]
