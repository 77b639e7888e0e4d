"""The page: choices on the left; the job and its results on the right."""

from nicegui import ui

from bige_osim.stages.studio_jobs import Plan
from bige_osim.studio.choices import Choices
from bige_osim.studio.job_panel import JobPanel
from bige_osim.studio.results_panel import ResultsPanel
from bige_osim.studio.workroom import Workroom, show_path

INTERVAL = 0.5
"""Time between two looks at the job, s."""

STYLE = """
body { background: #f6f7f8; color: #1c2733; }
.nicegui-content { padding: 0; gap: 0; }
.top-bar { width: 100%; padding: 10px 24px; background: #fff;
  border-bottom: 1px solid #dde2e7; align-items: baseline; gap: 16px; }
.top-bar .name { font-size: 18px; font-weight: 600; }
.sides { display: grid; grid-template-columns: 390px minmax(0, 1fr); width: 100%;
  gap: 20px; padding: 20px 24px; }
@media (max-width: 900px) { .sides { grid-template-columns: minmax(0, 1fr); } }
.choices, .card, .results { background: #fff; border: 1px solid #dde2e7;
  border-radius: 8px; padding: 16px 18px; gap: 8px; width: 100%; }
.choices { align-self: start; }
.right { gap: 14px; width: 100%; min-width: 0; }
.heading { font-weight: 600; font-size: 15px; }
.choices .heading:not(:first-child) { margin-top: 12px; padding-top: 12px;
  border-top: 1px solid #edf0f2; width: 100%; }
.line { width: 100%; align-items: center; gap: 10px; flex-wrap: nowrap; }
.results .line { flex-wrap: wrap; gap: 18px; }
.line.top { align-items: flex-start; } .line.end { justify-content: flex-end; }
.grow { flex: 1; min-width: 0; } .wide { width: 100%; }
.ranges { width: 100%; gap: 10px; }
.range { width: 100%; gap: 0; }
.range .q-slider { padding: 0 10px; }
.caption { color: #5b6875; font-size: 13px; }
.reach { width: 100%; gap: 6px; } .sentences { gap: 4px; font-size: 14px; }
.dot { flex: none; width: 12px; height: 12px; border-radius: 6px; margin-top: 5px; }
.go { margin-top: 6px; }
.fault { color: #b3261e; font-size: 14px; } .fault:empty { display: none; }
.warning { color: #8a5300; font-size: 14px; }
.ended { color: #5b6875; }
.said { gap: 2px; font-size: 13px; color: #5b6875; }
.content { width: 100%; gap: 10px; }
.delivery { font-size: 17px; font-weight: 600; }
.nothing { padding: 60px 20px; align-items: center; text-align: center; width: 100%;
  color: #5b6875; }
.view { width: 100%; height: 540px; border: 1px solid #dde2e7; border-radius: 6px; }
.ranking { border-collapse: collapse; width: 100%; font-size: 14px; }
.ranking th { text-align: left; font-weight: 500; color: #5b6875; font-size: 13px; }
.ranking th, .ranking td { padding: 5px 12px 5px 0; border-bottom: 1px solid #edf0f2;
  font-variant-numeric: tabular-nums; }
.ranking .own td { color: #5b6875; }
.saves a { margin-right: 12px; }
a.nicegui-link, .content a { color: #2a5d84; }
.ranking td { white-space: nowrap; }
.entries { width: 100%; max-height: 320px; overflow: auto; gap: 0;
  flex-wrap: nowrap; }
.picker { width: 560px; max-width: 95vw; }
"""


def build_page(room: Workroom) -> None:
    """Build the page of one reader."""
    ui.colors(primary="#2a5d84")
    ui.add_css(STYLE)
    with ui.row().classes("top-bar"):
        ui.label("bige studio").classes("name")
        ui.label("Squats of a participant that meet a goal").classes("caption grow")
        ui.label(f"On this machine only · results in {show_path(room.folder)}").classes(
            "caption"
        )
    with ui.element("div").classes("sides"):
        choices = Choices(room)
        with ui.column().classes("right"):
            job = JobPanel(room)
            results = ResultsPanel(room)
    watcher = _Watcher(room, choices, job, results)
    choices.started = watcher.look
    ui.timer(INTERVAL, watcher.look)


class _Watcher:
    """Brings news of the job to a page."""

    def __init__(
        self,
        room: Workroom,
        choices: Choices,
        panel: JobPanel,
        results: ResultsPanel,
    ) -> None:
        self.room, self.choices = room, choices
        self.panel, self.results = panel, results
        self._state: tuple[Plan | None, str] = self._now()

    def _now(self) -> tuple[Plan | None, str]:
        job = self.room.jobs.job
        return None if job is None else job.plan, "" if job is None else job.state

    def look(self) -> None:
        """Show what has changed."""
        self.panel.show(self.room.jobs.job)
        now = self._now()
        if now == self._state:
            return
        self._state = now
        job = self.room.jobs.job
        if job is not None and job.state == "finished" and job.plan.keep is None:
            self.results.refresh()
        self.choices.take_look()
        self.choices.refresh()
