"""How well a trained net does on repetitions, as plain numbers for its record."""

from typing import Any

import torch
from jaxtyping import Float

from bige_osim.nets.samples import Samples
from bige_osim.nets.surrogate import Prediction, Surrogate
from bige_osim.nets.vqvae import Vqvae

BATCH = 32


def generator_scores(net: Vqvae, samples: Samples) -> dict[str, float]:
    """Reconstruction errors through the codebook.

    Returns
    -------
    ``rotation_rmse`` rad, ``translation_rmse`` m, ``duration_rmse`` s, and
    ``perplexity`` of the codes in use
    """
    was_training = net.training
    net.eval()
    with torch.no_grad():
        motion, duration, quantised = net(
            samples.motion, samples.duration, samples.body
        )
    net.train(was_training)
    error, lengths = motion - samples.motion, net.scaler.translational
    return {
        "rotation_rmse": _rms(error[..., ~lengths]),
        "translation_rmse": _rms(error[..., lengths]),
        "duration_rmse": _rms(duration - samples.duration),
        "perplexity": float(quantised.perplexity),
    }


def surrogate_scores(net: Surrogate, samples: Samples) -> dict[str, Any]:
    """Errors of the activations, over all and per muscle.

    Returns
    -------
    ``rmse`` and ``r2`` over all muscles, ``stated_error`` (root mean square of the
    net's own uncertainty), and ``muscles``: per name its ``rmse`` and ``r2``. R² is NaN
    where a muscle's activation does not vary.
    """
    made, true = predict(net, samples), samples.known_activations
    names = net.muscle_names
    per_muscle = {
        name: {
            "rmse": _rms(made.mean[..., i] - true[..., i]),
            "r2": r_squared(made.mean[..., i], true[..., i]),
        }
        for i, name in enumerate(names)
    }
    return {
        "rmse": _rms(made.mean - true),
        "r2": r_squared(made.mean, true),
        "stated_error": _rms(made.std),
        "muscles": per_muscle,
    }


def calibrate(net: Surrogate, samples: Samples) -> None:
    """Scale the ensemble's disagreement to its error on participants it has not seen.

    Root mean squares over all; never below the disagreement itself. The same factor
    for every muscle: a few participants do not tell more.
    """
    net.spread.fill_(1.0)
    made = predict(net, samples)
    error = _rms(made.mean - samples.known_activations)
    net.spread.fill_(max(1.0, error / max(_rms(made.std), 1e-6)))


def predict(net: Surrogate, samples: Samples) -> Prediction:
    """Activations of many samples in evaluation mode, without gradients."""
    was_training = net.training
    net.eval()
    with torch.no_grad():
        parts = [
            net(batch.motion, batch.duration, batch.body)
            for batch in samples.batches(BATCH)
        ]
    net.train(was_training)
    return Prediction(
        mean=torch.cat([part.mean for part in parts]),
        std=torch.cat([part.std for part in parts]),
    )


def r_squared(
    made: Float[torch.Tensor, "*shape"], true: Float[torch.Tensor, "*shape"]
) -> float:
    """Share of the variance of ``true`` about its mean that ``made`` explains.

    Examples
    --------
    >>> r_squared(torch.tensor([0.0, 1.0, 1.0]), torch.tensor([0.0, 1.0, 2.0]))
    0.5
    """
    total = (true - true.mean()).square().sum()
    if total <= 1e-12 * true.numel():
        return float("nan")
    return float(1 - (made - true).square().sum() / total)


def _rms(values: torch.Tensor) -> float:
    return float(values.square().mean().sqrt()) if values.numel() else 0.0
