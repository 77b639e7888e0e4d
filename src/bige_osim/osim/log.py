"""OpenSim's own log: what it prints while reading and simulating."""

from functools import cache


@cache
def quiet() -> None:
    """Keep OpenSim's errors and drop its warnings, once per process.

    Meshes that are not beside an ``.osim`` make OpenSim warn for every bone; kinematics
    and muscles do not need them. OpenSim would also leave an ``opensim.log`` in the
    working directory; that is stopped too. Whoever wants the log of a run adds a file
    sink of their own (``opensim.Logger.addFileSink``) after this call.
    """
    import opensim

    opensim.Logger.setLevelString("Error")
    opensim.Logger.removeFileSink()
