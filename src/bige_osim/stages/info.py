"""``info``: what a session holds, and what is wrong with it."""

from pathlib import Path

from bige_osim.io.session import Session, read_session
from bige_osim.io.trial import Trial
from bige_osim.stages.result import StageResult


def info(path: Path) -> StageResult:
    """Describe the session at ``path``; a broken part is a problem, not an error."""
    session = read_session(path)
    return StageResult(session.to_dict(), _text(session))


def _text(session: Session) -> str:
    mass = f"{session.mass:g} kg" if session.mass else "mass unknown"
    height = f"{session.height:g} m" if session.height else "height unknown"
    model = session.model.name if session.model else "none"
    width = max([len(trial.name) for trial in session.trials], default=0) + 2
    lines = [
        f"Session  {session.path.name}{', synthetic' if session.synthetic else ''}",
        f"Person   {session.person}, {mass}, {height}, {session.sex or 'sex unknown'}",
        f"Model    {model} ({session.model_name or 'family unknown'})",
        f"Trials   {len(session.motions)} with motion, {len(session.trials)} in all",
        *(f"  {trial.name:<{width}}{_trial_text(trial)}" for trial in session.trials),
    ]
    for title, sentences in (("Problems", session.problems), ("Notes", session.notes)):
        lines.append(f"{title:<9}{'' if sentences else 'none'}".rstrip())
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
    return "; ".join(parts)
