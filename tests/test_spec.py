import json
from dataclasses import replace

import numpy as np
import pytest

from bige_osim.errors import DatasetError, UnknownNameError
from bige_osim.spec import (
    AxisSpec,
    BodySpec,
    CoordinateSpec,
    CouplerSpec,
    FunctionSpec,
    JointSpec,
    ModelSpec,
    MuscleSpec,
    PointSpec,
    SphereSpec,
    spec_from_json,
    spec_to_json,
)


def model() -> ModelSpec:
    """One of everything, with numbers that need all their digits."""
    third = 1.0 / 3.0
    function = FunctionSpec(
        kind="simm_spline", x=(0.0, third), y=(1.0, -2.0), scale=third
    )
    axes = (AxisSpec(direction=(0.0, 0.0, 1.0), coordinate="knee", function=function),)
    still = (
        AxisSpec(
            direction=(1.0, 0.0, 0.0),
            function=FunctionSpec(kind="constant", coefficients=(0.1,)),
        ),
    )
    frame = np.eye(4)
    frame[0, 3] = third
    return ModelSpec(
        name="one leg",
        sha256="ab12",
        bodies=(
            BodySpec(
                name="shank",
                mass=3.0,
                mass_center=(0.0, -third, 0.0),
                inertia=np.eye(3) * third,
            ),
        ),
        joints=(
            JointSpec(
                name="j",
                child="shank",
                parent_offset=frame,
                rotations=axes,
                translations=still,
            ),
        ),
        coordinates=(
            CoordinateSpec(name="knee", joint="j", clamped=True),
            CoordinateSpec(
                name="beta", joint="j", minimum=0.0, maximum=1.0, locked=True
            ),
        ),
        couplers=(CouplerSpec(dependent="beta", independent="knee"),),
        markers=(PointSpec(name="m", body="shank", location=(0.0, third, 0.0)),),
        contacts=(
            SphereSpec(name="s", body="shank", location=(third, 0.0, 0.0), radius=0.03),
        ),
        muscles=(
            MuscleSpec(
                name="vas_r",
                max_isometric_force=1000.0,
                optimal_fiber_length=0.1,
                tendon_slack_length=0.2,
                pennation_angle=third,
            ),
        ),
    )


def test_a_model_survives_json_to_the_last_digit() -> None:
    spec = model()
    again = spec_from_json(spec_to_json(spec))
    for ours, theirs in zip(spec.joints, again.joints, strict=True):
        assert np.array_equal(ours.parent_offset, theirs.parent_offset)
        assert ours.rotations == theirs.rotations
        assert ours.translations == theirs.translations
    assert np.array_equal(spec.bodies[0].inertia, again.bodies[0].inertia)
    assert spec.coordinates == again.coordinates
    assert spec.couplers == again.couplers
    assert spec.markers == again.markers
    assert spec.contacts == again.contacts
    assert spec.muscles == again.muscles
    assert spec_to_json(again) == spec_to_json(spec)


def test_a_damaged_description_is_refused() -> None:
    text = spec_to_json(model())
    nameless = {k: v for k, v in json.loads(text).items() if k != "name"}
    renamed = text.replace('"muscles"', '"muskles"')
    for damaged in (text[:-5], renamed, json.dumps(nameless), "[]"):
        with pytest.raises(DatasetError, match="A model description was expected"):
            spec_from_json(damaged)


def test_a_field_that_a_later_version_added_takes_its_default() -> None:
    older = json.loads(spec_to_json(model()))
    del older["feet"], older["coordinates"][0]["motion_type"]
    again = spec_from_json(json.dumps(older))
    assert (again.feet, again.coordinates[0].motion_type) == ((), "rotational")


def test_independent_names_leave_out_coupled_coordinates() -> None:
    assert model().coordinate_names == ("knee", "beta")
    assert model().independent_names == ("knee",)


def test_mass_is_the_sum_over_bodies() -> None:
    shank = model().bodies[0]
    assert replace(model(), bodies=(shank, shank)).mass == 6.0


def test_an_unknown_coordinate_is_named_with_the_nearest_known_one() -> None:
    assert model().coordinate("knee").clamped
    with pytest.raises(UnknownNameError) as caught:
        model().coordinate("nee")
    assert str(caught.value) == (
        "model one leg has no coordinate named nee; did you mean knee?"
    )
