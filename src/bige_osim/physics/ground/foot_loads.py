"""A load on the whole body shared between the feet; batched and differentiable."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float

from bige_osim.errors import BigeError
from bige_osim.motion import Series
from bige_osim.physics.ground.contact import ContactForces, solve_contacts
from bige_osim.physics.ground.feet import Feet, duration, runs

NEAR, PART, WHILE = 0.05, 0.1, 0.3
"""A chair is that far behind the soles (m), carries that part of body weight, and for
that long (s): noise of video throws the zero-moment point about for less."""

FAINT = 0.02
"""Fraction of the largest vertical force below which its point does not matter."""


@dataclass(frozen=True)
class GroundConfig:
    """What feet can do on a floor.

    Attributes
    ----------
    contact : m above where it stands, up to which a point of a foot bears fully
    lift : m, from which it bears nothing; in between it bears linearly less
    cutoff : low-pass of the split between the feet, Hz; ``None`` leaves it as it is
    friction : largest ratio of horizontal to vertical force
    margin : m that the sole reaches beyond the contact points
    aim : how far the forces of both feet point at their hips in the plane that contains
        the two centres of pressure, 0 to 1: 1 all the way, 0 leaves horizontal forces
        shared like the vertical

    Raises
    ------
    BigeError
        A value cannot be meant.

    Examples
    --------
    >>> GroundConfig(cutoff=None).friction
    0.8
    """

    contact: float = 0.05
    lift: float = 0.10
    cutoff: float | None = 3.0
    friction: float = 0.8
    margin: float = 0.03
    aim: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not 0 <= self.contact < self.lift:
            raise BigeError(
                f"A foot must lift above the height of contact, got contact "
                f"{self.contact} m and lift {self.lift} m; raise lift."
            )
        if self.friction < 0 or self.margin < 0 or (self.cutoff or 1.0) <= 0:
            raise BigeError(
                "Friction, margin and cutoff of the ground must not be negative, got "
                f"{self.friction}, {self.margin} and {self.cutoff}; change the "
                "configuration."
            )


@dataclass(frozen=True)
class Soles:
    """Contact points and hips over B frames, in torch.

    Attributes
    ----------
    points : (B, P, 3) m, lowest points of the contact spheres
    hips : (B, 2, 3) m, right and left
    right : (P,) 1 for points of the right foot, -1 for those of the left; no unit
    compliance : (P,) no unit; such that equal pressure acts on the foot's long axis
    standing : (P,) m, height at which the point's foot stands
    floor : m
    """

    points: Float[torch.Tensor, "B P 3"]
    hips: Float[torch.Tensor, "B 2 3"]
    right: Float[torch.Tensor, " P"]
    compliance: Float[torch.Tensor, " P"]
    standing: Float[torch.Tensor, " P"]
    floor: float

    @classmethod
    def of(cls, feet: Feet, *, dtype: torch.dtype = torch.float64) -> "Soles":
        """Take what is needed of two feet."""
        arrays = {
            "points": feet.points,
            "hips": feet.hips,
            "right": np.where(feet.sides == 0, 1.0, -1.0),
            "compliance": feet.compliance,
            "standing": feet.standing[feet.sides],
        }
        tensors = {name: torch.from_numpy(a).to(dtype) for name, a in arrays.items()}
        return cls(**tensors, floor=feet.floor)

    def widen(
        self, margin: float, on_foot: Float[torch.Tensor, "2 P"]
    ) -> Float[torch.Tensor, "B P 3"]:
        """Points, m, moved by ``margin``, m, away from the middle of their foot.

        ``on_foot`` has 1 where a point is one of the right or the left foot, else 0.
        """
        points = self.points
        middles = torch.einsum("fp,bpi->bfi", _normalise(on_foot), points)
        offset = points - torch.einsum("fp,bfi->bpi", on_foot, middles)
        offset = offset * points.new_tensor([1.0, 0.0, 1.0])
        length = (offset**2).sum(dim=-1, keepdim=True).clamp(min=1e-12).sqrt()
        return points + offset * (margin / length)


@dataclass(frozen=True)
class FeetLoads:
    """What the ground does to the right and the left foot.

    Attributes
    ----------
    force, point, moment : (B, 2, 3) N, m, N m about the point
    chair : (B,) N, upward force that feet on the floor cannot give
    beyond : (B,) m, by which the centre of pressure would be outside the base of
        support all the same
    """

    force: Float[torch.Tensor, "B 2 3"]
    point: Float[torch.Tensor, "B 2 3"]
    moment: Float[torch.Tensor, "B 2 3"]
    chair: Float[torch.Tensor, " B"]
    beyond: Float[torch.Tensor, " B"]


def ground_forces(
    soles: Soles,
    force: Float[torch.Tensor, "B 3"],
    moment: Float[torch.Tensor, "B 3"],
    *,
    time: Float[np.ndarray, " B"],
    config: GroundConfig | None = None,
) -> FeetLoads:
    """Share a wrench between the feet; differentiable.

    The wanted split of the vertical force is where the zero-moment point, low-passed at
    ``config.cutoff``, projects on the line between the feet. The contact points then
    balance the wrench as it is, near that split: the low-pass keeps noise from throwing
    weight between the feet, but as a lever arm it would leave moments unexplained.
    Where the low-passed point stays behind the soles for longer than noise does, a
    chair below the hips carries what they cannot; that force is left at the root as a
    residual, as is whatever feet cannot do at all (pull, slide, fly).

    Parameters
    ----------
    soles : where contact points and hips are
    force, moment : on the whole body, N, and N m about the origin of ground
    time : (B,) s
    config : what feet can do

    Examples
    --------
    600 N in the middle between two feet of one point each:

    >>> feet = torch.tensor([[[0.0, 0.0, 0.1], [0.0, 0.0, -0.1]]])
    >>> soles = Soles(feet, feet + torch.tensor([0.0, 0.8, 0.0]),
    ...     torch.tensor([1.0, -1.0]), torch.ones(2), torch.zeros(2), 0.0)
    >>> up, none = torch.tensor([[0.0, 600.0, 0.0]]), torch.zeros(1, 3)
    >>> ground_forces(soles, up, none, time=np.zeros(1)).force[0, :, 1].tolist()
    [300.0, 300.0]
    """
    config = config or GroundConfig()
    height = soles.points[..., 1] - soles.standing
    span = config.lift - config.contact
    bearing = ((config.lift - height) / span).clamp(0.0, 1.0)
    right = soles.right > 0
    on_foot = torch.stack([right, ~right]).to(force)  # (2, P)
    weights = _normalise(on_foot * soles.compliance)
    centres = torch.einsum("fp,bpi->bfi", weights, soles.points)
    foot_bearing = (bearing[:, None] * on_foot).amax(dim=-1)
    up = force[:, 1].clamp(min=0.0) * (foot_bearing.amax(dim=1) > 0)
    middle = centres.mean(dim=1) * force.new_tensor([1.0, 0.0, 1.0])
    middle = middle + force.new_tensor([0.0, soles.floor, 0.0])
    about = moment - torch.linalg.cross(middle, force)
    lever = torch.stack([about[:, 2], -about[:, 0], up], dim=1)  # x up, z up, up
    if config.cutoff is not None:
        lever = low_pass(lever, time=time, cutoff=config.cutoff)
    split = _split(centres, middle, lever, foot_bearing)
    places = soles.widen(config.margin, on_foot)
    chair = (soles.hips.mean(dim=1) - middle)[:, [0, 2]]
    around = (places - middle[:, None])[..., [0, 2]]
    contact = solve_contacts(
        around,
        # Each foot as stiff as it is loaded, so that pressure shifts alike under both.
        bearing * soles.compliance * 2 * torch.einsum("bf,fp->bp", split, on_foot),
        right=soles.right,
        chair=chair,
        load=torch.stack([up, about[:, 0], about[:, 2]], dim=1),
        split=split[:, 0],
        supported=_find_chair_support(
            around, bearing, chair=chair, lever=lever, time=time
        ),
    )
    # A participant whom nothing pushes up is not pushed up to balance moments either.
    shown = torch.where(up > 0, 1.0, 0.0)[:, None, None]
    pressed = contact.points[:, None] * on_foot * shown  # (B, 2, P)
    carried, point = _press_points(pressed, places, centres, floor=soles.floor)
    return _complete(
        soles,
        contact,
        force=force,
        moment=moment,
        up=up,
        carried=carried,
        point=point,
        config=config,
    )


def _press_points(
    pressed: Float[torch.Tensor, "B 2 P"],
    places: Float[torch.Tensor, "B P 3"],
    centres: Float[torch.Tensor, "B 2 3"],
    *,
    floor: float,
) -> tuple[Float[torch.Tensor, "B 2"], Float[torch.Tensor, "B 2 3"]]:
    """Force on each foot, N, and its centre of pressure, m."""
    carried = pressed.sum(dim=-1)
    loaded = carried > 1e-9
    safe = torch.where(loaded, carried, 1.0)
    point = torch.einsum("bfp,bpi->bfi", pressed / safe[..., None], places)
    point = torch.where(loaded[..., None], point, centres)
    level = torch.full_like(carried, floor)
    return carried, torch.stack([point[..., 0], level, point[..., 2]], dim=-1)


def _complete(
    soles: Soles,
    contact: ContactForces,
    *,
    force: Float[torch.Tensor, "B 3"],
    moment: Float[torch.Tensor, "B 3"],
    up: Float[torch.Tensor, " B"],
    carried: Float[torch.Tensor, "B 2"],
    point: Float[torch.Tensor, "B 2 3"],
    config: GroundConfig,
) -> FeetLoads:
    """Add horizontal forces and free moments to the upward forces of the feet."""
    feet_up = carried.sum(dim=1)
    # the rest is the chair's
    part = (feet_up / torch.where(up > 0, up, 1.0)).clamp(max=1.0)
    level = _within_friction(force, feet_up, part, friction=config.friction)
    on_each = carried / torch.where(feet_up > 1e-9, feet_up, 1.0)[:, None]
    forces = on_each[..., None] * level[:, None]
    forces = torch.stack([forces[..., 0], carried, forces[..., 2]], dim=-1)
    forces = forces + _lateral_pair(soles.hips, point, forces, config=config)
    yaw = (moment - torch.linalg.cross(point, forces).sum(dim=1))[:, 1] * part
    free = torch.zeros_like(forces)  # a sum, for a product would give -0.0
    free = free + (on_each * yaw[:, None])[..., None] * force.new_tensor([0, 1.0, 0])
    faint = FAINT * up.amax().clamp(min=1.0)
    beyond = contact.moment.norm(dim=1) / torch.where(up > faint, up, torch.inf)
    return FeetLoads(forces, point, free, contact.chair, beyond)


@torch.no_grad()
def _find_chair_support(
    places: Float[torch.Tensor, "B P 2"],
    bearing: Float[torch.Tensor, "B P"],
    *,
    chair: Float[torch.Tensor, "B 2"],
    lever: Float[torch.Tensor, "B 3"],
    time: Float[np.ndarray, " B"],
) -> Bool[torch.Tensor, " B"]:
    """Say when a chair carries a good part of a participant for a while.

    Its part is how far the zero-moment point is from the edge of the soles to the
    chair, as for a beam on two supports.
    """
    reach = chair.norm(dim=1).clamp(min=1e-6)
    towards = chair / reach[:, None]
    along = torch.einsum("bpi,bi->bp", places, towards)
    edge = torch.where(bearing > 0, along, -torch.inf).amax(dim=1)
    beyond = (_zero_moment_point(lever) * towards).sum(dim=1) - edge
    behind = reach - edge
    part = torch.where(behind > NEAR, beyond / behind.clamp(min=NEAR), 0.0)
    supported = np.zeros(len(time), dtype=bool)
    for run in runs((part > PART).numpy()):
        supported[run] = duration(time, run) >= WHILE
    return torch.from_numpy(supported)


def _normalise(weights: Float[torch.Tensor, "2 P"]) -> Float[torch.Tensor, "2 P"]:
    return weights / weights.sum(dim=1, keepdim=True)


def _zero_moment_point(lever: Float[torch.Tensor, "B 3"]) -> Float[torch.Tensor, "B 2"]:
    """X and z from the middle of the feet, m; zero where next to no force acts.

    The lever is the vertical force times that point, which is finite where the point is
    not, and the vertical force.
    """
    loaded = lever[:, 2] > FAINT * lever[:, 2].amax().clamp(min=1.0)
    return lever[:, :2] / torch.where(loaded, lever[:, 2], torch.inf)[:, None]


def _split(
    centres: Float[torch.Tensor, "B 2 3"],
    middle: Float[torch.Tensor, "B 3"],
    lever: Float[torch.Tensor, "B 3"],
    bearing: Float[torch.Tensor, "B 2"],
) -> Float[torch.Tensor, "B 2"]:
    """Fraction of the vertical force on each foot; zero for both in the air."""
    line = (centres[:, 0] - centres[:, 1])[:, [0, 2]]
    start = (middle - centres[:, 1])[:, [0, 2]]
    along = ((start + _zero_moment_point(lever)) * line).sum(dim=1)
    right = (along / (line**2).sum(dim=1).clamp(min=1e-9)).clamp(0.0, 1.0)
    able = torch.stack([right, 1 - right], dim=1) * bearing
    # A point wholly over a lifted foot is carried by the one that stands.
    able = torch.where(able.sum(dim=1, keepdim=True) > 1e-9, able, bearing)
    return able / able.sum(dim=1, keepdim=True).clamp(min=1e-9)


def _within_friction(
    force: Float[torch.Tensor, "B 3"],
    up: Float[torch.Tensor, " B"],
    part: Float[torch.Tensor, " B"],
    *,
    friction: float,
) -> Float[torch.Tensor, "B 3"]:
    """Horizontal force that the feet's part of a force allows, N."""
    level = force * force.new_tensor([1.0, 0.0, 1.0]) * part[:, None]
    size = (level**2).sum(dim=1).clamp(min=1e-18).sqrt()
    return level * (friction * up / size).clamp(max=1.0)[:, None]


