"""A repetition of an exercise, and what a motion holds of them."""

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Repetition:
    """One repetition, or what was taken for one.

    Attributes
    ----------
    start, stop, bottom : s on the motion's own clock; the bottom is the frame of
        deepest flexion, in a sit-to-stand that at which the pelvis leaves the seat
    depth : knee flexion at the bottom, rad: of both knees' mean, or of one leg's knee
        in an exercise of one leg
    exercise : name of it, as in :data:`~bige_osim.repetitions.exercises.EXERCISES`
    quality : smallest distance from a rule's limit as a fraction of the rule's room: 1
        well within all rules, 0 on a limit or beyond
    reasons : sentences why it is not a repetition of the exercise; empty if it is one
    side : ``right`` or ``left``, the leg that stands, leads or strides; else ``both``

    Examples
    --------
    >>> Repetition(0.0, 2.0, 1.0, 1.5, "squat", 0.8).duration
    2.0
    """

    start: float
    stop: float
    bottom: float
    depth: float
    exercise: str
    quality: float
    reasons: tuple[str, ...] = ()
    side: str = "both"

    @property
    def duration(self) -> float:
        """Time from start to stop, s."""
        return self.stop - self.start

    def __repr__(self) -> str:
        """Say what it is in one line, as a reader counts: in degrees.

        Examples
        --------
        >>> Repetition(0.0, 2.0, 1.0, 1.571, "squat", 0.8)
        Repetition(squat, 0.00 to 2.00 s, knee to 90°, quality 0.80)
        """
        why = f"; rejected: {'; '.join(self.reasons)}" if self.reasons else ""
        return (
            f"Repetition({self.exercise}, {self.start:.2f} to {self.stop:.2f} s, knee "
            f"to {math.degrees(self.depth):.0f}°, quality {self.quality:.2f}{why})"
        )

    def shared(self, other: "Repetition") -> float:
        """Time that both last, as a fraction of the shorter one.

        Examples
        --------
        >>> one = Repetition(0.0, 2.0, 1.0, 1.5, "squat", 0.8)
        >>> two = Repetition(1.5, 2.5, 2.0, 1.5, "lunge", 0.5)
        >>> one.shared(two)
        0.5
        """
        both = min(self.stop, other.stop) - max(self.start, other.start)
        shorter = min(self.duration, other.duration)
        return max(both, 0.0) / shorter if shorter > 0 else 0.0


@dataclass(frozen=True)
class Detection:
    """Repetitions found in a motion, in order of time.

    Attributes
    ----------
    accepted : repetitions of the exercise
    rejected : candidates that broke a rule, each with its reasons

    Examples
    --------
    >>> squat = Repetition(0.0, 2.0, 1.0, 1.5, "squat", 0.8)
    >>> len(Detection((squat,), ()).accepted)
    1
    """

    accepted: tuple[Repetition, ...]
    rejected: tuple[Repetition, ...]

    def __repr__(self) -> str:
        """Say how many there are."""
        return (
            f"Detection({len(self.accepted)} accepted, {len(self.rejected)} rejected)"
        )

    def to_pandas(self) -> "pd.DataFrame":
        """Table with a row for each of them; times in s, ``depth`` in rad.

        Examples
        --------
        >>> one = Repetition(0.0, 2.0, 1.0, 1.5, "squat", 0.8)
        >>> Detection((one,), ()).to_pandas()[["start", "stop", "accepted"]]
           start  stop  accepted
        0    0.0   2.0      True
        """
        import pandas as pd

        both = ((self.accepted, True), (self.rejected, False))
        return pd.DataFrame(
            [asdict(one) | {"accepted": good} for ones, good in both for one in ones]
        )
