"""What is packed comes out again, rounded to its step."""

import base64
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bige_osim.report.viewer.packing import Packer, Reference


def unpack(packed: bytes, place: Reference) -> np.ndarray:
    """Read an array as ``player/read.js`` does."""
    count = int(np.prod(place["shape"]))
    end = place["at"] + place["bytes"] * count
    planes = np.frombuffer(packed[place["at"] : end], np.uint8).reshape(-1, count)
    zigzag = sum(plane.astype(np.int64) << 8 * i for i, plane in enumerate(planes))
    change = (zigzag >> 1) ^ -(zigzag & 1)
    whole = change.reshape(place["shape"]).cumsum(axis=0)
    found: np.ndarray = whole * place["step"]
    return found


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=20))
def test_numbers_come_back_within_half_a_step(numbers: list[float]) -> None:
    values = np.array(numbers[: len(numbers) // 2 * 2]).reshape(-1, 2)
    packer = Packer()
    packer.add(np.arange(3.0), step=1.0)
    place = packer.add(values, step=0.001)
    packed = zlib.decompress(base64.b64decode(packer.text()))
    assert np.abs(unpack(packed, place) - values).max() <= 0.0005 + 1e-9


@pytest.mark.parametrize(("most", "count"), [(100, 1), (10_000, 2), (10_000_000, 4)])
def test_no_more_bytes_are_used_than_it_takes(most: int, count: int) -> None:
    place = Packer().add(np.array([0, most]), step=1.0)
    assert place["bytes"] == count
