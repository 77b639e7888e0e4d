"""``demo``: every step on synthetic participants, ending in a report and a viewer."""

from pathlib import Path
from typing import Any

from bige_osim.errors import ExistingOutputError
from bige_osim.io.output import new_file
from bige_osim.io.session.read import read_session
from bige_osim.nets.net import find_net
from bige_osim.paths import AnyPath
from bige_osim.processes.stopping import promise
from bige_osim.progress import Progress, silent
from bige_osim.stages.collect import collect
from bige_osim.stages.guide import GuideRequest, guide
from bige_osim.stages.report import report
from bige_osim.stages.result import StageResult
from bige_osim.stages.synth import synth
from bige_osim.stages.train import train
from bige_osim.stages.validate import validate
from bige_osim.stages.view import ViewRequest, view

PEOPLE = 12
REPETITIONS = 3
TRAINED = (PEOPLE - 3) * REPETITIONS
"""Repetitions to train on: two participants choose the weights, one is held out."""

METHODS = {"generator": "", "surrogate": "kinematics"}
"""Nets of the demo; the search asks its surrogate from kinematics alone."""

GOAL = """\
# What to search for: a moderate load on the vasti, an upright pelvis, even legs.

[activation]
muscles = ["vaslat_r", "vaslat_l"]
low = 0.40
high = 0.80
statistic = "peak"

[pelvis_tilt]
min = -40
max = 0

[asymmetry]
weight = 0.5

[foot_sliding]
weight = 0.5

[ground]
weight = 2.0

[com_acceleration]
weight = 0.1

[proximity]
weight = 0.2
"""


def demo(
    output: AnyPath,
    *,
    jobs: int = 2,
    seed: int = 0,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Make synthetic participants, solve, train, guide, validate, report and view.

    Small nets are trained to show how; the shipped generator draws the motions, for the
    last participant, who is held out of the training.

    Raises
    ------
    ExistingOutputError
        The folder has a report already, and ``force`` is not given.
    """
    output = Path(output)
    if (output / "report.html").exists() and not force:
        raise ExistingOutputError(output / "report.html")
    kept = (
        f"the finished steps of {output} are complete, and the same command starts "
        "again"
    )
    with promise(lambda: kept, whole=True):
        return _demo(output, jobs=jobs, seed=seed, progress=progress)


def _demo(output: Path, *, jobs: int, seed: int, progress: Progress) -> StageResult:
    """Make all of it, over what is there."""
    options: dict[str, Any] = {"force": True, "progress": progress}
    people = output / "people"
    synth(
        PEOPLE, output=people, repetitions=REPETITIONS, asymmetric=False, seed=seed,
        jobs=jobs, **options,
    )  # fmt: skip
    sessions = [people / f"synth_{i:03d}" for i in range(PEOPLE)]
    target = read_session(sessions[-1])
    assert target.model is not None
    data = output / "squats.nc"
    collect(sessions, output=data, jobs=jobs, **options)
    for net, method in METHODS.items():
        settings = find_net(net, method).settings.small(repetitions=TRAINED)
        train(
            net, data, output=output / net, config=settings,
            test_people=[target.person], seed=seed, **options,
        )  # fmt: skip
    goal = output / "goal.toml"
    with new_file(goal, force=True) as temporary:
        temporary.write_text(GOAL, encoding="utf-8")
    request = GuideRequest(
        model=target.model,
        goal=goal,
        count=2,
        height=target.height,
    )
    guided = output / "guided"
    guide(request, output=guided, seed=seed, **options)
    validated = validate(
        [guided], model=target.model, output=output / "validated", jobs=jobs, **options
    )
    page = report(output, force=True)
    shown = view(ViewRequest(paths=[guided]), output=output / "view.html", force=True)
    summary = {
        "people": [session.name for session in sessions],
        "target": target.person,
        "validation": validated.summary["validation"]["summary"],
        **page.summary,
        "view": shown.summary["view"],
    }
    first = "All participants and motions of this demo are synthetic."
    return StageResult(
        summary, "\n".join([first, validated.text, page.text, shown.text])
    )