def _lateral_pair(
    hips: Float[torch.Tensor, "B 2 3"],
    points: Float[torch.Tensor, "B 2 3"],
    forces: Float[torch.Tensor, "B 2 3"],
    *,
    config: GroundConfig,
) -> Float[torch.Tensor, "B 2 3"]:
    """Find forces (B, 2, 3) by which the feet push each other apart, N.

    They are opposite and lie on the line between the two points, so they change
    nothing but the legs, and turn both forces towards the hips as well as they can:
    the errors of the two directions are weighted by the load of the feet. That is what
    force plates show: without it hip adduction moments of squats were off by 36 N m
    RMS instead of 12 N m.
    """
    line = points[:, 0] - points[:, 1]
    length = (line**2).sum(dim=1, keepdim=True).clamp(min=1e-18).sqrt()
    line = line / length
    up = forces[..., 1]
    arm = hips - points
    slope = (arm * line[:, None]).sum(dim=-1) / arm[..., 1].clamp(min=0.1)
    missing = config.aim * (up * slope - (forces * line[:, None]).sum(dim=-1))
    total = up.sum(dim=1).clamp(min=1e-9)
    push = (missing[:, 0] * up[:, 1] - missing[:, 1] * up[:, 0]) / total
    limit = config.friction * up.amin(dim=1)
    push = torch.minimum(torch.maximum(push, -limit), limit)[:, None] * line
    return torch.stack([push, -push], dim=1)


def low_pass(
    values: Float[torch.Tensor, "T C"], *, time: Float[np.ndarray, " T"], cutoff: float
) -> Float[torch.Tensor, "T C"]:
    """Filter columns as :meth:`~bige_osim.motion.Series.filter` does; differentiable.

    Parameters
    ----------
    values : (T, C) any unit
    time : (T,) s
    cutoff : Hz

    Examples
    --------
    >>> time = np.arange(200) / 100
    >>> wave = torch.sin(2 * torch.pi * 20 * torch.from_numpy(time))[:, None]
    >>> float(low_pass(wave, time=time, cutoff=3.0)[100].abs().round(decimals=3))
    0.0
    """
    if len(time) < 2:
        return values
    # The filter is linear: for gradients, what it does to one impulse each.
    traced = values.requires_grad
    given = np.eye(len(time)) if traced else values.numpy(force=True)
    names = tuple(str(i) for i in range(given.shape[1]))
    smooth = torch.from_numpy(Series(time, given, names).filter(cutoff).values)
    return smooth.to(values) @ values if traced else smooth.to(values)
