"""A session of one synthetic participant in squat styles of the test's choice."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from bige_osim.osim.anthropometry import Body, generic_model
from bige_osim.paths import AnyPath
from bige_osim.synthetic.squat_style import SquatStyle
from bige_osim.synthetic.synthetic_session import (
    RATE,
    MadeTrial,
    make_model,
    write_session,
)


def make_session(
    folder: AnyPath,
    *,
    person: str,
    body: Body,
    styles: Mapping[str, SquatStyle],
    seed: int = 0,
    generic: AnyPath | None = None,
) -> Path:
    """Write one participant's session: scaled model, motions, markers, metadata."""
    folder = Path(folder)
    generic = Path(generic or generic_model())
    maker = make_model(folder, body=body, generic=generic)
    trials = {
        name: MadeTrial(
            style,
            maker.motion(style, rate=RATE, rng=np.random.default_rng([seed, index])),
        )
        for index, (name, style) in enumerate(styles.items())
    }
    write_session(
        folder,
        person=person,
        body=body,
        trials=trials,
        skeleton=maker.skeleton,
        generic=generic,
        seed=seed,
    )
    return folder
