"""Numbers in the viewer's page: rounded, packed into few bytes, compressed."""

import base64
import zlib
from typing import Any

import numpy as np
from jaxtyping import Num

Reference = dict[str, Any]
"""Where an array is among the packed bytes, and how it is read from there."""


class Packer:
    r"""Collects arrays and packs them into one text.

    An array is divided by its step and rounded; of each row the row before is taken
    off, small numbers of either sign become small ones without (zigzag), and their
    lowest bytes stand first, then the next: motions and meshes are then compressed to
    about a third. ``player/read.js`` reads them.

    Examples
    --------
    >>> packer = Packer()
    >>> packer.add(np.array([[0.5], [0.6]]), step=0.1)
    {'at': 0, 'shape': [2, 1], 'bytes': 1, 'step': 0.1}
    >>> zlib.decompress(base64.b64decode(packer.text()))
    b'\n\x02'
    """

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def add(self, values: Num[np.ndarray, "..."], *, step: float) -> Reference:
        """Add an array of finite numbers and say where it is.

        Parameters
        ----------
        values : in any unit
        step : to which they are rounded, same unit
        """
        whole = np.rint(values / step).astype(np.int64)
        change = np.diff(whole, axis=0, prepend=np.zeros_like(whole[:1]))
        zigzag = ((change << 1) ^ (change >> 63)).astype(np.uint32)
        most = int(zigzag.max(initial=0))
        count = 1 if most < 2**8 else 2 if most < 2**16 else 4
        columns = zigzag.astype(f"<u{count}").reshape(-1, 1).view(np.uint8)
        packed = np.ascontiguousarray(columns.T).tobytes()
        place, self.size = self.size, self.size + len(packed)
        self.parts.append(packed)
        return {
            "at": place,
            "shape": list(values.shape),
            "bytes": count,
            "step": step,
        }

    def text(self) -> str:
        """All arrays, compressed (zlib) and as base64."""
        packed = zlib.compress(b"".join(self.parts), level=9)
        return base64.b64encode(packed).decode("ascii")
