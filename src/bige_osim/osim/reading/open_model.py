"""A model that OpenSim has open, from its file, and placed in many poses."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from bige_osim.errors import MissingFileError, UnknownNameError
from bige_osim.motion import Markers, Motion
from bige_osim.osim.tools.log import quiet
from bige_osim.paths import AnyPath


def open_osim(path: AnyPath, *, remedy: str = "pass the participant's .osim") -> Any:
    """Open an ``.osim`` as OpenSim's own ``Model``, without its chatter.

    Raises
    ------
    MissingFileError, RuntimeError
        There is no such file, or whatever OpenSim throws that cannot read it.
    """
    import opensim

    quiet()
    if not Path(path).is_file():
        raise MissingFileError(Path(path), what="model", remedy=remedy)
    return opensim.Model(str(path))


def items(collection: Any) -> Iterator[Any]:
    """Iterate over one of OpenSim's sets or arrays."""
    return (collection.get(i) for i in range(collection.getSize()))


def transform_matrix(transform: Any) -> Float[np.ndarray, "4 4"]:
    """Write a SimTK ``Transform`` as a matrix (4, 4), translations in m."""
    matrix, rotation = np.eye(4), transform.R()
    matrix[:3, :3] = [[rotation.get(i, j) for j in range(3)] for i in range(3)]
    matrix[:3, 3] = transform.p().to_numpy()
    return matrix


class OpenModel:
    """An ``.osim`` that OpenSim has open.

    Attributes
    ----------
    path : the file
    model, state : OpenSim's own objects, for the other modules of this package
    coordinate_names : all coordinates, locked and coupled ones too, in model order
    marker_names : markers in model order

    Examples
    --------
    >>> from bige_osim.osim.anthropometry import generic_model
    >>> model = OpenModel(generic_model())
    >>> model.limits("knee_angle_r")[1].round(3)  # rad, 120 degrees
    np.float64(2.094)
    """

    def __init__(self, path: AnyPath) -> None:
        self.path = Path(path)
        self.model: Any = open_osim(path, remedy="check the path")
        self.state: Any = self.model.initSystem()
        self.coordinates = {c.getName(): c for c in self.model.getCoordinateSet()}
        self.coordinate_names = tuple(self.coordinates)
        self.marker_names = tuple(m.getName() for m in self.model.getMarkerSet())

    def limits(self, coordinate: str) -> Float[np.ndarray, "2"]:
        """Range, rad or m; an unknown coordinate is an ``UnknownNameError``."""
        found = self.coordinates.get(coordinate)
        if found is None:
            raise UnknownNameError(
                "coordinate", coordinate, self.coordinate_names, where=str(self.path)
            )
        return np.array([found.getRangeMin(), found.getRangeMax()])

    def place(self, coordinates: Mapping[str, float]) -> None:
        """Set some coordinates (rad, m), coupled ones too, and keep the rest."""
        for name, value in coordinates.items():
            self.coordinates[name].setValue(self.state, value, False)
        self.model.realizePosition(self.state)

    def poses(self, motion: Motion) -> Iterator[Any]:
        """OpenSim's state at every frame; coordinates not in ``motion`` at default.

        Coupled coordinates are taken as given, not computed.
        """
        for name in motion.names:
            self.limits(name)  # refuses unknown names
        self.place({n: c.getDefaultValue() for n, c in self.coordinates.items()})
        for frame in motion.values.tolist():
            self.place(dict(zip(motion.names, frame, strict=True)))
            yield self.state

    def placement(self, body: str) -> Float[np.ndarray, "4 4"]:
        """Placement (4, 4) of a body in ground as the model now stands, m."""
        body_frame = self.model.getBodySet().get(body)
        return transform_matrix(body_frame.getTransformInGround(self.state))

    def center_of_mass(self, motion: Motion) -> Float[np.ndarray, "T 3"]:
        """Whole-body centre of mass (T, 3) in ground, m."""
        center = self.model.calcMassCenterPosition
        return np.array([center(state).to_numpy() for state in self.poses(motion)])

    def origins(
        self, motion: Motion, bodies: Sequence[str]
    ) -> Float[np.ndarray, "T N 3"]:
        """Origins (T, N, 3) of some bodies in ground, m."""
        frames = [self.model.getBodySet().get(body) for body in bodies]
        return np.array(
            [
                [frame.getPositionInGround(state).to_numpy() for frame in frames]
                for state in self.poses(motion)
            ]
        )

    def markers(self, motion: Motion) -> Markers:
        """Where the model's own markers are, (T, M, 3) in ground, m."""
        markers = list(self.model.getMarkerSet())
        positions = [
            [marker.getLocationInGround(state).to_numpy() for marker in markers]
            for state in self.poses(motion)
        ]
        return Markers(motion.time, np.array(positions), self.marker_names)
