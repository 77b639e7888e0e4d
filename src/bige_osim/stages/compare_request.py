"""What to compare: systems that make motions, on participants whom no net has seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bige_osim.errors import BigeError
from bige_osim.guidance.goal import Goal, read_goal
from bige_osim.paths import AnyPath

GOAL = {"activation": {"muscles": ["vasmed_r", "vasmed_l"], "low": 0.25, "high": 0.35}}
"""What is asked of guided motions, and what all are judged by, unless told."""

TITLES = {
    "reference": "Reference",
    "mocap": "MoCap",
    "vqvae": "VQVAE",
    "mdm": "MDM",
    "t2mgpt": "T2M-GPT",
    "mdm_guided": "MDM, guided",
    "bige": "BIGE",
}
"""How the systems of the comparison are called."""

NETS = {
    "vqvae": "generator",
    "mdm": "mdm",
    "t2mgpt": "t2mgpt",
    "mdm_guided": "mdm",
    "bige": "generator",
}
"""Kind of net that each system draws with."""

RECORDED = ("reference", "mocap")
"""Systems that are recordings."""


@dataclass(frozen=True, kw_only=True)
class CompareRequest:
    """What to compare.

    Attributes
    ----------
    data : dataset that nets are trained on, of all participants
    held_out : participants whom no net sees, and for whose bodies motions are made
    reference : dataset with the recorded repetitions of these; ``data`` for ``None``
    sessions : session folders with the recordings of these as they were made; MoCap is
        left out without
    goal : goal file; both vasti medialis between 0.25 and 0.35 for ``None``
    count : motions of each system and participant
    nets : kind of net -> run folder; what is not named is trained, but for the
        surrogate, which is the shipped one
    settings : kind of net -> settings file of its training
    extra : name of another system -> folder with its motions, in folders called after
        the participants, or, of one participant, without
    seed : of all random choices

    Raises
    ------
    BigeError
        Nobody is held out, or another system has the name of one there is.
    """

    data: AnyPath
    held_out: tuple[str, ...]
    reference: AnyPath | None = None
    sessions: tuple[AnyPath, ...] = ()
    goal: AnyPath | None = None
    count: int = 20
    nets: Mapping[str, AnyPath] = field(default_factory=dict)
    settings: Mapping[str, AnyPath] = field(default_factory=dict)
    extra: Mapping[str, AnyPath] = field(default_factory=dict)
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse a comparison on nobody, and names that are taken."""
        if not self.held_out:
            raise BigeError(
                "A comparison needs a participant whom no net has seen, got none; name "
                "one or more by --hold-out."
            )
        taken = [name for name in self.extra if name in TITLES]
        if taken:
            raise BigeError(
                f"--extra {taken[0]}: that is the name of a system of the comparison; "
                "choose another."
            )

    @cached_property
    def asked(self) -> Goal:
        """The goal."""
        return Goal.from_dict(GOAL) if self.goal is None else read_goal(self.goal)
