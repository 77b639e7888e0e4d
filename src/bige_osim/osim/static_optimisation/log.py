"""What OpenSim's static optimisation says about its frames, in its log alone.

``AnalyzeTool.run()`` returns success and writes activations for frames that its
optimiser gave up on. Its log has, for every frame, ``time = … Performance = …
Constraint violation = …`` and, before it, warnings such as ``Optimizer failed: Ipopt:
Maximum iterations exceeded``, ``The optimizer could not find a solution at time = …``.
"""

import re
from dataclasses import dataclass

from bige_osim.errors import SimulationError
from bige_osim.osim.tools.log import last_words

_NUMBER = r"([-+\d.eE]+|-?nan|-?inf)"
_FRAME = re.compile(rf"^time = {_NUMBER} Performance = .* violation = {_NUMBER}\s*$")
_FAILED = re.compile(rf"could not find a solution at time = {_NUMBER}")
_REASON = re.compile(r"Optimizer failed: (?:Ipopt: )?(.+?)(?: \(status .*)?$")
_MODEL = re.compile(r"The (model appears (?:too weak|unsuitable))")
_BEGAN = "Executing the analyses"
_LEVEL = re.compile(r"^\[(warning|error|critical)\]\s*(.*)$")
_HARMLESS = (
    "Couldn't find file",  # bone meshes
    "OPTIMIZATION FAILED",  # the lines after it say when
    "SimTK Exception thrown",
    "StaticOptimization.record",
    "formStateStorage",  # muscle states, which a rigid tendon does not have
)


@dataclass(frozen=True)
class StaticLog:
    """What a log says.

    Attributes
    ----------
    violations : largest acceleration error, rad/s² or m/s², by time of the frame in s
    failed : times of the frames that the optimiser gave up on, s
    reasons : why, each once
    warnings : anything else that OpenSim warned of, each once
    began : whether OpenSim came as far as the first frame
    """

    violations: dict[float, float]
    failed: tuple[float, ...]
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    began: bool = True


def read_static_log(text: str) -> StaticLog:
    r"""Read OpenSim's log of a static optimisation.

    Examples
    --------
    >>> log = read_static_log(
    ...     "[warning] SimTK Exception thrown at InteriorPointOptimizer.cpp:265:\n"
    ...     "  Optimizer failed: Ipopt: Infeasible problem detected (status 2)\n"
    ...     "[warning] StaticOptimization.record: The optimizer could not find a "
    ...     "solution at time = 0.1.\n"
    ...     "time = 0.1 Performance = 1.9 Constraint violation = 0.258\n")
    >>> log.failed, log.violations, log.reasons
    ((0.1,), {0.1: 0.258}, ('Infeasible problem detected',))
    """
    violations, failed = {}, []
    reasons: dict[str, None] = {}
    warnings: dict[str, None] = {}
    for line in map(str.strip, text.splitlines()):
        if match := _FRAME.search(line):
            violations[float(match[1])] = float(match[2])
        elif match := _FAILED.search(line):
            failed.append(float(match[1].rstrip(".")))
        elif match := _REASON.search(line) or _MODEL.search(line):
            reasons[match[1]] = None
        elif (match := _LEVEL.search(line)) and not any(
            word in match[2] for word in _HARMLESS
        ):
            warnings[match[2]] = None
    began = _BEGAN in text
    return StaticLog(violations, tuple(failed), tuple(reasons), tuple(warnings), began)


def run_error(text: str, *, model: str) -> SimulationError:
    """Make the error for a run that left nothing, from the end of its log.

    Examples
    --------
    >>> print(run_error("[error] Singular matrix.", model="m.osim"))
    OpenSim's static optimisation with model m.osim failed ([error] Singular matrix); \
check that motion, forces and model belong together.
    """
    return SimulationError(
        f"OpenSim's static optimisation with model {model} failed ({last_words(text)});"
        " check that motion, forces and model belong together."
    )
