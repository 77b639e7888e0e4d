"""Gradients through the programs of ``qp``, where they exist.

By the implicit function theorem on the active set (Amos and Kolter 2017, Proc. ICML 70,
136). Where x just reaches a bound the gradient is that of the bound.
"""

from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Bool, Float

Matrix = Float[torch.Tensor, "B n m"]
Rows = Float[torch.Tensor, "B n"]
Columns = Float[torch.Tensor, "B m"]


@dataclass(frozen=True)
class Optimum:
    """The solution of programs as its gradient needs it.

    Attributes
    ----------
    x : (B, m)
    multipliers : (B, n) λ
    squared : (n,) o², in squared units of the load
    D : (B, m) how much x gives way to the multipliers, zero at a bound
    """

    x: Columns
    multipliers: Rows
    squared: Float[torch.Tensor, " n"]
    D: Columns


def attach_gradient(
    A: Matrix,
    b: Rows,
    optimum: Optimum,
    *,
    target: Columns | None = None,
    compliance: Columns | None = None,
) -> tuple[Columns, Rows]:
    """Attach its gradient to a solution and to its multipliers.

    Parameters
    ----------
    A, b, target : of the programs
    optimum : their solution
    compliance : c, of x that may be anything above zero: ``x = c max(Aᵀ λ, 0)``, what a
        program with the columns ``A √c`` and the solution ``x / √c`` comes to. There is
        no root in it, so that its gradient is finite where something just begins to
        give way (``c = 0``).

    Returns
    -------
    (B, m), (B, n) : x and λ

    Examples
    --------
    >>> A, b = torch.ones(1, 1, 1), torch.ones(1, 1, requires_grad=True)
    >>> one = torch.ones(1, 1)
    >>> x, _ = attach_gradient(A, b, Optimum(one, one, torch.zeros(1), one))
    >>> torch.autograd.grad(x.sum(), b)[0].tolist()
    [[1.0]]
    """
    given = (A, b, target, compliance)
    if not torch.is_grad_enabled() or not any(
        tensor is not None and tensor.requires_grad for tensor in given
    ):
        return optimum.x, optimum.multipliers
    return _Solution.apply(*given, optimum)  # type: ignore[no-untyped-call,no-any-return]


def solve_free(
    A: Matrix,
    D: Bool[torch.Tensor, "B m"] | Columns,
    squared: Float[torch.Tensor, " n"],
    right: Rows,
    *,
    exact: bool = False,
) -> Rows:
    """Solve ``(A D Aᵀ + diag(o²)) s = right``.

    Parameters
    ----------
    A, squared : A, and the squares of o, in units of the load
    D : diagonal: which x are off their bounds, or any weights that are not negative
    right : right side of the equations
    exact : damp nothing but what would have no solution; steps that are repeated need
        not be exact

    Examples
    --------
    >>> A, one = torch.tensor([[[2.0]]]).double(), torch.ones(1, 1).double()
    >>> solve_free(A, one, torch.zeros(1).double(), one).round(decimals=6).tolist()
    [[0.25]]
    """
    used = A * D[:, None]
    matrix = torch.bmm(used, A.transpose(1, 2))
    # What nothing free carries and no reserve takes leaves a zero row.
    least = 1e-12 * matrix.diagonal(dim1=1, dim2=2).amax(dim=1).clamp(min=1.0)
    damping = least[:, None]
    if exact:
        damping = torch.where(squared > 0, 0.0, damping)
    matrix.diagonal(dim1=1, dim2=2).add_(squared + damping)
    factor, _ = torch.linalg.cholesky_ex(matrix)
    return torch.cholesky_solve(right[..., None], factor)[..., 0]


def refine_multipliers(A: Matrix, b: Rows, optimum: Optimum) -> Rows:
    """Take one more step towards the multipliers, which have no unit of their own.

    Where a weak reserve carries what nothing else can, x is known far better than its
    multiplier, on which its gradient depends.

    Examples
    --------
    >>> A, b = torch.full((1, 1, 1), 2.0).double(), torch.full((1, 1), 3.0).double()
    >>> one = torch.ones(1, 1).double()  # x is at its bound, the reserve takes 1
    >>> rough = Optimum(one, 0 * one, one[0], 0 * one)
    >>> refine_multipliers(A, b, rough).tolist()
    [[1.0]]
    """
    carried = torch.bmm(A, optimum.x[..., None])[..., 0]
    missing = b - carried - optimum.squared * optimum.multipliers
    step = solve_free(A, optimum.D, optimum.squared, missing, exact=True)
    return optimum.multipliers + step


class _Solution(torch.autograd.Function):
    """Solution and multipliers as functions of A, b, target and compliance."""

    @staticmethod
    def forward(
        ctx: Any,
        A: Matrix,
        b: Rows,
        _target: Columns | None,
        _compliance: Columns | None,
        optimum: Optimum,
    ) -> tuple[Columns, Rows]:
        ctx.save_for_backward(A, b)
        ctx.optimum = optimum
        return optimum.x.clone(), optimum.multipliers.clone()

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *given: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        # With x = D (target + Aᵀ λ) of what gives way and A x + o² λ = b:
        # dx = dD (target + Aᵀ λ) + D (d target + dAᵀ λ + Aᵀ dλ),
        # A dx + o² dλ = db - dA x.
        (A, b), optimum, (gradient, by_multipliers) = (
            ctx.saved_tensors, ctx.optimum, given,
        )  # fmt: skip
        _, _, by_target, by_compliance, _ = ctx.needs_input_grad
        multipliers, D = refine_multipliers(A, b, optimum), optimum.D
        pulled = torch.bmm(A, (D * gradient)[..., None])[..., 0] + by_multipliers
        adjoint = solve_free(A, D, optimum.squared, pulled, exact=True)
        left = gradient - torch.bmm(adjoint[:, None], A)[:, 0]
        by_A = multipliers[..., None] * (D * left)[:, None]
        by_A = by_A - adjoint[..., None] * optimum.x[:, None]
        pressing = (
            torch.bmm(multipliers[:, None], A)[:, 0].relu() if by_compliance else None
        )
        return (
            by_A,
            adjoint,
            D * left if by_target else None,
            pressing * left if pressing is not None else None,
            None,
        )
