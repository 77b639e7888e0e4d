"""What ``train`` says of a net: who it knows, how far it is off, what to be wary of."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from bige_osim.errors import name_some
from bige_osim.nets.standing import Standing
from bige_osim.stages.text.reasons import warning_lines

ENOUGH = 8
"""Participants from which on a net is not warned about."""

ERRORS = (
    ("rotation_rmse", "rotation_rmse_deg", 180 / np.pi, "joint angles {:.1f} deg"),
    ("translation_rmse", "translation_rmse_cm", 100.0, "translations {:.1f} cm"),
    ("duration_rmse", "duration_rmse_s", 1.0, "durations {:.2f} s"),
    ("rmse", "activation_rmse", 1.0, "activations {:.3f} (of 0 to 1)"),
)
"""Root mean square errors: name in the record, name with a unit, factor, words."""


def errors_with_units(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Root mean square errors in the units that a reader sees.

    Examples
    --------
    >>> errors_with_units({"rotation_rmse": 0.05, "translation_rmse": 0.012})
    {'rotation_rmse_deg': 2.86..., 'translation_rmse_cm': 1.2}
    """
    return {
        name: factor * float(metrics[key])
        for key, name, factor, _ in ERRORS
        if metrics.get(key) is not None
    }


def train_warnings(
    net: str, people: Sequence[str], *, standing: Mapping[str, Any] | None = None
) -> list[str]:
    """Warn of few participants, and of a generator whose repetitions do not stand.

    Parameters
    ----------
    net : ``generator`` or ``surrogate``
    people : its participants
    standing : how a generator's repetitions start and end, as in its record
    """
    warnings = []
    if len(people) < ENOUGH:
        count = f"{len(people)} participant{'s' if len(people) != 1 else ''}"
        warnings.append(
            f"The {net} is trained on {count} ({name_some(people, 3)}), fewer than "
            f"{ENOUGH}: it hardly knows how participants differ, and its errors on "
            f"somebody "
            "new are larger than those stated here."
        )
    if standing and not standing["usable"]:
        warnings.append(unusable(Standing.from_dict(standing)))
    return warnings


def participants(people: Sequence[str], dataset: xr.Dataset) -> list[str]:
    """Find who moved: these participants, or whom they are copies of."""
    kept = np.isin(dataset["person"].values.astype(str), list(people))
    names = dataset["person"].values.astype(str)[kept]
    if "derived_from" in dataset:
        copied = dataset["derived_from"].values.astype(str)[kept]
        names = np.where(copied == "", names, copied)
    return sorted(set(names.tolist()))


def unusable(standing: Standing, *, whose: str = "") -> str:
    """Say that a generator cannot be used, and why."""
    return (
        f"The generator is unusable{whose}: only {standing.sentence()}; train it "
        "longer or on more participants."
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
        f"{summary['epoch']} of "
        f"{summary['epochs']}, chosen on {chosen}.",
        f"Written to {output}.",
        f"Held out: {name_some(people['test'] or ['nobody'], 3)}.",
        f"Errors on the {summary['selected_on']} participants (RMSE): "
        f"{', '.join(_errors(summary['metrics']))}.",
    ]
    if summary["standing"]:
        lines.append(f"{Standing.from_dict(summary['standing']).sentence()}.")
    return "\n".join(lines + warning_lines(summary["manifest"]["warnings"]))


def _name_participants(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{len(names)} participants ({name_some(names, 3)})"


def _errors(metrics: Mapping[str, Any]) -> list[str]:
    found = errors_with_units(metrics)
    texts = [words.format(found[n]) for _, n, _, words in ERRORS if n in found]
    if metrics.get("r2") is not None:
        texts.append(f"R² {metrics['r2']:.2f}")
    if metrics.get("stated_error") is not None:
        texts.append(f"its own stated uncertainty {metrics['stated_error']:.3f}")
    return texts
