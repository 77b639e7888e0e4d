"""A load on the whole body shared between the feet; batched and differentiable."""

from dataclasses import dataclass

import torch
from jaxtyping import Float

from bige_osim.errors import BigeError
from bige_osim.physics.ground.contact import ContactForces, solve_contacts
from bige_osim.physics.ground.horizontal import find_lateral_pair, limit_friction
from bige_osim.physics.ground.soles import Soles, normalise
from bige_osim.physics.ground.timing import Timing

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
class FeetLoads:
    """What the ground does to the right and the left foot.

    Attributes
    ----------
    force, point, moment : (..., 2, 3) N, m, N m about the point
    chair : (...) N, upward force that feet on the floor cannot give
    beyond : (...) m, by which the centre of pressure would be outside the base of
        support all the same
    """

    force: Float[torch.Tensor, "*batch 2 3"]
    point: Float[torch.Tensor, "*batch 2 3"]
    moment: Float[torch.Tensor, "*batch 2 3"]
    chair: Float[torch.Tensor, "*batch"]
    beyond: Float[torch.Tensor, "*batch"]

    def reshape(self, *batch: int) -> "FeetLoads":
        """Take other batch dimensions."""
        return FeetLoads(
            self.force.reshape(*batch, 2, 3),
            self.point.reshape(*batch, 2, 3),
            self.moment.reshape(*batch, 2, 3),
            self.chair.reshape(batch),
            self.beyond.reshape(batch),
        )


