"""Every command of the docs is one that there is, and those of the tutorial run."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import bige_osim as bige
from bige_osim.cli import main
from bige_osim.stages.synth import synth

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", ROOT / "pipelines" / "README.md", *DOCS.glob("*.md"))
SOURCE = ROOT / "src"


def blocks(page: Path, *languages: str) -> list[str]:
    """Text of the fenced blocks of some languages on a page."""
    text = page.read_text(encoding="utf-8")
    fence = rf"^```(?:{'|'.join(languages)})\n(.*?)^```"
    return re.findall(fence, text, re.S | re.M)


def commands(page: Path) -> list[list[str]]:
    """Arguments of every line of a page that begins with ``bige``, in its order."""
    lines = "\n".join(blocks(page, "sh", "bash")).replace("\\\n", " ").splitlines()
    split = [shlex.split(line, comments=True) for line in lines]
    return [words[1:] for words in split if words[:1] == ["bige"]]


def find(words: list[str]) -> tuple[click.Command, list[str]]:
    """Command that words call, and what follows its name."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    return command, words


def unknown(words: list[str]) -> list[str]:
    """Options of a command line that its command does not have."""
    command, rest = find(words)
    if isinstance(command, click.Group) and (rest or command is main):
        return [" ".join(words)]
    has = {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
    has |= {"--help", "-h"}
    return [word for word in rest if word.startswith("-") and word not in has]


def quoted(page: Path) -> list[list[str]]:
    """Arguments of the commands that are quoted in a page's sentences and tables."""
    text = re.sub(
        r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.S | re.M
    )
    found = re.findall(r"`bige ([^`…]+)`", text)
    return [
        shlex.split(one.replace("\\n", " ")) for one in found if "COMMAND" not in one
    ]


SHOWN = [
    (page.name, words) for page in PAGES for words in (*commands(page), *quoted(page))
]


def test_pages_show_commands() -> None:
    assert len(SHOWN) > 80
    assert unknown(["solve", "--modle", "a.osim"]) == ["--modle"]
    assert unknown(["solved"]) == ["solved"]


@pytest.mark.parametrize(
    ("page", "words"), SHOWN, ids=[f"{p}: {' '.join(w)[:40]}" for p, w in SHOWN]
)
def test_a_command_of_the_docs_is_one_that_there_is(
    page: str, words: list[str]
) -> None:
    assert unknown(words) == []


def test_the_command_reference_has_all_commands_in_their_order() -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r":commands: (.*)", text)
    assert shown.split(",") == main.list_commands(click.Context(main))


def environment() -> dict[str, str]:
    """Variables of a process that is to run this program's sources."""
    return os.environ | {"PYTHONPATH": str(SOURCE), "OMP_NUM_THREADS": "1"}


def run(words: list[str], folder: Path) -> str:
    """Output of a command, which has to succeed, run in a folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        given = [
            one for w in words for one in (sorted(map(str, Path().glob(w))) or [w])
        ]
        result = CliRunner().invoke(main, given)
    finally:
        os.chdir(before)
    assert result.exit_code == 0, f"bige {' '.join(words)}: {result.output}"
    return result.output


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Folder in which the tutorial was gone through, and what its commands said."""
    folder = tmp_path_factory.mktemp("tutorial")
    page = DOCS / "first_session.md"
    (goal,) = blocks(page, "toml")
    (folder / "goal.toml").write_text(goal, encoding="utf-8")
    return folder, [run(words, folder) for words in commands(page)]


@pytest.mark.slow
def test_the_tutorial_runs_and_makes_what_it_shows(
    tutorial: tuple[Path, list[str]],
) -> None:
    folder, said = tutorial
    text = (DOCS / "first_session.md").read_text(encoding="utf-8")
    for name in re.findall(r"^\| `(squats1_\w+\.\w+|solve\.json)`", text, re.M):
        assert (folder / "solved" / name).is_file(), name
    for name in ("solved/report.html", "squats.html", "checked/certificate.html"):
        assert (folder / name).stat().st_size > 5_000
    shown = "".join(blocks(DOCS / "first_session.md", "text"))
    outputs = " ".join("".join(said).split())
    for line in shown.splitlines():
        for part in line.split("…"):
            assert " ".join(part.split()) in outputs, part


