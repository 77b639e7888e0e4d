"""What is wrong with a table becomes a sentence that names the key."""

import math
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, ValidationError

from bige_osim.errors import BigeError, DataError, MissingFileError
from bige_osim.io.tables import (
    Angle,
    Fault,
    FilePath,
    Names,
    Number,
    TomlTable,
    Truth,
    WholeNumber,
    check_table,
    expecting,
    read_toml,
    refuse,
    to_degrees,
)


class Point(TomlTable):
    name: str
    place: Annotated[tuple[Number, Number], expecting("two numbers in metres")]


class Asked(TomlTable):
    points: tuple[Point, ...] = ()
    by_name: dict[str, Point] = Field(default_factory=dict)
    muscles: Names = ()
    weight: Annotated[Number, Field(ge=0)] = 1.0
    share: Annotated[Number, Field(gt=0, lt=1)] = 0.5
    count: WholeNumber = 1
    exact: Truth = False
    kind: Literal["peak", "mean"] = "peak"
    maximum: Angle | None = Field(default=None, alias="max")
    motion: FilePath | None = None


def read(tmp_path: Path, text: str) -> Asked:
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    return read_toml(path, Asked, what="example")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        'muscles = ["a", "b"]\nweight = 2\nmax = 33.3\nmotion = "b/c.mot"\n'
        '[[points]]\nname = "p"\nplace = [0, 1.5]\n',
    )
    assert found == Asked(
        muscles=("a", "b"),
        weight=2.0,
        maximum=math.radians(33.3),
        motion=Path("b/c.mot"),
        points=(Point(name="p", place=(0.0, 1.5)),),
    )
    assert isinstance(found.weight, float)


def test_degrees_and_paths_come_back_as_written(tmp_path: Path) -> None:
    found = read(tmp_path, 'max = -35.1\nmotion = "b/c.mot"\nmuscles = ["a"]')
    saved = found.model_dump(by_alias=True, exclude_defaults=True)
    assert saved == {"max": -35.1, "motion": "b/c.mot", "muscles": ["a"]}
    assert check_table(saved, Asked, error=lambda fault: BigeError()) == found


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "wieght = 2",
            "column wieght: expected the keys points, by_name, muscles, weight, share, "
            "count, exact, kind, max, motion, got wieght; write weight if it is meant.",
        ),
        (
            "maximum = 2",
            "column maximum: expected the keys points, by_name, muscles, weight, "
            "share, count, exact, kind, max, motion, got maximum; write max if it is "
            "meant.",
        ),
        (
            '[[points]]\nname = "p"',
            "column place: expected the keys name, place, got name; correct it there.",
        ),
        (
            '[by_name.first]\nnam = "p"',
            "column nam: expected the keys name, place, got nam; write name if it is "
            "meant.",
        ),
        (
            '[[points]]\nname = "p"\nplace = [1, 2, 3]',
            "column place: expected two numbers in metres, got [1, 2, 3]; correct it "
            "there.",
        ),
        (
            "[[points]]\nname = 3\nplace = [1, 2]",
            "column name: expected text in quotes, got 3; correct it there.",
        ),
        ("points = 3", "column points: expected a list, got 3; correct it there."),
        ("points = [3]", "column points: expected a table, got 3; correct it there."),
        ("weight = -1", "column weight: expected 0 or more, got -1"),
        ("weight = true", "column weight: expected a number, got True"),
        ("weight = nan", "column weight: expected a finite number, got nan"),
        ('weight = "1"', "column weight: expected a number, got 1"),
        ("share = 0", "column share: expected more than 0, got 0"),
        ("share = 1", "column share: expected less than 1, got 1"),
        ("count = 1.5", "column count: expected a whole number, got 1.5"),
        ("exact = 1", "column exact: expected true or false, got 1"),
        ('kind = "max"', "column kind: expected one of peak, mean, got max"),
        ('max = "x"', "column max: expected a number, got x"),
        ("motion = 3", "column motion: expected a path in quotes, got 3"),
        (
            'muscles = "a"',
            'column muscles: expected a list of names such as ["a", "b"], got a',
        ),
        (
            'muscles = ["a", "a"]',
            "column muscles: expected names that differ, got a more than once",
        ),
    ],
)
def test_a_fault_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    whole = f"{tmp_path / 'a.toml'}, {sentence}"
    assert str(caught.value) in (whole, f"{whole}; correct it there.")


def test_a_file_that_is_no_toml_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.toml: expected TOML, got .*line 1"):
        read(tmp_path, "a = 1°")
    with pytest.raises(MissingFileError, match="The example"):
        read_toml(tmp_path / "b.toml", Asked, what="example")


def test_a_fault_says_where_it_is() -> None:
    faults: list[Fault] = []

    def keep(fault: Fault) -> BigeError:
        faults.append(fault)
        return BigeError("faulty")

    cases: tuple[Any, ...] = (
        {"points": [{"name": "p", "place": [0, 0]}, {"name": "p"}]},
        {"by_name": {"a": {"name": 1, "place": [0, 0]}}},
        3,
    )
    for values in cases:
        with pytest.raises(BigeError, match="faulty"):
            check_table(values, Asked, error=keep)
    assert [fault.place for fault in faults] == [
        ("points", 1, "place"),
        ("by_name", "a", "name"),
        (),
    ]
    assert [fault.kind for fault in faults] == ["missing", "value", "value"]
    assert [fault.key for fault in faults] == ["place", "name", ""]
    assert faults[0].known == ("name", "place")


def test_in_python_a_field_goes_by_its_own_name() -> None:
    assert Asked(maximum=0.5).maximum == 0.5  # rad
    with pytest.raises(ValidationError, match="Extra inputs"):
        Asked.model_validate({"weigth": 1})


def test_a_refusal_needs_no_fault_of_pydantics() -> None:
    with pytest.raises(ValueError, match="a number"):
        refuse("a number", "much")


@pytest.mark.parametrize("degrees", [-35.1, 0.1, 33.3, 90.1, 179.99, 1e-9, 12345.678])
def test_degrees_survive_the_way_to_radians(degrees: float) -> None:
    assert to_degrees(math.radians(degrees)) == degrees
