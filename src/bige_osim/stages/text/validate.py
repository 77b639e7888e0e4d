"""What ``validate`` says of the motions it judged."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bige_osim.errors import count_nouns
from bige_osim.evaluation.agreement import pool_peaks
from bige_osim.evaluation.check import EXPECTED
from bige_osim.evaluation.motion_validation import MotionValidation
from bige_osim.evaluation.validation import Validation
from bige_osim.stages.text.reasons import group_reasons, shorten

SHOWN = 6
"""Motions of which each has a line; of more, reasons are counted."""

REASONS = 3
"""Reasons that are given of one motion, or of all together."""


def text_of(validation: Validation, output: Path, *, verbose: bool = False) -> str:
    """Turn a validation into lines for a reader: the outcome first.

    Parameters
    ----------
    validation : the motions, judged
    output : where the results are
    verbose : every reason against every motion
    """
    outcome, residuals, rest = validation.summary().partition("Residuals peak")
    lines = [outcome.strip(), f"Written to {output}.", residuals + rest]
    motions = validation.motions
    if verbose:
        lines += _describe_each(motions)
    elif len(motions) <= SHOWN:
        for motion in motions:
            lines += [_describe_motion(motion), *_describe_agreement(motion)]
    else:
        lines += _group(motions)
    if not verbose and validation.passed < len(motions):
        lines.append("-v gives every reason of every motion, as does validate.json.")
    return "\n".join(lines)


def _describe_each(motions: Sequence[MotionValidation]) -> Iterator[str]:
    for motion in motions:
        yield f"  {motion.name} {'passes' if motion.passed else 'does not pass'}"
        yield from (f"    {text}" for text in (*motion.reasons, *motion.warnings))
        yield from _describe_agreement(motion)


def _describe_motion(motion: MotionValidation) -> str:
    """Give a motion's verdict and its most frequent reasons in one line."""
    if motion.passed:
        return f"  {motion.name} passes"
    start = f"  {motion.name} does not pass:"
    groups = group_reasons((motion.name, reason) for reason in motion.reasons)
    room = 300 - len(start) - len(" (and 99 more reasons)")
    shown = ""
    for left, group in zip(range(len(groups), 0, -1), groups, strict=True):
        if left <= len(groups) - REASONS or (shown and len(shown + group.text) > room):
            return f"{start}{shown} (and {left} more reason{'s' if left > 1 else ''})"
        shown += f" {group.first if group.count == 1 else group.text}"
    return shorten(start + shown)


def _describe_agreement(motion: MotionValidation) -> Iterator[str]:
    """Say how expected activations agree with the simulated ones, or why not."""
    if motion.unpredicted:
        yield shorten(f"    {motion.unpredicted}")
    overall = motion.overall
    if overall is None:
        return
    peak = pool_peaks(motion.muscles)
    furthest = max(motion.muscles, key=lambda one: abs(one.peak_difference))
    where = ""
    if motion.repetitions:
        where = f" in {count_nouns(len(motion.repetitions), 'repetition')}"
    r2 = "" if overall.r2 is None else f", R² {overall.r2:.2f}"
    yield (
        f"    {EXPECTED[motion.expected_by]}{where}: RMSE {overall.rmse:.3f}{r2}; "
        f"mean of the muscles' peaks {peak['surrogate']:.3f} "
        f"(simulated {peak['simulated']:.3f}), furthest "
        f"{furthest.name} {furthest.surrogate_peak:.3f} "
        f"({furthest.simulated_peak:.3f})"
    )
    if motion.solved_exactly:
        yield (
            f"    {100 * motion.solved_exactly:.0f} % of the frames, of which the net "
            "is unsure, were solved exactly; --net-alone compares the net there, too"
        )


def _group(motions: Sequence[MotionValidation]) -> Iterator[str]:
    """Count the motions that each reason is against, the most frequent first."""
    for group in group_reasons(_first_reasons(motions))[:REASONS]:
        yield shorten(f"  {group.count} of {len(motions)}: {group.text}")


def _first_reasons(motions: Sequence[MotionValidation]) -> Iterator[tuple[str, str]]:
    """Give each motion's reasons, those that say the same only once."""
    for motion in motions:
        for group in group_reasons((motion.name, reason) for reason in motion.reasons):
            yield motion.name, group.first
