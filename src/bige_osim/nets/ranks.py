"""Training on several processes at once, as `torchrun` starts them.

Each process takes its share of every batch, and gradients are summed, so that the steps
are those of one process with the whole batch. The first process writes the files.
`torchrun` (https://docs.pytorch.org/docs/stable/elastic/run.html) tells each process
its rank and their number in the environment; without it there is one process.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from jaxtyping import Int
from torch import distributed, nn


@contextmanager
def join_processes(device: str) -> Iterator[None]:
    """Join the processes that `torchrun` has started, if it has.

    Parameters
    ----------
    device : on CUDA devices they talk by NCCL, else by Gloo
    """
    if int(os.environ.get("WORLD_SIZE", "1")) < 2 or distributed.is_initialized():
        yield
        return
    distributed.init_process_group("nccl" if device.startswith("cuda") else "gloo")
    try:
        yield
    finally:
        distributed.destroy_process_group()


def place_of(device: str) -> torch.device:
    """Device of this process: of several on CUDA, each has its own.

    Examples
    --------
    >>> place_of("cpu")
    device(type='cpu')
    """
    if device == "cuda" and count_processes() > 1:
        return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    return torch.device(device)


def count_processes() -> int:
    """Count the processes that train together.

    Examples
    --------
    >>> count_processes()
    1
    """
    return distributed.get_world_size() if distributed.is_initialized() else 1


def is_first() -> bool:
    """Whether this process writes files and reports progress.

    Examples
    --------
    >>> is_first()
    True
    """
    if distributed.is_initialized():
        return bool(distributed.get_rank() == 0)
    return os.environ.get("RANK", "0") == "0"


@contextmanager
def first_alone() -> Iterator[None]:
    """Let the first process go through a block before the others do."""
    several = count_processes() > 1
    if several and not is_first():
        distributed.barrier()
    yield
    if several and is_first():
        distributed.barrier()


def take_share(places: Int[torch.Tensor, " B"]) -> Int[torch.Tensor, " S"]:
    """Take this process's share of the places of a batch.

    Examples
    --------
    >>> take_share(torch.arange(3)).tolist()
    [0, 1, 2]
    """
    if count_processes() == 1:
        return places
    return places[distributed.get_rank() :: count_processes()]


def sum_gradients(net: nn.Module) -> None:
    """Sum the gradients of all processes, in each of them.

    A process that had no share has none; they are 0 then.
    """
    if count_processes() == 1:
        return
    for parameter in net.parameters():
        if parameter.requires_grad:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
            distributed.all_reduce(parameter.grad)
