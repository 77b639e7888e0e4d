"""``bige guide``: which options go together."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bige_osim.cli import main
from bige_osim.nets import shipped


@pytest.fixture
def guide(tmp_path: Path):
    """Run ``bige guide`` on a model and a trial that are empty, with more options."""
    for name in ("s4.osim", "squats1.mot"):
        (tmp_path / name).touch()
    (tmp_path / "goal.toml").write_text("[asymmetry]\n")
    (tmp_path / "run").mkdir()

    def run(*options: str) -> Result:
        words = [str(tmp_path / o) if (tmp_path / o).exists() else o for o in options]
        model, goal = tmp_path / "s4.osim", tmp_path / "goal.toml"
        needed = ["--model", str(model), "--goal", str(goal), "-o", str(tmp_path / "o")]
        return CliRunner().invoke(main, ["guide", *needed, *words])

    return run


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ["--surrogate", "run"],
            "--surrogate needs --activations surrogate.",
        ),
        (
            ["--activations", "exact", "--surrogate", "run"],
            "--surrogate needs --activations surrogate.",
        ),
        (["--repetition", "best"], "--repetition belongs to --from."),
        (
            ["--from", "squats1.mot", "-n", "3"],
            "-n belongs to a search, without --from.",
        ),
        (
            ["--from", "squats1.mot", "--generator", "run"],
            "--generator belongs to a search, without --from.",
        ),
        (
            ["--device", "cuda"],
            "Guidance runs on the CPU; leave --device out.",
        ),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(
    options: list[str], sentence: str, guide
) -> None:
    result = guide(*options)
    assert result.exit_code == 2
    assert f"Error: {sentence}" in result.stderr


def test_without_a_shipped_generator_a_search_says_what_to_do(
    guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "SHIPPED", tmp_path)
    result = guide()
    assert result.exit_code == 1
    assert "train with `bige train generator DATA.nc -o RUN`" in result.stderr
    assert not (tmp_path / "o").exists()
