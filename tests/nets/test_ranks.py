"""Training on two processes, as torchrun starts them, takes the steps of one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
import xarray as xr
from safetensors.torch import load_file

from bige_osim.dataset.dataset import UNITS
from bige_osim.dataset.netcdf_write import DatasetWriter
from bige_osim.nets.ranks import count_processes, sum_gradients, take_share

TWO = ("-m", "torch.distributed.run", "--nproc-per-node", "2", "--standalone")
"""What starts two processes."""

SETTINGS = """\
[net]
latent = 8
width = 16

[fitting]
epochs = 2
batch_size = 3

[augmentation]
mirror = false
blend = 0.0
arms = 0.0
"""


def test_one_process_has_all_of_a_batch_and_its_own_gradients() -> None:
    net = torch.nn.Linear(2, 1)
    net(torch.ones(1, 2)).sum().backward()
    sum_gradients(net)
    assert count_processes() == 1
    assert take_share(torch.arange(5)).tolist() == [0, 1, 2, 3, 4]
    assert net.weight.grad is not None
    assert net.weight.grad.tolist() == [[1.0, 1.0]]


GRADIENTS = """
import sys, torch
from safetensors.torch import save_file
from bige_osim.nets.ranks import is_first, join_processes, sum_gradients, take_share

torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
net, x = net.double(), torch.randn(7, 3, dtype=torch.float64)
with join_processes("cpu"):
    own = take_share(torch.arange(7))
    (net(x[own]).square().mean() * (len(own) / 7)).backward()
    sum_gradients(net)
    if is_first():
        found = {name: value.grad for name, value in net.named_parameters()}
        save_file(found, sys.argv[1])
"""


def test_gradients_of_two_processes_are_those_of_one(tmp_path: Path) -> None:
    (tmp_path / "gradients.py").write_text(GRADIENTS)
    for name, launch in (("one", ()), ("two", TWO)):
        script = [tmp_path / "gradients.py", tmp_path / name]
        subprocess.run([sys.executable, *launch, *script], check=True, timeout=120)
    one, two = load_file(tmp_path / "one"), load_file(tmp_path / "two")
    assert len(one) == 4
    for name, value in one.items():
        torch.testing.assert_close(two[name], value, rtol=1e-12, atol=1e-15)


def test_two_processes_end_with_the_weights_of_one(
    dataset: xr.Dataset, tmp_path: Path
) -> None:
    dataset = dataset.copy(deep=True)
    for name in dataset.data_vars:
        if name in UNITS:
            dataset[name].attrs["units"] = UNITS[str(name)]
    with DatasetWriter(tmp_path / "squats.nc") as writer:
        writer.append(dataset.assign_attrs(versions="{}"))
    (tmp_path / "settings.toml").write_text(SETTINGS)
    one = _train(tmp_path, "one", "-m", "bige_osim")
    two = _train(tmp_path, "two", *TWO, "-m", "bige_osim")
    assert set(one) == set(two)
    for name, value in one.items():
        if name.startswith("latents."):
            continue  # of the weights, whose last digits they amplify
        torch.testing.assert_close(two[name], value, rtol=1e-2, atol=5e-3, msg=name)
    curves = [
        json.loads((tmp_path / name / "generator_curves.json").read_text())
        for name in ("one", "two")
    ]
    assert curves[1]["epoch"] == [1, 2]
    checked = [curve["validation_total"] for curve in curves]
    np.testing.assert_allclose(checked[1], checked[0], rtol=0.03)
    names = [path.name for path in (tmp_path / "two").iterdir()]
    assert sorted(names) == sorted(p.name for p in (tmp_path / "one").iterdir())


def _train(folder: Path, output: str, *launch: str) -> dict[str, torch.Tensor]:
    command = ["train", "generator", "squats.nc", "-o", output]
    command += ["--config", "settings.toml", "--hold-out", "cem"]
    done = subprocess.run(
        [sys.executable, *launch, *command],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Trained the generator") == 1
    return load_file(folder / output / "generator.safetensors")
