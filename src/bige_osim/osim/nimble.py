"""nimblephysics: an independent check of kinematics, centre of mass and mass matrix.

Under NumPy 2, which OpenSim 4.6 requires, its 0.10.52.1 wheel crashes the process
(segmentation fault) whenever an array goes in: ``setPositions``, ``setGravity``,
``getInverseDynamics``, marker maps, and ``getLowestPoint`` through its default
argument. Scalars in and arrays out work, so only such calls are used here.
"""

import ctypes
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from bige_osim.errors import MissingFileError, ModelError, UnknownNameError, cut_short
from bige_osim.paths import AnyPath


class NimbleModel:
    """A model as nimblephysics understands it, in one pose at a time.

    Bodies on joints that a coupler drives (in OpenCap's models the patellae) are not in
    its model, neither as bodies nor in the mass.

    Parameters
    ----------
    path : the ``.osim``; its bone meshes are not needed

    Attributes
    ----------
    coordinate_names, body_names : in nimblephysics' order

    Raises
    ------
    MissingFileError, ModelError
        There is no such file, or nimblephysics cannot read it: it knows Weld, Pin,
        Universal and Custom joints.

    Examples
    --------
    >>> from importlib.util import find_spec
    >>> package = Path(find_spec("nimblephysics").submodule_search_locations[0])
    >>> model = NimbleModel(package / "models/rajagopal_data/Rajagopal2015.osim")
    >>> len(model.body_names), model.mass_matrix().shape
    (20, (37, 37))
    """

    def __init__(self, path: AnyPath) -> None:
        self.path = Path(path).resolve()  # a relative one is not found
        if not self.path.is_file():
            remedy = "pass the participant's .osim"
            raise MissingFileError(Path(path), what="model", remedy=remedy)
        skeleton = self._skeleton = _parse(self.path)
        dofs, nodes = skeleton.getNumDofs(), skeleton.getNumBodyNodes()
        self._bodies = [skeleton.getBodyNode(i) for i in range(nodes)]
        self.coordinate_names = tuple(
            skeleton.getDofByIndex(i).getName() for i in range(dofs)
        )
        self.body_names = tuple(body.getName() for body in self._bodies)

    def place(self, values: Mapping[str, float]) -> None:
        """Set coordinates, rad or m; others stay as they are, ranges are no limits.

        Raises
        ------
        UnknownNameError
            A name is none of the model's coordinates.
        """
        for name, value in values.items():
            if name not in self.coordinate_names:
                raise UnknownNameError(
                    "coordinate", name, self.coordinate_names, where=str(self.path)
                )
            self._skeleton.setPosition(self.coordinate_names.index(name), float(value))

    @property
    def mass(self) -> float:
        """Mass of the bodies, kg."""
        return float(self._skeleton.getMass())

    def origins(self) -> Float[np.ndarray, "N 3"]:
        """Origins (N, 3) of the bodies in ground, m."""
        placed = [body.getWorldTransform().translation() for body in self._bodies]
        return np.array(placed).reshape(-1, 3)

    def rotations(self) -> Float[np.ndarray, "N 3 3"]:
        """Rotations (N, 3, 3) of the bodies: their axes in ground are the columns."""
        return np.array([b.getWorldTransform().rotation() for b in self._bodies])

    def center_of_mass(self) -> Float[np.ndarray, "3"]:
        """Centre of mass (3,) of the bodies in ground, m."""
        return np.array(self._skeleton.getCOM()).reshape(3)

    def mass_matrix(self) -> Float[np.ndarray, "C C"]:
        """Mass matrix (C, C) in the order of ``coordinate_names``; kg, kg m, kg m²."""
        return np.array(self._skeleton.getMassMatrix())


def _parse(path: Path) -> Any:
    """Read a ``nimblephysics.dynamics.Skeleton``, without meshes."""
    import nimblephysics

    with keep_back_output() as read_printed:
        try:
            parser = nimblephysics.biomechanics.OpenSimParser
            skeleton = parser.parseOsim(str(path), "", True).skeleton
            said = read_printed()
        except RuntimeError as error:
            skeleton, said = None, str(error)
    if skeleton is None:
        plain = re.sub("\x1b\\[[\\d;]*m", "", said).strip()  # without colours
        first = re.split(r"\n|\. |\.$", plain)[0]
        raise ModelError(
            path,
            element="whole file",
            problem=f"nimblephysics cannot read it ({cut_short(first)})",
            remedy="leave out the comparison with nimblephysics",
        )
    return skeleton


@contextmanager
def keep_back_output() -> Iterator[Callable[[], str]]:
    """Keep back what C++ code prints, a warning for every weld and constraint.

    Gives a function that tells what was printed so far.
    """
    flush = ctypes.CDLL(None).fflush
    with tempfile.TemporaryFile("w+", errors="replace") as file:

        def read_printed() -> str:
            flush(None)
            file.seek(0)
            return file.read()

        flush(None)
        kept = [os.dup(stream) for stream in (1, 2)]
        try:
            for stream in (1, 2):
                os.dup2(file.fileno(), stream)
            yield read_printed
        finally:
            flush(None)
            for stream, copy in zip((1, 2), kept, strict=True):
                os.dup2(copy, stream)
                os.close(copy)
