"""The right side of the page: what a job delivered, ranked, in 3-D, to be saved."""

import math
from collections.abc import Mapping
from typing import Any

from nicegui import ui

from bige_osim.errors import BigeError
from bige_osim.stages.studio_plans import PAGE
from bige_osim.stages.studio_results import (
    CERTIFICATE,
    OPENSIM,
    REPORT,
    Found,
    Result,
    describe_delivery,
    list_results,
    read_result,
)
from bige_osim.studio.workroom import Workroom, show_path


class ResultsPanel:
    """One finished job at a time, any of those in the folder.

    Parameters
    ----------
    room : what the page works in
    """

    def __init__(self, room: Workroom) -> None:
        self.room = room
        names = list_results(room.folder)
        with ui.column().classes("results"):
            self.box = ui.select(names, label="Result", on_change=self.show)
            self.box.classes("wide").props("outlined dense")
            self.content = ui.column().classes("content")
        self.refresh()

    def refresh(self) -> None:
        """Show the latest job."""
        names = list_results(self.room.folder)
        self.box.set_visibility(bool(names))
        self.box.set_options(names, value=names[0] if names else None)
        if not names:
            self.show()

    def show(self) -> None:
        """Show the job that is chosen."""
        self.content.clear()
        with self.content:
            if not self.box.value:
                _show_nothing()
                return
            try:
                result = read_result(self.room.folder / str(self.box.value))
            except BigeError as error:
                ui.label(str(error)).classes("fault")
                return
            _show_result(result)


def _show_nothing() -> None:
    with ui.column().classes("nothing"):
        ui.label("No results yet.").classes("heading")
        ui.label(
            "Choose a participant and a goal. Every motion that is delivered has been "
            "simulated again by static optimisation, as recordings are."
        )


def _show_result(result: Result) -> None:
    ui.label(describe_delivery(result)).classes("delivery")
    if result.asked.get("synthetic"):
        ui.label("The participant is synthetic.").classes("caption")
    for warning in result.warnings:
        ui.label(warning).classes("warning")
    if result.found:
        _show_table(result)
    if len(result.found) > 1:
        ui.label("Ranked by how far within the ranges they are.").classes("caption")
    if result.has_view:
        frame = ui.element("iframe").classes("view")
        frame.props["src"] = _address(result, PAGE)
        frame.props["title"] = "Motions in 3-D"
        frame.props["sandbox"] = "allow-scripts allow-downloads allow-popups"
    with ui.row().classes("line"):
        if result.found:
            _link(result, CERTIFICATE, "Certificates", save=False)
            _link(result, CERTIFICATE, "Save certificates", save=True)
        _link(result, REPORT, "Report", save=False)
        _link(result, REPORT, "Save report", save=True)
        if result.has_view:
            _link(result, PAGE, "Save 3-D page", save=True)
        _link(result, "goal.toml", "Goal file", save=True)
        _link(result, "commands.txt", "Commands", save=True)
    ui.label(f"All of it is in {show_path(result.folder)}").classes("caption")


def _show_table(result: Result) -> None:
    """Show the motions, ranked."""
    names = [text or name for name, text in result.asked["names"].items()]
    peaks = [f"peak activation, {name.partition(' (')[0]}" for name in names]
    titles = ["", "motion", "knee flexion", *peaks, "asymmetry", "duration"]
    titles += ["change of the legs", ""] if result.asked["change"] else [""]
    table = ui.element("table").classes("ranking")
    with table:
        with ui.element("tr"):
            for title in titles:
                with ui.element("th"):
                    ui.label(title)
        own = result.asked.get("own")
        if own:
            cells = ["", "own squat", _degrees(own["knees_deg"])]
            cells += [f"{own['peaks'][name]:.2f}" for name in result.asked["muscles"]]
            cells += [_degrees(own["asymmetry_deg"], 1), _describe_recorded(own)]
            cells += [""] if result.asked["change"] else []
            _row(cells, kind="own")
        for rank, one in enumerate(result.found, start=1):
            cells = _cells(rank, one)
            cells += [_degrees(one.change, 1)] if result.asked["change"] else []
            _row(cells, result=result, one=one)


def _cells(rank: int, one: Found) -> list[str]:
    return [
        str(rank),
        one.name,
        _degrees(one.depth),
        *(f"{value:.2f}" for value in one.peaks.values()),
        _degrees(one.asymmetry, 1),
        f"{one.seconds:.1f} s",
    ]


def _row(
    cells: list[str],
    *,
    kind: str = "",
    result: Result | None = None,
    one: Found | None = None,
) -> None:
    with ui.element("tr").classes(kind):
        for cell in cells:
            with ui.element("td"):
                ui.label(cell)
        with ui.element("td").classes("saves"):
            if result is not None and one is not None:
                _link(result, f"{one.name}.mot", ".mot", save=True)
                _link(result, f"{one.name}_activations.sto", "activations", save=True)
                _link(result, f"{OPENSIM}_{one.name}.zip", "OpenSim folder", save=True)


def _link(result: Result, name: str, text: str, *, save: bool) -> None:
    ui.link(text, _address(result, name, save=save), new_tab=not save)


def _address(result: Result, name: str, *, save: bool = False) -> str:
    return f"/jobs/{result.folder.name}/{name}" + ("?save=true" if save else "")


def _describe_recorded(own: Mapping[str, Any]) -> str:
    """Say how long a squat took when it was recorded."""
    return f"{own['stop_s'] - own['start_s']:.1f} s"


def _degrees(value: float, digits: int = 0) -> str:
    return "-" if math.isnan(value) else f"{value:.{digits}f}°"
