"""The docs name what the program has."""

from pathlib import Path

from bige_osim.data.dataset import DIMENSIONS, LABELS, UNITS

DOCS = Path(__file__).resolve().parents[1] / "docs"


def test_every_variable_of_a_dataset_is_in_the_docs() -> None:
    text = (DOCS / "dataset.md").read_text(encoding="utf-8")
    for name in (*UNITS, *DIMENSIONS, *LABELS, "model_hash", "model_json"):
        assert f"`{name}`" in text, name
