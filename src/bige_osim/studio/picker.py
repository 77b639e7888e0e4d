"""A dialog to choose a session's folder or a model on this machine."""

from collections.abc import Callable
from pathlib import Path

from nicegui import ui

MOST = 300
"""Entries of a folder that are listed."""


class Picker:
    """Shows folders and models; nothing is copied or uploaded.

    Parameters
    ----------
    taken : called with the path that was chosen; returns what is wrong with it
    """

    def __init__(self, taken: Callable[[str], str]) -> None:
        self.taken = taken
        self.folder = Path.cwd()
        with ui.dialog() as self.dialog, ui.card().classes("picker"):
            ui.label("Session or model on this machine").classes("heading")
            self.path = ui.input("Folder of a session, or model (.osim)")
            self.path.classes("wide").props("outlined dense")
            self.path.on("keydown.enter", self.go)
            self.entries = ui.column().classes("entries")
            self.fault = ui.label().classes("fault")
            with ui.row().classes("line end"):
                ui.button("Cancel", on_click=self.dialog.close).props("flat no-caps")
                ui.button("Choose", on_click=self.choose).props("unelevated no-caps")

    def open(self) -> None:
        """Show the dialog."""
        self.show(self.folder)
        self.dialog.open()

    def go(self) -> None:
        """Go to the folder that was typed in, or choose the file."""
        path = Path(self.path.value or "").expanduser()
        if path.is_dir():
            self.show(path)
        else:
            self.choose()

    def show(self, folder: Path) -> None:
        """List a folder."""
        self.folder = folder.resolve()
        self.path.value, self.fault.text = str(self.folder), ""
        try:
            inside = sorted(self.folder.iterdir(), key=lambda p: p.name.lower())
        except OSError as error:
            self.fault.text = f"{self.folder} cannot be read ({error.strerror})."
            inside = []
        wanted = [
            path
            for path in inside
            if not path.name.startswith(".")
            and (path.is_dir() or path.suffix.lower() == ".osim")
        ]
        self.entries.clear()
        with self.entries:
            self._add("..", self.folder.parent, icon="arrow_upward")
            for path in wanted[:MOST]:
                icon = "folder" if path.is_dir() else "accessibility_new"
                self._add(path.name, path, icon=icon)

    def _add(self, name: str, path: Path, *, icon: str) -> None:
        def take() -> None:
            if path.is_dir():
                self.show(path)
            else:
                self.path.value = str(path)

        button = ui.button(name, icon=icon, on_click=take)
        button.props("flat dense no-caps align=left").classes("wide")

    def choose(self) -> None:
        """Hand the path over; the dialog stays where it is none."""
        fault = self.taken(self.path.value or "")
        self.fault.text = fault
        if not fault:
            self.dialog.close()
