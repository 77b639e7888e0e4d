"""UI-PRMD's text files."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import DataError
from bige_osim.io.session.ui_prmd import MARKERS, parse_name, read_ui_prmd


def rows(count: int = 3) -> list[str]:
    """Marker k at x = k, y = 10 k, z = 100 k mm, moving 1 mm a frame along x."""
    texts = []
    for frame in range(count):
        cells = [v for k in range(39) for v in (k + frame, 10 * k, 100 * k)]
        texts.append(",".join(map(str, cells)))
    return texts


def write(path: Path, lines: list[str]) -> Path:
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


def test_positions_are_in_metres_with_y_up(tmp_path: Path) -> None:
    markers = read_ui_prmd(write(tmp_path / "a.txt.gz", rows()))
    assert markers.names == tuple(MARKERS)
    assert len(set(markers.names)) == 39
    assert markers.time.tolist() == [0.0, 0.01, 0.02]
    k = MARKERS.index("C7")
    expected = [(k + 2) / 1000, k / 10, -k / 100]
    assert markers.marker("C7")[2].tolist() == pytest.approx(expected)


def test_a_file_that_is_not_gzipped_reads_the_same(tmp_path: Path) -> None:
    plain = tmp_path / "a.txt"
    plain.write_text("\n".join(rows()) + "\n")
    packed = read_ui_prmd(write(tmp_path / "a.txt.gz", rows()))
    assert np.array_equal(read_ui_prmd(plain).positions, packed.positions)


def test_a_row_cut_off_is_named(tmp_path: Path) -> None:
    lines = rows()
    lines[1] = lines[1].rsplit(",", 2)[0]
    path = write(tmp_path / "a.txt.gz", lines)
    with pytest.raises(DataError) as caught:
        read_ui_prmd(path)
    assert str(caught.value) == (
        f"{path}, row 2: expected 117 cells, got 115; download the file again."
    )


@pytest.mark.parametrize(
    "content",
    [b"no gzip", gzip.compress(b"\n"), b""],
    # Of its own a name would hold gzip's time stamp, another in every process.
    ids=["no gzip", "an empty line", "nothing"],
)
def test_damage_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(content)
    with pytest.raises(DataError, match="download the file again"):
        read_ui_prmd(path)


def test_names_tell_movement_subject_episode_and_how_it_was_done() -> None:
    found = parse_name(Path("x/m05_s10_e03_positions.txt.gz"))
    assert found is not None
    assert (found.movement, found.subject, found.episode) == (5, 10, 3)
    assert found.correct
    assert found.trial == "m05_s10_e03"
    bad = parse_name(Path("m01_s02_e03_positions_inc.txt.gz"))
    assert bad is not None
    assert bad.trial == "m01_s02_e03_inc"
    assert parse_name(Path("squats1.trc")) is None
