"""How well does a surrogate know participants it was not trained on?

Run: python examples/04_test_a_surrogate.py DATASET.nc SURROGATE_RUN
"""

import sys
from pathlib import Path

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.nets.checkpoint import load, read_record
from bige_osim.nets.kinds.surrogate import score
from bige_osim.nets.samples import read_samples


def main(data: Path, run: Path) -> None:
    record = read_record(run, "surrogate")
    net = load(run, "surrogate")
    dataset = read_dataset(data)
    for use in ("train_people", "validation_people", "test_people"):
        for person in getattr(record, use):
            samples = read_samples(dataset, [person], activations=True)
            scores = score(net, samples)
            print(
                f"{person} ({use.split('_')[0]}, {len(samples)} repetitions): "
                f"RMSE {scores['rmse']:.3f}, R² {scores['r2']:.2f}, "
                f"predicted standard deviation {scores['stated_error']:.3f}"
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