@pytest.mark.slow
@pytest.mark.parametrize("page", ["tables.md", "my_exercise.md"])
def test_python_of_the_how_to_pages_runs(
    page: str, tutorial: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = tutorial
    monkeypatch.chdir(folder)
    if not Path("OpenCapData_1234").exists():
        Path("OpenCapData_1234").symlink_to(folder / "participants" / "synth_000")
    known: dict[str, object] = {}
    for code in blocks(DOCS / page, "python"):
        exec(compile(code, page, "exec"), known)
    if page == "my_exercise.md":
        assert len(known["found"].accepted) == 3
        assert [one.reasons for one in known["found"].rejected] == [
            ("the knees bend by 59 deg only",)
        ] * 2
    else:
        assert len(Path("peaks.csv").read_text().splitlines()) == 11


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("octave") is None, reason="Octave is not installed")
def test_octave_reads_what_the_tutorial_made(
    tutorial: tuple[Path, list[str]],
) -> None:
    folder, _ = tutorial
    given = f"addpath('{ROOT / 'examples'}'), read_results"
    done = subprocess.run(
        ["octave-cli", "--eval", given],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    peak = bige.read_activations(folder / "solved/squats1_activations.sto")
    most = float(peak.column("vasmed_r").max())
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"vasmed_r peaks at {most:.3f}, at ")
    assert len(lines) == 12
    assert lines[10].startswith("squatsAsym1, repetition 10: ")


@pytest.mark.slow
def test_three_commands_lead_to_a_report_of_a_session(tmp_path: Path) -> None:
    """The last of those on the front page; the first two are how these tests run."""
    text = (DOCS / "index.md").read_text(encoding="utf-8")
    lines = text.split("```sh\n")[1].split("```")[0].splitlines()
    assert lines[:2] == ["make setup", ". .venv/bin/activate"]
    synth(1, output=tmp_path / "p", repetitions=1, asymmetric=False)
    (tmp_path / "OpenCapData_1234").symlink_to(tmp_path / "p" / "synth_000")
    run(shlex.split(lines[2])[1:], tmp_path)
    assert (tmp_path / "solved" / "report.html").stat().st_size > 100_000


def test_a_job_of_an_array_solves_its_session(tmp_path: Path) -> None:
    (tmp_path / "sessions.txt").write_text("/data/first\n/data/second\n")
    called = tmp_path / "bige"
    called.write_text('#!/bin/sh\necho "$@" >> calls.txt\n')
    called.chmod(0o755)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "second.nc").touch()
    search = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["bash", str(ROOT / "pipelines" / "solve_sessions.sbatch")],
        cwd=tmp_path, check=True,
        env=os.environ | {"SLURM_ARRAY_TASK_ID": "2", "PATH": search},
    )  # fmt: skip
    assert (tmp_path / "calls.txt").read_text().splitlines() == [
        "solve /data/second --jobs 1 -o solved/second"
    ]


def complete(shell: str, words: str, at: int) -> str:
    """What ``bige`` offers a shell for the word at a place."""
    asked = {
        "_BIGE_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(at),
    }
    code = "import sys; sys.argv[0] = 'bige'; from bige_osim.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment() | asked, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_line_for_a_shell_completes(shell: str) -> None:
    page = (DOCS / "completion.md").read_text(encoding="utf-8")
    assert f'eval "$(_BIGE_COMPLETE={shell}_source bige)"' in page
    text = complete(shell.replace("_complete", ""), "bige so", 1)
    assert "solve" in text.split(",")[-1] if shell == "bash" else "solve" in text
    lunges = complete(shell, "bige collect --exercise lu", 3)
    assert "lunge" in lunges


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_text_for_a_shell_is_one_that_it_can_run(shell: str) -> None:
    code = "import sys; sys.argv[0] = 'bige'; from bige_osim.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment() | {"_BIGE_COMPLETE": f"{shell}_source"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "_BIGE_COMPLETE=" in done.stdout
    assert "compdef" in done.stdout or "complete -o" in done.stdout
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=done.stdout, text=True, check=True)
