"""The table of exercises: what makes a candidate of each, and what it must keep to.

Limits are ours unless ``why`` names a source; they were set on recordings of squats,
lunges, sit-to-stands, drop jumps and walks. Two exercises that look alike have the same
feature with the same limit, from either side, so that both cannot hold.
"""

from dataclasses import replace
from math import radians

from bige_osim.repetitions.candidates import (
    GROUND_CONTACT,
    MEAN_KNEE,
    PELVIS_RISE,
    STANCE_KNEE,
    STRIDE,
)
from bige_osim.repetitions.features import Movement
from bige_osim.repetitions.rules import Exercise, Rule

STANDING = radians(35)
FAST = 0.9
APART = radians(55)
SEAT_TILT = radians(14)
BEHIND = 0.05
LIFTED_REACH = 0.18
LIFTED = 0.05
HALF = 0.5

WHOLE = tuple(
    Rule(cut, f"the trial {what} within it", "a part is missing", most=HALF)
    for cut, what in ((Movement.cut_start, "starts"), (Movement.cut_stop, "ends"))
)

DEEP_ENOUGH = Rule(
    Movement.rise, "the knees bend by {:.0f} deg only",
    "less is a wave, or no exercise", least=radians(40), unit="deg", room=radians(20),
)  # fmt: skip

UPRIGHT = (
    Rule(
        Movement.start_knee, "it starts with the knees bent {:.0f} deg",
        "it starts from standing", most=STANDING, unit="deg", either=True,
    ),
    Rule(
        Movement.stop_knee, "it ends with the knees bent {:.0f} deg",
        "it ends in standing", most=STANDING, unit="deg", either=True,
    ),
)  # fmt: skip

SPLIT = tuple(
    replace(rule, most=radians(45), why="a long split stance bends the front knee")
    for rule in UPRIGHT
)

IN_PLACE = Rule(
    Movement.travel, "the pelvis travels {:.0f} cm", "the feet stay where they are",
    most=0.15, unit="cm",
)  # fmt: skip

LEVEL = Rule(
    Movement.height_change, "the pelvis ends {:+.0f} cm from its height at the start",
    "it ends as it started", most=0.10, unit="cm", either=True,
)  # fmt: skip

NO_LANDING = Rule(
    Movement.start_speed, "it starts with the pelvis at {:+.1f} m/s, as in a jump",
    "the speed of a fall of 4 cm: nobody who lands or jumps is slower",
    most=FAST, unit="m/s", either=True,
)  # fmt: skip

NO_TAKE_OFF = Rule(
    Movement.stop_speed, "it ends with the pelvis at {:+.1f} m/s, as in a jump",
    "as at the start", most=FAST, unit="m/s", either=True,
)  # fmt: skip

BOTH_KNEES = Rule(
    Movement.lesser_knee, "one knee bends {:.0f} % as much as the other",
    "both legs take part", least=HALF, unit="%",
)  # fmt: skip

HIPS_ALIKE = Rule(
    Movement.hips_apart, "the hips bend {:.0f} deg apart, as in a lunge",
    "a lunge holds one thigh level and the other upright, 90 deg apart",
    most=APART, unit="deg",
)  # fmt: skip

BOTH_FEET = (
    Rule(
        Movement.edge_reach,
        "one foot starts and ends {:.0f} % of a leg above the other",
        "the ankle of a foot on its toes is up to 15 % of a leg higher",
        most=LIFTED_REACH, unit="%", source="angles",
    ),
    Rule(
        Movement.free_foot, "one foot is {:.0f} cm above the floor",
        "both feet stand", most=LIFTED, unit="cm", source="skeleton",
    ),
)  # fmt: skip

NO_FREE_LEG = Rule(
    Movement.reach_apart, "one foot is {:.0f} % of a leg above the other",
    "both feet stay down", most=LIFTED_REACH, unit="%", source="angles",
)  # fmt: skip

ONE_FOOT = (
    Rule(
        Movement.edge_reach,
        "one foot starts or ends {:.0f} % of a leg above the other only, as if it "
        "stood", "the other side of the limit for both feet",
        least=LIFTED_REACH, unit="%", source="angles",
    ),
    Rule(
        Movement.free_foot, "the higher foot is {:.0f} cm above the floor only",
        "the other side of the limit for both feet", least=LIFTED, unit="cm",
        source="skeleton",
    ),
)  # fmt: skip

NO_SEAT = (
    Rule(
        Movement.seat_tilt,
        "the pelvis tilts {:.0f} deg while resting at one height, as on a seat",
        "whoever squats balances over the feet and cannot swing the trunk without "
        "moving the pelvis; rising from a chair starts with that swing (Schenkman et "
        "al. 1990, Phys Ther 70, 638)",
        most=SEAT_TILT, unit="deg", source="angles",
    ),
    Rule(
        Movement.seat_behind,
        "the centre of mass rests {:.0f} cm behind the heels, as on a seat",
        "without a seat it stays over the soles, or the participant falls; in scaled "
        "models it is up to 3 cm off (squats of UI-PRMD), on seats 9 to 22 cm",
        most=BEHIND, unit="cm", room=0.10, source="skeleton",
    ),
)  # fmt: skip

SEAT = (
    Rule(
        Movement.seat_tilt,
        "the pelvis tilts {:.0f} deg only while it is low, so it is on no seat",
        "the other side of the squat's limit",
        least=SEAT_TILT, unit="deg", source="angles",
    ),
    Rule(
        Movement.seat_behind,
        "the centre of mass is {:+.0f} cm behind the heels while the "
        "pelvis is low, so it is on no seat", "the other side of the squat's limit",
        least=BEHIND, unit="cm", room=0.10, source="skeleton",
    ),
)  # fmt: skip

