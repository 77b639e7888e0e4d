"""The nets that are compared: named by the user, or trained without those held out."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.errors import DatasetError, name_some
from bige_osim.nets.checkpoint import Record, read_record, read_tensors
from bige_osim.nets.shipped import SHIPPED, is_shipped
from bige_osim.progress import Progress
from bige_osim.stages.compare_request import NETS, CompareRequest
from bige_osim.stages.train import train


@dataclass(frozen=True, eq=False)
class ComparedNets:
    """Run folders of the nets of a comparison.

    Attributes
    ----------
    request : what to compare
    folder : where nets are trained
    progress : counts epochs
    """

    request: CompareRequest
    folder: Path
    progress: Progress

    @cached_property
    def runs(self) -> dict[str, Path]:
        """Run folder of every net that makes motions, trained if it is not there."""
        return {kind: self._find(kind) for kind in dict.fromkeys(NETS.values())}

    @cached_property
    def data_sha256(self) -> str:
        """Content hash of the dataset."""
        return str(read_dataset(self.request.data).attrs["content_hash"])

    @property
    def surrogate(self) -> Path | None:
        """Run folder of the surrogate, if there is one."""
        named = self.request.nets.get("surrogate")
        if named is not None:
            return Path(named)
        return SHIPPED if is_shipped("surrogate") else None

    def list_known(self) -> list[str]:
        """List those held out whom the surrogate was trained or calibrated on."""
        if self.surrogate is None:
            return []
        return self._find_seen(read_record(self.surrogate, "surrogate"))

    def check(self) -> None:
        """Refuse nets that were trained on somebody held out, before work is done.

        Raises
        ------
        DatasetError
            There is one.
        """
        for kind in sorted(set(NETS.values()) & set(self.request.nets)):
            run = Path(self.request.nets[kind])
            if seen := self._find_seen(read_record(run, kind)):
                raise DatasetError(
                    f"--net {kind}={run}: it was trained on {name_some(seen)}, who is "
                    "to be held out; name another run, or leave it out to train one."
                )

    def hash_weights(self, kind: str) -> str:
        """Hash of the weights of a net that makes motions."""
        return read_record(self.runs[kind], kind).weights_sha256

    def count_millions(self, kind: str) -> float:
        """Count the numbers of a net that makes motions; millions, no unit."""
        run = self.runs[kind]
        tensors = read_tensors(run, read_record(run, kind))
        weights = [value for name, value in tensors.items() if name.startswith("net.")]
        return sum(value.numel() for value in weights) / 1e6

    def _find(self, kind: str) -> Path:
        if kind in self.request.nets:
            return Path(self.request.nets[kind])
        run = self.folder / kind
        if not self._is_trained(run, kind):
            train(
                kind,
                self.request.data,
                output=run,
                config=self.request.settings.get(kind),
                test_people=self.request.held_out,
                seed=self.request.seed,
                progress=self.progress,
            )
        return run

    def _is_trained(self, run: Path, kind: str) -> bool:
        """Whether a net is there, of this dataset, that has not seen those held out."""
        if not (run / "train.json").exists():
            return False
        record = read_record(run, kind)
        return (
            record.data_sha256 == self.data_sha256
            and record.seed == self.request.seed
            and not self._find_seen(record)
        )

    def _find_seen(self, record: Record) -> list[str]:
        """Find those held out whom a net was trained or chosen on."""
        seen = {*record.train_people, *record.validation_people}
        return [name for name in self.request.held_out if name in seen]
