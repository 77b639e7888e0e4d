"""Marker sets as plain data: markers on a generic model, and what they measure."""

from dataclasses import dataclass, field

AXES = "xyz"
"""Axes of a body: forward, up, right."""


@dataclass(frozen=True, kw_only=True)
class PlacedMarker:
    """A marker on the generic model.

    Attributes
    ----------
    name, body : its own and that of the body it moves with
    location : m, in the body's frame (forward, up, right)
    weight : in inverse kinematics, relative to the other markers' weights
    placement : weight while the standing participant is fitted before markers are moved
    region : ``core`` (pelvis, trunk, legs), ``arms`` or ``head``
    aliases : other names of it in recordings
    """

    name: str
    body: str
    location: tuple[float, float, float]
    weight: float = 1.0
    placement: float = 1.0
    region: str = "core"
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SegmentMeasurement:
    """Distances between markers that tell how large some bodies are.

    Attributes
    ----------
    name : of the measurement
    pairs : of markers; the mean of the ratios participant to model is the factor
    scales : body -> axes of it that the factor scales, such as ``xyz``
    """

    name: str
    pairs: tuple[tuple[str, str], ...]
    scales: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class MarkerSet:
    """Markers of a generic model and what they measure.

    Attributes
    ----------
    name, title : short, and to read
    markers : with sides resolved
    measurements : in order
    directions : ``front``, ``back``, ``top`` and ``bottom`` -> markers there on a
        standing participant; without those that the set does not say
    refined : groups of bodies, each scaled by one factor that is then fitted to the
        movement, because no marker shows where a joint between them is
    notes : what of the set is not used, one sentence each
    """

    name: str
    title: str
    markers: tuple[PlacedMarker, ...]
    measurements: tuple[SegmentMeasurement, ...] = ()
    directions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refined: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the markers, in order."""
        return tuple(marker.name for marker in self.markers)

    @property
    def spellings(self) -> dict[str, tuple[str, ...]]:
        """Names that recordings have for each marker, its own first."""
        return {marker.name: (marker.name, *marker.aliases) for marker in self.markers}
