"""How well does a surrogate know participants it was not trained on?

Run: python examples/04_test_a_surrogate.py DATASET.nc SURROGATE_RUN
"""

import sys
from pathlib import Path

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.nets.checkpoint import load_surrogate, read_record
from bige_osim.nets.samples import read_samples
from bige_osim.nets.scores import surrogate_scores


def main(data: Path, run: Path) -> None:
    record = read_record(run, "surrogate")
    net = load_surrogate(run)
    dataset = read_dataset(data)
    for use in ("train_people", "validation_people", "test_people"):
        for person in getattr(record, use):
            samples = read_samples(dataset, [person], activations=True)
            scores = surrogate_scores(net, samples)
            print(
                f"{person} ({use.split('_')[0]}, {len(samples)} repetitions): "
                f"RMSE {scores['rmse']:.3f}, R² {scores['r2']:.2f}, "
                f"stated error {scores['stated_error']:.3f}"
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
