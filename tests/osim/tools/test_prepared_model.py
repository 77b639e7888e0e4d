"""Which coordinates count as those of a body that moves about over the ground."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bige_osim.osim.tools.prepared_model import (
    RESERVE,
    RESIDUAL,
    add_reserves,
    root_coordinates,
)

pytestmark = pytest.mark.opensim


def model_with(joint: str) -> Any:
    """A body on ground by a joint of this class, and a rod that hangs on it."""
    import opensim

    model = opensim.Model()
    inertia = opensim.Inertia(0.1)
    pelvis = opensim.Body("pelvis", 10.0, opensim.Vec3(0), inertia)
    rod = opensim.Body("rod", 1.0, opensim.Vec3(0, -0.2, 0), inertia)
    root = getattr(opensim, joint)("root", model.getGround(), pelvis)
    hinge = opensim.PinJoint("hinge", pelvis, rod)
    hinge.updCoordinate().setName("angle")
    for part in (pelvis, rod):
        model.addBody(part)
    for part in (root, hinge):
        model.addJoint(part)
    model.finalizeConnections()
    return model


@pytest.mark.parametrize(
    ("joint", "count"),
    [("FreeJoint", 6), ("PlanarJoint", 3), ("SliderJoint", 0), ("BallJoint", 0)],
)
def test_a_root_moves_along_two_axes_and_turns(joint: str, count: int) -> None:
    assert len(root_coordinates(model_with(joint))) == count


def test_a_planar_root_gets_residuals_and_the_rest_reserves() -> None:
    model = model_with("PlanarJoint")
    root = root_coordinates(model)
    add_reserves(model, reserve=1.0, residual=100.0)
    forces = model.getForceSet()
    names = {forces.get(i).getName() for i in range(forces.getSize())}
    assert names == {f"{RESERVE}angle", *(RESIDUAL + name for name in root)}


@pytest.mark.recordings
@pytest.mark.parametrize(
    ("name", "count"), [("gait2392_subject01", 6), ("leg69", 3), ("arm26", 0)]
)
def test_both_engines_have_the_same_root(
    name: str,
    count: int,
    recordings: Path,
    make_root: Callable[[Path], tuple[str, ...]],
) -> None:
    import opensim

    path = recordings / "models" / "opensim_library" / f"{name}.osim"
    found = root_coordinates(opensim.Model(str(path)))
    assert len(found) == count
    assert set(found) == set(make_root(path))


@pytest.fixture
def make_root() -> Callable[[Path], tuple[str, ...]]:
    """The root of a model as the fast engine has it."""
    from bige_osim.osim.reading.model import read_model
    from bige_osim.physics.kinematics.skeleton import Skeleton

    return lambda path: Skeleton(read_model(path), fill=True).root_names()
