"""Clips of joint centres in ``.npy`` files, as generators of motion write them.

The format is NumPy's (NEP 1, https://numpy.org/neps/nep-0001-npy-format.html). Python
objects in such a file are a pickle, which may run code when it is opened; these are
never opened.
"""

from pathlib import Path

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError, DataError, MissingFileError
from bige_osim.motion import Markers
from bige_osim.paths import AnyPath
from bige_osim.spec.joint_names import BODIES, IGNORED, check_joints

FEWEST = 8
"""Frames that a clip needs."""

RATES = (1.0, 1000.0)
"""Frames per second that a clip may have, Hz."""

FEATURES = (263, 251)
"""Numbers a frame of HumanML3D's and KIT-ML's features, which are no joints."""


def read_clips(
    path: AnyPath, *, fps: float, names: AnyPath | None = None
) -> tuple[Markers, ...]:
    """Read the clips of a file, in its own axes and unit (m, if it keeps to habit).

    Parameters
    ----------
    path : ``.npy`` of shape (T, J, 3), (J, 3, T), (N, T, J, 3) or (N, J, 3, T)
    fps : frames per second, Hz
    names : ``humanml3d``, ``smpl``, or a text file with a joint's name in each line, in
        the order of the columns; told by the number of joints for ``None``

    Returns
    -------
    N clips; columns called ``none`` are left out

    Raises
    ------
    MissingFileError, DataError
        There is no such file, or it holds something else.
    UnknownNameError
        The file of names has one that is no joint.
    BigeError
        The rate is none, or names are missing or repeated.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.save(f"{folder}/joints.npy", np.zeros((2, 22, 3, 40)))
    ...     read_clips(f"{folder}/joints.npy", fps=20.0)[1]
    Markers(joints_01: 22 markers, 40 frames, 1.95 s at 20 Hz)
    """
    path = Path(path)
    if not RATES[0] <= fps <= RATES[1]:
        raise BigeError(
            f"--fps: a clip has {RATES[0]:g} to {RATES[1]:g} frames a second, got "
            f"{fps:g}; HumanML3D's have 20."
        )
    array = _read_array(path)
    known = _open_names(names, array.shape)
    positions = _arrange(path, array, len(known))
    _check_values(path, positions, known)
    kept = [i for i, name in enumerate(known) if name != IGNORED]
    clips = np.ascontiguousarray(positions[:, :, kept], dtype=np.float64)
    time = np.arange(clips.shape[1]) / fps
    several = len(clips) > 1
    return tuple(
        Markers(
            time,
            clip,
            tuple(known[i] for i in kept),
            name=f"{path.stem}_{number:02d}" if several else path.stem,
        )
        for number, clip in enumerate(clips)
    )


def _read_array(path: Path) -> np.ndarray:
    if not path.is_file():
        raise MissingFileError(path, what="file of joints")
    try:
        with path.open("rb") as file:
            array: np.ndarray = np.lib.format.read_array(file, allow_pickle=False)
    except ValueError as error:
        if "Object arrays" in str(error):
            raise DataError(
                path,
                expected="an array of numbers",
                got="Python objects (a pickle), which may run code and are not opened",
                remedy="save its array of joints alone, by numpy.save",
            ) from error
        raise DataError(
            path,
            expected="an array in NumPy's format (.npy)",
            got=f"something else ({error})",
            remedy="save the joints by numpy.save",
        ) from error
    if array.dtype.kind not in "fiu":
        raise DataError(
            path,
            expected="an array of numbers",
            got=f"values of type {array.dtype}",
            remedy="save the joints by numpy.save",
        )
    return array.astype(np.float64)


def _open_names(names: AnyPath | None, shape: tuple[int, ...]) -> tuple[str, ...]:
    """Names of the columns; the body's with as many joints where none are given."""
    if names is None:
        fitting = (b for b in reversed(BODIES.values()) if len(b) in shape[-3:])
        return next(fitting, BODIES["humanml3d"])
    if str(names) in BODIES:
        return BODIES[str(names)]
    path = Path(names)
    if not path.is_file():
        raise MissingFileError(
            path, what="file of names", remedy=f"pass it, or {' or '.join(BODIES)}"
        )
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(
            path, expected="text, a joint's name in each line", got="something else",
            remedy="write one",
        ) from error  # fmt: skip
    given = [line for line in lines if line.strip()]
    return check_joints(given, where=str(path))


def _arrange(
    path: Path, array: np.ndarray, joints: int
) -> Float[np.ndarray, "N T J 3"]:
    """Clips with frames before joints, whatever order the file has."""
    shape = array.shape
    clips = array[None] if array.ndim == 3 else array
    if clips.ndim == 4 and clips.shape[2:] == (joints, 3):
        arranged = clips
    elif clips.ndim == 4 and clips.shape[1:3] == (joints, 3):
        arranged = clips.transpose(0, 3, 1, 2)
    else:
        remedy = "pass joint centres; --names says which joints they are"
        if shape and shape[-1] in FEATURES:
            remedy = "turn features into joints first (HumanML3D's recover_from_ric)"
        raise DataError(
            path,
            expected=f"the shape (frames, {joints}, 3) or ({joints}, 3, frames), clips "
            "first if there are several",
            got=f"{shape}",
            remedy=remedy,
        )
    if arranged.shape[0] < 1 or arranged.shape[1] < FEWEST:
        raise DataError(
            path,
            expected=f"{FEWEST} frames or more",
            got=f"{arranged.shape[1]} in {arranged.shape[0]} clips",
            remedy="pass a longer clip",
        )
    return arranged


def _check_values(
    path: Path, positions: Float[np.ndarray, "N T J 3"], names: tuple[str, ...]
) -> None:
    used = np.array([name != IGNORED for name in names])
    bad = np.argwhere(~np.isfinite(positions).all(axis=3) & used)
    if len(bad):
        clip, frame, joint = (int(i) for i in bad[0])
        value = positions[clip, frame, joint]
        which = f" of clip {clip}" if len(positions) > 1 else ""
        raise DataError(
            path,
            expected=f"finite places of {names[joint]} in frame {frame}{which}",
            got=", ".join(f"{v:g}" for v in value.tolist()),
            remedy="fill the gap or cut the clip",
        )
