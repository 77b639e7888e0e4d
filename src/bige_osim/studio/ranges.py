"""Ranges of the goal: a muscle's peak activation, and the depth of the squat."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nicegui import ui

START = (0.30, 0.60)
"""Range of activation that is offered first."""

DEPTHS = (30, 140)
"""Knee flexion that can be asked for, deg."""


class MuscleRow:
    """A muscle group and the range of its peak activation.

    Parameters
    ----------
    groups : to choose from, written out
    group : that is chosen first
    changed : called when something else is chosen
    removed : called when the row is to go
    """

    def __init__(
        self,
        groups: Mapping[str, str],
        group: str,
        changed: Callable[[], None],
        removed: Callable[["MuscleRow"], None],
    ) -> None:
        with ui.column().classes("range") as self.column:
            with ui.row().classes("line"):
                self.box = ui.select(
                    dict(groups), value=group, with_input=True, on_change=changed
                )
                self.box.classes("grow").props("outlined dense")
                ui.button(icon="close", on_click=lambda: removed(self)).props(
                    "flat round dense size=sm aria-label='Remove this muscle'"
                )
            self.slider = ui.range(
                min=0, max=1, step=0.05, value={"min": START[0], "max": START[1]}
            )
            self.slider.props("label snap")
            self.slider.on_value_change(changed)
            self.caption = ui.label().classes("caption")

    @property
    def group(self) -> str:
        """Name of the group."""
        return str(self.box.value)

    @property
    def bounds(self) -> tuple[float, float]:
        """Least and largest peak activation, 0 to 1."""
        value = self.slider.value
        return round(float(value["min"]), 2), round(float(value["max"]), 2)

    def offer(self, groups: Mapping[str, str]) -> None:
        """Offer the groups of another body."""
        value = self.group if self.group in groups else next(iter(groups), None)
        self.box.set_options(dict(groups), value=value)

    def show(self, drawn: Sequence[Mapping[str, Any]], own: Any) -> None:
        """Say what squats of this body come to."""
        low, high = self.bounds
        text = f"Peak activation {low:.2f} to {high:.2f}"
        if drawn and self.group in drawn[0]["peaks"]:
            values = [row["peaks"][self.group] for row in drawn]
            text += f" · this body {min(values):.2f} to {max(values):.2f}"
            text += f" · own squat {own['peaks'][self.group]:.2f}" if own else ""
        self.caption.text = text

    def delete(self) -> None:
        """Remove it from the page."""
        self.column.delete()


class DepthRange:
    """The depth of the squat, if it is asked for.

    Parameters
    ----------
    changed : called when something else is chosen
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        with ui.column().classes("range"):
            self.box = ui.checkbox("Depth (knee flexion at the bottom)")
            self.box.props("dense").on_value_change(changed)
            self.slider = ui.range(
                min=DEPTHS[0], max=DEPTHS[1], step=5, value={"min": 80, "max": 110}
            )
            self.slider.props("label snap")
            self.slider.on_value_change(changed)
            self.caption = ui.label().classes("caption")

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Least and largest knee flexion, deg; ``None`` if it is not asked for."""
        if not self.box.value:
            return None
        value = self.slider.value
        return float(value["min"]), float(value["max"])

    def show(self, drawn: Sequence[Mapping[str, Any]], own: Any) -> None:
        """Say what squats of this body come to."""
        self.slider.set_visibility(self.bounds is not None)
        texts = []
        if self.bounds:
            texts.append(f"{self.bounds[0]:.0f}° to {self.bounds[1]:.0f}°")
        if drawn:
            values = [row["knees_deg"] for row in drawn]
            texts.append(f"this body {min(values):.0f}° to {max(values):.0f}°")
            texts += [f"own squat {own['knees_deg']:.0f}°"] if own else []
        self.caption.text = " · ".join(texts)
