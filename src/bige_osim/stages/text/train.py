"""What ``train`` says of a net: who it knows, how far it is off, what to be wary of."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from bige_osim.errors import name_some
from bige_osim.nets.net import find_net
from bige_osim.nets.standing import describe_standing
from bige_osim.stages.text.reasons import warning_lines

ENOUGH = 8
"""Participants from which on a net is not warned about."""


def errors_with_units(net: str, metrics: Mapping[str, Any]) -> dict[str, float]:
    """Root mean square errors in the units that a reader sees.

    Examples
    --------
    >>> metrics = {"rotation_rmse": 0.05, "translation_rmse": 0.012}
    >>> errors_with_units("generator", metrics)
    {'rotation_rmse_deg': 2.86..., 'translation_rmse_cm': 1.2}
    """
    return {
        score.named: score.factor * float(metrics[score.key])
        for score in find_net(net).scores
        if score.named and metrics.get(score.key) is not None
    }


def train_warnings(
    net: str, people: Sequence[str], *, standing: Mapping[str, Any] | None = None
) -> list[str]:
    """Warn of few participants, and of a generator whose repetitions do not stand.

    Parameters
    ----------
    net : its kind
    people : its participants
    standing : how a generator's repetitions start and end, as in its record
    """
    warnings = []
    if len(people) < ENOUGH:
        count = f"{len(people)} participant{'s' if len(people) != 1 else ''}"
        warnings.append(
            f"The {net} is trained on {count} ({name_some(people, 3)}), fewer than "
            f"{ENOUGH}: it hardly knows how participants differ, and its errors on "
            "somebody new are larger than those given here."
        )
    if standing and not standing["usable"]:
        warnings.append(unusable(standing))
    return warnings


def name_movers(people: Sequence[str], dataset: xr.Dataset) -> list[str]:
    """Name who moved: these participants, or whom they are copies of."""
    kept = np.isin(dataset["person"].values.astype(str), list(people))
    names = dataset["person"].values.astype(str)[kept]
    if "derived_from" in dataset:
        copied = dataset["derived_from"].values.astype(str)[kept]
        names = np.where(copied == "", names, copied)
    return sorted(set(names.tolist()))


def unusable(standing: Mapping[str, Any], *, whose: str = "") -> str:
    """Say that a generator cannot be used, and why."""
    return (
        f"The generator is unusable{whose}: only {describe_standing(standing)}; "
        "train it longer or on more participants."
    )


def text_of(summary: Mapping[str, Any], output: Path) -> str:
    """Turn the summary of ``train`` into a few lines for a reader."""
    people, counts = summary["people"], summary["repetitions"]
    chosen = "the training participants"
    if people["validation"]:
        chosen = _name_participants(people["validation"])
    lines = [
        f"Trained the {summary['net']} on {counts['train']} repetitions of "
        f"{_name_participants(people['train'])}; weights of epoch "
        f"{summary['epoch']} of {summary['epochs']}, chosen on {chosen}.",
        f"Written to {output}.",
        f"Held out: {name_some(people['test'] or ['nobody'], 3)}.",
        f"Errors on the {summary['selected_on']} participants (RMSE): "
        f"{', '.join(_errors(summary))}.",
    ]
    if summary["standing"]:
        lines.append(f"{describe_standing(summary['standing'])}.")
    return "\n".join(lines + warning_lines(summary["manifest"]["warnings"]))


def _name_participants(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{len(names)} participants ({name_some(names, 3)})"


def _errors(summary: Mapping[str, Any]) -> list[str]:
    return [
        score.words.format(score.factor * summary["metrics"][score.key])
        for score in find_net(summary["net"]).scores
        if summary["metrics"].get(score.key) is not None
    ]
