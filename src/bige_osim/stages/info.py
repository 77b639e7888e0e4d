"""``info``: what a session holds, and what is wrong with it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from bige_osim.errors import BigeError
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.session.external_simulations import Simulation
from bige_osim.io.session.read import Session
from bige_osim.io.session.trial import Trial, lacks_coordinates
from bige_osim.osim.reading.model import read_model
from bige_osim.paths import AnyPath
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.contacts import find_contacts
from bige_osim.solving.kinematics_check import judge_kinematics
from bige_osim.stages.open_session import open_session
from bige_osim.stages.result import StageResult

LONGEST = 260
"""Characters of the findings in one sentence."""


def info(path: AnyPath) -> StageResult:
    """Describe the session at ``path``; a broken part is a problem, not an error."""
    with open_session(Path(path)) as session:
        judged = _judge_trials(session)
        return StageResult(judged.to_dict(), _text(judged))


def _judge_trials(session: Session) -> Session:
    """Judge the joint angles of every trial that can be read with its model."""
    problems, notes = list(session.problems), list(session.notes)
    for trial in session.motions:
        model = session.model_of(trial)
        if trial.motion is None or model is None:
            continue
        try:
            skeleton = _skeleton(model)
            motion = read_motion(trial.motion, spec=skeleton.spec)
            found = judge_kinematics(motion, skeleton)
        except BigeError:
            continue  # reading the trial says what is wrong with it
        # What is held at the model's default, such as toes, is no fault of the trial.
        lacking = lacks_coordinates(trial.name)
        problems = [text for text in problems if not text.startswith(lacking)]
        notes += [text for text in motion.notes if text not in notes]
        problems += _group(f"Trial {trial.name}", found)
    return replace(session, problems=tuple(problems), notes=tuple(notes))


def _group(start: str, found: Sequence[str]) -> Iterator[str]:
    """Put findings together, in sentences that stay short."""
    while found:
        count = len(found)
        while count > 1 and len("; ".join(found[:count])) > LONGEST:
            count -= 1
        yield f"{start}: {'; '.join(found[:count])}."
        found = found[count:]


@lru_cache(maxsize=4)
def _skeleton(model: Path) -> Skeleton:
    spec = read_model(model)
    return Skeleton(spec, contacts=find_contacts(spec).spheres, fill=True)


def _text(session: Session) -> str:
    mass = f"{session.mass:g} kg" if session.mass else "mass unknown"
    height = f"{session.height:g} m" if session.height else "height unknown"
    own = sum(trial.model is not None for trial in session.trials)
    model = session.model.name if session.model else "none"
    if own:
        model = f"{model} and {own} of trials" if session.model else "one for a trial"
    width = max([len(trial.name) for trial in session.trials], default=0) + 2
    lines = [
        f"Session      {session.name}{', synthetic' if session.synthetic else ''}",
        f"Layout       {session.layout}",
        f"Participant  {session.person}, {mass}, {height}, "
        f"{session.sex or 'sex unknown'}",
        f"Model        {model} ({session.model_name or 'family unknown'})",
        f"Trials       {len(session.motions)} with motion, "
        f"{len(session.trials)} in all",
        *(f"  {trial.name:<{width}}{_trial_text(trial)}" for trial in session.trials),
    ]
    if session.simulations:
        width = max(len(simulation.name) for simulation in session.simulations) + 2
        lines.append(
            f"Others'      {len(session.simulations)} simulations, no EMG; never labels"
        )
        lines += [
            f"  {simulation.name:<{width}}{_simulation_text(simulation)}"
            for simulation in session.simulations
        ]
    for title, sentences in (("Problems", session.problems), ("Notes", session.notes)):
        lines.append(f"{title:<13}{'' if sentences else 'none'}".rstrip())
        lines += [f"  {sentence}" for sentence in sentences]
    return "\n".join(lines)


def _trial_text(trial: Trial) -> str:
    parts = []
    if trial.motion and trial.rate and trial.duration is not None:
        parts.append(
            f"{trial.rate:g} Hz, {trial.duration:.2f} s, {trial.frames} frames"
        )
    elif trial.motion is None:
        parts.append("no motion")
    if trial.marker_count:
        parts.append(f"{trial.marker_count} markers")
    if trial.plates:
        parts.append(f"{trial.plates} force plates")
    if trial.model:
        parts.append(f"model {trial.model.parent.name}/{trial.model.name}")
    return "; ".join(parts)


def _simulation_text(simulation: Simulation) -> str:
    time = simulation.activations.time
    rate = f", {simulation.activations.rate:.4g} Hz" if len(time) > 1 else ""
    beside = [
        kind
        for kind, path in (
            ("ground forces", simulation.forces),
            ("joint moments", simulation.moments),
        )
        if path
    ]
    return "; ".join(
        [
            f"trial {simulation.trial or 'unknown'}, {time[0]:.2f} to {time[-1]:.2f} s"
            f"{rate}",
            f"{len(simulation.activations.names)} muscles",
            *beside,
        ]
    )