def ground_forces(
    soles: Soles,
    force: Float[torch.Tensor, "B 3"],
    moment: Float[torch.Tensor, "B 3"],
    *,
    timing: Timing,
    config: GroundConfig | None = None,
    chairs: bool = True,
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
    timing : how frames follow each other
    config : what feet can do
    chairs : whether a chair may carry a part; if not, what the feet cannot balance is
        a moment at the root

    Examples
    --------
    600 N in the middle between two feet of one point each:

    >>> feet = torch.tensor([[[0.0, 0.0, 0.1], [0.0, 0.0, -0.1]]])
    >>> soles = Soles(feet, feet + torch.tensor([0.0, 0.8, 0.0]),
    ...     torch.tensor([1.0, -1.0]), torch.ones(2), torch.zeros(2), 0.0)
    >>> from bige_osim.physics.ground.timing import MotionTiming
    >>> up, none = torch.tensor([[0.0, 600.0, 0.0]]), torch.zeros(1, 3)
    >>> once = MotionTiming(torch.zeros(1).numpy())
    >>> ground_forces(soles, up, none, timing=once).force[0, :, 1].tolist()
    [300.0, 300.0]
    """
    config = config or GroundConfig()
    height = soles.points[..., 1] - soles.standing
    span = config.lift - config.contact
    bearing = ((config.lift - height) / span).clamp(0.0, 1.0)
    right = soles.right > 0
    on_foot = torch.stack([right, ~right]).to(force)  # (2, P)
    weights = normalise(on_foot * soles.compliance)
    centres = torch.einsum("fp,bpi->bfi", weights, soles.points)
    foot_bearing = (bearing[:, None] * on_foot).amax(dim=-1)
    up = force[:, 1].clamp(min=0.0) * (foot_bearing.amax(dim=1) > 0)
    middle = soles.on_floor(centres.mean(dim=1))
    about = moment - torch.linalg.cross(middle, force)
    lever = torch.stack([about[:, 2], -about[:, 0], up], dim=1)  # x up, z up, up
    if config.cutoff is not None:
        lever = timing.low_pass(lever, cutoff=config.cutoff)
    pressure = _zero_moment_point(lever, timing)
    split = _split(centres, middle, pressure, foot_bearing)
    places = soles.widen(config.margin, on_foot)
    chair = (soles.hips.mean(dim=1) - middle)[:, [0, 2]]
    around = (places - middle[:, None])[..., [0, 2]]
    supported = torch.zeros_like(up, dtype=torch.bool)
    if chairs:
        part = _measure_chair_part(around, bearing, chair=chair, pressure=pressure)
        supported = timing.find_lasting(part > PART, least=WHILE)
    largest = timing.find_largest(up.detach()).clamp(min=1.0)
    contact = solve_contacts(
        around,
        # Each foot as stiff as it is loaded, so that pressure shifts alike under both.
        bearing * soles.compliance * 2 * torch.einsum("bf,fp->bp", split, on_foot),
        right=soles.right,
        chair=chair,
        load=torch.stack([up, about[:, 0], about[:, 2]], dim=1),
        split=split[:, 0],
        supported=supported,
        weight=largest,
    )
    # A participant whom nothing pushes up is not pushed up to balance moments either.
    shown = torch.where(up > 0, 1.0, 0.0)[:, None, None]
    pressed = contact.points[:, None] * on_foot * shown  # (B, 2, P)
    carried, point = _press_points(pressed, places, centres)
    return _complete(
        soles,
        contact,
        force=force,
        moment=moment,
        up=up,
        carried=carried,
        point=soles.on_floor(point),
        faint=FAINT * largest,
        config=config,
    )


def _press_points(
    pressed: Float[torch.Tensor, "B 2 P"],
    places: Float[torch.Tensor, "B P 3"],
    centres: Float[torch.Tensor, "B 2 3"],
) -> tuple[Float[torch.Tensor, "B 2"], Float[torch.Tensor, "B 2 3"]]:
    """Force on each foot, N, and its centre of pressure, m, not yet on the floor."""
    carried = pressed.sum(dim=-1)
    loaded = carried > 1e-9
    safe = torch.where(loaded, carried, 1.0)
    point = torch.einsum("bfp,bpi->bfi", pressed / safe[..., None], places)
    return carried, torch.where(loaded[..., None], point, centres)


def _complete(
    soles: Soles,
    contact: ContactForces,
    *,
    force: Float[torch.Tensor, "B 3"],
    moment: Float[torch.Tensor, "B 3"],
    up: Float[torch.Tensor, " B"],
    carried: Float[torch.Tensor, "B 2"],
    point: Float[torch.Tensor, "B 2 3"],
    faint: Float[torch.Tensor, " B"],
    config: GroundConfig,
) -> FeetLoads:
    """Add horizontal forces and free moments to the upward forces of the feet."""
    feet_up = carried.sum(dim=1)
    # the rest is the chair's
    part = (feet_up / torch.where(up > 0, up, 1.0)).clamp(max=1.0)
    level = limit_friction(force, feet_up, part, friction=config.friction)
    on_each = carried / torch.where(feet_up > 1e-9, feet_up, 1.0)[:, None]
    forces = on_each[..., None] * level[:, None]
    forces = torch.stack([forces[..., 0], carried, forces[..., 2]], dim=-1)
    forces = forces + find_lateral_pair(
        soles.hips, point, forces, aim=config.aim, friction=config.friction
    )
    yaw = (moment - torch.linalg.cross(point, forces).sum(dim=1))[:, 1] * part
    free = torch.zeros_like(forces)  # a sum, for a product would give -0.0
    free = free + (on_each * yaw[:, None])[..., None] * force.new_tensor([0, 1.0, 0])
    beyond = contact.moment.norm(dim=1) / torch.where(up > faint, up, torch.inf)
    return FeetLoads(forces, point, free, contact.chair, beyond)


@torch.no_grad()
def _measure_chair_part(
    places: Float[torch.Tensor, "B P 2"],
    bearing: Float[torch.Tensor, "B P"],
    *,
    chair: Float[torch.Tensor, "B 2"],
    pressure: Float[torch.Tensor, "B 2"],
) -> Float[torch.Tensor, " B"]:
    """Part of a participant that a chair would carry.

    It is how far the zero-moment point is from the edge of the soles to the chair, as
    for a beam on two supports.
    """
    reach = chair.norm(dim=1).clamp(min=1e-6)
    towards = chair / reach[:, None]
    along = torch.einsum("bpi,bi->bp", places, towards)
    edge = torch.where(bearing > 0, along, -torch.inf).amax(dim=1)
    beyond = (pressure * towards).sum(dim=1) - edge
    behind = reach - edge
    return torch.where(behind > NEAR, beyond / behind.clamp(min=NEAR), 0.0)


def _zero_moment_point(
    lever: Float[torch.Tensor, "B 3"], timing: Timing
) -> Float[torch.Tensor, "B 2"]:
    """X and z from the middle of the feet, m; zero where next to no force acts.

    The lever is the vertical force times that point, which is finite where the point is
    not, and the vertical force.
    """
    largest = timing.find_largest(lever[:, 2].detach()).clamp(min=1.0)
    loaded = lever[:, 2] > FAINT * largest
    return lever[:, :2] / torch.where(loaded, lever[:, 2], torch.inf)[:, None]


def _split(
    centres: Float[torch.Tensor, "B 2 3"],
    middle: Float[torch.Tensor, "B 3"],
    pressure: Float[torch.Tensor, "B 2"],
    bearing: Float[torch.Tensor, "B 2"],
) -> Float[torch.Tensor, "B 2"]:
    """Fraction of the vertical force on each foot; zero for both in the air."""
    line = (centres[:, 0] - centres[:, 1])[:, [0, 2]]
    start = (middle - centres[:, 1])[:, [0, 2]]
    along = ((start + pressure) * line).sum(dim=1)
    right = (along / (line**2).sum(dim=1).clamp(min=1e-9)).clamp(0.0, 1.0)
    able = torch.stack([right, 1 - right], dim=1) * bearing
    # A point wholly over a lifted foot is carried by the one that stands.
    able = torch.where(able.sum(dim=1, keepdim=True) > 1e-9, able, bearing)
    return able / able.sum(dim=1, keepdim=True).clamp(min=1e-9)
