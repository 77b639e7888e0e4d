"""Modules whose constants move with them and are not saved."""

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn


class Constants(nn.Module):
    """A module with constant tensors (buffers that are not part of its state).

    Examples
    --------
    >>> module = Constants()
    >>> module.keep(torch.float32, mass=[1.0, 2.0])
    >>> module.double().mass, module.state_dict()
    (tensor([1., 2.], dtype=torch.float64), OrderedDict())
    """

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> torch.Tensor:
            """Constants by name."""

    def keep(self, dtype: torch.dtype | None = None, **constants: Any) -> None:
        """Add tensors, arrays or nested lists by name, as one type."""
        for name, value in constants.items():
            known = value.numpy() if isinstance(value, torch.Tensor) else value
            tensor = torch.as_tensor(np.array(known, order="C"), dtype=dtype)
            self.register_buffer(name, tensor, persistent=False)
