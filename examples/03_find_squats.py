"""Find the squats of a session, and say why other candidates are none.

Run: python examples/03_find_squats.py SESSION
"""

import sys

import bige_osim as bige


def main(folder: str) -> None:
    session = bige.read_session(folder)
    for trial in session.motions:
        model = bige.read_model(session.model_of(trial))
        motion = bige.read_motion(trial.motion, model=model)
        found = bige.find_repetitions(motion, model, exercise="squat")
        print(f"{trial}: {found}")
        for one in (*found.accepted, *found.rejected):
            print(f"  {one}")


if __name__ == "__main__":
    main(sys.argv[1])
