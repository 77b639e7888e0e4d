"""What all open pages of a studio share: bodies, the job, and the folder of results."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bige_osim.errors import BigeError
from bige_osim.stages.studio_bodies import Body, OwnMotion, open_body
from bige_osim.stages.studio_jobs import Jobs
from bige_osim.stages.studio_plans import look_path, plan_look


def show_path(path: Path) -> str:
    """Write a path as short as it can be from where the command was started.

    Examples
    --------
    >>> show_path(Path.cwd() / "studio")
    'studio'
    """
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


@dataclass
class Workroom:
    """What a studio works with.

    Attributes
    ----------
    folder : of results
    bodies : to choose from, by their models
    jobs : runs them, one at a time
    """

    folder: Path
    bodies: dict[str, Body] = field(default_factory=dict)
    jobs: Jobs = field(init=False)

    def __post_init__(self) -> None:
        """Make what runs jobs in the folder."""
        self.folder = self.folder.resolve()
        self.jobs = Jobs(self.folder)

    def add(self, body: Body) -> str:
        """Offer a body; return its key."""
        key = str(body.model)
        self.bodies[key] = body
        return key

    def open(self, path: str) -> str:
        """Offer the body of a session's folder or a model; errors as `open_body`."""
        return self.add(open_body(path))

    def read_look(self, body: Body, motion: OwnMotion | None) -> dict[str, Any] | None:
        """Read what squats of a body come to; ``None`` if nobody has looked yet."""
        path = self.folder / look_path(body, motion)
        try:
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found

    def look(self, body: Body, motion: OwnMotion | None) -> str:
        """Have somebody look at a body; return why not, or nothing."""
        try:
            self.jobs.start(plan_look(body, motion))
        except (BigeError, OSError) as error:
            return str(error)
        return ""
