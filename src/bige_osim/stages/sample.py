"""``sample``: motions as a net draws them, neither guided nor judged."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float

from bige_osim.dataset.dataset import BODY
from bige_osim.errors import MissingFileError, name_some
from bige_osim.guidance.project import to_motions
from bige_osim.guidance.spaces import PlantedMotions
from bige_osim.io.manifest import Manifest
from bige_osim.io.opensim_files.mot import write_motion
from bige_osim.io.output import new_folder, write_json
from bige_osim.motion import Motion
from bige_osim.nets.body import check_coordinates, describe_body
from bige_osim.nets.checkpoint import Record, load, read_record, weights_path
from bige_osim.nets.curve_tokens import DrawnMotions
from bige_osim.nets.features import Decoded
from bige_osim.nets.kinds import list_kinds
from bige_osim.nets.net import Net, find_net
from bige_osim.nets.planting import plant_decoded
from bige_osim.nets.shipped import find_run
from bige_osim.osim.reading.model import read_model
from bige_osim.paths import AnyPath
from bige_osim.physics.kinematics.coordinates import CoordinateMap, complete_motion
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.progress import Progress, silent
from bige_osim.solving.contacts import add_contacts, skeleton_with_feet
from bige_osim.stages.result import StageResult

BATCH = 32
"""Motions that are drawn at once."""


@dataclass(frozen=True, kw_only=True)
class SampleRequest:
    """What to draw, and with what.

    Attributes
    ----------
    model : the participant's ``.osim``
    generator : run folder of a net that makes motions; the shipped one for ``None``
    count : motions
    height : stature of the participant, m; ``None`` takes the mean ratio of stature to
        leg length of the training participants
    contacts : feet and contact points of the model (``profile.toml``)
    """

    model: AnyPath
    generator: AnyPath | None = None
    count: int = 4
    height: float | None = None
    contacts: AnyPath | None = None


def sample(
    request: SampleRequest,
    *,
    output: AnyPath,
    seed: int = 0,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write ``NN.mot`` and ``sample.json`` to ``output``.

    Raises
    ------
    MissingFileError, DatasetError, ModelError
        The net or the model is not there, or they do not fit each other.
    """
    run = find_run("generator", request.generator)
    entry = find_maker(run)
    spec = add_contacts(read_model(request.model), request.contacts)
    inputs = [Path(request.model), weights_path(run, entry.kind)]
    config = {"height": request.height, "count": request.count}
    manifest = Manifest("sample", inputs=inputs, config=config, seed=seed)
    source = load_source(run, skeleton_with_feet(spec), height=request.height)
    with new_folder(Path(output), landmark="sample.json", force=force) as folder:
        with manifest.time_part("draw"):
            motions = source.draw(request.count, seed=seed, progress=progress)
        names = [f"{number:02d}.mot" for number in range(1, len(motions) + 1)]
        for name, motion in zip(names, motions, strict=True):
            write_motion(folder / name, complete_motion(motion, spec), spec=spec)
        summary: dict[str, Any] = {
            "net": entry.kind,
            "person": dict(zip(BODY, source.body.tolist(), strict=True)),
            "motions": [
                {"file": name, "duration": motion.duration}
                for name, motion in zip(names, motions, strict=True)
            ],
            "manifest": manifest.to_dict(),
        }
        write_json(folder / "sample.json", summary)
    text = f"{len(motions)} motions drawn by {entry.kind}, written to {output}."
    return StageResult(summary, text)


def find_maker(run: AnyPath) -> Net[Any]:
    """Find what kind of net that makes motions a run folder has.

    Raises
    ------
    MissingFileError
        if it has none
    """
    makers = [net for net in map(find_net, list_kinds()) if net.draw is not None]
    for net in makers:
        if weights_path(run, net.kind).is_file():
            return net
    kinds = [net.kind for net in makers]
    raise MissingFileError(
        Path(run),
        what=f"checkpoint of a net that makes motions ({name_some(kinds)})",
        remedy="train one with bige train",
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class MotionSource:
    """A net that draws motions of one participant.

    Attributes
    ----------
    entry : what kind it is
    net : in evaluation mode, on the CPU
    run : its folder
    skeleton : of the participant's model, with contact points
    body : (3,) stature m, mass kg, leg length m
    """

    entry: Net[Any]
    net: Any
    run: Path
    skeleton: Skeleton
    body: Float[torch.Tensor, " 3"]

    def draw(
        self, count: int, *, seed: int, progress: Progress = silent
    ) -> list[Motion]:
        """Draw motions in rad and m, from 0 s, of independent coordinates.

        Feet stand where the net says, if it does; other motions are as drawn.
        """
        assert self.entry.draw is not None
        random = torch.Generator().manual_seed(seed)
        made: list[Motion] = []
        while len(made) < count:
            progress("motions", len(made), count)
            drawn = self.entry.draw(
                self.net,
                self.run,
                self.body,
                count=min(BATCH, count - len(made)),
                random=random,
            )
            made += to_motions(self.skeleton, self.complete(drawn))
        progress("motions", count, count)
        return made

    def complete(self, drawn: DrawnMotions) -> PlantedMotions:
        """Give drawn motions all independent coordinates of the model, and the floor.

        Feet stand where the net says, if it does; then gradients are not kept.
        """
        names, dtype = self.skeleton.coordinate_names, self.skeleton.mass.dtype
        count, frames, _ = drawn.motion.shape
        filled = CoordinateMap(self.skeleton.spec, fill=True, dtype=dtype)
        whole = filled(drawn.motion.flatten(0, 1).to(dtype), self.net.coordinate_names)
        values = whole[:, : len(names)].reshape(count, frames, len(names))
        duration = drawn.duration.to(dtype)
        if drawn.footprints is not None:
            with torch.no_grad():
                values = plant_decoded(
                    self.skeleton,
                    Decoded(values, duration, drawn.footprints),
                    coordinate_names=names,
                ).q
        return PlantedMotions(values, duration)


def load_source(
    run: AnyPath, skeleton: Skeleton, *, height: float | None = None
) -> MotionSource:
    """Load a net that draws motions of a participant.

    Parameters
    ----------
    run : its folder
    skeleton : of the participant's model, with contact points
    height : stature of the participant, m; as :class:`SampleRequest` has it

    Raises
    ------
    MissingFileError, DatasetError
        The net is not there, or makes coordinates that the model does not have.
    """
    entry = find_maker(run)
    record = read_record(run, entry.kind)
    check_coordinates(record.coordinate_names, skeleton)
    body = describe_body(skeleton, ratio=_stature_ratio(record), height=height)
    return MotionSource(
        entry=entry,
        net=load(run, entry.kind),
        run=Path(run),
        skeleton=skeleton,
        body=body,
    )


def _stature_ratio(record: Record) -> float:
    """Stature over leg length, of the mean training body."""
    stature, _, leg = record.scaling.body_mean
    return stature / leg
