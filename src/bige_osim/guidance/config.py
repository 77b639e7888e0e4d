"""How guidance searches."""

from dataclasses import dataclass

from bige_osim.errors import BigeError


@dataclass(frozen=True, kw_only=True)
class GuideConfig:
    """How to search.

    Attributes
    ----------
    samples : motions to return
    candidates : motions to search with, at least ``samples``
    steps : of Adam
    learning_rate : of Adam, in standard deviations of the training latents
    start_noise : blur of the training latents at the start, same unit
    uncertainty : weight of the surrogate's uncertainty among the terms
    distinct_deg : motions closer than this are near-duplicates of which the best is
        kept: mean absolute difference of joint angles over the cycle, deg
    seed : of every random choice
    """

    samples: int = 4
    candidates: int = 16
    steps: int = 200
    learning_rate: float = 0.05
    start_noise: float = 0.1
    uncertainty: float = 0.5
    distinct_deg: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse settings that cannot work."""
        if not 1 <= self.samples <= self.candidates:
            raise BigeError(
                "Guidance needs at least one sample and as many candidates, got"
                f" {self.samples} samples and {self.candidates} candidates; raise"
                " candidates."
            )
        least = {"steps": 0, "start_noise": 0, "uncertainty": 0, "distinct_deg": 0}
        for name, low in least.items():
            if getattr(self, name) < low:
                raise BigeError(
                    f"Guidance needs {name} of {low} or more, got"
                    f" {getattr(self, name):g}; correct it."
                )
        if self.learning_rate <= 0:
            raise BigeError(
                "Guidance needs a learning_rate above 0, got"
                f" {self.learning_rate:g}; correct it."
            )
