"""``bige agreement``."""

import json
from pathlib import Path

from click.testing import CliRunner

from bige_osim.cli import main


def write(path: Path, size: float) -> str:
    rows = [f"{t / 10},{size * (t % 4) / 4}" for t in range(11)]
    path.write_text("\n".join(["time,soleus_r", *rows]))
    return str(path)


def test_it_prints_what_it_found_and_where_it_is(tmp_path: Path) -> None:
    files = write(tmp_path / "a.csv", 0.4), write(tmp_path / "b.csv", 0.6)
    arguments = ["agreement", *files, "-o", str(tmp_path / "out")]
    said = CliRunner().invoke(main, arguments)
    assert said.exit_code == 0, said.stderr
    assert said.stdout.splitlines()[0] == "b against a: 1 trial, 1 muscle."
    assert said.stdout.splitlines()[-1] == (
        f"Written to {tmp_path / 'out'}; open agreement.html in a browser."
    )
    again = CliRunner().invoke(main, [*arguments, "--force", "--json"])
    assert json.loads(again.stdout)["comparisons"][0]["overall"]["correlation"] > 0.999


def test_a_single_file_is_wrong_usage(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", 0.4)
    said = CliRunner().invoke(main, ["agreement", file, "-o", str(tmp_path / "out")])
    assert said.exit_code == 2
    assert "Name a reference, and what is compared with it." in said.stderr


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    file, output = write(tmp_path / "a.csv", 0.4), tmp_path / "out"
    said = CliRunner().invoke(main, ["agreement", file, "b.csv", "-o", str(output)])
    assert said.exit_code == 1
    assert said.stderr == (
        "Error: The file of activations b.csv does not exist; check the path.\n"
    )
    assert not output.exists()
