"""``studio``: the jobs of the page, as commands of ``bige``."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bige_osim.stages.studio_bodies import Body, OwnMotion
from bige_osim.stages.studio_goal import StudioGoal
from bige_osim.stages.studio_jobs import Command, Plan, write_record

LOOKS = ".bodies"
"""Hidden folder of what bodies do; made anew when it is removed."""

RECORD = "studio.json"
"""File of a job that says what was asked for."""

OWN = "own"
"""Folder of a job with the participant's own squat, solved."""

NOT_DELIVERED = 4
"""Exit code of ``guide`` with fewer motions than asked for."""

CUTOFF = 4.0
"""Low-pass of squats, Hz, as ``guide`` simulates them."""

VALIDATED = "validated"
"""Folder of a job with its certificates."""

PAGE = "view.html"
"""The bodies side by side."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the page asks for.

    Attributes
    ----------
    body : the participant
    goal : what a squat has to keep to
    change : whether the own squat is changed as little as possible; else new ones are
        drawn
    motion : the recording that the own squat is in; ``None`` if there is none
    own : its row of ``look``
    names : of muscle groups, written out
    count : of new squats
    seed : of every random choice
    """

    body: Body
    goal: StudioGoal
    change: bool
    motion: OwnMotion | None = None
    own: Mapping[str, Any] | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    count: int = 2
    seed: int = 0


def look_path(body: Body, motion: OwnMotion | None) -> str:
    """Where, in the studio's folder, what a body does is kept: by the files' content.

    Raises
    ------
    OSError
        A file cannot be read.
    """
    digest = hashlib.sha256()
    for path in [body.model, *([motion.file] if motion else [])]:
        digest.update(path.read_bytes())
    digest.update(repr(body.height).encode())
    return f"{LOOKS}/{digest.hexdigest()[:16]}.json"


def plan_look(body: Body, motion: OwnMotion | None) -> Plan:
    """Plan to look at a body; see :func:`bige_osim.stages.studio_look.look`."""
    words = ["look", str(body.model), "-o", "look.json"]
    words += ["--from", str(motion.file)] if motion else []
    words += ["--height", f"{body.height:g}"] if body.height else []
    return Plan(
        title=f"Looking at {body.name}",
        name=look_path(body, motion),
        commands=(Command(title="what this body can do", words=tuple(words)),),
        keep="look.json",
    )


def plan_guide(wanted: Wanted, *, now: datetime | None = None) -> Plan:
    """Plan a search, or the change of a squat, with all that is to be seen of it."""
    body, motion, own = wanted.body, wanted.motion, wanted.own
    name = name_job(wanted, now or datetime.now())
    commands = [_plan_search(wanted)]
    if motion is not None and own is not None:
        commands.append(_plan_own(body, motion, own))
    commands.append(
        Command(
            title="certifying the motions",
            words=("validate", ".", "--model", str(body.model), "-o", VALIDATED),
            needs=("01.mot",),
        )
    )
    commands.append(Command(title="writing the report", words=("report", ".")))
    commands += _plan_views()
    record = {
        "body": body.name,
        "model": str(body.model),
        "height_m": body.height,
        "synthetic": body.synthetic,
        "change": wanted.change,
        "motion": motion and str(motion.file),
        "own": own,
        "muscles": {m.group: [m.low, m.high] for m in wanted.goal.muscles},
        "names": {m.group: wanted.names.get(m.group) for m in wanted.goal.muscles},
        "depth_deg": wanted.goal.depth,
        "even": wanted.goal.even,
    }
    return Plan(
        title=f"Changing a squat of {body.name}"
        if wanted.change
        else f"New squats for {body.name}",
        name=name,
        files={"goal.toml": wanted.goal.to_toml(), RECORD: write_record(record)},
        commands=tuple(commands),
    )


def _plan_views() -> list[Command]:
    """Draw the motions beside the own squat, or alone where that was not solved."""
    title, page = "drawing the bodies in 3-D", ("-o", PAGE)
    return [
        Command(
            title=title,
            words=("view", OWN, ".", *page),
            fine=frozenset({0, 1}),
            needs=("01.mot", f"{OWN}/solve.json"),
        ),
        Command(
            title=title, words=("view", ".", *page), needs=("01.mot",), unless=PAGE
        ),
    ]


def _plan_search(wanted: Wanted) -> Command:
    body = wanted.body
    words = ["guide", "--model", str(body.model), "--goal", "goal.toml"]
    if wanted.change:
        assert wanted.motion is not None
        assert wanted.own is not None
        number = str(wanted.own["number"])
        words += ["--from", str(wanted.motion.file), "--repetition", number]
        title = "changing the squat as little as possible"
    else:
        words += ["-n", str(wanted.count), "--seed", str(wanted.seed)]
        words += ["--height", f"{body.height:g}"] if body.height else []
        title = "searching"
    return Command(
        title=title,
        words=(*words, "-o", "."),
        fine=frozenset({0, NOT_DELIVERED}),
    )


def _plan_own(body: Body, motion: OwnMotion, own: Mapping[str, Any]) -> Command:
    """Solve the own squat, to be seen beside the others."""
    words = ("solve", str(motion.file), "--model", str(body.model), "--no-report")
    span = ("--from", f"{own['start_s']:.4f}", "--to", f"{own['stop_s']:.4f}")
    return Command(
        title="solving the own squat",
        words=(*words, *span, "--cutoff", f"{CUTOFF:g}", "-o", OWN),
        fine=frozenset({0, 1, 3}),  # the guided ones are shown without it
    )


def name_job(wanted: Wanted, now: datetime) -> str:
    """Name a job's folder by time, body and what is asked for.

    Examples
    --------
    >>> from pathlib import Path
    >>> goal = StudioGoal(depth=(60.0, 90.0))
    >>> wanted = Wanted(body=Body(name="s 4", model=Path("m.osim")), goal=goal,
    ...                 change=False)
    >>> name_job(wanted, datetime(2026, 5, 4, 9, 30, 12))
    '2026-05-04_093012_s_4_depth'
    """
    parts = [one.group for one in wanted.goal.muscles] or ["depth"]
    text = "_".join([wanted.body.name, *parts])
    plain = re.sub(r"[^A-Za-z0-9-]+", "_", text).strip("_")[:60]
    return f"{now:%Y-%m-%d_%H%M%S}_{plain}"
