"""``bige view``: what it writes, prints and refuses."""

import json
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.made_view import make_results

from bige_osim.cli import main
from bige_osim.errors import BigeError
from bige_osim.stages.view import ViewRequest
from bige_osim.stages.view_live import open_server

pytestmark = pytest.mark.opensim


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["view", *map(str, arguments)])


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_results(tmp_path_factory.mktemp("solved"), "squat")


def test_the_page_lies_in_the_folder_of_results_unless_named(results: Path) -> None:
    result = run(results, "--json")
    assert result.exit_code == 0, result.stderr
    summary = json.loads(result.stdout)
    page = results / "view.html"
    assert summary["view"] == page.as_posix()
    assert summary["bytes"] == {"view": page.stat().st_size}
    assert summary["motions"] == ["squat"]
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    again = run(results)
    assert again.exit_code == 1
    assert "exists already; pass --force" in again.stderr


def test_what_is_not_shown_is_said(results: Path, tmp_path: Path) -> None:
    motion = results / "opensim" / "squat" / "squat_ik.mot"
    result = run(motion, "-o", tmp_path / "a.html")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[:3] == [
        "squat shown.",
        "Muscles are grey: their activations are not known.",
        "There are no ground forces: they are not known.",
    ]


def test_a_repetition_that_there_is_not_is_an_error(
    results: Path, tmp_path: Path
) -> None:
    result = run(results, "--repetition", "9", "-o", tmp_path / "a.html")
    assert result.exit_code == 1
    assert "asked for number 9; pass another --repetition" in result.stderr
    assert not (tmp_path / "a.html").exists()


def test_live_writes_nothing(results: Path, tmp_path: Path) -> None:
    result = run(results, "--live", "-o", tmp_path / "a.html")
    assert result.exit_code == 2
    assert "--live writes nothing: leave out --output and --movie." in result.stderr


def test_the_live_page_is_made_anew_and_only_here(results: Path) -> None:
    with open_server(ViewRequest(paths=[results])) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            host, port = server.server_address[:2]
            assert host == "127.0.0.1"
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
                assert answer.read().startswith(b"<!doctype html>")
            with pytest.raises(urllib.error.HTTPError) as error:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/other")
            assert error.value.code == 404
            error.value.close()
        finally:
            server.shutdown()
            thread.join()


def test_a_port_that_is_taken_is_an_error(results: Path) -> None:
    request = ViewRequest(paths=[results])
    with (
        open_server(request) as server,
        pytest.raises(BigeError, match="pass another --port"),
        open_server(request, port=server.server_port),
    ):
        pass
