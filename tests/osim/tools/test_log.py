"""What OpenSim logs, collected and not printed."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.opensim

PROGRAM = """
import sys
import opensim
from bige_osim.osim.tools.log import collect_errors, describe_error, quiet
from bige_osim.osim.nimble import keep_back_output

def scale():
    scaler = opensim.ModelScaler()
    scaler.setApply(True)
    scaler.setMarkerFileName("none.trc")
    order = opensim.ArrayStr()
    order.append("measurements")
    scaler.setScalingOrder(order)
    measurement = opensim.Measurement()
    measurement.setApply(True)
    measurement.getMarkerPairSet().cloneAndAppend(opensim.MarkerPair("a", "b"))
    scaler.addMeasurement(measurement)
    return scaler.processModel(opensim.Model(), "", 70.0)

quiet()
assert not scale()
with collect_errors() as wrong, keep_back_output():
    assert not scale()
assert describe_error(wrong) == " (Unable to open marker file none.trc)", wrong
assert not scale()
"""


def test_errors_are_collected_when_asked_for_and_never_printed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []  # no opensim.log
