"""Points of a model that stand for the joints of a generator's body.

Hips, ankles, shoulders, elbows and wrists are joint centres of the model. SMPL's other
joints are no joints of the model. Where they lie on pelvis, trunk, knees and feet is
taken from SMPL's upright rest pose (mean body, Loper et al. 2015), in proportion to
the model's own sizes in its upright pose, all coordinates at zero: both poses are taken
for the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import ModelError
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.spec import ModelSpec, PointSpec

HIPS = "hips"
"""The middle of both hips, from which all else is reached."""

LUMBAR = "lumbar"
"""The joint between pelvis and trunk; in a clip, hips and spine1 show where it is."""

SIDES = {"right": "_r", "left": "_l"}

CENTRES = {
    "hip": "femur",
    "knee": "tibia",
    "ankle": "talus",
    "shoulder": "humerus",
    "elbow": "ulna",
    "wrist": "hand",
}
"""Joint -> body that the model's joint of that centre carries."""

LEGS = ("femur", "tibia", "talus")

BACK = 0.105
"""By how much SMPL's spine1 lies behind the hips, per height above them."""

SACRUM = (0.03, 0.455)
"""Its pelvis before and above the hips, per height of spine1 above them."""

SPINE2, SPINE3, NECK = (0.0, 0.40), (0.08, 0.55), (0.0, 1.18)
"""Before and above spine1, per height of the shoulders above it; of the neck, before
the shoulders."""

COLLAR = (0.03, 0.91, 0.46)
"""Before the shoulders, above spine1, and aside per half the width of the shoulders."""

KNEE = 0.031
"""By how much SMPL's knee lies outside the line from hip to ankle, per length of the
leg: models have no such bend in their knees, and would turn their hips instead."""

DROP = 0.115
"""By how much SMPL's foot lies below the model's toe joint, per length of the foot."""

NO_ARMS = (0.46, 0.21)
"""Height above the lumbar joint and half width of shoulders per length of the leg, of
Rajagopal2015, for models without arms."""


@dataclass(frozen=True)
class Followed:
    """How a joint is followed.

    Attributes
    ----------
    parent : joint from which it is reached, on one body with it, :data:`HIPS` or
        :data:`LUMBAR`; the clip says in which direction, the model how far
    weight : of its squared distance, without unit; 0 if it is not followed
    relative : whether only where it is seen from its parent counts
    """

    parent: str
    weight: float
    relative: bool = False


def _list_followed() -> dict[str, Followed]:
    known = {f"{side}_hip": Followed(HIPS, 1.0) for side in SIDES}
    known |= {
        "pelvis": Followed(HIPS, 1.0),
        "spine1": Followed(HIPS, 1.0),
        "spine2": Followed(LUMBAR, 0.2),
        "spine3": Followed(LUMBAR, 0.5),
        "neck": Followed(LUMBAR, 1.0),
    }
    for side in SIDES:
        known |= {
            f"{side}_knee": Followed(f"{side}_hip", 1.0),
            f"{side}_ankle": Followed(f"{side}_knee", 1.0),
            f"{side}_foot": Followed(f"{side}_ankle", 1.0),
            f"{side}_collar": Followed(LUMBAR, 0.5),
            f"{side}_shoulder": Followed(LUMBAR, 0.7),
            f"{side}_elbow": Followed(f"{side}_shoulder", 1.0, relative=True),
            f"{side}_wrist": Followed(f"{side}_elbow", 1.0, relative=True),
        }
    return known


FOLLOWED: Mapping[str, Followed] = _list_followed()
"""Joints that are followed, each after its parent. The model has no neck, and no
shoulder girdle: the head is not followed, arms only as seen from the shoulders."""


def find_landmarks(spec: ModelSpec) -> tuple[PointSpec, ...]:
    """Find the points of a model that stand for joints, m in the frames of its bodies.

    Joints of bodies that the model lacks (arms, hands, trunk) are left out.

    Raises
    ------
    ModelError
        The model lacks a thigh, shank or talus by the names of Delp et al. 1990.

    Examples
    --------
    >>> from bige_osim.osim.anthropometry import generic_model
    >>> from bige_osim.osim.reading.model import read_model
    >>> len(find_landmarks(read_model(generic_model())))
    21
    """
    return _Landmarks(spec).find()


