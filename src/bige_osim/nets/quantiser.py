"""What makes discrete codes of latents: one number each, or codes that add up.

Finite scalar quantisation (Mentzer et al. 2024, arXiv 2309.15505) rounds every
component of a latent vector to one of so many levels. Residual vector quantisation
(Zeghidour et al. 2022, arXiv 2107.03312) takes the nearest vector of a codebook, then
of another one for what is left, and so on.
"""

from typing import Literal, NamedTuple

import torch
from jaxtyping import Float, Int
from torch import nn
from vector_quantize_pytorch import FSQ, ResidualVQ

from bige_osim.errors import DatasetError
from bige_osim.io.tables import Number, TomlTable, WholeNumber

REACH = 24.0
"""Standard deviations at which finite scalar quantisation ends. Participants who were
not trained on are farther out than the others, and what is far out is bent: with 6, the
legs of one came back with an error of 5.2 deg instead of 2.1."""


class QuantiserConfig(TomlTable):
    """How latents are quantised.

    Attributes
    ----------
    kind : ``fsq`` (finite scalar), ``rvq`` (residual vector) or ``none``
    levels : of every component, with ``fsq``
    codebooks, codes : how many codebooks there are, and codes in each, with ``rvq``
    decay : factor of the codebooks' moving averages, per step, with ``rvq``
    """

    kind: Literal["fsq", "rvq", "none"] = "fsq"
    levels: WholeNumber = 512
    codebooks: WholeNumber = 8
    codes: WholeNumber = 256
    decay: Number = 0.95


class Quantised(NamedTuple):
    """Latents replaced by their codes.

    Attributes
    ----------
    z : (B, K, 1) no unit; gradients pass straight through to the latents
    codes : (B, T) numbers of the codes: one per component (``fsq``) or per codebook
        (``rvq``); T is 0 where nothing is quantised
    loss : commitment loss, mean squared distance of the latents from the codes; 0 where
        the codes are not learned
    """

    z: Float[torch.Tensor, "B K 1"]
    codes: Int[torch.Tensor, "B T"]
    loss: Float[torch.Tensor, ""]


class Quantiser(nn.Module):
    """Quantises latent vectors of K components.

    Parameters
    ----------
    config : how
    components : K

    Raises
    ------
    DatasetError
        if there are fewer than three levels

    Examples
    --------
    >>> quantiser = Quantiser(QuantiserConfig(levels=7), components=2)
    >>> found = quantiser(torch.tensor([[[0.4], [20.0]]]))
    >>> found.z.round(decimals=4).tolist(), found.codes.tolist()
    ([[[0.0], [16.0]]], [[3, 5]])
    """

    def __init__(self, config: QuantiserConfig, *, components: int) -> None:
        super().__init__()
        self.kind = config.kind
        if config.kind == "fsq":
            if config.levels < 3:
                raise DatasetError(
                    "Finite scalar quantisation needs 3 levels or more, got "
                    f"{config.levels}; raise levels or choose kind = rvq."
                )
            # Symmetric: the levels are at 24 tanh(z / 24) rounded, 0 in between.
            self.book: nn.Module = FSQ(
                levels=[config.levels],
                num_codebooks=components,
                keep_num_codebooks_dim=True,
                preserve_symmetry=True,
            )
        elif config.kind == "rvq":
            self.book = ResidualVQ(
                dim=components,
                num_quantizers=config.codebooks,
                codebook_size=config.codes,
                decay=config.decay,
                threshold_ema_dead_code=1,
                rotation_trick=False,  # gradients pass straight through
            )

    def forward(self, z: Float[torch.Tensor, "B K 1"]) -> Quantised:
        """Replace latents by their codes; in training mode ``rvq`` learns its own."""
        none = z.new_zeros(())
        row = z.mT  # one vector of K components
        if self.kind == "fsq":
            found, codes = self.book(row / REACH)
            return Quantised(REACH * found.mT, codes[:, 0].long(), none)
        if self.kind == "rvq":
            found, codes, _ = self.book(row)
            nearest = found.detach().mT
            loss = nn.functional.mse_loss(z, nearest)
            return Quantised(z + (nearest - z).detach(), codes[:, 0], loss)
        return Quantised(z, z.new_zeros((len(z), 0), dtype=torch.int64), none)

    def look_up(self, codes: Int[torch.Tensor, "B T"]) -> Float[torch.Tensor, "B K 1"]:
        """Latents (no unit) of codes, as something that writes codes needs them.

        Raises
        ------
        DatasetError
            if nothing is quantised
        """
        if self.kind == "fsq":
            z: torch.Tensor = self.book.indices_to_codes(codes[:, None])  # type: ignore[operator]
            return REACH * z.mT
        if self.kind == "rvq":
            z = self.book.get_output_from_indices(codes[:, None])  # type: ignore[operator]
            return z.mT
        raise DatasetError(
            "A generator that does not quantise has no codes; train one with kind = "
            "fsq or rvq."
        )
