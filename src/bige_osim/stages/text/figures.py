"""What ``figures`` says below its figures."""

from collections.abc import Mapping

from bige_osim.errors import count_nouns


def describe_sequences(
    tilts: tuple[float, float], recorded: Mapping[str, int], who: str
) -> str:
    """Describe sequences.

    Parameters
    ----------
    tilts : deg, least and greatest in what was recorded
    recorded : participant -> recorded repetitions
    who : participant who is drawn
    """
    low, high = (round(tilt, 1) + 0.0 for tilt in tilts)  # zero has no sign
    repetitions = count_nouns(sum(recorded.values()), "recorded repetition")
    return (
        f"Squats of every system for participant {who}, seen from the right at seven "
        "moments of the cycle, displaced evenly; the left side is grey. Of each system "
        "the medoid is shown: the motion whose joint angles (all rotations, arms "
        "apart) are nearest to those of its others by the RMS difference over the "
        "cycle. The line is the path of the middle of the hip joint centres through "
        "the whole cycle. Numbers are pelvis tilt, negative to the front; a red "
        f"pelvis is tilted outside {low:.1f} to {high:.1f} degrees, the "
        f"range over the whole cycle of {repetitions} of "
        f"{count_nouns(len(recorded), 'participant')}. All rows have one scale."
    )


def describe_order(standing: float, muscles: str, who: str) -> str:
    """Describe the order of peaks.

    Parameters
    ----------
    standing : height of the hip joint centres on straight legs, m
    muscles : what the target muscles are called
    who : participant who is drawn
    """
    return (
        f"Deepest postures of every system's motions for participant {who}, ordered by "
        "the peak simulated activation (numbers; mean of the peaks of the target "
        f"muscles: {muscles}). {_DEPTH} The dashed line is at a depth of 50 %: "
        f"{standing / 2:.3f} m, half of {standing:.3f} m. Where a system has more than "
        "eight motions, those of equally spaced ranks are shown; r is Pearson's "
        "correlation of depth and peak activation over all of them. All rows have one "
        "scale."
    )


def describe_depths(muscles: str, participants: int) -> str:
    """Describe peaks over depths."""
    return (
        f"Peak simulated activation (mean of the peaks of the target muscles: "
        f"{muscles}) over depth, of the motions of "
        f"{count_nouns(participants, 'participant')}. {_DEPTH} r is Pearson's "
        "correlation over all motions together."
    )


def describe_agreement(who: str | None) -> str:
    """Describe curves of activation of a participant, or of all for ``None``."""
    whose = "all participants" if who is None else f"participant {who}"
    return (
        f"Activations over the cycle of every system's motions for {whose}: mean and "
        "standard deviation over motions as simulated by static optimisation (line and "
        "band), and mean as predicted by the surrogate (dashed). RMSE is that of the "
        "surrogate over motions and the cycle."
    )


_DEPTH = (
    "Depth is by how much the middle of the hip joint centres is lower than on the "
    "model's straight legs, in % of its height there."
)
