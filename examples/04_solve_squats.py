"""How much does each vastus work in each squat, and how far is that to be trusted?

Run: python examples/04_solve_squats.py SESSION TRIAL
"""

import sys

import bige_osim as bige

MUSCLES = ["vasmed_r", "vasmed_l", "vaslat_r", "vaslat_l"]


def main(folder: str, name: str) -> None:
    session = bige.read_session(folder)
    trial = session.trial(name)
    model = bige.read_model(session.model_of(trial))
    motion = bige.read_motion(trial.motion, model=model)
    squats = bige.find_repetitions(motion, model).accepted
    spans = [(squat.start, squat.stop) for squat in squats]
    solved = bige.solve(motion, model, forces=trial.forces, rate=25.0, spans=spans)
    print(solved)
    activations = solved.activations.to_xarray().sel(muscle=MUSCLES)
    for squat in squats:
        peaks = activations.sel(time=slice(squat.start, squat.stop)).max("time")
        shown = ", ".join(f"{m} {float(peaks.sel(muscle=m)):.2f}" for m in MUSCLES)
        print(f"{squat}: {shown}")
    missed = abs(solved.moment_residual().values).max()
    print(f"Net moments are met to {missed:.1e} N m")
    for warning in solved.warnings:
        print(warning)


if __name__ == "__main__":
    main(*sys.argv[1:])
