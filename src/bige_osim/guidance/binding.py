"""What the names in a goal are looked up in: a model's muscles and coordinates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bige_osim.errors import UnknownNameError
from bige_osim.spec import ModelSpec


@dataclass(frozen=True, kw_only=True)
class Binding:
    """A model and what is known of the motions that are guided or judged.

    Attributes
    ----------
    spec : the participant's model
    coordinate_names : coordinates of the motions
    muscle_names : muscles that activations are known for
    groups : group name -> muscles, of the model's profile
    frames : number of frames of a motion

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> binding = Binding(spec=pendulum(), coordinate_names=("angle",), frames=196,
    ...                   muscle_names=("a", "b"), groups={"both": ("a", "b")})
    >>> binding.muscles(["both", "a"]), binding.rotations(["hinge"], root=True)
    (('a', 'b'), ('angle',))
    """

    spec: ModelSpec
    coordinate_names: tuple[str, ...]
    muscle_names: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    frames: int

    def muscles(self, names: Sequence[str]) -> tuple[str, ...]:
        """Muscles that these muscle and group names stand for, each once."""
        meant = [m for name in names for m in self.groups.get(name, (name,))]
        self._require(
            "muscle or muscle group",
            meant,
            known=self.muscle_names,
            listed={*self.muscle_names, *self.groups},
            where=f"The surrogate for the model {self.spec.name}",
        )
        return tuple(dict.fromkeys(meant))

    def rotations(self, names: Sequence[str], *, root: bool) -> tuple[str, ...]:
        """Independent rotational coordinates that these coordinates and joints mean.

        Without names: all of them, those of the root joint only if ``root``.
        """
        coupled = {coupler.dependent for coupler in self.spec.couplers}
        known = [self.spec.coordinate(n) for n in self.coordinate_names]
        known = [c for c in known if c.name not in coupled and not c.translational]
        if not names:
            roots = {j.name for j in self.spec.joints if j.parent == "ground"}
            return tuple(c.name for c in known if root or c.joint not in roots)
        either = {name for c in known for name in (c.name, c.joint)}
        self._require("rotational coordinate or joint", names, known=either)
        meant = [c.name for n in names for c in known if n in (c.name, c.joint)]
        return tuple(dict.fromkeys(meant))

    def require(self, names: Sequence[str]) -> None:
        """Refuse names that are not coordinates of the motions."""
        self._require("coordinate", names, known=self.coordinate_names)

    def _require(
        self,
        what: str,
        names: Sequence[str],
        *,
        known: Sequence[str] | set[str],
        listed: set[str] | None = None,
        where: str = "",
    ) -> None:
        for name in names:
            if name not in known:
                raise UnknownNameError(
                    what,
                    name,
                    listed or known,
                    where=where or f"The model {self.spec.name}",
                )
