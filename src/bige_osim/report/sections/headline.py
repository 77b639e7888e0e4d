"""The top of the page: the verdict in plain words and the numbers to see first."""

from bige_osim.errors import count_nouns
from bige_osim.report.formatting import NO_CHECK, format_fixed
from bige_osim.report.page import Headline, State, Tile, how_many
from bige_osim.report.results import Json, Results
from bige_osim.report.sections.participants import are_all_synthetic

GAP = "\N{NO-BREAK SPACE}"
"""Keeps a number and its unit on one line."""

CHECK = (
    "Every motion was re-simulated with the participant's own model. It passes if the "
    "goal is satisfied by the simulated activations, the pelvis residuals are accepted "
    "(Hicks et al. 2015), all joints stay in range and the feet stay on the floor."
)
"""What a motion has to keep to, in a sentence."""


DELIVERED = (
    "A motion is delivered if it satisfies the goal and passes every check when it is "
    "simulated as recordings are, with the participant's own model."
)
"""What became of motions that `bige validate` has not seen."""

MADE_UP = "All participants and recordings here are synthetic: made by the program."
"""What has to be said of results without real participants."""


def make_headline(results: Results) -> Headline:
    """Say in plain words what came out.

    Examples
    --------
    >>> from pathlib import Path
    >>> make_headline(Results(Path("demo"), {})).text
    'No guided motions here yet'
    """
    validated, guided = results.one("validate"), results.one("guide")
    if validated is not None:
        details = (CHECK, MADE_UP) if are_all_synthetic(results) else (CHECK,)
        return _verdict(
            validated.content["validation"], details, expected=results.expected_by
        )
    if guided is not None:
        return _delivery(guided.content)
    return Headline("No guided motions here yet", "none")


def _delivery(guided: Json) -> Headline:
    """Say how many motions were delivered: those that passed when they were made."""
    count, failed = len(guided["motions"]), len(guided.get("failed", ()))
    asked = guided.get("asked", count + failed)
    state: State = "good" if count == asked else "mixed" if count else "bad"
    text = f"{count} of {count_nouns(asked, 'motion')} delivered"
    return Headline(text, state, details=(DELIVERED,))


def _verdict(validation: Json, details: tuple[str, ...], *, expected: str) -> Headline:
    passed, count = validation["passed"], validation["count"]
    state: State = "mixed"
    if passed == count:
        state = "good"
        text = "The motion passes" if count == 1 else f"All {count} motions pass"
    elif passed == 0:
        state = "bad"
        text = "The motion fails" if count == 1 else f"All {count} motions fail"
    else:
        text = f"{passed} of {count} motions {'passes' if passed == 1 else 'pass'}"
    return Headline(
        f"{text} the check by simulation",
        state,
        details=details,
        tiles=_tiles(validation, expected=expected),
    )


def _tiles(validation: Json, *, expected: str) -> tuple[Tile, ...]:
    motions = validation["motions"]
    judged = [t["holds"] for m in motions for t in m["terms"] if t["holds"] is not None]
    tiles = []
    if judged:
        held = sum(judged)
        tiles.append(
            Tile(
                f"{held} of {len(judged)}",
                "constraints satisfied in simulation, over all motions",
                how_many(held, len(judged)).state,
            )
        )
    overall = validation["overall"]
    if overall is not None:
        label = f"RMSE of the {expected}'s activations (0 to 1), all muscles"
        tiles.append(Tile(format_fixed(overall["rmse"], 3), label))
        tiles.append(Tile(format_fixed(overall["r2"], 2), "R² of the same"))
    moment = max(motion["residuals"]["moment_peak_nm"] for motion in motions)
    force = max(motion["residuals"]["force_peak_percent_bw"] for motion in motions)
    within = sum(
        m["residuals"]["force_holds"] and m["residuals"]["moment_holds"]
        for m in motions
    )
    estimated = any(m["residuals"]["ground"] == "estimated" for m in motions)
    doubt = f". Ground reaction {NO_CHECK}" if estimated else ""
    tiles.append(
        Tile(
            f"{format_fixed(force, 1)}{GAP}%{GAP}BW, "
            f"{format_fixed(moment, 1)}{GAP}N{GAP}m",
            f"peak pelvis residuals; accepted in {within} of "
            f"{count_nouns(len(motions), 'motion')}{doubt}",
            how_many(within, len(motions), proves=not estimated).state,
        )
    )
    return tuple(tiles)
