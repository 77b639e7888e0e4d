"""OpenSim's own log: what it prints, and the errors in it."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from bige_osim.errors import cut_short

_THROWN = re.compile(r"^(?:RuntimeError: )?std::exception in '.*?': ")
_WHERE = re.compile(
    _THROWN.pattern + r"|SimTK Exception thrown at \S+:\d+:"
    r"|Error detected by Simbody method .*?: (?=[A-Z])"
)
_OBJECT = re.compile(r"In (?:Object|Component) '(\S+)'")
_NO_REASON = (
    "[info]", "[warning]", "time = ", "Traceback", "File ", "Thrown at", "In Object",
    "In Component", "(Required condition",
)  # fmt: skip
"""How lines start that say where an exception was thrown, or nothing of it."""


@cache
def quiet() -> None:
    """Let OpenSim print nothing, once per process.

    Meshes that are not beside an ``.osim`` make OpenSim warn for every bone; kinematics
    and muscles do not need them. Its errors come as exceptions too, or are asked for
    (:func:`bige_osim.osim.tools.log.collect_errors`). OpenSim would also leave an
    ``opensim.log`` in the working directory; that is stopped too. Whoever wants the log
    of a run sets the level and adds a file sink of their own
    (``opensim.Logger.addFileSink``) after this call.
    """
    import opensim

    opensim.Logger.setLevelString("Off")
    opensim.Logger.removeFileSink()


def last_words(text: str) -> str:
    r"""Say shortly what OpenSim said last, without where in its code that was.

    Examples
    --------
    >>> last_words(
    ...     "[info] Executing the analyses from 0 to 1...\n"
    ...     "RuntimeError: std::exception in 'bool OpenSim::AnalyzeTool::run()': "
    ...     "SimTK Exception thrown at CableSpan.cpp:923:\n"
    ...     "  Error detected by Simbody method f(): Next point lies inside\n"
    ...     "  (Required condition 'a' was not met.)\n")
    'Next point lies inside'
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    thrown = [i for i, line in enumerate(lines) if _THROWN.match(line)]
    lines = lines[thrown[-1] :] if thrown else lines
    bare = [_WHERE.sub("", line).strip() for line in lines]
    telling = [line for line in bare if line and not line.startswith(_NO_REASON)]
    if thrown:
        last = "".join(telling[:1]).rstrip(".:")
        where = _OBJECT.search(text)
        last += f" ({where[1]})" if where and where[1] not in last else ""
    else:
        last = "; ".join((telling or bare)[-3:]).rstrip(".")
    return cut_short(last) or "it printed nothing"


@contextmanager
def collect_errors() -> Iterator[list[str]]:
    """Collect the errors that OpenSim logs meanwhile; filled when the block ends."""
    import opensim

    quiet()
    sink = opensim.StringLogSink()
    before = opensim.Logger.getLevelString()
    opensim.Logger.addSink(sink)
    opensim.Logger.setLevelString("Error")
    errors: list[str] = []
    try:
        yield errors
    finally:
        opensim.Logger.setLevelString(before)
        opensim.Logger.removeSink(sink)
        lines = (line.strip() for line in sink.getString().splitlines())
        errors += [line for line in lines if line]


def describe_error(errors: Sequence[str]) -> str:
    """Write the first error for a sentence, in brackets; nothing without any.

    Examples
    --------
    >>> describe_error(["Unable to open marker file a.trc."]), describe_error([])
    (' (Unable to open marker file a.trc)', '')
    """
    return f" ({cut_short(errors[0].rstrip('.'))})" if errors else ""
