"""What a session's reader needs of an ``.osim``, straight from its XML.

Fast and without OpenSim; the full model is read by ``bige_osim.osim.reading.model``.
"""

import math
import xml.etree.ElementTree as ET
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from bige_osim.errors import MissingFileError, ModelError
from bige_osim.paths import AnyPath


@dataclass(frozen=True)
class OsimHeader:
    """A model's name, mass and coordinates.

    Attributes
    ----------
    name : the model's own name
    mass : kg, the sum over its bodies
    coordinates : names of all coordinates
    optional : those a motion may leave out: coupled or locked ones
    """

    name: str
    mass: float
    coordinates: tuple[str, ...]
    optional: frozenset[str]

    def missing(self, names: Collection[str]) -> tuple[str, ...]:
        """Coordinates that a motion needs and that are not among ``names``."""
        return tuple(
            name
            for name in self.coordinates
            if name not in names and name not in self.optional
        )


def read_osim_header(path: AnyPath) -> OsimHeader:
    """Read the header of an ``.osim``.

    Raises
    ------
    MissingFileError, ModelError
        There is no such file, or it is not the XML of an OpenSim model.

    Examples
    --------
    >>> import tempfile
    >>> text = '<OpenSimDocument><Model name="m"><Body><mass>2</mass></Body></Model>'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "m.osim"
    ...     _ = path.write_text(text + "</OpenSimDocument>")
    ...     read_osim_header(path).mass
    2.0
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(path, what="model")
    try:
        model = ET.parse(path).getroot().find("Model")
        if model is None:
            raise ModelError(
                path,
                element="document",
                problem="it holds no Model",
                remedy="pass an OpenSim 4 model",
            )
        mass = math.fsum(float(e.text or 0) for e in model.iterfind(".//Body/mass"))
    except (ET.ParseError, ValueError) as error:
        raise ModelError(
            path,
            element="document",
            problem=f"it cannot be read ({error})",
            remedy="export the model again",
        ) from error
    coordinates = {c.get("name", ""): c for c in model.iter("Coordinate")}
    coupled = {e.text or "" for e in model.iter("dependent_coordinate_name")}
    locked = {
        name
        for name, coordinate in coordinates.items()
        if (coordinate.findtext("locked") or "").strip().lower() == "true"
    }
    return OsimHeader(
        name=model.get("name", path.stem),
        mass=mass,
        coordinates=tuple(coordinates),
        optional=frozenset({name.strip() for name in coupled} | locked),
    )
