"""An ``.osim`` with other masses."""

from pathlib import Path

from bige_osim.osim.tools.log import quiet
from bige_osim.paths import AnyPath
from bige_osim.spec import ModelSpec


def write_masses(model: AnyPath, spec: ModelSpec, output: AnyPath) -> None:
    """Write a copy of a model with the masses, mass centres and inertias of ``spec``.

    Parameters
    ----------
    model : the ``.osim`` that ``spec`` was read from
    spec : the same bodies, with other masses
    output : the ``.osim`` to write
    """
    model = Path(model)
    output = Path(output)
    import opensim

    quiet()
    loaded = opensim.Model(str(model))
    for body in spec.bodies:
        found = loaded.updBodySet().get(body.name)
        found.setMass(body.mass)
        found.setMassCenter(opensim.Vec3(*body.mass_center))
        i = body.inertia
        found.setInertia(
            opensim.Inertia(i[0, 0], i[1, 1], i[2, 2], i[0, 1], i[0, 2], i[1, 2])
        )
    loaded.finalizeConnections()
    loaded.printToXML(str(output))
