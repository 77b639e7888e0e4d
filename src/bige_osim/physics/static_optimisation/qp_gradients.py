"""Gradients through the programs of ``qp``, where they exist.

By the implicit function theorem on the active set (Amos and Kolter 2017, Proc. ICML 70,
136). At a share that just reaches a bound the gradient is that of the bound.
"""

from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Bool, Float

Matrix = Float[torch.Tensor, "B n m"]
Loads = Float[torch.Tensor, "B n"]
Shares = Float[torch.Tensor, "B m"]


@dataclass(frozen=True)
class Found:
    """The solution of programs as its gradient needs it.

    Attributes
    ----------
    shares : (B, m) x
    price : (B, n) λ
    squared : (n,) o²
    giving : (B, m) how much shares give way, zero for those at a bound
    """

    shares: Shares
    price: Loads
    squared: Float[torch.Tensor, " n"]
    giving: Shares


def attach_gradient(
    arms: Matrix,
    loads: Loads,
    found: Found,
    *,
    wishes: Shares | None = None,
    ease: Shares | None = None,
) -> Shares:
    """Attach its gradient to a solution.

    Parameters
    ----------
    arms, loads, wishes : A, b and w of the programs
    found : their solution
    ease : how easily each share gives way, of shares that may be anything above zero:
        ``x = e max(Aᵀ λ, 0)``, what a program with the columns ``A √e`` and shares
        ``x / √e`` comes to. There is no root in it, so that its gradient is finite
        where something just begins to give way (``e = 0``).

    Returns
    -------
    (B, m) : the shares
    """
    given = (arms, loads, wishes, ease)
    if not torch.is_grad_enabled() or not any(
        tensor is not None and tensor.requires_grad for tensor in given
    ):
        return found.shares
    return _Shares.apply(*given, found)  # type: ignore[no-untyped-call,no-any-return]


def solve_free(
    arms: Matrix,
    free: Bool[torch.Tensor, "B m"] | Shares,
    squared: Float[torch.Tensor, " n"],
    right: Loads,
    *,
    exact: bool = False,
) -> Loads:
    """Solve ``(A D Aᵀ + diag(o²)) s = right``, D the shares off their bounds.

    Parameters
    ----------
    arms, squared : A, and the squares of o
    free : diagonal of D; any weights that are not negative will do
    right : right side of the equations
    exact : damp nothing but what would have no solution; steps that are repeated need
        not be exact
    """
    used = arms * free[:, None]
    matrix = torch.bmm(used, arms.transpose(1, 2))
    # A load that nothing free carries and no reserve takes leaves a zero row.
    least = 1e-12 * matrix.diagonal(dim1=1, dim2=2).amax(dim=1).clamp(min=1.0)
    damping = least[:, None]
    if exact:
        damping = torch.where(squared > 0, 0.0, damping)
    matrix.diagonal(dim1=1, dim2=2).add_(squared + damping)
    factor, _ = torch.linalg.cholesky_ex(matrix)
    return torch.cholesky_solve(right[..., None], factor)[..., 0]


class _Shares(torch.autograd.Function):
    """The solution as a function of arms, loads, wishes and ease."""

    @staticmethod
    def forward(
        ctx: Any,
        arms: Matrix,
        loads: Loads,
        _wishes: Shares | None,
        _ease: Shares | None,
        found: Found,
    ) -> Shares:
        ctx.save_for_backward(arms, loads)
        ctx.found = found
        return found.shares.clone()

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *given: Shares) -> tuple[torch.Tensor | None, ...]:
        # With x = D (w + Aᵀ λ) of the shares that give way and A x + o² λ = b:
        # dx = dD (w + Aᵀ λ) + D (dw + dAᵀ λ + Aᵀ dλ), A dx + o² dλ = db - dA x.
        (arms, loads), found, (gradient,) = ctx.saved_tensors, ctx.found, given
        _, _, by_wishes, by_ease, _ = ctx.needs_input_grad
        price, giving = _refine(arms, loads, found), found.giving
        pulled = torch.bmm(arms, (giving * gradient)[..., None])[..., 0]
        toll = solve_free(arms, giving, found.squared, pulled, exact=True)
        left = gradient - torch.bmm(toll[:, None], arms)[:, 0]
        by_arms = price[..., None] * (giving * left)[:, None]
        by_arms = by_arms - toll[..., None] * found.shares[:, None]
        pressing = torch.bmm(price[:, None], arms)[:, 0].relu() if by_ease else None
        return (
            by_arms,
            toll,
            giving * left if by_wishes else None,
            pressing * left if pressing is not None else None,
            None,
        )


def _refine(arms: Matrix, loads: Loads, found: Found) -> Loads:
    """Prices after one more step.

    Where a weak reserve carries what nothing else can, shares are known far better than
    its price, on which their gradient depends.
    """
    carried = torch.bmm(arms, found.shares[..., None])[..., 0]
    missing = loads - carried - found.squared * found.price
    step = solve_free(arms, found.giving, found.squared, missing, exact=True)
    return found.price + step
