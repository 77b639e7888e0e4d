from dataclasses import replace

import numpy as np
import pytest
import torch
from tests import models

from bige_osim.errors import BigeError, ModelError, UnknownNameError
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.spec import (
    CouplerSpec,
    FunctionSpec,
    JointSpec,
    ModelSpec,
    PointSpec,
)


def hinge(name: str, parent: str, child: str, offset: float) -> JointSpec:
    turn = models.axes([name], [models.Z])
    return models.joint(parent, child, turn, at=(0.0, offset, 0.0), name=name)


def two_links(
    *, coupled: bool = False, locked: bool = False, default: float = 0.0
) -> ModelSpec:
    """Links of 1 m and 2 m that hang along -y, mass 1 and 3 kg at their ends."""
    double = FunctionSpec(kind="linear", coefficients=(2.0, 0.1))
    coupler = CouplerSpec(dependent="elbow", independent="shoulder", function=double)
    elbow = models.coordinate("elbow", "elbow", locked=locked, default=default)
    return models.model(
        hinge("shoulder", "ground", "upper", 0.0),
        hinge("elbow", "upper", "lower", -1.0),
        name="two links",
        bodies=(
            models.body("upper", 1.0, (0.0, -1.0, 0.0)),
            models.body("lower", 3.0, (0.0, -2.0, 0.0)),
        ),
        coordinates=(models.coordinate("shoulder", "shoulder"), elbow),
        couplers=(coupler,) if coupled else (),
        markers=(PointSpec(name="tip", body="lower", location=(0.0, -2.0, 0.0)),),
    )


def tip(skeleton: Skeleton, q: list[float], names: list[str]) -> list[float]:
    pose = skeleton.pose(torch.tensor(q, dtype=torch.float64), names)
    point: list[float] = skeleton.markers(pose)[0].tolist()
    return point


def test_two_links_reach_where_trigonometry_says() -> None:
    skeleton = Skeleton(two_links())
    names = ["shoulder", "elbow"]
    assert tip(skeleton, [0.0, 0.0], names) == pytest.approx([0, -3, 0])
    assert tip(skeleton, [np.pi / 2, 0.0], names) == pytest.approx([3, 0, 0])
    assert tip(skeleton, [np.pi / 2, np.pi / 2], names) == pytest.approx([1, 2, 0])


def test_columns_are_found_by_name_in_any_order() -> None:
    skeleton = Skeleton(two_links())
    assert tip(skeleton, [0.7, 0.2], ["elbow", "shoulder"]) == pytest.approx(
        tip(skeleton, [0.2, 0.7], ["shoulder", "elbow"])
    )


def test_the_centre_of_mass_weighs_bodies_by_mass() -> None:
    skeleton = Skeleton(two_links())
    pose = skeleton.pose(
        torch.zeros(5, 4, 2, dtype=torch.float64), ["shoulder", "elbow"]
    )
    assert skeleton.center_of_mass(pose).shape == (5, 4, 3)
    assert skeleton.center_of_mass(pose)[2, 3].tolist() == pytest.approx([0, -2.5, 0])


def test_a_coupled_coordinate_is_computed_whatever_the_column_says() -> None:
    skeleton = Skeleton(two_links(coupled=True))
    assert skeleton.coordinate_names == ("shoulder",)
    free = Skeleton(two_links())
    expected = tip(free, [0.4, 0.9], ["shoulder", "elbow"])
    assert tip(skeleton, [0.4], ["shoulder"]) == pytest.approx(expected)
    both = tip(skeleton, [0.4, -7.0], ["shoulder", "elbow"])
    assert both == pytest.approx(expected)


def test_couplers_may_follow_one_another() -> None:
    double = FunctionSpec(kind="linear", coefficients=(2.0, 0.0))
    spec = replace(
        two_links(),
        joints=(*two_links().joints, hinge("wrist", "lower", "hand", -2.0)),
        bodies=(
            *two_links().bodies,
            models.body("hand"),
        ),
        coordinates=(*two_links().coordinates, models.coordinate("wrist", "wrist")),
        couplers=(
            CouplerSpec(dependent="wrist", independent="elbow", function=double),
            CouplerSpec(dependent="elbow", independent="shoulder", function=double),
        ),
    )
    skeleton = Skeleton(spec)
    q = torch.tensor([0.1], dtype=torch.float64)
    rotation, _ = skeleton.pose(q, ["shoulder"]).body("hand")
    assert float(rotation[1, 0]) == pytest.approx(np.sin(0.1 + 0.2 + 0.4))


def test_couplers_in_a_circle_are_refused() -> None:
    double = FunctionSpec(kind="linear", coefficients=(2.0, 0.0))
    circle = (
        CouplerSpec(dependent="shoulder", independent="elbow", function=double),
        CouplerSpec(dependent="elbow", independent="shoulder", function=double),
    )
    with pytest.raises(BigeError, match="depend on one another"):
        Skeleton(replace(two_links(), couplers=circle))


def test_a_locked_coordinate_may_be_missing_and_keeps_its_default() -> None:
    skeleton = Skeleton(two_links(locked=True, default=0.5))
    expected = tip(Skeleton(two_links()), [0.2, 0.5], ["shoulder", "elbow"])
    assert tip(skeleton, [0.2], ["shoulder"]) == pytest.approx(expected)


def test_another_missing_coordinate_is_an_error_unless_defaults_are_allowed() -> None:
    with pytest.raises(BigeError) as caught:
        tip(Skeleton(two_links()), [0.2], ["shoulder"])
    assert str(caught.value) == (
        "A pose of model two links needs the coordinates elbow, which are missing; "
        "add them or allow defaults with fill=True."
    )
    filled = Skeleton(two_links(default=0.5), fill=True)
    expected = tip(Skeleton(two_links()), [0.2, 0.5], ["shoulder", "elbow"])
    assert tip(filled, [0.2], ["shoulder"]) == pytest.approx(expected)


def test_an_unknown_coordinate_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(UnknownNameError) as caught:
        tip(Skeleton(two_links()), [0.2, 0.1], ["shoulder", "elbo"])
    assert str(caught.value) == (
        "model two links has no coordinate named elbo; did you mean elbow?"
    )


def test_foot_points_are_straight_below_the_spheres() -> None:
    sphere = models.sphere("heel", "upper", 0.0, -1.0, 0.0, radius=0.25)
    skeleton = Skeleton(two_links(), contacts=[sphere])
    q = torch.tensor([np.pi / 2, 0.0], dtype=torch.float64)
    points = skeleton.foot_points(skeleton.pose(q, ["shoulder", "elbow"]))
    assert points.tolist() == [pytest.approx([1.0, -0.25, 0.0])]
    assert skeleton.contact_names == ("heel",)
    assert skeleton.contact_bodies == ("upper",)


def test_a_sphere_on_an_unknown_body_is_an_error() -> None:
    sphere = models.sphere("heel", "uper", 0.0, 0.0, 0.0)
    with pytest.raises(UnknownNameError, match="did you mean upper"):
        Skeleton(two_links(), contacts=[sphere])


def test_a_model_without_a_free_pelvis_has_no_root_wrench() -> None:
    skeleton = Skeleton(two_links())
    assert skeleton.root_names() == ()
    with pytest.raises(ModelError, match="it is fixed to ground"):
        skeleton.root_wrench(torch.zeros(1, 2), ["a", "b"], torch.zeros(1, 0))
