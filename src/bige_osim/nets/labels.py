"""What a generator knows of a repetition beside the body: exercise and style."""

import xarray as xr

STYLES = ("recorded", "copy", "synthetic")
"""Whose motion a repetition is: a participant's, the same on another body, nobody's."""

RECORDED, COPY, SYNTHETIC = range(len(STYLES))


def list_exercises(dataset: xr.Dataset) -> tuple[str, ...]:
    """Exercises of a dataset, sorted.

    Examples
    --------
    >>> list_exercises(xr.Dataset({"exercise": ("repetition", ["squat", "lunge"])}))
    ('lunge', 'squat')
    """
    return tuple(sorted({str(name) for name in dataset["exercise"].values}))


def find_styles(dataset: xr.Dataset) -> list[int]:
    """Style of every repetition, by place among :data:`STYLES`.

    Examples
    --------
    >>> sources = ("repetition", ["measured", "synthetic", "synthetic"])
    >>> origins = ("repetition", ["", "ada", ""])
    >>> find_styles(xr.Dataset({"source": sources, "derived_from": origins}))
    [0, 1, 2]
    """
    found = []
    for source, origin in zip(
        dataset["source"].values, dataset["derived_from"].values, strict=True
    ):
        made = COPY if str(origin) else SYNTHETIC
        found.append(made if str(source) == "synthetic" else RECORDED)
    return found
