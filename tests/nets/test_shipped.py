"""Nets that are shipped, and how a net is chosen."""

from pathlib import Path

import pytest

from bige_osim.errors import MissingFileError
from bige_osim.nets import shipped
from bige_osim.nets.checkpoint import weights_path


def test_a_run_that_is_named_is_taken() -> None:
    assert shipped.find_run("generator", "runs/mine") == Path("runs/mine")


def test_without_a_name_the_shipped_net_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "SHIPPED", tmp_path)
    weights_path(tmp_path, "generator").touch()
    assert shipped.find_run("generator") == tmp_path


def test_a_net_that_is_not_shipped_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "SHIPPED", tmp_path)
    weights_path(tmp_path, "generator").touch()
    with pytest.raises(MissingFileError) as caught:
        shipped.find_run("surrogate")
    assert str(caught.value) == (
        f"The shipped surrogate {weights_path(tmp_path, 'surrogate')} does not exist; "
        "train with `bige train surrogate DATA.nc -o RUN` and name RUN."
    )
