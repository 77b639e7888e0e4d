"""What the page of ``bige agreement`` shows, before it is laid out."""

from dataclasses import dataclass

from bige_osim.evaluation.method_agreement import CurveSet, MethodAgreement
from bige_osim.io.profile import SIDES, Profile
from bige_osim.report.quantities import GROUPS, name_muscle
from bige_osim.report.results import Json


@dataclass(frozen=True, eq=False, kw_only=True)
class AgreementPage:
    """What the page shows.

    Attributes
    ----------
    reference : what it is called
    methods : compared with it, one or more
    groups : show groups of muscles first
    profile : family of the muscles, which has their full names
    weighted : whether groups are means weighted by strength
    notes : what a reader should know, one sentence each
    manifest : of the step
    """

    reference: str
    methods: tuple[MethodAgreement, ...]
    groups: bool
    profile: Profile
    weighted: bool
    notes: tuple[str, ...]
    manifest: Json

    @property
    def envelopes(self) -> bool:
        """Whether the reference is EMG."""
        return self.methods[0].envelopes

    def name_muscle(self, name: str) -> str:
        """Write a muscle in full, with its code; a name of no muscle stays."""
        known = name.removesuffix("_r").removesuffix("_l") in self.profile.full_names
        return name_muscle(self.profile, name) if known else name

    def list_shown(self, method: MethodAgreement) -> dict[str, str]:
        """Curves that are shown, and what they are called: groups, or all muscles."""
        found = join_sets(method)
        if not self.groups:
            ranked = sorted(
                method.muscles.pooled, key=lambda n: -method.muscles.pooled[n].rmse
            )
            return {name: self.name_muscle(name) for name in ranked}
        sided = [stem + side for stem in GROUPS for side in SIDES]
        known = [n for n in sided if n in found.pooled] or method.groups.pooled
        return {n: self.profile.full_name(n) for n in known}


def join_sets(method: MethodAgreement) -> CurveSet:
    """Muscles and groups together, for groups that are a single muscle."""
    one, two = method.muscles, method.groups
    return CurveSet(
        rows=one.rows + two.rows,
        pooled={**one.pooled, **two.pooled},
        bursts={**one.bursts, **two.bursts},
        curves={**one.curves, **two.curves},
        statistics={**one.statistics, **two.statistics},
    )
