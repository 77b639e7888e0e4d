"""Which coordinates files give in degrees: those that OpenSim counts as Rotational.

Every kind of coordinate stands at every axis of a joint, alone and set by a coupler;
what OpenSim's tables and storages make of a file is what the readers must give.
"""

from pathlib import Path

import numpy as np
import pytest

from bige_osim.io.opensim_files.mot import read_motion, write_motion
from bige_osim.motion import Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.spec import ModelSpec

pytestmark = pytest.mark.opensim

AXES = ("rotation1", "rotation2", "rotation3", "translation1", "translation2")
DIRECTIONS = ("1 0 0", "0 1 0", "0 0 1", "1 0 0", "0 1 0", "0 0 1")
LINE = "<LinearFunction><coefficients>{} {}</coefficients></LinearFunction>"
FUNCTIONS = {
    "line": LINE.format(1, 0),
    "back": LINE.format(-1, 0),
    "steep": LINE.format(2, 0),
    "shifted": LINE.format(1, 0.2),
    "times_one": "<MultiplierFunction><function>"
    + LINE.format(1, 0)
    + "</function><scale>1</scale></MultiplierFunction>",
    "scaled": "<MultiplierFunction><function>"
    + LINE.format(1, 0)
    + "</function><scale>0.9</scale></MultiplierFunction>",
    "spline": "<SimmSpline><x>-1 0 1 2</x><y>-1 0 0.5 2</y></SimmSpline>",
}


def axis(name: str, *, direction: str, coordinate: str = "", function: str = "") -> str:
    inner = function or "<Constant><value>0</value></Constant>"
    return (
        f'<TransformAxis name="{name}"><coordinates>{coordinate}</coordinates>'
        f"<axis>{direction}</axis>{inner}</TransformAxis>"
    )


def custom_joint(name: str, moved: dict[str, tuple[str, str]], *, child: str) -> str:
    """Write a joint from ground; ``moved``: axis -> coordinate, function."""
    axes = "".join(
        axis(a, direction=d, coordinate=moved[a][0], function=moved[a][1])
        if a in moved
        else axis(a, direction=d)
        for a, d in zip((*AXES, "translation3"), DIRECTIONS, strict=True)
    )
    names = dict.fromkeys(coordinate for coordinate, _ in moved.values())
    coordinates = "".join(f'<Coordinate name="{n}"/>' for n in names)
    return (
        f'<CustomJoint name="{name}"><socket_parent_frame>/ground</socket_parent_frame>'
        f"<socket_child_frame>/bodyset/{child}</socket_child_frame>"
        f"<coordinates>{coordinates}</coordinates>"
        f"<SpatialTransform>{axes}</SpatialTransform></CustomJoint>"
    )


def coupler(dependent: str, source: str) -> str:
    return (
        f'<CoordinateCouplerConstraint name="to_{dependent}">'
        f"<coupled_coordinates_function>{LINE.format(0.5, 0.1)}"
        "</coupled_coordinates_function>"
        f"<independent_coordinate_names>{source}</independent_coordinate_names>"
        f"<dependent_coordinate_name>{dependent}</dependent_coordinate_name>"
        "</CoordinateCouplerConstraint>"
    )


def write_model(path: Path, joints: list[str], constraints: str = "") -> ModelSpec:
    bodies = "".join(
        f'<Body name="b{i}"><mass>1</mass><inertia>1 1 1 0 0 0</inertia></Body>'
        for i in range(len(joints))
    )
    path.write_text(
        '<OpenSimDocument Version="40500"><Model name="toy">'
        f"<BodySet><objects>{bodies}</objects></BodySet>"
        f"<JointSet><objects>{''.join(joints)}</objects></JointSet>"
        f"<ConstraintSet><objects>{constraints}</objects></ConstraintSet>"
        "</Model></OpenSimDocument>"
    )
    return read_model(path)


@pytest.fixture(scope="module", params=[False, True], ids=["free", "coupled"])
def model(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, ModelSpec]:
    """Every function at every axis, and coordinates that move two axes."""
    joints, constraints = [], ""
    for place, function in enumerate(FUNCTIONS):
        for name in AXES:
            joints.append(
                custom_joint(
                    f"j_{function}_{name}",
                    {name: (f"{function}_{name}", FUNCTIONS[function])},
                    child=f"b{len(joints)}",
                )
            )
        if request.param:
            # A rotation sets a translation, a translation a rotation, and so on.
            for name in AXES[place % 2 :: 2]:
                source = f"line_{AXES[-1 - AXES.index(name)]}"
                if function != "line":
                    constraints += coupler(f"{function}_{name}", source)
    for first, second in (("line", "line"), ("line", "spline"), ("spline", "line")):
        name = f"both_{first}_{second}"
        moved = {
            "rotation3": (name, FUNCTIONS[first]),
            "translation1": (name, FUNCTIONS[second]),
        }
        joints.append(custom_joint(f"j_{name}", moved, child=f"b{len(joints)}"))
    path = tmp_path_factory.mktemp("motion_types") / "toy.osim"
    return path, write_model(path, joints, constraints)


