"""Which markers show sides, pelvis, feet, top and bottom."""

import pytest

from bige_osim.errors import BigeError
from bige_osim.io.marker_set import find_marker_set
from bige_osim.spec.landmarks import (
    FEET,
    PELVIS,
    find_directions,
    markers_on,
    pair_sides,
    pelvis_is_seen_whole,
)
from bige_osim.spec.marker_set import MarkerSet, PlacedMarker

GAIT = find_marker_set("plug_in_gait_39")


def keypoints() -> MarkerSet:
    """Joint centres as pose estimation has them: nothing in front, nothing behind."""
    places = {
        "Hip": ("pelvis", (-0.06, -0.08, 0.1)),
        "Shoulder": ("torso", (-0.01, 0.37, 0.2)),
        "Knee": ("femur_r", (0.0, -0.4, 0.0)),
        "Ankle": ("tibia_r", (0.0, -0.41, 0.01)),
    }
    markers = []
    for name, (body, (x, y, z)) in places.items():
        left = body.removesuffix("_r") + "_l" * body.endswith("_r")
        markers.append(PlacedMarker(name=f"R{name}", body=body, location=(x, y, z)))
        markers.append(PlacedMarker(name=f"L{name}", body=left, location=(x, y, -z)))
    return MarkerSet(name="keypoints", title="eight", markers=tuple(markers))


def test_a_sets_own_directions_serve_where_they_were_recorded() -> None:
    found = find_directions(GAIT, GAIT.names)
    assert found == {k: list(v) for k, v in GAIT.directions.items()}


def test_sides_serve_where_front_or_back_were_not_recorded() -> None:
    recorded = [name for name in GAIT.names if name not in ("RPSI", "LPSI", "C7")]
    found = find_directions(GAIT, recorded)
    assert ("RASI", "LASI") in zip(found["right"], found["left"], strict=True)
    assert "C7" not in found["top"]
    assert set(found["top"]) <= {m.name for m in GAIT.markers if m.body == "torso"}


def test_a_set_of_joint_centres_shows_its_sides() -> None:
    found = find_directions(keypoints(), keypoints().names)
    assert found == {
        "top": ["RShoulder", "LShoulder"],
        "bottom": ["RAnkle", "LAnkle"],
        "right": ["RHip", "RShoulder"],
        "left": ["LHip", "LShoulder"],
    }


def test_legs_show_the_sides_of_a_person_without_trunk() -> None:
    legs = [n for n in keypoints().names if n.endswith(("Knee", "Ankle"))]
    assert pair_sides(keypoints(), legs) == [("RKnee", "LKnee")]
    assert pair_sides(keypoints(), ["RKnee", "LAnkle"]) == []


def test_places_that_nothing_shows_have_the_sets_own_names() -> None:
    found = find_directions(GAIT, ["RTHI"])
    assert found["front"] == ["RASI", "LASI"]
    assert "right" not in found


def test_three_pelvis_markers_out_of_line_show_its_tilt() -> None:
    assert pelvis_is_seen_whole(GAIT, ["RASI", "LASI", "RPSI"])
    assert not pelvis_is_seen_whole(GAIT, ["RASI", "LASI", "RKNE"])
    places = {"RHip": 0.1, "Hip": 0.0, "LHip": -0.1}
    row = [
        PlacedMarker(name=n, body="pelvis", location=(-0.06, -0.08, z))
        for n, z in places.items()
    ]
    hips = MarkerSet(name="hips", title="in a row", markers=tuple(row))
    assert not pelvis_is_seen_whole(hips, hips.names)


def test_the_nearest_body_with_markers_serves() -> None:
    recorded = ["RHip", "LHip", "RKnee", "LKnee", "RAnkle"]
    what = {"recorded": recorded, "what": "the feet"}
    assert markers_on(keypoints(), PELVIS, **what) == ["RHip", "LHip"]
    assert markers_on(keypoints(), FEET, **what) == ["RAnkle"]
    with pytest.raises(BigeError) as caught:
        markers_on(keypoints(), FEET, recorded=["RShoulder"], what="the feet")
    assert str(caught.value) == (
        "None of the recorded markers of keypoints shows the feet: it has none on "
        "calcn, toes, talus, tibia, femur; pass another --markerset."
    )
