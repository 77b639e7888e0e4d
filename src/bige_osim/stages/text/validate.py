"""What ``validate`` says of the motions it judged."""

from collections.abc import Iterator, Sequence
from pathlib import Path

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
        lines += [_describe_motion(motion) for motion in motions]
    else:
        lines += _group(motions)
    if not verbose and validation.passed < len(motions):
        lines.append("-v gives every reason of every motion, as does validate.json.")
    return "\n".join(lines)


def _describe_each(motions: Sequence[MotionValidation]) -> Iterator[str]:
    for motion in motions:
        yield f"  {motion.name} {'passes' if motion.passed else 'does not pass'}"
        yield from (f"    {text}" for text in (*motion.reasons, *motion.warnings))


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


def _group(motions: Sequence[MotionValidation]) -> Iterator[str]:
    """Count the motions that each reason is against, the most frequent first."""
    for group in group_reasons(_first_reasons(motions))[:REASONS]:
        yield shorten(f"  {group.count} of {len(motions)}: {group.text}")


def _first_reasons(motions: Sequence[MotionValidation]) -> Iterator[tuple[str, str]]:
    """Give each motion's reasons, those that say the same only once."""
    for motion in motions:
        for group in group_reasons((motion.name, reason) for reason in motion.reasons):
            yield motion.name, group.first
