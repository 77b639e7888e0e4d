"""From the columns a motion has to every coordinate of the model, coupled ones too."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from bige_osim.errors import BigeError, UnknownNameError, name_some
from bige_osim.motion import Motion
from bige_osim.physics.kinematics.functions import FunctionTable
from bige_osim.spec import CouplerSpec, ModelSpec


class CoordinateMap(nn.Module):
    """All coordinates of a model from some of them, by name.

    Independent coordinates come from the columns; locked ones that are not among the
    columns keep the model's default; coupled ones are computed, whatever a column says.

    Parameters
    ----------
    spec : the model
    fill : take the model's default for any independent coordinate that is missing,
        instead of refusing
    dtype : of the output, to which inputs are converted

    Attributes
    ----------
    independent : names of the coordinates that no coupler sets, in the model's order
    names : order of the output: the independent coordinates, then the coupled ones
    model_order : the same names in the model's order, as its files have them
    driver : for each of ``names``, the position of the independent one it follows
    """

    default: torch.Tensor
    lowest: torch.Tensor
    highest: torch.Tensor

    def __init__(self, spec: ModelSpec, *, fill: bool, dtype: torch.dtype) -> None:
        super().__init__()
        self.model_name = spec.name
        self.model_order = spec.coordinate_names
        self.independent = spec.independent_names
        coordinates = [spec.coordinate(name) for name in self.independent]
        self.fillable = {c.name for c in coordinates if c.locked or fill}
        generations = _generations(spec)
        self.names = self.independent + tuple(
            coupler.dependent for generation in generations for coupler in generation
        )
        defaults = torch.tensor([c.default for c in coordinates], dtype=dtype)
        self.register_buffer("default", defaults, persistent=False)
        ranges = [
            (c.minimum, c.maximum) if c.clamped else (-math.inf, math.inf)
            for c in coordinates
        ]
        limits = torch.tensor(ranges, dtype=dtype).reshape(-1, 2)
        self.register_buffer("lowest", limits[:, 0].contiguous(), persistent=False)
        self.register_buffer("highest", limits[:, 1].contiguous(), persistent=False)
        self.tables = nn.ModuleList(
            FunctionTable([c.function for c in generation], dtype=dtype)
            for generation in generations
        )
        self.sources = [
            [self.names.index(c.independent) for c in generation]
            for generation in generations
        ]
        self.driver = list(range(len(self.independent)))
        for sources in self.sources:
            self.driver += [self.driver[source] for source in sources]

    def forward(
        self, q: Float[torch.Tensor, "B C"], names: Sequence[str]
    ) -> Float[torch.Tensor, "B A"]:
        """Values (B, A) of all coordinates, rad or m, in the order of ``names``.

        Raises
        ------
        UnknownNameError
            A column is no coordinate of the model.
        BigeError
            Columns and names differ in number, or an independent coordinate that is
            not locked is missing.
        """
        index, missing = self._columns(tuple(names), q.shape[1])
        q = q.to(self.default.dtype)
        if missing:
            q = torch.cat([q, self.default.expand(len(q), -1)], dim=1)
        return self._add_coupled(q[:, index])

    def clamp(self, values: Float[torch.Tensor, "B A"]) -> Float[torch.Tensor, "B A"]:
        """Values (B, A) with every coordinate that the model clamps within its range.

        Parameters
        ----------
        values : (B, A) all coordinates, in the order of ``names``
        """
        free = values[:, : len(self.independent)]
        return self._add_coupled(torch.clamp(free, self.lowest, self.highest))

    def _add_coupled(
        self, values: Float[torch.Tensor, "B I"]
    ) -> Float[torch.Tensor, "B A"]:
        """Add coupled coordinates to the independent ones."""
        for table, source in zip(self.tables, self.sources, strict=True):
            values = torch.cat([values, table(values[:, source])], dim=1)
        return values

    def coupler_gradients(
        self, values: Float[torch.Tensor, "B A"]
    ) -> Float[torch.Tensor, "B A"]:
        """How fast every coordinate moves with the independent one that drives it.

        Parameters
        ----------
        values : (B, A) all coordinates, in the order of ``names``

        Returns
        -------
        (B, A) : 1 for independent coordinates, the coupler's slope for coupled ones
        """
        ratios = torch.ones_like(values[:, : len(self.independent)])
        for table, source in zip(self.tables, self.sources, strict=True):
            assert isinstance(table, FunctionTable)
            slope = table.derivative(values[:, source]) * ratios[:, source]
            ratios = torch.cat([ratios, slope], dim=1)
        return ratios

    def fold(
        self, values: Float[torch.Tensor, "B A"], forces: Float[torch.Tensor, "B A"]
    ) -> Float[torch.Tensor, "B I"]:
        """Generalised forces at the independent coordinates, those of coupled included.

        By virtual work: a coupled coordinate's force counts with the coupler's slope.

        Parameters
        ----------
        values : (B, A) all coordinates
        forces : (B, A) N m or N, in the same order
        """
        folded = torch.zeros_like(values[:, : len(self.independent)])
        driver = torch.tensor(self.driver, device=values.device)
        return folded.index_add(1, driver, forces * self.coupler_gradients(values))

    def complete(self, motion: Motion) -> Motion:
        """Add to a motion what it lacks; (T, A) of all coordinates, in model order.

        Errors are those of :meth:`forward`.
        """
        values = torch.tensor(np.ascontiguousarray(motion.values))
        found = self(values, motion.names).numpy()
        return Motion(motion.time, found, self.names).select(self.model_order)

    def _columns(self, names: tuple[str, ...], count: int) -> tuple[list[int], bool]:
        """Where each independent coordinate is: a column, or after them a default."""
        if len(names) != count or len(set(names)) != count:
            raise BigeError(
                f"A pose of {count} columns needs as many different names, got "
                f"{len(names)}: {name_some(names)}; pass the motion's own names."
            )
        for name in names:
            if name not in self.names:
                raise UnknownNameError(
                    "coordinate", name, self.names, where=f"model {self.model_name}"
                )
        place = {name: i for i, name in enumerate(names)}
        missing = [n for n in self.independent if n not in place]
        refused = [n for n in missing if n not in self.fillable]
        if refused:
            raise BigeError(
                f"A pose of model {self.model_name} needs the coordinates "
                f"{name_some(refused)}, which are missing; add them or allow defaults "
                "with fill=True."
            )
        index = [place.get(name, count + i) for i, name in enumerate(self.independent)]
        return index, bool(missing)


def complete_motion(motion: Motion, spec: ModelSpec) -> Motion:
    """Add what a motion lacks: coupled coordinates, and defaults of any others.

    Parameters
    ----------
    motion : (T, C) rad and m
    spec : the model

    Returns
    -------
    Motion
        (T, A) of all coordinates, in the model's order, as its files have them
    """
    return CoordinateMap(spec, fill=True, dtype=torch.float64).complete(motion)


def _generations(spec: ModelSpec) -> list[list[CouplerSpec]]:
    """Couplers in groups, each depending only on coordinates known before it."""
    known, waiting = set(spec.independent_names), list(spec.couplers)
    generations = []
    while waiting:
        ready = [c for c in waiting if c.independent in known]
        if not ready:
            loop = name_some(c.dependent for c in waiting)
            raise BigeError(
                f"Model {spec.name}: the coupled coordinates {loop} depend on one "
                "another or on an unknown one; correct its couplers."
            )
        generations.append(ready)
        known |= {c.dependent for c in ready}
        waiting = [c for c in waiting if c not in ready]
    return generations
