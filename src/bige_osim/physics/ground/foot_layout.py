"""Which contact points and joints of a model belong to its feet."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from bige_osim.errors import ModelError
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.spec import ModelSpec

LEAST_COMPLIANCE = 0.1
"""Of a contact point, however far outside the others it lies."""


@dataclass(frozen=True)
class FootLayout:
    """Contact points and hips of the feet, the right one first.

    Attributes
    ----------
    names : bodies of the F feet
    columns : of each foot, positions of its contact points among the skeleton's
    points : (P,) the same of all feet, one after the other
    sides : (P,) foot of each, 0 the right one, 1 the left
    compliance : (P,) no unit; such that equal pressure acts on the foot's long axis
    hips : of each foot, position of the joint by which its leg hangs on the root

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> model = pendulum(foot=True)
    >>> layout = FootLayout.of(Skeleton(model, contacts=model.contacts))
    >>> layout.names, layout.columns, layout.hips
    (('rod',), [[0]], [0])
    """

    names: tuple[str, ...]
    columns: list[list[int]]
    points: list[int]
    sides: Int[np.ndarray, " P"]
    compliance: Float[np.ndarray, " P"]
    hips: list[int]

    @classmethod
    def of(cls, skeleton: Skeleton) -> "FootLayout":
        """Find them in a model with contact points.

        Raises
        ------
        ModelError
            The model has no feet, or a foot no contact points.
        """
        names, columns = skeleton.feet, _point_columns(skeleton)
        every = [i for column in columns for i in column]
        sides = np.repeat(np.arange(len(names)), [len(c) for c in columns])
        return cls(
            names=names,
            columns=columns,
            points=every,
            sides=sides,
            compliance=_compliance(skeleton, every, sides),
            hips=find_hips(skeleton.spec, names),
        )


def contact_feet(skeleton: Skeleton, bodies: Sequence[str]) -> list[str | None]:
    """Find the foot that each body is, or hangs on (toes); ``None`` for any other.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> contact_feet(Skeleton(pendulum()), ["rod"])
    [None]
    """
    parents = {joint.child: joint.parent for joint in skeleton.spec.joints}

    def foot_of(body: str | None) -> str | None:
        while body is not None and body not in skeleton.feet:
            body = parents.get(body)
        return body

    return [foot_of(body) for body in bodies]


def find_hips(spec: ModelSpec, feet: Sequence[str]) -> list[int]:
    """Find the joints by which the legs hang on the body that ground carries.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> find_hips(pendulum(), ["rod"])
    [0]
    """
    carriers = {joint.child: i for i, joint in enumerate(spec.joints)}
    roots = {joint.child for joint in spec.joints if joint.parent == "ground"}
    found = []
    for foot in feet:
        place = carriers[foot]
        while (parent := spec.joints[place].parent) not in roots | {"ground"}:
            place = carriers[parent]
        found.append(place)
    return found


def _point_columns(skeleton: Skeleton) -> list[list[int]]:
    """Positions of each foot's contact points."""
    if not skeleton.feet:
        raise ModelError(
            skeleton.spec.name,
            element="feet",
            problem="it has none that could stand on the ground",
            remedy="name their bodies in a file for --contacts",
        )
    feet = contact_feet(skeleton, skeleton.contact_bodies)
    columns = []
    for name in skeleton.feet:
        columns.append([i for i, foot in enumerate(feet) if foot == name])
        if not columns[-1]:
            raise ModelError(
                skeleton.spec.name,
                element=f"body {name}",
                problem="it has no contact points, so its load is unknown",
                remedy="add contact spheres to the model, or pass them with --contacts",
            )
    return columns


def _compliance(
    skeleton: Skeleton, columns: Sequence[int], sides: Int[np.ndarray, " P"]
) -> Float[np.ndarray, " P"]:
    """Make contact points less compliant on the side where there are more.

    A foot's spheres need not lie evenly about its long axis, from heel to middle toe
    (x of its body), where the force of a standing foot acts: those of OpenCap's models
    lie 16 mm to the outside on average. Weights that fall in proportion to the distance
    from that axis put the mean on it.
    """
    pose = skeleton.default_pose()
    points = skeleton.foot_points(pose).numpy()[list(columns)]
    compliance = np.ones(len(points))
    for side, name in enumerate(skeleton.feet):
        rotation, origin = (t.numpy() for t in pose.body(name))
        own = sides == side
        aside = ((points[own] - origin) @ rotation)[:, 2]
        spread = (aside**2).sum()
        slope = aside.sum() / spread if spread > 0 else 0.0
        compliance[own] = np.maximum(1.0 - slope * aside, LEAST_COMPLIANCE)
    return compliance
