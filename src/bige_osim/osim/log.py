"""OpenSim's own log: what it prints while reading and simulating."""

from functools import cache


@cache
def quiet() -> None:
    """Let OpenSim print nothing, once per process.

    Meshes that are not beside an ``.osim`` make OpenSim warn for every bone; kinematics
    and muscles do not need them. Its errors come as exceptions too, or are asked for
    (:func:`bige_osim.osim.logged.logged_errors`). OpenSim would also leave an
    ``opensim.log`` in the working directory; that is stopped too. Whoever wants the log
    of a run sets the level and adds a file sink of their own
    (``opensim.Logger.addFileSink``) after this call.
    """
    import opensim

    opensim.Logger.setLevelString("Off")
    opensim.Logger.removeFileSink()
