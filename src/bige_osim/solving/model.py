"""A participant's model as one object: its file, what it holds, where its feet are."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bige_osim.errors import count_nouns
from bige_osim.osim.reading.model import read_model as read_spec
from bige_osim.paths import AnyPath
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.contacts import Contacts, add_contacts, find_contacts
from bige_osim.spec import ModelSpec


@dataclass(frozen=True, eq=False)
class Model:
    """A participant's model.

    Attributes
    ----------
    path : the ``.osim``
    spec : the same as plain data
    contacts : spheres under the feet, and where they are from
    contacts_file : that named feet or contact points, if one did
    """

    path: Path
    spec: ModelSpec
    contacts: Contacts
    contacts_file: Path | None = None

    @cached_property
    def skeleton(self) -> Skeleton:
        """Kinematics in torch; coordinates that a motion lacks are at their default."""
        return Skeleton(self.spec, contacts=self.contacts.spheres, fill=True)

    def __repr__(self) -> str:
        """Say what it is in one line."""
        spec, spheres = self.spec, len(self.contacts.spheres)
        return (
            f"Model({self.path.name}: {spec.mass:.1f} kg, "
            f"{count_nouns(len(spec.coordinates), 'coordinate')}, "
            f"{count_nouns(len(spec.muscles), 'muscle')}, "
            f"{count_nouns(spheres, 'contact sphere')}, of its {self.contacts.source})"
        )


def read_model(path: AnyPath, *, contacts: AnyPath | None = None) -> Model:
    """Read a participant's model.

    Parameters
    ----------
    path : the ``.osim``
    contacts : feet and contact points of the model (``profile.toml``), for models of
        no known family; they are found for ``None``

    Raises
    ------
    MissingFileError, ModelError, DataError, UnknownNameError
        There is no such file, it cannot be read, or ``contacts`` does not fit it.

    Examples
    --------
    >>> from bige_osim.osim.anthropometry import generic_model
    >>> model = read_model(generic_model())
    >>> model
    Model(Rajagopal2015.osim: 75.3 kg, 39 coordinates, 80 muscles, 12 contact spheres, \
of its family)
    """
    spec = add_contacts(read_spec(path), contacts)
    named = None if contacts is None else Path(contacts)
    return Model(Path(path), spec, find_contacts(spec), named)
