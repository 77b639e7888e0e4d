"""How a whole-body load is carried by points under the feet, and by a seat if need be.

The points share the load like the springs of an even sole: among all upward forces that
balance it, those are taken whose squares add up to the least (Fluit et al. 2014, J
Biomech 47, 2321, and Skals et al. 2017, Multibody Syst Dyn 39, 175, share by bounded
actuators under the feet likewise). This is the program of
:mod:`~bige_osim.physics.static_optimisation.qp`, one for each frame.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float

from bige_osim.physics.static_optimisation.qp import solve_qp
from bige_osim.physics.static_optimisation.qp_gradients import Found, attach_gradient

SOFT = 1e-4
"""Optimal force of what may stay unbalanced: the vertical force (of body weight), its
split between the feet, and moments (of body weight times metre). A split that gave way
more easily would jump when a foot comes down."""

SEAT = 0.01
"""Square root of the ease with which a seat carries, to that of a point of a foot."""


@dataclass(frozen=True)
class ContactShares:
    """Vertical forces that balance a load.

    Attributes
    ----------
    points : (B, P) N, upward force at each contact point
    seat : (B,) N, upward force of a seat: what feet on the floor cannot carry
    moment : (B, 2) N m, about x and z, left unbalanced
    """

    points: Float[torch.Tensor, "B P"]
    seat: Float[torch.Tensor, " B"]
    moment: Float[torch.Tensor, "B 2"]


def share_contacts(
    places: Float[torch.Tensor, "B P 2"],
    bearing: Float[torch.Tensor, "B P"],
    *,
    right: Float[torch.Tensor, " P"],
    seat: Float[torch.Tensor, "B 2"],
    load: Float[torch.Tensor, "B 3"],
    share: Float[torch.Tensor, " B"],
    seated: Bool[torch.Tensor, " B"],
) -> ContactShares:
    """Find upward forces at contact points that balance a load.

    Parameters
    ----------
    places : x and z of the points, m, from where the moments count
    bearing : 0 (in the air) to 1 (on the floor)
    right : 1 for points of the right foot, -1 for those of the left
    seat : x and z of the seat, m, likewise
    load : upward force N, and moments N m about x and z that the forces must have
    share : of the right foot in the force on both
    seated : whether there is a seat

    Examples
    --------
    600 N over a point halfway between the middle and the right foot:

    >>> places = torch.tensor([[[0.1, 0.1], [0.1, 0.2], [0.1, -0.1], [0.1, -0.2]]])
    >>> load = torch.tensor([[600.0, -45.0, 60.0]])  # x = 0.1, z = 0.075
    >>> right = torch.tensor([1.0, 1.0, -1.0, -1.0])
    >>> found = share_contacts(places.double(), torch.ones(1, 4).double(),
    ...     right=right.double(), seat=torch.zeros(1, 2).double(),
    ...     load=load.double(), share=torch.tensor([0.75]).double(),
    ...     seated=torch.tensor([False]))
    >>> found.points.sum().round(), (found.points @ right.double()).round()
    (tensor(600., dtype=torch.float64), tensor([300.], dtype=torch.float64))
    """
    weight = load[:, 0].detach().abs().amax().clamp(min=1.0)
    everything = torch.cat([places, seat[:, None]], dim=1)
    soft = torch.where(seated, SEAT, 0.0).to(bearing) ** 2
    ease = torch.cat([bearing.clamp(min=0.0), soft[:, None]], dim=1)
    # Right times the left's share less left times the right's: zero as it is split.
    balance = torch.where(right > 0, 1 - share[:, None], -share[:, None])
    side = torch.cat([balance, torch.zeros_like(ease[:, :1])], dim=1)
    x, z = everything.unbind(-1)
    arms = torch.stack([torch.ones_like(x), side, -z, x], dim=1)
    wanted = (
        torch.stack(
            [load[:, 0], torch.zeros_like(share), load[:, 1], load[:, 2]], dim=1
        )
        / weight
    )
    force = _press(arms, wanted, ease) * weight
    carried = torch.stack([(-z * force).sum(dim=1), (x * force).sum(dim=1)], dim=1)
    return ContactShares(force[:, :-1], force[:, -1], load[:, 1:] - carried)


def _press(
    arms: Float[torch.Tensor, "B 4 P"],
    wanted: Float[torch.Tensor, "B 4"],
    ease: Float[torch.Tensor, "B P"],
) -> Float[torch.Tensor, "B P"]:
    """Find the forces of points that give way more or less easily; differentiable.

    Parameters
    ----------
    arms : A, of every point
    wanted : what the forces must have
    ease : e, of every point
    """
    dtype = arms.dtype
    arms, wanted, ease = arms.double(), wanted.double(), ease.double()
    with torch.no_grad():
        root, count = ease.sqrt(), ease.shape[1]
        reserves = arms.new_full((4,), SOFT)
        solved = solve_qp(
            arms * root[:, None],
            wanted,
            reserves=reserves,
            low=arms.new_zeros(count),
            high=arms.new_full((count,), torch.inf),
        )
        giving = ease * (solved.shares > 0)
        found = Found(solved.shares * root, solved.price, reserves**2, giving)
    return attach_gradient(arms, wanted, found, ease=ease).to(dtype)
