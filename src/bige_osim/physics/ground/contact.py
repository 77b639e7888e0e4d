"""How a whole-body load is carried by points under the feet, and by a chair if need be.

The points give way like the springs of an even sole: among all upward forces that
balance the load, those are taken whose squares add up to the least (Fluit et al. 2014,
J Biomech 47, 2321, and Skals et al. 2017, Multibody Syst Dyn 39, 175, use bounded
actuators under the feet likewise). This is the program of
:mod:`~bige_osim.physics.static_optimisation.qp`, one for each frame.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float

from bige_osim.physics.static_optimisation.qp import solve_qp
from bige_osim.physics.static_optimisation.qp_gradients import Optimum, attach_gradient

SOFT = 1e-4
"""Optimal force of what may stay unbalanced: the vertical force (of body weight), its
split between the feet, and moments (of body weight times metre). A split that gave way
more easily would jump when a foot comes down."""

CHAIR = 0.01
"""Square root of the compliance of a chair, to that of a point of a foot."""


@dataclass(frozen=True)
class ContactForces:
    """Vertical forces that balance a load.

    Attributes
    ----------
    points : (B, P) N, upward force at each contact point
    chair : (B,) N, upward force of a chair: what feet on the floor cannot carry
    moment : (B, 2) N m, about x and z, left unbalanced
    """

    points: Float[torch.Tensor, "B P"]
    chair: Float[torch.Tensor, " B"]
    moment: Float[torch.Tensor, "B 2"]


def solve_contacts(
    places: Float[torch.Tensor, "B P 2"],
    compliance: Float[torch.Tensor, "B P"],
    *,
    right: Float[torch.Tensor, " P"],
    chair: Float[torch.Tensor, "B 2"],
    load: Float[torch.Tensor, "B 3"],
    split: Float[torch.Tensor, " B"],
    supported: Bool[torch.Tensor, " B"],
    weight: Float[torch.Tensor, " B"] | None = None,
) -> ContactForces:
    """Find upward forces at contact points that balance a load.

    Parameters
    ----------
    places : x and z of the points, m, from where the moments count
    compliance : 0 in the air, about 1 on the floor, no unit
    right : 1 for points of the right foot, -1 for those of the left; no unit
    chair : x and z of the chair, m, likewise
    load : upward force N, and moments N m about x and z that the forces must have
    split : right foot's fraction of the force on both
    supported : whether there is a chair
    weight : N, in units of which balance is soft; the largest of all upward forces for
        ``None``

    Examples
    --------
    600 N over a point halfway between the middle and the right foot:

    >>> places = torch.tensor([[[0.1, 0.1], [0.1, 0.2], [0.1, -0.1], [0.1, -0.2]]])
    >>> load = torch.tensor([[600.0, -45.0, 60.0]])  # x = 0.1, z = 0.075
    >>> forces = solve_contacts(places, torch.ones(1, 4), load=load,
    ...     right=torch.tensor([1.0, 1.0, -1.0, -1.0]), chair=torch.zeros(1, 2),
    ...     split=torch.tensor([0.75]), supported=torch.tensor([False]))
    >>> forces.points[0, :2].sum().round(), forces.points[0, 2:].sum().round()
    (tensor(450.), tensor(150.))
    """
    if weight is None:
        weight = load[:, 0].detach().abs().amax().clamp(min=1.0).expand(len(load))
    weight = weight[:, None]
    everything = torch.cat([places, chair[:, None]], dim=1)
    soft = torch.where(supported, CHAIR, 0.0).to(compliance) ** 2
    compliance = torch.cat([compliance.clamp(min=0.0), soft[:, None]], dim=1)
    # Right times the left's part less left times the right's: zero as it is split.
    balance = torch.where(right > 0, 1 - split[:, None], -split[:, None])
    side = torch.cat([balance, torch.zeros_like(compliance[:, :1])], dim=1)
    x, z = everything.unbind(-1)
    A = torch.stack([torch.ones_like(x), side, -z, x], dim=1)
    up, about_x, about_z = load.unbind(1)
    b = torch.stack([up, torch.zeros_like(split), about_x, about_z], dim=1) / weight
    force = _press(A, b, compliance) * weight
    carried = torch.stack([(-z * force).sum(dim=1), (x * force).sum(dim=1)], dim=1)
    return ContactForces(force[:, :-1], force[:, -1], load[:, 1:] - carried)


def _press(
    A: Float[torch.Tensor, "B 4 P"],
    b: Float[torch.Tensor, "B 4"],
    compliance: Float[torch.Tensor, "B P"],
) -> Float[torch.Tensor, "B P"]:
    """Find the forces of more or less compliant points; differentiable."""
    dtype = A.dtype
    A, b, compliance = A.double(), b.double(), compliance.double()
    with torch.no_grad():
        root, count = compliance.sqrt(), compliance.shape[1]
        reserves = A.new_full((4,), SOFT)
        solved = solve_qp(
            A * root[:, None],
            b,
            reserves=reserves,
            low=A.new_zeros(count),
            high=A.new_full((count,), torch.inf),
        )
        D = compliance * (solved.x > 0)
        optimum = Optimum(solved.x * root, solved.multipliers, reserves**2, D)
    force, _ = attach_gradient(A, b, optimum, compliance=compliance)
    return force.to(dtype)
