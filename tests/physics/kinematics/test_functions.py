import numpy as np
import pytest
import torch

from bige_osim.physics.kinematics.functions import FunctionTable
from bige_osim.spec import FunctionSpec

KNOTS = tuple(np.linspace(-1, 1, 7))
FUNCTIONS = (
    FunctionSpec(kind="constant", coefficients=(0.3,)),
    FunctionSpec(kind="simm_spline", x=KNOTS, y=tuple(np.sin(KNOTS)), scale=2.0),
    FunctionSpec(kind="linear", coefficients=(-2.0, 1.0)),
    FunctionSpec(kind="polynomial", coefficients=(1.0, -2.0, 0.5, 4.0), scale=0.1),
    FunctionSpec(kind="piecewise_linear", x=(-1.0, 0.2, 2.0), y=(0.0, 1.0, -1.0)),
    FunctionSpec(kind="polynomial", coefficients=(5.0,)),
)


def test_every_function_reads_its_own_variable() -> None:
    x = torch.tensor([[9.0, 0.0, 2.0, 2.0, 0.2, 9.0]], dtype=torch.float64)
    values = FunctionTable(FUNCTIONS)(x)[0]
    expected = [0.3, 0.0, -3.0, 0.1 * (8 - 8 + 1 + 4), 1.0, 5.0]
    assert values.tolist() == pytest.approx(expected, abs=1e-12)


def test_gradients_are_the_derivatives_inside_and_outside_the_knots() -> None:
    random = np.random.default_rng(1)
    x = torch.tensor(random.uniform(-3, 3, (20, len(FUNCTIONS))), requires_grad=True)
    table = FunctionTable(FUNCTIONS)
    assert torch.autograd.gradcheck(table, x)
    (gradient,) = torch.autograd.grad(table(x).sum(), x)
    torch.testing.assert_close(table(x, order=1), gradient)


def test_a_table_without_functions_gives_nothing() -> None:
    table = FunctionTable([])
    assert table(torch.zeros(3, 0, dtype=torch.float64)).shape == (3, 0)


def test_single_precision_stays_single() -> None:
    table = FunctionTable(FUNCTIONS, dtype=torch.float32)
    x = torch.full((2, len(FUNCTIONS)), 0.3)
    double = FunctionTable(FUNCTIONS)(x.double())
    assert table(x).dtype == torch.float32
    torch.testing.assert_close(table(x).double(), double, atol=1e-6, rtol=0)
