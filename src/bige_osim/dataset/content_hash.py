"""What a dataset holds, as one number: its hash does not depend on how it was written.

A dataset that was written at once, joined from parts or added to has the same hash if
the same repetitions are in the same order.
"""

import hashlib
from collections.abc import Mapping

import numpy as np
import xarray as xr

REPETITION = "repetition"
"""The dimension that grows."""

MODEL = "osim"
"""The dimension of the models that travel in a dataset."""

MODEL_HASH = "model_hash"
"""SHA-256 of each model's ``.osim``."""

MODEL_JSON = "model_json"
"""Each model's specification."""


class ContentHash:
    """SHA-256 over names, dimensions and values, fed block by block."""

    def __init__(self) -> None:
        self._head = b""
        self._repetitions = hashlib.sha256()
        self._models: dict[str, str] = {}

    def add(self, block: xr.Dataset) -> None:
        """Take in repetitions; the names of all blocks must agree."""
        head = hashlib.sha256()
        grown = []
        for name in sorted(str(n) for n in block.variables):
            variable = block[name]
            if REPETITION in variable.dims:
                variable = variable.transpose(REPETITION, ...)
                head.update(f"{name}{variable.dims[1:]}{variable.shape[1:]}".encode())
                grown.append(variable.values)
            elif MODEL not in variable.dims:
                head.update(f"{name}{variable.dims}{variable.shape}".encode())
                head.update(_as_bytes(variable.values))
        self._head = head.digest()
        for place in range(block.sizes[REPETITION]):
            for values in grown:
                self._repetitions.update(_as_bytes(values[place : place + 1]))
        self._models |= read_stored_models(block)

    def hexdigest(self) -> str:
        """Return the hash of what was taken in so far."""
        digest = hashlib.sha256(self._head + self._repetitions.digest())
        for sha, text in sorted(self._models.items()):
            digest.update(f"{sha}\0{text}\0".encode())
        return digest.hexdigest()


def content_hash(dataset: xr.Dataset) -> str:
    """SHA-256 over names, dimensions and values of everything but the attributes."""
    content = ContentHash()
    content.add(dataset)
    return content.hexdigest()


def read_stored_models(dataset: xr.Dataset) -> Mapping[str, str]:
    """JSON of the models in a dataset, by the hash of their ``.osim``."""
    return {
        str(sha): str(text)
        for sha, text in zip(
            dataset[MODEL_HASH].values, dataset[MODEL_JSON].values, strict=True
        )
    }


def _as_bytes(values: np.ndarray) -> bytes:
    if values.dtype.kind in "OUST":
        return "\0".join([*(str(v) for v in values.ravel()), ""]).encode()
    return np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<")).tobytes()
