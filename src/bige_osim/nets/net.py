"""What a kind of net is to training, checkpoints, commands and reports."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Generic, Literal, TypeVar

import torch
from jaxtyping import Float
from torch import nn

from bige_osim.errors import DatasetError, UnknownNameError, cut_short, name_some
from bige_osim.io.tables import Fault, Number, TomlTable, WholeNumber, check_table
from bige_osim.nets.block_record import BlockRecord
from bige_osim.nets.kinds import list_kinds
from bige_osim.nets.samples import Samples, TrainingData
from bige_osim.nets.scaling import Scaling
from bige_osim.spec import ModelSpec

Losses = Mapping[str, torch.Tensor]
"""Scalars by name; ``total`` is what is minimised."""

Loss = Callable[[Samples], Losses]
"""Losses of a net on samples, ``total`` among them."""

Augmentation = Callable[[Samples], Samples]
"""Changes a training batch."""

Models = Sequence[ModelSpec]
"""Models of a dataset, in the order that ``Samples.model`` counts in."""

NetT = TypeVar("NetT", bound=nn.Module)
Settings = TypeVar("Settings", bound=TomlTable)


class FittingConfig(TomlTable):
    """How a net is trained: the table ``[fitting]`` of its settings.

    Attributes
    ----------
    epochs : passes over the training repetitions
    draws : repetitions in a pass, drawn with replacement; 0 takes each of them once
    batch_size : repetitions per step
    learning_rate : no unit; highest after ``warmup``, then a half cosine to 0
    warmup : share of all steps
    weight_decay : factor of AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101)
    optimiser : ``adamw`` for all weights, or ``muon`` for large matrices
    clip : largest norm of the gradient, no unit
    save_every : epochs between saved states; one is saved when it is stopped, too
    """

    epochs: WholeNumber = 300
    draws: WholeNumber = 0
    batch_size: WholeNumber = 8
    learning_rate: Number = 2e-3
    warmup: Number = 0.05
    weight_decay: Number = 1e-2
    optimiser: Literal["adamw", "muon"] = "adamw"
    clip: Number = 1.0
    save_every: WholeNumber = 10

    def shorten(self, steps: int, *, repetitions: int) -> "FittingConfig":
        """As many epochs of ``repetitions`` as make about ``steps``, at least 5.

        Examples
        --------
        >>> FittingConfig().shorten(600, repetitions=32).epochs
        150
        """
        per_epoch = max(1, -(-(self.draws or repetitions) // self.batch_size))
        return self.model_copy(update={"epochs": max(5, round(steps / per_epoch))})


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What a net is made for, beside its settings.

    Attributes
    ----------
    coordinate_names : C, in the order of every batch
    muscle_names : M; none for a net that does not look at activations
    frames : F of a repetition
    scaling : fitted on the training participants
    exercises : of the dataset; none for a net that is not told which one it is
    blocks : kinds of block that a net for blocks of muscles serves; none for others
    """

    coordinate_names: tuple[str, ...]
    muscle_names: tuple[str, ...]
    frames: int
    scaling: Scaling
    exercises: tuple[str, ...] = ()
    blocks: tuple[BlockRecord, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Score:
    """How a number among a net's scores is said.

    Attributes
    ----------
    key : its name in the record
    words : for a sentence, with its format, such as ``joint angles {:.1f} deg``
    title : for a table
    factor : from the record's unit to that of the words
    named : its name with that unit, of an error that a summary lists
    """

    key: str
    words: str
    title: str
    factor: float = 1.0
    named: str | None = None


Extras = tuple[Mapping[str, torch.Tensor], Mapping[str, Any]]
"""What a net keeps beside its weights: tensors, and facts for the record's latents."""


def finish_nothing(net: nn.Module, data: TrainingData) -> Extras:
    """Keep nothing beside the weights."""
    return {}, {}


@dataclass(frozen=True, kw_only=True)
class Net(Generic[NetT]):
    """A kind of net: all that training, checkpoints, commands and reports need of it.

    Attributes
    ----------
    kind : its name, and that of its module in :mod:`bige_osim.nets.kinds`
    settings : with ``net`` (what ``build`` takes), ``fitting`` and more of its own
    config : of ``settings.net``
    activations : whether it looks at muscle activations
    footprints : whether it looks at footprints, exercises and styles
    build : (net's configuration, columns) -> the net
    prepare : (net, data, settings) -> its losses and its augmentation
    weigh : (samples, settings) -> how often each sample is drawn, no unit; all alike
        without it
    score : (net, samples, the dataset's models) -> errors for the record, by name
    scores : how these are said
    finish : (net, data) -> what to keep beside the weights; may calibrate the net
    fit : trains the net in another way than on repetitions, with what
        :func:`~bige_osim.nets.train.train` is given; ``prepare`` and ``score`` are not
        needed then
    draw : (net, its run folder, body, count=…, random=…) -> as many motions of a body
        (stature m, mass kg, leg length m) as recorded,
        :class:`~bige_osim.nets.curve_tokens.DrawnMotions`; of a net that makes motions
    predict : (net, record, solution, skeleton=…, repetitions=…, net_alone=…) -> the
        activations that it predicts of a solved motion,
        :class:`~bige_osim.nets.prediction.PredictedActivations`
    """

    kind: str
    settings: type[Any]
    config: type[Any]
    activations: bool = False
    footprints: bool = False
    build: Callable[[Any, Columns], NetT]
    prepare: Callable[[NetT, TrainingData, Any], tuple[Loss, Augmentation]] | None = (
        None
    )
    weigh: Callable[[Samples, Any], Float[torch.Tensor, " N"]] | None = None
    score: Callable[[NetT, Samples, Models], dict[str, Any]] | None = None
    scores: tuple[Score, ...] = ()
    finish: Callable[[NetT, TrainingData], Extras] = finish_nothing
    fit: Callable[..., Any] | None = None
    draw: Callable[..., Any] | None = None
    predict: Callable[..., Any] | None = None


def find_net(kind: str, method: str = "") -> Net[Any]:
    """Load a kind of net by its name, and by its method where it has several.

    Parameters
    ----------
    kind : its name
    method : its settings' ``method``; the usual one for ""

    Raises
    ------
    UnknownNameError
        if there is none of that name

    Examples
    --------
    >>> find_net("surrogate", "kinematics").activations
    True
    """
    if kind not in list_kinds():
        where = "The package bige_osim"
        raise UnknownNameError("kind of net", kind, list_kinds(), where=where)
    module = import_module(f"bige_osim.nets.kinds.{kind}")
    net: Net[Any] = module.NET
    if not method:
        return net
    methods: dict[str, Net[Any]] = getattr(module, "METHODS", {})
    if method not in methods:
        where = f"A {kind}'s settings"
        raise UnknownNameError("method", method, methods, where=where)
    return methods[method]


def read_settings(
    model: type[Settings], values: Any, *, where: str, whole: bool = False
) -> Settings:
    """Check settings from parsed JSON or TOML.

    Parameters
    ----------
    model : their keys; a missing key takes its default
    values : plain data; what it leaves out, in tables too, is as in ``model``
    where : file or section that ``values`` came from, for the error's sentence
    whole : missing keys are errors too, as in a checkpoint

    Raises
    ------
    DatasetError
        if a key is unknown or missing, or a value has another type

    Examples
    --------
    >>> read_settings(FittingConfig, {"epochs": 5}, where="a.toml").epochs
    5
    >>> usual = find_net("generator").settings
    >>> read_settings(usual, {"fitting": {"epochs": 5}}, where="a.toml").fitting.draws
    1280
    >>> read_settings(FittingConfig, {"epoch": 5}, where="a.toml")
    Traceback (most recent call last):
    bige_osim.errors.DatasetError: a.toml has no setting epoch; did you mean epochs?
    """

    def describe(fault: Fault) -> DatasetError:
        if fault.kind == "missing":
            return _describe_missing(where, [fault.key])
        path = [str(step) for step in fault.place]
        if fault.kind == "unknown":
            *outer, key = path
            near = get_close_matches(key, fault.known, n=1)
            hint = f"did you mean {near[0]}?" if near else ""
            hint = hint or f"it has {name_some(fault.known)}."
            place = ", ".join([where, *outer])
            return DatasetError(f"{place} has no setting {cut_short(key)}; {hint}")
        return DatasetError(
            f"{', '.join([where, *path])}: expected {fault.expected}, got "
            f"{cut_short(fault.got)}; correct it."
        )

    needed = any(field.is_required() for field in model.model_fields.values())
    if isinstance(values, Mapping) and not (whole or needed):
        values = _fill(values, model())
    settings = check_table(values, model, error=describe)
    missing = [name for name in model.model_fields if name not in values]
    if whole and missing:
        raise _describe_missing(where, missing)
    return settings


def _fill(values: Mapping[str, Any], usual: TomlTable) -> dict[str, Any]:
    """Take what a table leaves out from the usual settings, tables within it too."""
    filled = usual.model_dump()
    for name, value in values.items():
        within = getattr(usual, name, None)
        if isinstance(within, TomlTable) and isinstance(value, Mapping):
            filled[name] = _fill(value, within)
        else:
            filled[name] = value
    return filled


def _describe_missing(where: str, names: list[str]) -> DatasetError:
    return DatasetError(
        f"{where} lacks {name_some(names)}; it was written by another version or "
        "edited: train again."
    )
