"""What a function takes as a path: text or anything that is one.

Functions that read or write files turn it into a :class:`~pathlib.Path` at the door.
"""

import os

AnyPath = str | os.PathLike[str]
"""Path of a file or folder, as :func:`open` takes it."""
