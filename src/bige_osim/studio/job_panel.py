"""What is shown of the job that runs, and how the last one ended."""

import re
import time

from nicegui import ui

from bige_osim.stages.studio_jobs import Job
from bige_osim.studio.workroom import Workroom

_COUNT = re.compile(r": (\d+) of (\d+)$")


class JobPanel:
    """Progress, and a button to cancel.

    Parameters
    ----------
    room : what the page works in
    """

    def __init__(self, room: Workroom) -> None:
        self.room = room
        with ui.column().classes("card job") as self.card:
            with ui.row().classes("line"):
                self.title = ui.label().classes("heading grow")
                self.clock = ui.label().classes("caption")
                self.cancel = ui.button("Cancel", on_click=room.jobs.cancel)
                self.cancel.props("flat no-caps")
            self.bar = ui.linear_progress(show_value=False).props("rounded")
            self.lines = ui.column().classes("said")
        self.ended = ui.label().classes("ended")
        self._shown: tuple[str, ...] | None = None
        self.show(room.jobs.job)

    def show(self, job: Job | None) -> None:
        """Show how a job stands."""
        runs = job is not None and job.runs
        self.card.set_visibility(runs)
        self.ended.text = "" if job is None or runs else _describe_end(job)
        self.ended.set_visibility(bool(self.ended.text))
        if job is None or not runs:
            return
        self.title.text = job.plan.title
        self.clock.text = _describe_time(time.monotonic() - job.began)
        self.cancel.set_enabled(job.state == "running")
        self.cancel.text = "Cancel" if job.state == "running" else "Cancelling …"
        self.bar.value = find_part(job)
        step = job.plan.commands[job.step]
        titles = list(dict.fromkeys(one.title for one in job.plan.commands))
        count = f"{titles.index(step.title) + 1} of {len(titles)}"
        lines = (f"Step {count}: {step.title}", *job.lines)
        if lines != self._shown:
            self._shown = lines
            self.lines.clear()
            with self.lines:
                for line in lines:
                    ui.label(line)


def _describe_end(job: Job) -> str:
    """Say how a job ended, unless its result is shown."""
    return "" if job.state == "finished" else f"{job.plan.title}: {job.sentence}"


def _describe_time(seconds: float) -> str:
    return f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"


def find_part(job: Job) -> float:
    """Estimate how much of a job is done, 0 to 1, by its steps and what they count."""
    steps = len(job.plan.commands)
    match = next(filter(None, (_COUNT.search(li) for li in reversed(job.lines))), None)
    within = int(match[1]) / max(int(match[2]), 1) if match else 0.0
    first = 0.7 if steps > 1 else 1.0  # of the time is in the first step
    if job.step == 0:
        return first * within
    return first + (1 - first) * (job.step - 1 + within) / (steps - 1)
