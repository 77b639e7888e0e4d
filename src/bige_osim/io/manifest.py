"""The manifest every step writes beside its outputs: what made them, from what."""

import hashlib
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bige_osim.paths import AnyPath

PACKAGES = ("bige-osim", "numpy", "scipy", "torch", "opensim", "nimblephysics")
"""Packages whose versions can change a result."""


@dataclass
class Manifest:
    """Collects the provenance of one step while it runs.

    Attributes
    ----------
    command : the verb, such as ``solve``
    inputs : files that were read
    config : settings as plain data
    seed : seed of every random choice, or ``None``
    timings : wall-clock seconds per part
    warnings : sentences for the user
    """

    command: str
    inputs: list[Path] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)
    seed: int | None = None
    timings: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @contextmanager
    def time_part(self, part: str) -> Iterator[None]:
        """Add the block's wall-clock time to ``timings[part]``."""
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self.timings[part] = round(self.timings.get(part, 0.0) + spent, 3)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, with the SHA-256 of every input."""
        return {
            "command": self.command,
            "inputs": [
                {"file": path.as_posix(), "sha256": sha256(path)}
                for path in dict.fromkeys(self.inputs)
            ],
            "config": self.config,
            "seed": self.seed,
            "versions": versions(),
            "timings": self.timings,
            "warnings": self.warnings,
        }


def sha256(path: AnyPath) -> str:
    """SHA-256 of a file, hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that can change a result."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
