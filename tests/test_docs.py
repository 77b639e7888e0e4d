"""The docs name what the program has."""

import re
from importlib import import_module
from math import degrees
from pathlib import Path

import pytest

from bige_osim.dataset.dataset import (
    DIMENSIONS,
    LABELS,
    MODEL,
    MODEL_HASH,
    MODEL_JSON,
    REPETITION,
    UNITS,
)
from bige_osim.repetitions.exercises import EXERCISES
from bige_osim.repetitions.rules import Rule

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


def documented() -> dict[str, str]:
    """Dimensions of every variable in the table of docs/dataset.md."""
    text = (DOCS / "dataset.md").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for line in text.split("## What is in it")[1].splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 3:
            found |= dict.fromkeys(re.findall("`([a-z_]+)`", cells[0]), cells[1])
        elif line.startswith("##"):
            break
    return found


def test_every_variable_of_a_dataset_is_in_the_docs_with_its_dimensions() -> None:
    alone = {name: REPETITION for name in (*UNITS, *LABELS) if name not in DIMENSIONS}
    arrays = {name: ", ".join(dimensions) for name, dimensions in DIMENSIONS.items()}
    models = dict.fromkeys((MODEL_HASH, MODEL_JSON), MODEL)
    assert documented() == alone | arrays | models


def document(rule: Rule) -> str:
    """Its row in the table of its exercise."""
    limits = [
        f"{sign} {degrees(x) if rule.unit == 'deg' else x * scale:.3g} {rule.unit}"
        for sign, x in (("≥", rule.least), ("≤", rule.most))
        for scale in (100 if rule.unit in ("cm", "%") else 1,)
        if x is not None
    ]
    said = ", ".join(limits) + " either way" * rule.either if rule.unit else "no"
    return f"| `{rule.feature.__name__}` | {said} | {rule.source} | {rule.why} |"


@pytest.mark.parametrize("name", EXERCISES)
def test_every_rule_of_an_exercise_is_in_its_table(name: str) -> None:
    text = (DOCS / "repetitions.md").read_text(encoding="utf-8")
    _, _, below = text.partition(f"\n### {name}\n")
    rows = [row for row in below.partition("\n##")[0].splitlines() if row[:3] == "| `"]
    expected = [document(rule) for rule in EXERCISES[name].rules]
    assert rows == expected, "write\n" + "\n".join(expected)


def test_what_contributing_points_to_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`(\w[\w/.]*(?:/|\.(?:py|md|toml)))`|\]\(([^)]+)\)", text)
    paths = {one or other for one, other in named}
    assert len(paths) > 40
    places = (ROOT, ROOT / "src" / "bige_osim")
    missing = {
        path
        for path in paths
        if "NAME" not in path and not any((place / path).exists() for place in places)
    }
    assert not missing


def exists(name: str) -> bool:
    """Whether a dotted name is a module, or what is in one."""
    package, *parts = name.split(".")
    found: object = import_module(package)
    for place, part in enumerate(parts, 1):
        if part in getattr(found, "__dataclass_fields__", {}):
            return True
        if not hasattr(found, part):
            try:
                import_module(".".join([package, *parts[:place]]))
            except ModuleNotFoundError:
                return False
        found = getattr(found, part)
    return True


def test_docstrings_refer_to_what_there_is() -> None:
    referring = re.compile(r":(?:func|class|mod|data|meth|attr):`~?(bige_osim[.\w]+)`")
    named = {
        name
        for path in (ROOT / "src").rglob("*.py")
        for name in referring.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 50
    assert [name for name in sorted(named) if not exists(name)] == []
    assert not exists("bige_osim.osim.tools.prepared_model.open_model")
