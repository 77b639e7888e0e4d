"""What OpenSim logs as an error meanwhile, without a failure or beside one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bige_osim.errors import cut_short
from bige_osim.osim.tools.log import quiet


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
