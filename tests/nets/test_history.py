"""Training curves on disk."""

import csv
import json
from pathlib import Path

from bige_osim.nets.history import History


def test_curves_are_written_as_csv_and_json(tmp_path: Path) -> None:
    history = History()
    for epoch in (1, 2):
        history.add(
            epoch,
            learning_rate=0.5,
            train={"total": 1.0 / epoch},
            validation={"total": 2.0 / epoch},
        )
    history.write(tmp_path, "surrogate")
    with (tmp_path / "surrogate_curves.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert [float(row["validation_total"]) for row in rows] == [2.0, 1.0]
    columns = json.loads((tmp_path / "surrogate_curves.json").read_text())
    assert columns["train_total"] == [1.0, 0.5]
