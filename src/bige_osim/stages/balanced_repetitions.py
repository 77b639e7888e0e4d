"""The repetitions of a dataset that share a model, balanced and solved anew."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float

from bige_osim.dataset.dataset import make_dataset
from bige_osim.dataset.sample import Labels, Sample, make_sample
from bige_osim.errors import BigeError
from bige_osim.evaluation.certify import certify
from bige_osim.guidance.balance import Balanced, balance
from bige_osim.guidance.goal import Goal
from bige_osim.guidance.terms.standing import Standing
from bige_osim.motion import Motion
from bige_osim.physics.foot_conditions import KNEES
from bige_osim.physics.kinematics.coordinates import complete_motion
from bige_osim.repetitions.repetition import Repetition
from bige_osim.solving.engines import Engine, make_engine
from bige_osim.solving.solution import Solution, SolveConfig
from bige_osim.solving.solve import solve_motion
from bige_osim.spec import spec_from_json

TOGETHER = 8
"""Repetitions of one model that are refined at once."""

WANTED = Goal((Standing(),))
"""What a balanced repetition is certified against, besides physics."""


@dataclass(frozen=True, eq=False)
class Given:
    """A repetition as a dataset has it.

    Attributes
    ----------
    model : SHA-256 of its ``.osim``
    motion : (F, C) rad and m, from 0 s
    repetition : on the clock of the recording
    labels : where it comes from
    origin : (3,) m, what was taken off its positions
    """

    model: str
    motion: Motion
    repetition: Repetition
    labels: Labels
    origin: Float[np.ndarray, " 3"]


@dataclass(frozen=True, eq=False)
class Settled:
    """What became of a few repetitions.

    Attributes
    ----------
    block : dataset of those that settled; ``None`` if none did
    rows : of all, plain data
    """

    block: xr.Dataset | None
    rows: tuple[dict[str, Any], ...]


def read_given(block: xr.Dataset) -> Iterator[Given]:
    """Take the repetitions out of a dataset or a part of one."""
    names = tuple(str(name) for name in block["coordinate"].values)
    for place in range(block.sizes["repetition"]):
        one = block.isel(repetition=place)
        start, duration = float(one["start"]), float(one["duration"])
        values = one["motion"].transpose("frame", "coordinate").values
        time = np.linspace(0.0, duration, len(values))
        yield Given(
            model=str(one["model"].values),
            motion=Motion(time, values.astype(np.float64), names),
            repetition=Repetition(
                start=start,
                stop=start + duration,
                bottom=start,
                depth=float(one["depth"]),
                exercise=str(one["exercise"].values),
                quality=float(one["quality"]),
                side=str(one["side"].values),
            ),
            labels=_read_labels(one),
            origin=one["origin"].values.astype(np.float64),
        )


def _read_labels(one: xr.Dataset) -> Labels:
    """Say where a repetition comes from, as its dataset does."""
    return Labels(
        person=str(one["person"].values),
        session=str(one["session"].values),
        trial=str(one["trial"].values),
        source=str(one["source"].values),
        engine="fast",
        height_m=float(one["height_m"]),
        mass_kg=float(one["mass_kg"]),
        leg_length_m=float(one["leg_length_m"]),
        sex=str(one["sex"].values),
        licence=str(one["licence"].values),
        derived_from=str(one["derived_from"].values),
        marker_error=float(one["marker_error"]),
    )


def share_out(given: Sequence[Given]) -> list[list[Given]]:
    """Cut repetitions into short stretches of one model, in their order."""
    stretches = (list(found) for _, found in groupby(given, key=lambda one: one.model))
    return [
        stretch[at : at + TOGETHER]
        for stretch in stretches
        for at in range(0, len(stretch), TOGETHER)
    ]


def settle(given: Sequence[Given], model: str, cutoff: float) -> Settled:
    """Balance repetitions of one model and solve them.

    Parameters
    ----------
    given : at least one
    model : specification of theirs, JSON
    cutoff : low-pass for solving, Hz

    Raises
    ------
    BigeError
        The fast engine cannot simulate the model.
    """
    spec = spec_from_json(model)
    judge = _Judge(given, make_engine("fast", model="", spec=spec), cutoff)
    whole = [complete_motion(one.motion, spec) for one in given]
    motions = [motion.select(spec.independent_names) for motion in whole]
    found = balance(judge.engine.skeleton, motions, accept=judge)
    samples, rows = [], []
    for place, (one, balanced) in enumerate(zip(given, found, strict=True)):
        rows.append(_row(one, balanced, judge.reasons[place]))
        if balanced.settled:
            sample = judge.samples[place]
            labels = replace(sample.labels, balance_change=balanced.change)
            samples.append(replace(sample, labels=labels))
    block = None
    if samples:
        names = list(given[0].motion.names)
        block = make_dataset(samples, cutoff=cutoff).sel(coordinate=names)
    return Settled(block, tuple(rows))


class _Judge:
    """Makes samples of motions of one model, and certifies these as they are stored.

    What is stored is low-passed, as all datasets' motions are; who certifies it solves
    it, and low-passes it once more.
    """

    def __init__(self, given: Sequence[Given], engine: Engine, cutoff: float) -> None:
        self.given, self.engine = given, engine
        self.config = SolveConfig(cutoff=cutoff)
        self.samples: dict[int, Sample] = {}
        self.reasons: dict[int, tuple[str, ...]] = {}

    def __call__(self, place: int, motion: Motion) -> bool:
        """Whether a motion, made of the repetition of that place, has a certificate."""
        try:
            solution = solve_motion(self.engine, motion, config=self.config)
            sample = _make_sample(self.given[place], motion, solution, self.engine)
            found = certify(sample.motion, WANTED, self.engine, config=self.config)
        except BigeError as error:  # such as a simulation that solved no frame
            self.reasons[place] = (str(error),)
            return False
        self.samples[place], self.reasons[place] = sample, found.reasons
        return found.passed


def _make_sample(
    one: Given, motion: Motion, solution: Solution, engine: Engine
) -> Sample:
    """Make what a dataset holds of a balanced motion, on the recording's clock."""
    knees = motion.select(KNEES).values.mean(axis=1)
    bottom, start = float(motion.time[knees.argmax()]), one.repetition.start
    done = replace(
        one.repetition,
        start=0.0,
        stop=motion.duration,
        bottom=bottom,
        depth=float(knees.max()),
    )
    sample = make_sample(
        done,
        solution=solution,
        spec=engine.skeleton.spec,
        labels=one.labels,
        frames=len(one.motion.time),
    )
    there = replace(
        done, start=start, stop=start + done.duration, bottom=start + bottom
    )
    return replace(sample, repetition=there, origin=sample.origin + one.origin)


def _row(one: Given, balanced: Balanced, reasons: tuple[str, ...]) -> dict[str, Any]:
    """Plain data of one repetition, with units in the names."""
    return {
        "person": one.labels.person,
        "session": one.labels.session,
        "trial": one.labels.trial,
        "start_s": round(one.repetition.start, 3),
        "settled": balanced.settled,
        "change_deg": round(math.degrees(balanced.change), 2),
        "steps": balanced.steps,
        "reasons": [] if balanced.settled else list(reasons),
    }
