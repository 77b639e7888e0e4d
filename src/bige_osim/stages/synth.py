"""``synth``: OpenCap-shaped sessions of people made by the program."""

from pathlib import Path

from bige_osim.data.population import make_population
from bige_osim.io.manifest import Manifest
from bige_osim.io.output import new_folder, write_json
from bige_osim.stages.result import Progress, StageResult, silent


def synth(
    people: int,
    *,
    output: Path,
    repetitions: int = 5,
    asymmetric: bool = True,
    seed: int = 0,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write sessions ``synth_000``, ``synth_001``, … and ``synth.json`` to ``output``.

    Parameters
    ----------
    people : how many
    repetitions : squats in each trial
    asymmetric : add a second trial with the weight on one side
    """
    config = {
        "people": people,
        "repetitions": repetitions,
        "asymmetric": asymmetric,
    }
    manifest = Manifest("synth", config=config, seed=seed)
    with new_folder(output, landmark="synth.json", force=force) as folder:
        with manifest.timed("make people"):
            sessions = make_population(
                folder,
                people=people,
                seed=seed,
                repetitions=repetitions,
                asymmetric=asymmetric,
                progress=progress,
            )
        summary = {
            "sessions": [session.name for session in sessions],
            "synthetic": True,
            "manifest": manifest.to_dict(),
        }
        write_json(folder / "synth.json", summary)
    text = (
        f"Made {people} synthetic {'person' if people == 1 else 'people'} who squat: "
        f"{output}/{sessions[0].name} and so on."
    )
    return StageResult(summary, text)
