"""A transformer that writes the codes of motions one after another, after T2M-GPT.

Zhang et al. 2023 (arXiv 2301.06052): a causal transformer is told what the motion is to
be and predicts every code from those before it. In training a part of these is replaced
by random codes, so that it learns to go on from its own mistakes.
"""

import torch
from jaxtyping import Float, Int
from torch import nn

from bige_osim.io.tables import Number, TomlTable, WholeNumber
from bige_osim.nets.conditions import count_conditions, describe_conditions
from bige_osim.nets.curve_tokens import DrawnMotions
from bige_osim.nets.diffusion import make_mlp, make_transformer
from bige_osim.nets.motion_codes import CodesConfig, MotionCodes
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaling


class WriterConfig(TomlTable):
    """Size of the transformer, how it draws, and the VQ-VAE whose codes it writes.

    Attributes
    ----------
    width, heads, layers : of the transformer; its feed-forward parts are four times as
        wide
    dropout : share of its activations, in training
    temperature : divides its scores of codes when it draws, no unit
    codes : the VQ-VAE
    """

    width: WholeNumber = 128
    heads: WholeNumber = 4
    layers: WholeNumber = 4
    dropout: Number = 0.1
    temperature: Number = 1.0
    codes: CodesConfig = CodesConfig()


class CodeWriter(nn.Module):
    """Writes codes for a body and an exercise.

    Parameters
    ----------
    config : its size
    coordinate_names : names of the C coordinates, in the order of every batch
    frames : F that it draws if nothing else is asked for
    scaling : fitted on the training participants
    exercises : names of those there are
    """

    usual: Int[torch.Tensor, ""]

    def __init__(
        self,
        config: WriterConfig,
        *,
        coordinate_names: tuple[str, ...],
        frames: int,
        scaling: Scaling,
        exercises: tuple[str, ...],
    ) -> None:
        super().__init__()
        self.config = config
        self.coordinate_names = coordinate_names
        self.frames = frames
        self.exercises = exercises
        self.codes = MotionCodes(
            config.codes,
            coordinate_names=coordinate_names,
            frames=frames,
            scaling=scaling,
        )
        width, length = config.width, self.codes.length
        self.know = make_mlp(count_conditions(exercises), width)
        self.enter = nn.Embedding(config.codes.codes, width)
        self.places = nn.Parameter(0.02 * torch.randn(length, width))
        self.body = make_transformer(
            width, heads=config.heads, layers=config.layers, dropout=config.dropout
        )
        self.leave = nn.Linear(width, config.codes.codes)
        self.register_buffer("usual", torch.tensor(0))

    def start_at(self, samples: Samples, codes: MotionCodes) -> None:
        """Take a trained VQ-VAE, and the exercise most trained on."""
        self.codes.load_state_dict(codes.state_dict())
        self.codes.requires_grad_(requires_grad=False)
        if samples.exercise is not None:
            self.usual.copy_(samples.exercise.bincount().argmax())

    def train(self, mode: bool = True) -> "CodeWriter":
        """Train the transformer; the VQ-VAE stays as it is."""
        super().train(mode)
        self.codes.eval()
        return self

    def condition(self, samples: Samples) -> Float[torch.Tensor, "B N"]:
        """Describe repetitions: exercise, body and style, no unit."""
        return self._describe(samples.body, samples.exercise, samples.style)

    def forward(
        self, codes: Int[torch.Tensor, "B L"], condition: Float[torch.Tensor, "B N"]
    ) -> Float[torch.Tensor, "B M V"]:
        """Scores (logits) of each code and the next, from those before it.

        Parameters
        ----------
        codes : the first L of a motion, L < T or all T, of which the last is not needed
        condition : of :meth:`condition`

        Returns
        -------
        (B, M, V) with M = min(L + 1, T) for V codes
        """
        before = codes[:, : self.codes.length - 1]
        row = torch.cat([self.know(condition)[:, None], self.enter(before)], dim=1)
        row = row + self.places[: row.shape[1]]
        mask = nn.Transformer.generate_square_subsequent_mask(
            row.shape[1], device=row.device
        )
        scores: torch.Tensor = self.leave(self.body(row, mask=mask, is_causal=True))
        return scores

    def draw(
        self,
        body: Float[torch.Tensor, "B 3"],
        *,
        random: torch.Generator,
        exercise: Int[torch.Tensor, " B"] | None = None,
        frames: int | None = None,
    ) -> DrawnMotions:
        """Draw a motion as recorded for each body, without gradients.

        Parameters
        ----------
        body : stature m, mass kg, leg length m
        random : source of all choices
        exercise : of each, the usual one for ``None``
        frames : F, the usual number for ``None``
        """
        condition = self._describe(body, exercise, None)
        codes = torch.zeros((len(body), 0), dtype=torch.long, device=body.device)
        with torch.no_grad():
            for _ in range(self.codes.length):
                scores = self(codes, condition)[:, -1] / self.config.temperature
                chances = scores.softmax(dim=-1).cpu()
                drawn = torch.multinomial(chances, 1, generator=random)
                codes = torch.cat([codes, drawn.to(codes.device)], dim=1)
            tokens = self.codes.decode(codes)
            return self.codes.tokens.restore(tokens, body, frames=frames or self.frames)

    def _describe(
        self,
        body: Float[torch.Tensor, "B 3"],
        exercise: Int[torch.Tensor, " B"] | None,
        style: Int[torch.Tensor, " B"] | None,
    ) -> Float[torch.Tensor, "B N"]:
        return describe_conditions(
            self.codes.tokens.scaler,
            body,
            exercises=self.exercises,
            usual=self.usual,
            exercise=exercise,
            style=style,
        )
