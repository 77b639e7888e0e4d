"""A model whose landmarks follow the joints of a clip: places and their derivatives."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import ModelError
from bige_osim.motion import Motion
from bige_osim.physics.kinematics.jacobians import Jacobians
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.kinematics.tree import own_coordinates, root_of
from bige_osim.retargeting.landmarks import find_landmarks
from bige_osim.spec import ModelSpec, SphereSpec

CHUNK = 500
"""Frames whose derivatives are computed at once, to bound memory."""

SMALL = 1e-6
"""rad or m, by which what has no closed derivative is moved."""

FREE = 1e3
"""rad or m, standard deviation of what the default posture says nothing about."""

LOOSE, TIGHT = 1.0, 0.3
"""Standard deviation of coordinates about their default, rad; of the feet's joints
below the ankle, of which two points of a foot tell little."""

FOREARM = "radius"
"""Body whose turn is expected in the middle of its range: the default of models, palms
to the front, is an end of it, where few movements are."""


class FollowedModel:
    """A participant's model with landmarks for joints.

    Parameters
    ----------
    spec : the model
    joints : of the clip, by name; those without a landmark are not followed
    contacts : spheres under the feet, for the floor

    Attributes
    ----------
    skeleton : whose markers are the landmarks
    joints : M that are followed, each after its parent
    free : F coordinates that are neither locked nor coupled, in the model's order
    default, deviation : (F,) what is expected of them without a clip, rad and m
    lumbar : where the lumbar joint is
        (:func:`~bige_osim.retargeting.placing.add_origins`), ratios
    low, high : (F,) their ranges, rad and m; the pelvis has none

    Raises
    ------
    ModelError
        The model lacks legs, or its pelvis cannot move about.
    """

    default: Float[np.ndarray, " F"]
    deviation: Float[np.ndarray, " F"]
    low: Float[np.ndarray, " F"]
    high: Float[np.ndarray, " F"]

    def __init__(
        self,
        spec: ModelSpec,
        *,
        joints: Sequence[str],
        contacts: Sequence[SphereSpec] = (),
    ) -> None:
        points = [p for p in find_landmarks(spec) if p.name in joints]
        self.spec = spec
        self.joints = tuple(point.name for point in points)
        self.skeleton = Skeleton(
            replace(spec, markers=tuple(points)), contacts=contacts, fill=True
        )
        root = root_of(spec)
        names = self.skeleton.coordinate_names
        known = [spec.coordinate(name) for name in names]
        self.free = tuple(c.name for c in known if not c.locked)
        self.root = () if root is None else own_coordinates(root, spec)
        if sum(spec.coordinate(n).translational for n in self.root) < 3:
            raise ModelError(
                spec.name,
                element="root joint",
                problem="its pelvis cannot move along three axes",
                remedy="pass a model of a whole body, such as OpenCap's",
            )
        self.columns = [names.index(name) for name in self.free]
        self.whole_default = self.skeleton.coordinates.default.numpy().copy()
        self.default = self.whole_default[self.columns]
        self._set_ranges()
        self.lumbar = self._find_lumbar()

    def _find_lumbar(self) -> tuple[float, float]:
        """Find the lumbar joint before and beyond spine1, as seen from the hips."""
        children = [joint.child for joint in self.spec.joints]
        if "spine1" not in self.joints:
            return 0.0, 0.0
        pose = self.pose(self.default[None])
        centre = self.skeleton.joint_centres(pose)[0, children.index("torso")].numpy()
        at = dict(zip(self.joints, self.skeleton.markers(pose)[0].numpy(), strict=True))
        up = at["spine1"] - (at["right_hip"] + at["left_hip"]) / 2
        ahead = np.cross(up, at["right_hip"] - at["left_hip"])
        size, off = float(np.linalg.norm(up)), centre - at["spine1"]
        before = float(off @ ahead) / (size * float(np.linalg.norm(ahead)))
        return before, float(off @ up) / size**2

    def _set_ranges(self) -> None:
        usual = {"calcn": TIGHT, "toes": TIGHT}
        children = {j.name: j.child.rsplit("_", 1)[0] for j in self.spec.joints}
        low, high, deviation = [], [], []
        for i, name in enumerate(self.free):
            c = self.spec.coordinate(name)
            if children[c.joint] == FOREARM and np.isfinite(c.maximum - c.minimum):
                self.default[i] = (c.minimum + c.maximum) / 2
            moving = name in self.root
            low.append(-np.inf if moving else c.minimum)
            high.append(np.inf if moving else c.maximum)
            deviation.append(usual.get(children[c.joint], LOOSE))
        self.low, self.high = np.array(low), np.array(high)
        self.deviation = np.array(deviation)
        slides = [self.spec.coordinate(name).translational for name in self.free]
        self.slides = [i for i, n in enumerate(self.free) if n in self.root]
        self.slides = [i for i in self.slides if slides[i]]
        self.yaw, self.yaw_sign = self._find_yaw()
        self.deviation[[*self.slides, self.yaw]] = FREE
        self.default = np.clip(self.default, self.low, self.high)

    def _find_yaw(self) -> tuple[int, float]:
        """Which free coordinate turns the pelvis about y, and its sign."""
        axes = self.turns(self.default[None])[0]
        turning = [
            (abs(axes[i, 1]), i)
            for i, name in enumerate(self.free)
            if name in self.root and i not in self.slides
        ]
        if not turning:
            raise ModelError(
                self.spec.name,
                element="root joint",
                problem="its pelvis cannot turn",
                remedy="pass a model of a whole body, such as OpenCap's",
            )
        _, best = max(turning)
        return best, float(np.sign(axes[best, 1]) or 1.0)

    def complete(self, q: Float[np.ndarray, "T F"]) -> Float[torch.Tensor, "T A"]:
        """All coordinates (T, A), rad and m, in the order of the skeleton's map."""
        whole = np.tile(self.whole_default, (len(q), 1))
        whole[:, self.columns] = q
        names = self.skeleton.coordinate_names
        found: torch.Tensor = self.skeleton.coordinates(torch.from_numpy(whole), names)
        return found

    def pose(self, q: Float[np.ndarray, "T F"]) -> Pose:
        """Pose of free coordinates (T, F), rad and m."""
        with torch.no_grad():
            return self.skeleton.place(self.complete(q))

    def points(self, q: Float[np.ndarray, "T F"]) -> Float[np.ndarray, "T M 3"]:
        """Landmarks (T, M, 3), m, at free coordinates (T, F), rad and m."""
        found: Float[np.ndarray, "T M 3"] = self.skeleton.markers(self.pose(q)).numpy()
        return found

    def turns(self, q: Float[np.ndarray, "T F"]) -> Float[np.ndarray, "T F 3"]:
        """Axes (T, F, 3) about which free coordinates turn, without unit."""
        with torch.no_grad():
            whole = self.complete(q)
            J = self._jacobians(whole, self.skeleton.place(whole)).J
        axes: Float[np.ndarray, "T F 3"] = J[:, self.columns, :3].numpy()
        return axes

    def jacobian(
        self, q: Float[np.ndarray, "T F"]
    ) -> tuple[Float[np.ndarray, "T M 3"], Float[np.ndarray, "T F M 3"]]:
        """Landmarks (T, M, 3), m, and their derivatives by free coordinates.

        Parameters
        ----------
        q : (T, F) rad and m

        Returns
        -------
        (T, M, 3) m, and (T, F, M, 3) m per rad or m
        """
        parts = [self._differentiate(q[i : i + CHUNK]) for i in range(0, len(q), CHUNK)]
        points, slopes = zip(*parts, strict=True)
        return np.concatenate(points), np.concatenate(slopes)

    def _jacobians(self, whole: torch.Tensor, pose: Pose) -> Jacobians:
        return self.skeleton.axes.jacobians(whole, pose)

    def _differentiate(
        self, q: Float[np.ndarray, "T F"]
    ) -> tuple[Float[np.ndarray, "T M 3"], Float[np.ndarray, "T F M 3"]]:
        skeleton = self.skeleton
        with torch.no_grad():
            whole = self.complete(q)
            pose = skeleton.place(whole)
            points = skeleton.markers(pose)
            J = self._jacobians(whole, pose).J
            moved = skeleton.axes.moved[:, skeleton.marker_bodies]
            turn, slide = J[:, :, None, :3], J[:, :, None, 3:]
            at = points[:, None].expand(-1, J.shape[1], -1, -1)
            speed = torch.linalg.cross(turn.expand_as(at), at) + slide
            speed = speed * moved[None, :, :, None].to(speed.dtype)
            speed = (
                speed * skeleton.coordinates.coupler_gradients(whole)[..., None, None]
            )
            folded = torch.zeros_like(speed[:, : len(skeleton.coordinate_names)])
            driver = torch.tensor(skeleton.coordinates.driver)
            slopes = folded.index_add(1, driver, speed)[:, self.columns].numpy()
        # The speeds of free and ball joints are no rates of their angles.
        kinds = {joint.name: joint.kind for joint in self.spec.joints}
        for i, name in enumerate(self.free):
            if kinds[self.spec.coordinate(name).joint] in ("free", "ball"):
                step = np.zeros(len(self.free))
                step[i] = SMALL
                ahead, back = self.points(q + step), self.points(q - step)
                slopes[:, i] = (ahead - back) / (2 * SMALL)
        return points.numpy(), slopes

    def shift_root(
        self, q: Float[np.ndarray, "T F"], shift: Float[np.ndarray, "T 3"]
    ) -> Float[np.ndarray, "T F"]:
        """Move the whole model in ground.

        Parameters
        ----------
        q : (T, F) rad and m
        shift : (T, 3) m
        """
        _, slopes = self.jacobian(q[:1])
        axes = slopes[0, self.slides, 0]
        moved = q.copy()
        moved[:, self.slides] += shift @ np.linalg.pinv(axes)
        return moved

    def leg_length(self, points: Float[np.ndarray, "T M 3"]) -> float:
        """Hip to knee to ankle of landmarks (T, M, 3), m: mean of both median legs."""
        return measure_legs(points, self.joints)

    def write_out(
        self, time: Float[np.ndarray, " T"], q: Float[np.ndarray, "T F"], name: str
    ) -> Motion:
        """Motion of all coordinates, coupled ones too, in the model's order.

        Parameters
        ----------
        time : (T,) s
        q : (T, F) free coordinates, rad and m
        name : of the motion
        """
        free = Motion(time, q, self.free, name=name)
        return replace(self.skeleton.coordinates.complete(free), name=name)


def measure_legs(positions: Float[np.ndarray, "T M 3"], joints: Sequence[str]) -> float:
    """Hip to knee to ankle, m: mean of both sides, of the medians over time.

    Parameters
    ----------
    positions : (T, M, 3) of the joints, m
    joints : M names

    Examples
    --------
    >>> joints = ("hip", "knee", "ankle")
    >>> names = [f"{side}_{j}" for side in ("right", "left") for j in joints]
    >>> heights = np.array([0.9, 0.5, 0.1] * 2)
    >>> round(measure_legs(np.outer(heights, [0, 1, 0])[None], names), 6)
    0.8
    """
    at = {name: positions[:, i] for i, name in enumerate(joints)}
    total = 0.0
    for side in ("right", "left"):
        hip, knee, ankle = (at[f"{side}_{j}"] for j in ("hip", "knee", "ankle"))
        total += float(np.median(np.linalg.norm(hip - knee, axis=1)))
        total += float(np.median(np.linalg.norm(knee - ankle, axis=1)))
    return total / 2
