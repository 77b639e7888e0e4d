"""Pelvis residuals and reserves of a solved trial, beside what is accepted."""

from collections.abc import Iterator

import numpy as np

from bige_osim.evaluation.limits import Limits, Reserve
from bige_osim.report.blocks import Heading
from bige_osim.report.figures.both_legs import residual_figure
from bige_osim.report.formatting import number
from bige_osim.report.page import Block, Paragraph, Picture, Pictures
from bige_osim.report.sections.limits import list_reserves
from bige_osim.report.trial import Trial

WHOLE = 0.999
"""A reserve that reaches this fraction of the net moment's peak is all that acts."""


def residual_blocks(trial: Trial) -> Iterator[Block]:
    """Show residuals over the course with the accepted line, and large reserves."""
    found = trial.residuals()
    reserves = _reserves(trial)
    if found is None and not reserves:
        return
    yield Heading("Pelvis residuals and reserves")
    if found is not None:
        residuals, series = found
        weight = residuals.found.body_weight
        sampled = trial.course.sample(series)
        force, moment = "force (% body weight)", "moment (N m)"
        accepted = {
            force: 100 * residuals.force_limit / weight,
            moment: residuals.moment_limit,
        }
        sizes = {force: 100 * sampled["force"] / weight, moment: sampled["moment"]}
        peaks = ", ".join(
            f"{label} up to {number(float(values.max()))}, accepted "
            f"{number(accepted[label])}"
            for label, values in sizes.items()
        )
        picture = Picture(
            residual_figure(sizes, accepted, trial.course),
            alt=f"Pelvis residuals: {peaks}.",
            caption="Force and moment at the pelvis that neither ground nor joints "
            f"explain. Hicks et al. 2015 (J Biomech Eng 137:020905) accept "
            f"{number(100 * residuals.limits.residual_force)} % of the largest ground "
            f"reaction, and {number(100 * residuals.limits.residual_moment)} % of it "
            "times the height of the centre of mass.",
        )
        yield Pictures((picture,), wide=True)
        if residuals.found.source == "estimated":
            yield Paragraph(
                "The ground reaction was estimated from the motion, and explains all "
                "that feet on the floor can bear: small residuals do not show that "
                "motion and model are right."
            )
    yield from list_reserves(
        [{"name": trial.name, "reserves": [one.to_dict() for one in reserves]}],
        Limits().to_dict(),
    )


def _reserves(trial: Trial) -> list[Reserve]:
    """Peak reserves beside the peaks of the net moments over the same time."""
    span = trial.moments.between(trial.row["from_s"], trial.row["to_s"])
    found = []
    for name, peak in trial.row["reserve_max_nm"].items():
        if name not in span.names:
            continue
        moment = float(np.abs(span.column(name)).max())
        alone = moment > 0 and abs(peak - moment) <= (1 - WHOLE) * moment
        found.append(Reserve(name, float(peak), moment, alone=alone))
    return found
