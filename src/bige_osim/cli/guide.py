"""``bige guide``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bige_osim.cli import options

if TYPE_CHECKING:  # stages are loaded by the commands that run them
    from bige_osim.stages.result import StageResult


@click.command(short_help="Find motions that meet a goal.")
@click.option(
    "--model", type=options.FILE, required=True, help="The participant's model (.osim)."
)
@click.option("--goal", type=options.FILE, required=True, help="Goal (.toml).")
@click.option(
    "-n", "count", type=click.IntRange(1), help="Motions to deliver.  [default: 4]"
)
@click.option(
    "--from",
    "trial",
    type=options.FILE,
    help="Start at the participant's own squats in this motion (.mot); needs no nets.",
)
@click.option(
    "--repetition",
    metavar="all|best|K",
    help="Which of them: all, the best, or the K-th.  [default: all]",
)
@click.option(
    "--activations",
    type=click.Choice(["exact", "surrogate"]),
    help="Exact static optimisation, or the surrogate's.  [default: exact]",
)
@click.option(
    "--generator", type=options.FOLDER, help="Its run folder.  [default: shipped]"
)
@click.option(
    "--surrogate",
    type=options.FOLDER,
    help="Its run folder, for --activations surrogate.  [default: shipped]",
)
@click.option(
    "--height", type=float, metavar="M", help="Stature of the participant, m."
)
@click.option("--steps", type=click.IntRange(1), help="Steps of each refinement.")
@options.contacts
@click.option("-o", "--output", type=options.FOLDER, required=True, help="Folder.")
@click.option("-v", "--verbose", is_flag=True, help="Show every term of every motion.")
@options.seed
@options.jobs
@options.device
@options.writing
@options.printing
def guide(
    *,
    trial: Path | None,
    repetition: str | None,
    activations: str | None,
    output: Path,
    verbose: bool,
    seed: int,
    jobs: int,
    force: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Find motions of a participant's model that meet a goal.

    Motions are drawn by a generator, refined by exact static optimisation and
    delivered if they pass as `bige validate` judges them; with --from, the
    participant's own squats are changed as little as the goal allows.

    Example: bige guide --model s4.osim --goal goal.toml -n 8 -o guided

    or bige guide --model s4.osim --goal goal.toml --from squats1.mot -o changed
    """
    if asked.pop("device") != "cpu":
        raise click.UsageError("Guidance runs on the CPU; leave --device out.")
    if activations != "surrogate" and asked["surrogate"] is not None:
        raise click.UsageError("--surrogate needs --activations surrogate.")
    given = {"output": output, "verbose": verbose, "force": force, "jobs": jobs}
    if activations is not None:
        asked["activations"] = activations
    with options.progress_bar() as progress:
        if trial is not None:
            own = {"trial": trial, "repetition": repetition}
            result = _refine(own, asked, progress=progress, **given)
        else:
            if repetition is not None:
                raise click.UsageError("--repetition belongs to --from.")
            result = _search(asked, seed=seed, progress=progress, **given)
    options.show(result.summary, text=result.text, as_json=as_json)
    click.get_current_context().exit(result.exit_code)


def _refine(own: dict[str, Any], asked: dict[str, Any], **given: Any) -> "StageResult":
    from bige_osim.stages.refine import RefineRequest, guide_from

    for name, option in (("count", "-n"), ("generator", "--generator")):
        if asked.pop(name) is not None:
            raise click.UsageError(f"{option} belongs to a search, without --from.")
    chosen = {name: value for name, value in own.items() if value is not None}
    return guide_from(RefineRequest(**asked, **chosen), **given)


def _search(asked: dict[str, Any], **given: Any) -> "StageResult":
    from bige_osim.stages.guide import GuideRequest
    from bige_osim.stages.guide import guide as run

    chosen = {name: value for name, value in asked.items() if value is not None}
    return run(
        GuideRequest(**chosen),
        notify=lambda text: click.echo(text, err=True),
        **given,
    )
