"""``bige studio`` and ``bige look`` as commands."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bige_osim.cli import main


def test_without_nicegui_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module = sys.modules["bige_osim.cli.studio"]
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    result = CliRunner().invoke(main, ["studio", "-o", str(tmp_path / "studio")])
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: bige studio needs NiceGUI, which is not installed; run pip install "
        "'bige-osim[studio]'.\n"
    )
    assert not (tmp_path / "studio").exists()


def test_a_session_that_is_not_there_is_an_error() -> None:
    pytest.importorskip("nicegui")
    result = CliRunner().invoke(main, ["studio", "absent"])
    assert result.exit_code == 1
    assert "session or model" in result.stderr


def test_a_port_that_is_taken_is_an_error(tmp_path: Path) -> None:
    pytest.importorskip("nicegui")
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = ["studio", "--port", port, "-o", str(tmp_path)]
        result = CliRunner().invoke(main, command)
    assert result.exit_code == 1
    assert f"Port {port} of 127.0.0.1 cannot be served" in result.stderr


def test_the_process_of_the_page_loads_neither_torch_nor_opensim() -> None:
    pytest.importorskip("nicegui")
    code = (
        "import sys; import bige_osim.studio.server; "
        "print([m for m in ('torch', 'opensim', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_who_has_no_model_cannot_be_looked_at(tmp_path: Path) -> None:
    output = tmp_path / "look.json"
    result = CliRunner().invoke(
        main, ["look", str(tmp_path / "absent.osim"), "-o", str(output)]
    )
    assert result.exit_code == 1
    assert "absent.osim" in result.stderr
    assert not output.exists()
