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
    "-n", "count", type=click.IntRange(1), help="Motions to search for.  [default: 4]"
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
    help="Exact static optimisation (with --from), or the surrogate's.",
)
@click.option("--generator", type=options.FOLDER, help="Its run folder.")
@click.option("--surrogate", type=options.FOLDER, help="Its run folder.")
@click.option(
    "--height", type=float, metavar="M", help="Stature of the participant, m."
)
@click.option("--steps", type=click.IntRange(1), help="Steps of the search.")
@options.contacts
@click.option("-o", "--output", type=options.FOLDER, required=True, help="Folder.")
@click.option("-v", "--verbose", is_flag=True, help="Show every term of every motion.")
@options.seed
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
    force: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Find motions of a participant's model that meet a goal.

    Example: bige guide --model s4.osim --goal goal.toml --from squats1.mot -o guided

    changes the squats of that trial as little as the goal allows. Without --from, nets
    are searched: bige guide --model s4.osim --goal goal.toml -n 4 --generator
    runs/generator --surrogate runs/surrogate -o guided
    """
    given = {"output": output, "verbose": verbose, "force": force}
    with options.progress_bar() as progress:
        if trial is not None:
            own = {"trial": trial, "repetition": repetition, "activations": activations}
            result = _refine(own, asked, progress=progress, **given)
        else:
            if repetition is not None:
                raise click.UsageError("--repetition belongs to --from.")
            if activations == "exact":
                raise click.UsageError(
                    "--activations exact is not there yet for a search; use --from."
                )
            result = _search(asked, seed=seed, progress=progress, **given)
    options.show(result.summary, text=result.text, as_json=as_json)
    click.get_current_context().exit(result.exit_code)


def _refine(own: dict[str, Any], asked: dict[str, Any], **given: Any) -> "StageResult":
    from bige_osim.stages.refine import RefineRequest, guide_from

    for name, option in (("count", "-n"), ("generator", "--generator")):
        if asked.pop(name) is not None:
            raise click.UsageError(f"{option} belongs to a search, without --from.")
    if own["activations"] != "surrogate" and asked["surrogate"] is not None:
        raise click.UsageError("--surrogate needs --activations surrogate with --from.")
    device = asked.pop("device")
    if device != "cpu":
        raise click.UsageError("--from runs on the CPU; leave --device out.")
    chosen = {name: value for name, value in own.items() if value is not None}
    return guide_from(RefineRequest(**asked, **chosen), **given)


def _search(asked: dict[str, Any], **given: Any) -> "StageResult":
    from bige_osim.stages.guide import GuideRequest
    from bige_osim.stages.guide import guide as run

    for name in ("generator", "surrogate"):
        if asked[name] is None:
            raise click.UsageError(
                f"Missing option '--{name}': a search needs both nets; --from TRIAL "
                "needs none."
            )
    asked["count"] = asked["count"] or 4
    return run(
        GuideRequest(**asked),
        notify=lambda text: click.echo(f"Warning: {text}", err=True),
        **given,
    )