LOWERED = Rule(
    Movement.pelvis_drop, "the pelvis goes down {:.0f} cm only",
    "a step lowers the pelvis by 5 cm", least=0.10, unit="cm",
)  # fmt: skip

HUMP = "5 % of the rise above the foot of the hump on either side"

_TABLE = (
    Exercise(
        "squat", "squats", MEAN_KNEE, HUMP,
        (*WHOLE, DEEP_ENOUGH, *UPRIGHT, IN_PLACE, LEVEL, NO_LANDING, NO_TAKE_OFF,
         BOTH_KNEES, HIPS_ALIKE, *BOTH_FEET, NO_FREE_LEG, *NO_SEAT),
    ),
    Exercise(
        "single-leg-squat", "single-leg squats", STANCE_KNEE, HUMP,
        (*WHOLE, DEEP_ENOUGH, *UPRIGHT, IN_PLACE, LEVEL, NO_LANDING, NO_TAKE_OFF,
         LOWERED, *ONE_FOOT),
    ),
    Exercise(
        "lunge", "lunges", STANCE_KNEE, HUMP,
        (*WHOLE, DEEP_ENOUGH, *SPLIT, LEVEL, NO_LANDING, NO_TAKE_OFF, LOWERED,
         Rule(
             Movement.hips_apart, "the hips bend {:.0f} deg apart only",
             "the other side of the squat's limit", least=APART, unit="deg",
             room=radians(20),
         ),
         *BOTH_FEET),
    ),
    Exercise(
        "sit-to-stand", "sit-to-stands", PELVIS_RISE,
        "from the pelvis' farthest tilt back on the seat, before the trunk swings "
        "forward, to 95 % of the rise of the pelvis",
        (*WHOLE,
         Rule(
             Movement.rise, "the pelvis rises by {:.0f} cm only",
             "a thigh is 40 cm long; a high chair halves the rise",
             least=0.20, unit="cm",
         ),
         Rule(
             Movement.stop_knee, "it ends with the knees bent {:.0f} deg",
             "at 95 % of the rise the knees are not yet extended",
             most=radians(50), unit="deg", either=True,
         ),
         NO_TAKE_OFF,
         Rule(
             Movement.hips_apart, "the hips bend {:.0f} deg apart",
             "both legs take part", most=APART, unit="deg",
         ),
         *SEAT),
    ),
    Exercise(
        "drop-jump", "drop jumps", GROUND_CONTACT,
        "landing and take-off: the first frame with a foot within 3 cm of the floor "
        "and the first with both above; by angles alone, the pelvis' fastest fall and "
        "fastest rise",
        (*WHOLE, DEEP_ENOUGH,
         Rule(
             Movement.landing_speed, "it lands at {:.1f} m/s only, which is no drop",
             "the speed of a fall of 11 cm", least=1.5, unit="m/s",
         ),
         Rule(
             Movement.fall, "the pelvis falls with {:.1f} m/s² at most before it",
             "free fall is 9.8 m/s²; a fast squat does not reach half of it",
             least=5.0, unit="m/s²",
         ),
         Rule(
             Movement.takeoff_speed,
             "it leaves the floor at {:.1f} m/s only, which is no "
             "jump", "the speed of a jump of 11 cm", least=1.5, unit="m/s",
         ),
         Rule(
             Movement.duration, "the contact lasts {:.1f} s",
             "a longer stop is a landing and then a jump", most=1.5, unit="s",
         ),
         BOTH_KNEES),
    ),
    Exercise(
        "gait-cycle", "gait cycles", STRIDE,
        "strikes of one foot: the frames at which it is farthest ahead of its hip "
        "(Zeni et al. 2008, Gait Posture 27, 710)",
        (*WHOLE,
         Rule(
             Movement.opening,
             "a joint differs by {:.0f} deg between its start and end",
             "steps of a steady walk are alike", most=radians(15),
             unit="deg",
         ),
         Rule(
             Movement.strike_change,
             "the foot strikes {:+.0f} % of a leg farther ahead "
             "at its end than at its start", "a walk's first and last steps differ",
             most=0.10, unit="%", either=True,
         ),
         Rule(
             Movement.rise, "the foot swings {:.0f} % of a leg only",
             "a slow walk's steps are half a leg long", least=0.4, unit="%",
         ),
         Rule(
             Movement.duration,
             "it lasts {:.1f} s", "walking takes 0.8 to 1.4 s a cycle "
             "(Perry and Burnfield 2010, Gait Analysis, ch. 1)",
             least=0.6, most=2.0, unit="s", room=0.3,
         ),
         Rule(
             Movement.other_strike, "the other foot strikes at {:.0f} % of it",
             "the legs take turns", least=0.3, most=0.7, unit="%", room=0.1,
         ),
         Rule(
             Movement.swing_knee, "the knee bends by {:.0f} deg only",
             "a swinging knee bends 60 deg (Perry and Burnfield 2010, ch. 6)",
             least=radians(30), unit="deg",
         ),
         Rule(
             Movement.pelvis_drop, "the pelvis goes down {:.0f} cm",
             "walking lowers the pelvis by 5 cm, lunges by more than twice that",
             most=0.10, unit="cm",
         )),
    ),
)  # fmt: skip

EXERCISES: dict[str, Exercise] = {exercise.name: exercise for exercise in _TABLE}
"""Every exercise by its name."""
