"""Labels of recordings as the markers of a set."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bige_osim.errors import BigeError
from bige_osim.io.marker_set import find_marker_set
from bige_osim.spec.marker_names import match_names, subject_name
from bige_osim.spec.marker_set import MarkerSet, PlacedMarker

GAIT = find_marker_set("plug_in_gait_39")
ANGLES = ("LHipAngles", "RKneeMoment", "LAnklePower", "CentreOfMass")

prefixes = st.text("abzLRP019 :_-.|/#", min_size=1, max_size=12)


def make_set(*names: str, aliases: tuple[tuple[str, ...], ...] = ()) -> MarkerSet:
    """Markers on the pelvis."""
    others = aliases or ((),) * len(names)
    markers = [
        PlacedMarker(name=name, body="pelvis", location=(0.0, 0.0, 0.0), aliases=alias)
        for name, alias in zip(names, others, strict=True)
    ]
    return MarkerSet(name="made", title="for a test", markers=tuple(markers))


def as_they_stand(labels: list[str]) -> dict[str, int]:
    return {name: index for index, name in enumerate(labels)}


@given(prefix=prefixes, order=st.permutations(GAIT.names))
@settings(deadline=None, max_examples=60)
def test_any_common_prefix_is_taken_off(prefix: str, order: list[str]) -> None:
    assume(prefix.strip())
    found = match_names([prefix + name for name in order], GAIT)
    assert found.columns == as_they_stand(order)
    assert found.prefix == prefix.lstrip()
    assert found.subject == subject_name(prefix)


@given(name=st.sampled_from(GAIT.names), separator=st.sampled_from(["", ":", "_", " "]))
@settings(deadline=None, max_examples=40)
def test_a_prefix_may_be_like_a_markers_name(name: str, separator: str) -> None:
    labels = [name + separator + own for own in GAIT.names]
    found = match_names(labels, GAIT)
    assert found.columns == as_they_stand(list(GAIT.names))
    assert found.prefix == name + separator


@given(
    names=st.lists(
        st.text("abAB12:_. ", min_size=1, max_size=6).filter(lambda n: n == n.strip()),
        min_size=3,
        max_size=12,
        unique_by=str.casefold,
    )
)
@settings(deadline=None, max_examples=100)
def test_names_of_the_set_itself_are_never_shortened(names: list[str]) -> None:
    """Whatever separators they hold, and whichever ends another one."""
    found = match_names(names, make_set(*names))
    assert found.columns == as_they_stand(names)
    assert found.prefix == ""


@pytest.mark.parametrize("prefix", ["P01:", "P01_", "P01 - ", "P01.", "P01|", "P01"])
def test_laboratories_write_the_subject_before_the_marker(prefix: str) -> None:
    labels = [prefix + name for name in GAIT.names]
    extra = [prefix + name for name in ANGLES] + ["*12", "*139", "C_1", "C_7"]
    found = match_names(labels + extra, GAIT)
    assert found.columns == as_they_stand(list(GAIT.names))
    assert (found.prefix, found.subjects) == (prefix, ("P01",))


def test_labels_without_the_prefix_count_where_nothing_else_has_their_name() -> None:
    labels = ["P01:LASI", "P01:RASI", "P01:LPSI", "P01:C7", "RPSI"]
    found = match_names(labels, GAIT)
    assert found.columns["RPSI"] == 4
    assert len(found.columns) == 5
    twice = match_names([*labels, "C7"], GAIT)  # whose C7 is that, and so whose RPSI?
    assert twice.columns["C7"] == 3
    assert "RPSI" not in twice.columns


def test_names_that_match_as_they_are_keep_everything() -> None:
    labels = [*GAIT.names[:30], *(f"P02:{name}" for name in GAIT.names[20:])]
    found = match_names(labels, GAIT)
    assert found.prefix == ""
    assert found.columns == as_they_stand(list(GAIT.names[:30]))


def test_two_subjects_are_named_and_one_is_asked_for() -> None:
    labels = [f"{who}:{name}" for name in GAIT.names for who in ("P01", "P02")]
    with pytest.raises(BigeError) as caught:
        match_names(labels, GAIT)
    assert str(caught.value) == (
        "The recording has the markers of 2 subjects (P01, P02); choose one with "
        "--subject P01."
    )
    for asked in ("P02", "p02", "P02:", " P02 "):
        found = match_names(labels, GAIT, subject=asked)
        assert found.columns == {name: 2 * i + 1 for i, name in enumerate(GAIT.names)}
        assert found.subject == "P02"


def test_an_unknown_subject_is_an_error_that_names_those_there_are() -> None:
    labels = [f"{who}_{name}" for name in GAIT.names for who in ("Eva", "Jan")]
    with pytest.raises(BigeError) as caught:
        match_names(labels, GAIT, subject="Ewa")
    assert str(caught.value) == (
        "The recording has no subject Ewa; it has Eva, Jan: pass one of these with "
        "--subject."
    )


def test_a_subject_asked_for_where_none_is_named_is_left_to_the_caller() -> None:
    found = match_names(GAIT.names, GAIT, subject="P01")
    assert len(found.columns) == 39
    assert found.subject is None


def test_subjects_alike_but_for_their_separators_keep_these() -> None:
    labels = [f"{who}{name}" for name in GAIT.names for who in ("A:", "A_")]
    with pytest.raises(BigeError, match=r"2 subjects \(A:, A_\)"):
        match_names(labels, GAIT)
    assert match_names(labels, GAIT, subject="A_").prefix == "A_"


def test_case_and_spaces_at_the_ends_do_not_matter() -> None:
    assert match_names(["lasi", " RASI ", "Lpsi"], GAIT).columns == {
        "LASI": 0,
        "RASI": 1,
        "LPSI": 2,
    }


def test_case_matters_where_it_tells_two_markers_apart() -> None:
    both = make_set("Ank", "ANK", "Knee")
    found = match_names(["ANK", "ank", "KNEE", "Ank"], both)
    assert found.columns == {"Ank": 3, "ANK": 0, "Knee": 2}
    assert "Ank" not in match_names(["ank", "aNK", "Knee"], both).columns


def test_an_unlabelled_trajectory_is_no_marker() -> None:
    spine = make_set("C7", "T10", "1", "2")
    found = match_names(["C_7", "T10", "*1", "*12", "*2"], spine)
    assert found.columns == {"T10": 1}


def test_an_alias_counts_only_where_the_markers_own_name_is_missing() -> None:
    hips = make_set("RASI", "LASI", aliases=(("right", "R"), ("left",)))
    found = match_names(["right", "RASI", "left"], hips)
    assert found.columns == {"RASI": 1, "LASI": 2}
    taken_off = match_names(["S:right", "S:LEFT", "S:x"], hips)
    assert taken_off.columns == {"RASI": 0, "LASI": 1}


def test_messages_stay_short_however_many_subjects_there_are() -> None:
    people = [f"participant_with_a_long_name_{number:03d}" for number in range(60)]
    labels = [f"{who}:{name}" for who in people for name in GAIT.names[:4]]
    for subject in (None, "x" * 200):
        with pytest.raises(BigeError) as caught:
            match_names(labels, GAIT, subject=subject)
        assert len(str(caught.value)) < 300
        assert " more" in str(caught.value)
