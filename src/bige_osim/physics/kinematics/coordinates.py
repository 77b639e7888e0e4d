"""From the columns a motion has to every coordinate of the model, coupled ones too."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from bige_osim.errors import BigeError, UnknownNameError, name_some
from bige_osim.motion import Motion
from bige_osim.physics.constants import Constants
from bige_osim.physics.kinematics.functions import FunctionTable
from bige_osim.spec import CouplerSpec, ModelSpec


class CoordinateMap(Constants):
    """All coordinates of a model from some of them, by name.

    Independent coordinates come from the columns; locked ones that are not among the
    columns keep the model's default; coupled ones are computed, whatever a column says,
    as OpenSim's ``CoordinateCouplerConstraint`` has them.

    Parameters
    ----------
    spec : the model
    fill : take the model's default for any independent coordinate that is missing,
        instead of refusing
    dtype : of the output, to which inputs are converted

    Attributes
    ----------
    independent : names of the I coordinates that no coupler sets, in the model's order
    names : of the A outputs: the independent coordinates, then the coupled ones
    model_order : the same names in the model's order, as its files have them
    driver : for each of ``names``, the position of the independent one it follows

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> known = CoordinateMap(pendulum(), fill=True, dtype=torch.float64)
    >>> known(torch.zeros(1, 0), []).tolist()
    [[0.0]]
    >>> q, tau = torch.ones(1, 1).double(), torch.full((1, 1), 3.0).double()
    >>> known.coupler_gradients(q).tolist(), known.fold(q, tau).tolist()
    ([[1.0]], [[3.0]])
    >>> known.complete(Motion(np.zeros(1), np.zeros((1, 0)), ())).names
    ('angle',)
    """

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
        self.keep(
            dtype,
            default=[c.default for c in coordinates],
            lowest=[c.minimum if c.clamped else -math.inf for c in coordinates],
            highest=[c.maximum if c.clamped else math.inf for c in coordinates],
        )
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
        """Values (B, A) of all coordinates, rad or m, from columns of some names.

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

    def clamp(self, q: Float[torch.Tensor, "B A"]) -> Float[torch.Tensor, "B A"]:
        """All coordinates (B, A) with those that the model clamps within their range.

        Parameters
        ----------
        q : (B, A) all coordinates, rad or m, in the order of ``names``
        """
        free = q[:, : len(self.independent)]
        return self._add_coupled(torch.clamp(free, self.lowest, self.highest))

    def _add_coupled(self, q: Float[torch.Tensor, "B I"]) -> Float[torch.Tensor, "B A"]:
        for table, source in zip(self.tables, self.sources, strict=True):
            q = torch.cat([q, table(q[:, source])], dim=1)
        return q

    def coupler_gradients(
        self, q: Float[torch.Tensor, "B A"]
    ) -> Float[torch.Tensor, "B A"]:
        """Differentiate every coordinate by the independent one that drives it.

        Parameters
        ----------
        q : (B, A) all coordinates, rad or m, in the order of ``names``

        Returns
        -------
        (B, A) : 1 for independent coordinates, the coupler's slope for coupled ones
        """
        ratios = torch.ones_like(q[:, : len(self.independent)])
        for table, source in zip(self.tables, self.sources, strict=True):
            slope = table(q[:, source], order=1) * ratios[:, source]
            ratios = torch.cat([ratios, slope], dim=1)
        return ratios

    def coupler_curvatures(
        self, q: Float[torch.Tensor, "B A"]
    ) -> Float[torch.Tensor, "B A"]:
        """Differentiate every coordinate twice by the independent one that drives it.

        Parameters
        ----------
        q : (B, A) all coordinates, rad or m, in the order of ``names``
        """
        ratios = torch.ones_like(q[:, : len(self.independent)])
        second = torch.zeros_like(ratios)
        for table, source in zip(self.tables, self.sources, strict=True):
            driver = q[:, source]
            slope, bend = table(driver, order=1), table(driver, order=2)
            bent = bend * ratios[:, source] ** 2 + slope * second[:, source]
            ratios = torch.cat([ratios, slope * ratios[:, source]], dim=1)
            second = torch.cat([second, bent], dim=1)
        return second

    def fold(
        self, q: Float[torch.Tensor, "B A"], tau: Float[torch.Tensor, "B A"]
    ) -> Float[torch.Tensor, "B I"]:
        """Generalised forces at the independent coordinates, those of coupled included.

        By virtual work: a coupled coordinate's force counts with the coupler's slope.

        Parameters
        ----------
        q : (B, A) all coordinates, rad or m
        tau : (B, A) N m or N, in the same order
        """
        folded = torch.zeros_like(q[:, : len(self.independent)])
        driver = torch.tensor(self.driver, device=q.device)
        return folded.index_add(1, driver, tau * self.coupler_gradients(q))

    def complete(self, motion: Motion) -> Motion:
        """Add to a motion what it lacks; (T, A) of all coordinates, in model order.

        Errors are those of :meth:`forward`.
        """
        q = torch.tensor(np.ascontiguousarray(motion.values))
        whole = Motion(motion.time, self(q, motion.names).numpy(), self.names)
        return whole.select(self.model_order)

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

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> nothing = Motion(np.zeros(1), np.zeros((1, 0)), ())
    >>> complete_motion(nothing, pendulum()).names
    ('angle',)
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