class _Landmarks:
    """Places of joints in ground, in the upright pose."""

    def __init__(self, spec: ModelSpec) -> None:
        skeleton = Skeleton(spec, fill=True)
        names = skeleton.coordinate_names
        with torch.no_grad():
            zero = torch.zeros(1, len(names), dtype=torch.float64)
            pose = skeleton.pose(zero, names).reshape()
            centres = skeleton.joint_centres(pose).numpy()
        self.pose: Pose = pose
        self.at = {j.child: centres[i] for i, j in enumerate(spec.joints)}
        self.parents = {joint.child: joint.parent for joint in spec.joints}
        for body in (f"{leg}{s}" for leg in LEGS for s in SIDES.values()):
            if body not in self.at:
                raise ModelError(
                    spec.name,
                    element="legs",
                    problem=f"it has no body {body}, whose joint is followed",
                    remedy="pass a model of a whole body, such as OpenCap's",
                )

    def find(self) -> tuple[PointSpec, ...]:
        points = []
        for side, end in SIDES.items():
            for joint, body in CENTRES.items():
                if f"{body}{end}" in self.at:
                    place = self.at[f"{body}{end}"]
                    if joint == "knee":
                        out = KNEE if side == "right" else -KNEE
                        place = place + self._leg_length() * np.array([0.0, 0.0, out])
                    points.append(self._fix(f"{side}_{joint}", f"{body}{end}", place))
            if f"toes{end}" in self.at and f"calcn{end}" in self.at:
                points.append(self._place_foot(side, end))
        if "torso" in self.at:
            points += self._place_trunk()
        order = list(FOLLOWED)
        return tuple(sorted(points, key=lambda point: order.index(point.name)))

    def _fix(self, name: str, body: str, place: Float[np.ndarray, "3"]) -> PointSpec:
        rotation, origin = self.pose.body(body)
        x, y, z = (rotation.numpy().T @ (place - origin.numpy())).tolist()
        return PointSpec(name=name, body=body, location=(x, y, z))

    def _place_foot(self, side: str, end: str) -> PointSpec:
        toe = self.at[f"toes{end}"]
        length = float(np.linalg.norm(toe - self.at[f"talus{end}"]))
        return self._fix(f"{side}_foot", f"calcn{end}", toe - [0.0, DROP * length, 0.0])

    def _place_trunk(self) -> list[PointSpec]:
        hips = (self.at["femur_r"] + self.at["femur_l"]) / 2
        height = float(self.at["torso"][1] - hips[1])
        spine1 = hips + np.array([-BACK * height, height, 0.0])
        sacrum = hips + height * np.array([*SACRUM, 0.0])
        pelvis = self.parents["femur_r"]
        points = [self._fix("spine1", pelvis, spine1)]
        points.append(self._fix("pelvis", pelvis, sacrum))
        shoulders = self._find_shoulders()
        for name, place in shoulders.items():
            if f"humerus{SIDES[name]}" not in self.at:
                points.append(self._fix(f"{name}_shoulder", "torso", place))
        middle = (shoulders["right"] + shoulders["left"]) / 2
        up = float(middle[1] - spine1[1])
        x, y, z = middle[0], spine1[1], middle[2]
        for name, start, (ahead, above) in (
            ("spine2", spine1[0], SPINE2),
            ("spine3", spine1[0], SPINE3),
            ("neck", x, NECK),
        ):
            place = np.array([start + ahead * up, y + above * up, z])
            points.append(self._fix(name, "torso", place))
        for side, place in shoulders.items():
            aside = COLLAR[2] * (place[2] - z)
            collar = np.array([x + COLLAR[0] * up, y + COLLAR[1] * up, z + aside])
            points.append(self._fix(f"{side}_collar", "torso", collar))
        return points

    def _leg_length(self) -> float:
        """Hip to knee to ankle of the right leg, m."""
        hip, knee, ankle = (self.at[f"{leg}_r"] for leg in LEGS)
        return float(np.linalg.norm(hip - knee) + np.linalg.norm(knee - ankle))

    def _find_shoulders(self) -> dict[str, Float[np.ndarray, "3"]]:
        """Shoulders of both sides, the model's own where it has arms."""
        joint = self.at["torso"]
        leg = self._leg_length()
        found = {}
        for side, sign in (("right", 1.0), ("left", -1.0)):
            guess = joint + leg * np.array([0.0, NO_ARMS[0], sign * NO_ARMS[1]])
            found[side] = self.at.get(f"humerus{SIDES[side]}", guess)
        return found
