"""What a search for guided motions has found."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bige_osim.errors import BigeError
from bige_osim.guidance.feasibility import Feasibility
from bige_osim.motion import Activations, Motion
from bige_osim.stages.outcome import Outcome

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False, kw_only=True)
class GuidedMotions:
    """Motions that meet a goal and pass when they are simulated again.

    Attributes
    ----------
    outcomes : N delivered motions, with all that is known of each
    failed : repetitions that were refined to the end and do not pass
    refined : how many repetitions were refined; those that pass and are near-duplicates
        of a delivered one, or more than were asked for, and what was put aside for
        being slow, are in neither of the above
    feasibility : the goal, seen in the first repetitions that were drawn
    drawn, met : repetitions drawn, and how many of these satisfied every constraint
        before refinement
    warnings : sentences about what could not be had
    """

    outcomes: tuple[Outcome, ...]
    failed: tuple[Outcome, ...]
    refined: int
    feasibility: Feasibility
    drawn: int
    met: int
    warnings: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Count the delivered motions."""
        return len(self.outcomes)

    def __repr__(self) -> str:
        """Say what there is in one line."""
        return (
            f"GuidedMotions({len(self)} delivered; {self.drawn} drawn, "
            f"{self.refined} refined)"
        )

    def motions(self) -> list[Motion]:
        """Motions (rad, m) over their own time (s), independent coordinates only."""
        return [one.motion for one in self.outcomes]

    def expected_activations(self) -> list[Activations]:
        """Activations, 0 to 1, that they were refined with, over the motions' time."""
        return [one.activations for one in self.outcomes]

    def simulated_activations(self) -> list[Activations]:
        """Activations, 0 to 1, of the simulation that certifies them."""
        return [one.simulated for one in self.outcomes]

    def to_xarray(self) -> "xr.Dataset":
        """Labelled arrays over (motion, frame, coordinate or muscle), SI units.

        Raises
        ------
        BigeError
            No motion was delivered.
        """
        import xarray as xr

        if not self.outcomes:
            raise BigeError("No motion was delivered; see `failed` and `warnings`.")
        over, first = ("motion", "frame"), self.outcomes[0]
        motions = np.stack([one.motion.values for one in self.outcomes])
        expected = np.stack([one.activations.values for one in self.outcomes])
        durations = [one.motion.duration for one in self.outcomes]
        return xr.Dataset(
            {
                "coordinates": (
                    (*over, "coordinate"),
                    motions,
                    {"units": "rad or m"},
                ),
                "activations": ((*over, "muscle"), expected, {"units": "1"}),
                "duration": (("motion",), durations, {"units": "s"}),
            },
            coords={
                "coordinate": list(first.motion.names),
                "muscle": list(first.activations.names),
            },
        )
