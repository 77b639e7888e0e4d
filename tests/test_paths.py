"""Paths may be text: of what reads and writes, of checkpoints, engines and stages."""

import inspect
import os
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest

import bige_osim.io
import bige_osim.nets
import bige_osim.osim
import bige_osim.solving
import bige_osim.stages
from bige_osim.errors import BigeError
from bige_osim.io.opensim_files.series import read_series, write_series
from bige_osim.io.opensim_files.trc import read_markers, write_markers
from bige_osim.io.output import new_file, new_folder, write_json
from bige_osim.motion import Markers, Series

PACKAGES = (bige_osim.io, bige_osim.osim, bige_osim.nets, bige_osim.solving)
VERBS = ("read_", "write_", "load_")
STAGES = (
    "balance", "bench", "collect", "demo", "guide", "info", "report", "solve", "synth",
    "train", "validate",
)  # fmt: skip


def modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield import_module(found.name)


def paths_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Parameters that are paths, with their types."""
    hints = get_type_hints(function)
    hints.pop("return", None)
    return {
        name: hint
        for name, hint in hints.items()
        if any(kind in (hint, *get_args(hint)) for kind in (Path, os.PathLike[str]))
    }


def doors() -> Iterator[Any]:
    """Functions that read or write whose first argument is a path."""
    for package in PACKAGES:
        for module in modules(package):
            for name, function in inspect.getmembers(module, inspect.isfunction):
                own = function.__module__ == module.__name__
                if not own or not name.startswith(VERBS):
                    continue
                first = next(iter(inspect.signature(function).parameters))
                if first in paths_of(function):
                    place = module.__name__.removeprefix("bige_osim.")
                    yield pytest.param(function, id=f"{place}.{name}")


DOORS = list(doors())


def test_the_doors_are_found() -> None:
    assert len(DOORS) > 35


@pytest.mark.parametrize("function", DOORS)
def test_whatever_reads_or_writes_takes_text(function: Callable[..., Any]) -> None:
    refused = [n for n, hint in paths_of(function).items() if str not in get_args(hint)]
    assert refused == []


@pytest.mark.parametrize("name", STAGES)
def test_every_stage_takes_text(name: str) -> None:
    stage = getattr(import_module(f"bige_osim.stages.{name}"), name)
    refused = [n for n, hint in paths_of(stage).items() if str not in get_args(hint)]
    assert refused == []


@pytest.mark.parametrize("name", bige_osim.__all__)
def test_the_front_door_takes_text(name: str) -> None:
    found = getattr(bige_osim, name)
    refused = [n for n, hint in paths_of(found).items() if str not in get_args(hint)]
    assert refused == []


def takes_one_path(function: Callable[..., Any]) -> bool:
    parameters = inspect.signature(function).parameters.values()
    needed = [p for p in parameters if p.default is p.empty]
    return not function.__name__.startswith("write_") and len(needed) == 1


READERS = [door for door in DOORS if takes_one_path(door.values[0])]


@pytest.mark.parametrize("function", READERS)
def test_text_that_names_nothing_is_an_ordinary_error(
    function: Callable[..., Any], tmp_path: Path
) -> None:
    """A reader that cannot work with text fails with an AttributeError here."""
    try:
        found = function(str(tmp_path / "nothing"))
        if inspect.isgenerator(found):
            next(found)
    except (BigeError, OSError) as error:
        found = "nothing" not in str(error)
    assert not found  # nothing is known of what is not there, or an error names it


def test_what_is_written_to_text_is_read_from_text(tmp_path: Path) -> None:
    time = np.array([0.0, 0.1, 0.2])
    series = Series(time, np.array([[1.0], [2.0], [3.0]]), ("a",))
    write_series(f"{tmp_path}/a.sto", series, name="a")
    np.testing.assert_array_equal(
        read_series(f"{tmp_path}/a.sto").values, series.values
    )
    markers = Markers(time, np.ones((3, 1, 3)), ("m",))
    write_markers(f"{tmp_path}/a.trc", markers)
    assert read_markers(f"{tmp_path}/a.trc").names == ("m",)


def test_outputs_may_be_text(tmp_path: Path) -> None:
    with new_file(f"{tmp_path}/a.txt") as path:
        path.write_text("a")
    with new_folder(f"{tmp_path}/out", landmark="a.json") as folder:
        write_json(f"{folder}/a.json", {"a": 1})
    assert (tmp_path / "out" / "a.json").is_file()
    assert (tmp_path / "a.txt").read_text() == "a"
