"""``compare``: systems that make motions, on the same held-out participants."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import xarray as xr

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.errors import BigeError, MissingFileError, name_some
from bige_osim.evaluation.comparison import (
    COLUMNS,
    ComparedSystem,
    Comparison,
    tell,
    write_latex,
)
from bige_osim.evaluation.estimate import estimate
from bige_osim.evaluation.metrics import TargetRange
from bige_osim.evaluation.scores import MotionToScore, Scores
from bige_osim.evaluation.scoring import score_systems
from bige_osim.guidance.goal import Goal, read_goal
from bige_osim.guidance.terms.activation import Activation
from bige_osim.io.manifest import Manifest
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.output import new_file, write_json
from bige_osim.motion import Motion
from bige_osim.nets.checkpoint import read_tensors, read_record
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress, silent
from bige_osim.stages.compared_motions import (
    Draw,
    Participant,
    SimulatedMotion,
    find_participant,
    make_motions,
    read_recorded,
)
from bige_osim.stages.guide import make_search
from bige_osim.stages.result import StageResult
from bige_osim.stages.sample import find_maker, load_source
from bige_osim.stages.search import SearchConfig
from bige_osim.stages.train import train

GOAL = {"activation": {"muscles": ["vasmed_r", "vasmed_l"], "low": 0.25, "high": 0.35}}
"""What is asked of guided motions, and what all are judged by, unless told."""

DRAWN = {"vqvae": "generator", "mdm": "mdm", "t2mgpt": "t2mgpt"}
"""Systems that a net draws without guidance, and the kind of net."""

TITLES = {
    "reference": "Reference",
    "mocap": "MoCap",
    "vqvae": "VQVAE",
    "mdm": "MDM",
    "t2mgpt": "T2M-GPT",
    "bige": "BIGE",
}
"""How the systems of the comparison are called."""
