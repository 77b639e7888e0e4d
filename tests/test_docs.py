"""The docs name what the program has."""

import re
from pathlib import Path

from bige_osim.dataset.dataset import (
    DIMENSIONS,
    LABELS,
    MODEL,
    MODEL_HASH,
    MODEL_JSON,
    REPETITION,
    UNITS,
)

DOCS = Path(__file__).resolve().parents[1] / "docs"


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
