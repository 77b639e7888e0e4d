"""The section on the nets: who they were trained on, and how it went."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from bige_osim.errors import count_nouns
from bige_osim.nets.kinds import list_kinds
from bige_osim.nets.net import find_net
from bige_osim.report.figures.curves import training_figure
from bige_osim.report.formatting import MISSING, join_names, number
from bige_osim.report.page import (
    Block,
    Card,
    Cell,
    Facts,
    Note,
    Picture,
    Pictures,
    Section,
    Table,
)
from bige_osim.report.results import Json, Output, Results

USES = (("train", "training"), ("validation", "validation"), ("test", "held-out"))
"""What participants are used for: in the record, and in words."""


def training_section(results: Results) -> Section:
    """Show participants by use, errors and training curves of every net."""
    nets = [output for kind in list_kinds() for output in results.all(kind)]
    title, anchor = "Training", "training"
    if not nets:
        note = Note(
            "Nothing was trained in this folder, so there are no curves to show."
        )
        return Section(title, anchor, (note,))
    blocks: list[Block] = [_participants_table(nets, results)]
    blocks += [_net_card(output, results) for output in nets]
    return Section(title, anchor, tuple(blocks))


def _participants_table(nets: list[Output], results: Results) -> Table:
    rows = []
    for output in nets:
        record = output.content
        counts = record.get("repetitions", {})
        cells = [_title(output, results)]
        for use, _ in USES:
            people = [str(name) for name in record.get(f"{use}_people", ())]
            text = join_names(people, most=8) or MISSING
            if use in counts:
                text += f" ({count_nouns(int(counts[use]), 'repetition')})"
            cells.append(text)
        rows.append(tuple(cells))
    return Table(
        headings=("net", *(f"{words} participants" for _, words in USES)),
        rows=tuple(rows),
        caption="Who was used for what; no net saw anything of held-out participants.",
    )


def _net_card(output: Output, results: Results) -> Card:
    record = output.content
    metrics = record.get("metrics", {})
    entries = [
        (score.title, number(score.factor * float(metrics[score.key])))
        for score in find_net(str(record["kind"])).scores
        if metrics.get(score.key) is not None
    ]
    people = str(record.get("selected_on", "validation"))
    epoch = count_nouns(int(record["epoch"]), "epoch")
    entries.append(("kept", f"after {epoch} of {record['epochs']}"))
    blocks: list[Block] = [Facts(tuple(entries))]
    path = output.folder / f"{record['kind']}_curves.json"
    picture = _picture(path, record)
    if picture is None:
        blocks.append(
            Note(f"{path.name} is not beside it, so its curves are left out.")
        )
    else:
        blocks.insert(0, Pictures((picture,)))
    return Card(
        _title(output, results).capitalize(),
        Cell(f"errors on {people} participants"),
        blocks=tuple(blocks),
    )


def _title(output: Output, results: Results) -> str:
    place = results.name(output.folder)
    kind = str(output.content["kind"])
    return kind if place in (".", kind) else f"{kind} ({place})"


def _picture(path: Path, record: Json) -> Picture | None:
    if not path.is_file():
        return None
    curves = json.loads(path.read_text(encoding="utf-8"))
    epochs = _column(curves["epoch"])
    losses = {
        words: _column(curves[f"{use}_total"])
        for use, words in USES
        if f"{use}_total" in curves
    }
    ends = [
        f"{name} from {number(float(values[0]))} to {number(float(values[-1]))}"
        for name, values in losses.items()
        if len(values)
    ]
    return Picture(
        training_figure(epochs, losses, best=float(record["epoch"])),
        alt=f"Loss of the {record['kind']} over {count_nouns(len(epochs), 'epoch')}: "
        f"{'; '.join(ends)}.",
        caption="Loss per epoch (weighted sum, no unit); the dotted line marks the "
        "weights that were kept.",
    )


def _column(values: list[Any]) -> Float[np.ndarray, " E"]:
    return np.array(
        [np.nan if value is None else value for value in values], dtype=float
    )
