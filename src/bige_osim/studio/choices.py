"""The left side of the page: whose squat, and what it has to keep to."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from bige_osim.errors import BigeError
from bige_osim.stages.studio_bodies import Body, OwnMotion
from bige_osim.stages.studio_goal import MuscleRange, Reach, StudioGoal, judge_reach
from bige_osim.stages.studio_plans import Wanted, plan_guide
from bige_osim.studio.picker import Picker
from bige_osim.studio.ranges import DepthRange, MuscleRow
from bige_osim.studio.workroom import Workroom

NEW, CHANGE = "new", "change"
MODES = {
    NEW: "New squats",
    CHANGE: "Change this squat as little as possible",
}
FIRST = "vasti"
"""Group that is offered first, where there is one."""

MOST = 5
"""New squats of one job: with the own one as many as a page shows in 3-D."""

DOTS = {"likely": "#2e7d32", "hard": "#b26a00", "unlikely": "#b3261e"}


class Choices:
    """Everything that is chosen before a job starts.

    Parameters
    ----------
    room : what the page works in
    """

    def __init__(self, room: Workroom) -> None:
        self.room = room
        self.seen: dict[str, Any] | None = None
        self.rows: list[MuscleRow] = []
        self.started: Callable[[], None] = lambda: None
        with ui.column().classes("choices"):
            self._build_participant()
            self._build_goal()
            self._build_reach()
        self.choose_body()

    def _build_participant(self) -> None:
        ui.label("Participant").classes("heading")
        with ui.row().classes("line"):
            self.body_box = ui.select(
                self._bodies(), on_change=self.choose_body
            ).classes("grow")
            self.body_box.props("outlined dense")
            picker = Picker(self.take_path)
            ui.button(icon="folder_open", on_click=picker.open).props(
                "flat round aria-label='Choose a session or model on this machine'"
            )
        keys = list(self.room.bodies)
        self.body_box.value = keys[0] if keys else None
        self.motion_box = ui.select({}, label="Own squats from", on_change=self.look)
        self.motion_box.classes("wide").props("outlined dense")
        self.own_box = ui.select({}, label="Squat", on_change=self.refresh)
        self.own_box.classes("wide").props("outlined dense")

    def _build_goal(self) -> None:
        ui.label("Goal").classes("heading")
        self.mode = ui.radio(MODES, value=NEW, on_change=self.refresh)
        self.muscles = ui.column().classes("ranges")
        self.add_button = ui.button("Add a muscle", icon="add", on_click=self.add_row)
        self.add_button.props("flat dense no-caps")
        self.depth = DepthRange(self.refresh)
        self.even = ui.checkbox(
            "Both legs alike (small inter-limb asymmetry)", value=True
        )
        self.even.props("dense").on_value_change(self.refresh)
        with ui.row().classes("line") as self.count_line:
            ui.label("How many squats")
            self.count = ui.toggle(list(range(1, MOST + 1)), value=2)
            self.count.props("dense unelevated no-caps padding='2px 10px'")

    def _build_reach(self) -> None:
        ui.label("Within reach?").classes("heading")
        self.reach = ui.column().classes("reach")
        self.button = ui.button("Find squats", on_click=self.start)
        self.button.props("unelevated no-caps").classes("wide go")
        self.fault = ui.label().classes("fault")

    def _bodies(self) -> dict[str, str]:
        return {key: body.describe() for key, body in self.room.bodies.items()}

    @property
    def body(self) -> Body | None:
        """The participant that is chosen."""
        return self.room.bodies.get(self.body_box.value or "")

    @property
    def motion(self) -> OwnMotion | None:
        """The recording that is chosen."""
        motions = self.body.motions if self.body else ()
        known = {motion.name: motion for motion in motions}
        return known.get(self.motion_box.value or "")

    @property
    def own(self) -> dict[str, Any] | None:
        """The own squat that is chosen."""
        rows = self.seen["own"] if self.seen else []
        return next((r for r in rows if r["number"] == self.own_box.value), None)

    def take_path(self, path: str) -> str:
        """Open what was picked; return what is wrong with it, or nothing."""
        try:
            key = self.room.open(path)
        except (BigeError, OSError) as error:
            return str(error)
        self.body_box.set_options(self._bodies(), value=key)
        return ""

    def choose_body(self) -> None:
        """Offer the recordings of the participant who was chosen."""
        names = [motion.name for motion in self.body.motions] if self.body else []
        options = {**{name: name for name in names}, "": "no recording"}
        first = next(
            (n for n in names if "squat" in n.lower()), names[0] if names else ""
        )
        before = self.motion_box.value
        self.motion_box.set_options(options, value=first)
        self.motion_box.set_visibility(bool(names))
        if before == first:
            self.look()

    def look(self) -> None:
        """Show what the body can do; have it looked at if nobody has yet."""
        self.seen, self.waits = None, ""
        if self.body is not None:
            self.seen = self.room.read_look(self.body, self.motion)
            if self.seen is None:
                self.waits = self.room.look(self.body, self.motion)
        self._offer()

    def take_look(self) -> None:
        """Take what was looked at, once the job has ended."""
        if self.seen is None and self.body is not None:
            self.seen = self.room.read_look(self.body, self.motion)
            if self.seen is not None:
                self._offer()
            self.refresh()

    def _offer(self) -> None:
        """Offer the squats and the muscle groups that were seen."""
        rows = self.seen["own"] if self.seen else []
        options = {
            row["number"]: f"{row['number']}: {row['knees_deg']:.0f}° of knee flexion, "
            f"{row['stop_s'] - row['start_s']:.1f} s"
            for row in rows
        }
        best = max(rows, key=lambda row: row["quality"])["number"] if rows else None
        self.own_box.set_options(options, value=best)
        self.own_box.set_visibility(len(rows) > 1)
        if not rows:
            self.mode.value = NEW
        if self.seen and not self.rows:
            self.add_row()
        for row in self.rows:
            row.offer(self.groups)
        self.refresh()

    @property
    def groups(self) -> dict[str, str]:
        """Muscle groups of the model, and how they are written out."""
        return dict(self.seen["groups"]) if self.seen else {}

    def add_row(self) -> None:
        """Ask for one more muscle."""
        asked = {row.group for row in self.rows}
        left = [name for name in self.groups if name not in asked]
        if left:
            first = FIRST if FIRST in left else left[0]
            with self.muscles:
                row = MuscleRow(self.groups, first, self.refresh, self.remove_row)
            self.rows.append(row)
            self.refresh()

    def remove_row(self, row: MuscleRow) -> None:
        """Ask for one muscle less."""
        self.rows.remove(row)
        row.delete()
        self.refresh()

    def make_goal(self) -> StudioGoal:
        """Put together what is asked for; errors are those of `StudioGoal`."""
        return StudioGoal(
            muscles=tuple(MuscleRange(r.group, *r.bounds) for r in self.rows),
            depth=self.depth.bounds,
            even=bool(self.even.value),
        )

    def refresh(self) -> None:
        """Say how the goal stands to what was seen of the body."""
        if not hasattr(self, "button"):
            return  # not all is there yet
        change = self.mode.value == CHANGE
        drawn = self.seen["drawn"] if self.seen else []
        for row in self.rows:
            row.show(drawn, self.own)
        self.depth.show(drawn, self.own)
        self.count_line.set_visibility(not change)
        self.button.text = "Change the squat" if change else "Find squats"
        self.fault.text = ""
        self.reach.clear()
        with self.reach:
            ready = self._show_reach(change=change)
        self.button.set_enabled(ready and not self._is_busy())

    def _is_busy(self) -> bool:
        job = self.room.jobs.job
        return job is not None and job.runs

    def _show_reach(self, *, change: bool) -> bool:
        """Say it; return whether a job may start."""
        if self.body is None:
            ui.label("Choose a session's folder or a model (.osim).")
            return False
        if self.seen is None:
            ui.label(self._say_waiting())
            if not self._is_busy():
                again = ui.button("Look again", on_click=self.look)
                again.props("flat dense no-caps")
            return False
        if change and self.own is None:
            ui.label("Choose a recording with a squat to change.")
            return False
        try:
            goal = self.make_goal()
        except BigeError as error:
            ui.label(str(error)).classes("fault")
            return False
        reach = judge_reach(goal, self.seen["drawn"], names=self.groups)
        lines = self._describe_own(goal) if change else []
        _show_lines(reach, lines)
        return True

    def _describe_own(self, goal: StudioGoal) -> list[str]:
        """Say how the own squat stands to the goal."""
        assert self.own is not None
        within = judge_reach(goal, [self.own], names=self.groups).within
        text = "is within the goal as it is" if within else "is not within the goal yet"
        return [f"The participant's own squat {text}."]

    def _say_waiting(self) -> str:
        job = self.room.jobs.job
        if self.waits:
            return self.waits
        if job is not None and job.state in ("failed", "cancelled"):
            return job.sentence
        return "Looking at what this body can do; this takes less than a minute."

    def start(self) -> None:
        """Start the job."""
        assert self.body is not None
        change = self.mode.value == CHANGE
        try:
            wanted = Wanted(
                body=self.body,
                goal=self.make_goal(),
                change=change,
                motion=self.motion if self.own else None,
                own=self.own,
                names=self.groups,
                count=int(self.count.value),
            )
            self.room.jobs.start(plan_guide(wanted))
        except (BigeError, OSError) as error:
            self.fault.text = str(error)
            return
        self.started()


def _show_lines(reach: Reach, lines: list[str]) -> None:
    with ui.row().classes("line top"):
        ui.element("span").classes("dot").style(f"background:{DOTS[reach.level]}")
        with ui.column().classes("sentences"):
            for sentence in (*reach.sentences, *lines):
                ui.label(sentence)
            if reach.level == "unlikely":
                ui.label("A search may go a little beyond; widen the goal otherwise.")
