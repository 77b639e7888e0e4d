"""Write ``leg.b3d``: a subject made to order, in AddBiomechanics' own format.

nimblephysics' writer takes arrays, which end the process under NumPy 2; run this where
NumPy is older: ``python write_leg.py leg.osim leg.b3d``.
"""

import sys
from pathlib import Path
from typing import Any

import nimblephysics
import numpy as np

B = nimblephysics.biomechanics
PASSES = (
    B.ProcessingPassType.KINEMATICS,
    B.ProcessingPassType.DYNAMICS,
    B.ProcessingPassType.LOW_PASS_FILTER,
)
OFFSETS = (0.0, 0.01, 0.02)  # rad and m that each pass adds, so that they differ
MISSING, KNOWN = B.MissingGRFReason.missingBlip, B.MissingGRFReason.notMissingGRF
TRIALS = (  # name, passes, reasons why forces are missing
    ("squat", 3, [KNOWN] * 6),
    ("walk_segment_0", 3, [KNOWN, MISSING, MISSING, KNOWN]),
    ("standing", 1, [MISSING] * 3),
)
STEP = 0.01  # s


def main(model: Path, output: Path) -> None:
    text = model.read_text()
    skeleton = B.OpenSimParser.parseOsim(str(model.resolve()), "", True).skeleton
    header = B.SubjectOnDiskHeader()
    header.setNumDofs(skeleton.getNumDofs()).setNumJoints(skeleton.getNumJoints())
    header.setMassKg(60.5).setHeightM(1.71).setBiologicalSex("female").setAgeYears(30)
    header.setGroundForceBodies(["foot"])
    header.setQuality(B.DataQuality.PILOT_DATA)
    for kind in PASSES:
        passed = header.addProcessingPass()
        passed.setProcessingPassType(kind)
        passed.setOpenSimFileText(text)
    for name, count, reasons in TRIALS:
        add_trial(header, skeleton, name, count, reasons)
    B.SubjectOnDisk.writeB3D(str(output), header)


def add_trial(
    header: Any, skeleton: Any, name: str, count: int, reasons: list[Any]
) -> None:
    frames, dofs = len(reasons), skeleton.getNumDofs()
    trial = header.addTrial()
    trial.setName(name)
    trial.setOriginalTrialName(name.removesuffix("_segment_0"))
    trial.setTimestep(STEP)
    trial.setTrialLength(frames)
    trial.setSplitIndex(0)
    trial.setMarkerNamesGuessed(False)
    trial.setBasicTrialType(B.BasicTrialType.TREADMILL)
    trial.setOriginalTrialStartFrame(0)
    trial.setOriginalTrialEndFrame(frames - 1)
    trial.setOriginalTrialStartTime(0.0)
    trial.setOriginalTrialEndTime(STEP * (frames - 1))
    trial.setMissingGRFReason(reasons)
    trial.setHasManualGRFAnnotation([False] * frames)
    trial.setMarkerObservations([{}] * frames)
    trial.setAccObservations([{}] * frames)
    trial.setGyroObservations([{}] * frames)
    trial.setEmgObservations([{}] * frames)
    plate = B.ForcePlate()
    plate.timestamps = [STEP * i for i in range(frames)]
    plate.forces = [np.array([0.0, 600.0, 0.0])] * frames
    plate.centersOfPressure = [np.array([0.1, 0.0, 0.2])] * frames
    plate.moments = [np.array([0.0, 3.0, 0.0])] * frames
    trial.setForcePlates([plate])
    # coordinate d of frame i: 0.1 (d + 1) + 0.001 i
    poses = 0.1 * np.arange(1, dofs + 1)[:, None] + 0.001 * np.arange(frames)
    for kind, offset in list(zip(PASSES, OFFSETS, strict=True))[:count]:
        passed = trial.addPass()
        passed.setType(kind)
        passed.setDofPositionsObserved([True] * dofs)
        passed.setDofVelocitiesFiniteDifferenced([True] * dofs)
        passed.setDofAccelerationFiniteDifferenced([True] * dofs)
        passed.setLowpassCutoffFrequency(6.0)
        passed.setLowpassFilterOrder(3)
        passed.setMarkerRMS([0.0] * frames)
        passed.setMarkerMax([0.0] * frames)
        passed.computeValuesFromForcePlates(
            skeleton, STEP, poses + offset, ["foot"], [plate], rootHistoryLen=1
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