def table_of(names: tuple[str, ...]) -> Motion:
    values = np.random.default_rng(3).uniform(-1.0, 1.0, (4, len(names)))
    return Motion(np.linspace(0.0, 0.3, 4), values, names)


def write_degrees(path: Path, motion: Motion) -> None:
    rows = np.column_stack([motion.time, motion.values]).tolist()
    lines = ["\t".join(map(repr, row)) for row in rows]
    names = "\t".join(["time", *motion.names])
    text = f"a\nversion=1\nnRows={len(rows)}\nnColumns={len(motion.names) + 1}\n"
    path.write_text(
        text + f"inDegrees=yes\nendheader\n{names}\n" + "\n".join(lines) + "\n"
    )


def by_table_processor(path: Path, model: Path) -> Motion:
    import opensim

    processor = opensim.TableProcessor(str(path))
    processor.append(opensim.TabOpConvertDegreesToRadians())
    loaded = opensim.Model(str(model))
    loaded.initSystem()
    table = processor.process(loaded)
    time = np.array(table.getIndependentColumn())
    return Motion(time, table.getMatrix().to_numpy(), tuple(table.getColumnLabels()))


def by_storage(path: Path, model: Path) -> Motion:
    import opensim

    loaded = opensim.Model(str(model))
    loaded.initSystem()
    storage = opensim.Storage(str(path))
    loaded.getSimbodyEngine().convertDegreesToRadians(storage)
    labels = storage.getColumnLabels()
    names = [labels.get(i) for i in range(1, labels.getSize())]
    time, columns = opensim.ArrayDouble(), []
    storage.getTimeColumn(time)
    for name in names:
        column = opensim.ArrayDouble()
        storage.getDataColumn(name, column)
        columns.append([column.get(i) for i in range(column.getSize())])
    times = np.array([time.get(i) for i in range(time.getSize())])
    return Motion(times, np.array(columns).T, tuple(names))


READERS = {"TableProcessor": by_table_processor, "Storage": by_storage}


def test_the_models_hold_all_three_motion_types(
    model: tuple[Path, ModelSpec],
) -> None:
    found = {c.motion_type for c in model[1].coordinates}
    assert found == {"rotational", "translational", "coupled"}


@pytest.mark.parametrize("reader", READERS)
def test_degrees_are_read_as_opensim_reads_them(
    reader: str, model: tuple[Path, ModelSpec], tmp_path: Path
) -> None:
    path, spec = model
    write_degrees(tmp_path / "a.mot", table_of(spec.coordinate_names))
    ours = read_motion(tmp_path / "a.mot", spec=spec)
    theirs = READERS[reader](tmp_path / "a.mot", path)
    np.testing.assert_allclose(ours.values, theirs.select(ours.names).values, atol=1e-9)


@pytest.mark.parametrize("reader", READERS)
def test_opensim_reads_what_was_written(
    reader: str, model: tuple[Path, ModelSpec], tmp_path: Path
) -> None:
    path, spec = model
    motion = table_of(spec.coordinate_names)
    write_motion(tmp_path / "a.mot", motion, spec=spec)
    theirs = READERS[reader](tmp_path / "a.mot", path)
    np.testing.assert_allclose(theirs.values, motion.values, atol=1e-9)


def test_lengths_are_told_from_angles_whatever_their_motion_type(
    model: tuple[Path, ModelSpec],
) -> None:
    for coordinate in model[1].coordinates:
        # One that turns and moves its joint is what OpenSim says, else an angle.
        both = coordinate.name.startswith("both")
        is_length = "translation" in (
            coordinate.motion_type if both else coordinate.name
        )
        assert coordinate.translational == is_length, coordinate.name


@pytest.mark.recordings
def test_the_models_of_the_library_are_read_as_opensim_reads_them(
    recordings: Path, tmp_path: Path
) -> None:
    for name in ("gait2392_subject01", "leg69", "gait10dof18musc_subject01"):
        path = recordings / "models" / "opensim_library" / f"{name}.osim"
        spec = read_model(path)
        write_degrees(tmp_path / "a.mot", table_of(spec.coordinate_names))
        ours = read_motion(tmp_path / "a.mot", spec=spec)
        theirs = by_table_processor(tmp_path / "a.mot", path)
        np.testing.assert_allclose(
            ours.values, theirs.select(ours.names).values, atol=1e-9
        )
