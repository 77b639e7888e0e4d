"""Training curves: one row per epoch, as CSV and JSON."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bige_osim.io.output import new_file, write_json
from bige_osim.paths import AnyPath


@dataclass
class History:
    """Losses of every epoch so far.

    Attributes
    ----------
    rows : one mapping per epoch, with ``epoch`` (from 1), ``learning_rate``,
        ``train_*`` and ``validation_*`` losses

    Examples
    --------
    >>> history = History()
    >>> history.add(1, learning_rate=0.1, train={"total": 2.0}, validation=None)
    >>> history.rows
    [{'epoch': 1.0, 'learning_rate': 0.1, 'train_total': 2.0}]
    """

    rows: list[dict[str, float]] = field(default_factory=list)

    def add(
        self,
        epoch: int,
        *,
        learning_rate: float,
        train: Mapping[str, float],
        validation: Mapping[str, float] | None,
    ) -> None:
        """Append the losses of one epoch."""
        row = {"epoch": float(epoch), "learning_rate": learning_rate}
        row |= {f"train_{name}": value for name, value in train.items()}
        row |= {f"validation_{n}": value for n, value in (validation or {}).items()}
        self.rows.append(row)

    def write(self, folder: AnyPath, kind: str) -> None:
        """Write ``<kind>_curves.csv`` and ``<kind>_curves.json``."""
        folder = Path(folder)
        with (
            new_file(folder / f"{kind}_curves.csv", force=True) as path,
            path.open("w", newline="", encoding="utf-8") as file,
        ):
            writer = csv.DictWriter(file, fieldnames=list(self.rows[0]))
            writer.writeheader()
            writer.writerows({**r, "epoch": int(r["epoch"])} for r in self.rows)
        columns = {name: [row[name] for row in self.rows] for name in self.rows[0]}
        with new_file(folder / f"{kind}_curves.json", force=True) as path:
            write_json(path, columns)
