"""The networks: an autoencoder over pieces of SMILES, and a generator and a critic of its codes."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, TypeVar

import torch
from torch import Tensor, nn

from medapp.api import TaskRefused
from medapp_molecules.notation.pieces import END, PAD, START, Pieces

if TYPE_CHECKING:
    from pathlib import Path

    from medapp_molecules.generate.balance import Balance


@dataclass(frozen=True)
class Shape:
    """Sizes of the networks.

    Attributes:
        hidden, layers: Of the decoder's LSTM.
        code: Numbers that a molecule is coded in.
        noise: Numbers that the generator starts from.
        blur: Standard deviation of what is added to each number of a code. A code then holds no more than
            the decoder needs to write a molecule like it, and codes lie so close that a generator's between
            them are as good as theirs.
    """

    pieces: int
    hidden: int = 512
    layers: int = 3
    embedding: int = 128
    reading: int = 256
    code: int = 64
    noise: int = 64
    wide: int = 512
    blur: float = 0.8


class Encoder(nn.Module):
    """Reads a molecule both ways and codes it; a code has length sqrt(its size)."""

    def __init__(self, shape: Shape, embedding: nn.Embedding) -> None:
        """With the embedding of the decoder."""
        super().__init__()
        self.embedding = embedding
        self.reader = nn.GRU(shape.embedding, shape.reading, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * shape.reading, shape.code)

    def forward(self, pieces: Tensor) -> Tensor:
        """(N, T) pieces of equally long molecules to (N, code)."""
        _, last = self.reader(self.embedding(pieces))
        return unit(self.out(torch.cat([last[0], last[1]], 1)))


class Decoder(nn.Module):
    """Writes a molecule from its code, or from none: then it is a sampler of its own."""

    def __init__(self, shape: Shape) -> None:
        """See `Shape`."""
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.pieces, shape.embedding, padding_idx=PAD)
        self.without = nn.Parameter(torch.zeros(shape.code))
        self.begin = nn.Linear(shape.code, 2 * shape.layers * shape.hidden)
        self.writer = nn.LSTM(shape.embedding + shape.code, shape.hidden, shape.layers, batch_first=True)
        self.out = nn.Linear(shape.hidden, shape.pieces)

    def forward(self, pieces: Tensor, code: Tensor) -> Tensor:
        """Logits (N, T, pieces) of what follows each of (N, T) pieces, given (N, code)."""
        around = code[:, None].expand(-1, pieces.shape[1], -1)
        written, _ = self.writer(torch.cat([self.embedding(pieces), around], 2), self.state(code))
        found: Tensor = self.out(written)
        return found

    def state(self, code: Tensor) -> tuple[Tensor, Tensor]:
        """Where the LSTM begins."""
        shape = self.shape
        both = torch.tanh(self.begin(code)).view(-1, 2, shape.layers, shape.hidden).permute(1, 2, 0, 3)
        return both[0].contiguous(), both[1].contiguous()

    @torch.inference_mode()
    def sample(
        self,
        code: Tensor,
        random: torch.Generator,
        balance: Balance | None = None,
        *,
        warmth: float = 1.0,
        longest: int = 60,
    ) -> Tensor:
        """Write one molecule for each code: (N, T) pieces, each ending with `END` and padding.

        Args:
            code: (N, code).
            random: What is drawn with.
            balance: Closes what is opened; None leaves that to the network.
            warmth: 1 draws as the network gives it, 0 takes the likeliest.
            longest: Pieces after which writing is ended.
        """
        state = self.state(code)
        last = torch.full((len(code),), START, device=code.device)
        rows = torch.arange(len(code), device=code.device)
        found = torch.full((len(code), longest), PAD, device=code.device)
        at = 0
        while at < longest and len(rows):
            step = torch.cat([self.embedding(last), code], 1)[:, None]
            written, state = self.writer(step, state)
            logits = self.out(written[:, 0])
            if balance is not None:
                logits = logits.masked_fill(balance.forbidden(), -math.inf)
            last = _draw(logits, random, warmth)
            found[rows, at] = last
            if balance is not None:
                balance.take(last)
            at += 1
            # Those that have ended are not taken along: most are short, and one is always long.
            left = (last != END).nonzero()[:, 0]
            if len(left) < len(rows):
                rows, last, code = rows[left], last[left], code[left]
                state = (state[0][:, left], state[1][:, left])
                if balance is not None:
                    balance.keep(left)
        return found[:, :at]


class Generator(nn.Module):
    """From noise to codes."""

    def __init__(self, shape: Shape) -> None:
        """See `Shape`."""
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(shape.noise, shape.wide), nn.LayerNorm(shape.wide), nn.LeakyReLU(0.2),
            nn.Linear(shape.wide, shape.wide), nn.LayerNorm(shape.wide), nn.LeakyReLU(0.2),
            nn.Linear(shape.wide, shape.wide), nn.LayerNorm(shape.wide), nn.LeakyReLU(0.2),
            nn.Linear(shape.wide, shape.code),
        )  # fmt: skip

    def forward(self, noise: Tensor) -> Tensor:
        """(N, noise) to (N, code)."""
        return unit(self.layers(noise))


class Critic(nn.Module):
    """How real a code looks; no normalisation, which the gradient penalty forbids (Gulrajani et al. 2017)."""

    def __init__(self, shape: Shape) -> None:
        """See `Shape`."""
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(shape.code, shape.wide), nn.LeakyReLU(0.2),
            nn.Linear(shape.wide, shape.wide), nn.LeakyReLU(0.2),
            nn.Linear(shape.wide, shape.wide), nn.LeakyReLU(0.2),
            nn.Linear(shape.wide, 1),
        )  # fmt: skip

    def forward(self, code: Tensor) -> Tensor:
        """(N, code) to (N,)."""
        found: Tensor = self.layers(code)[:, 0]
        return found


class Autoencoder(nn.Module):
    """Both halves, with one embedding."""

    def __init__(self, shape: Shape) -> None:
        """See `Shape`."""
        super().__init__()
        self.shape = shape
        self.decoder = Decoder(shape)
        self.encoder = Encoder(shape, self.decoder.embedding)

    def forward(self, pieces: Tensor, random: torch.Generator, *, drop: float) -> Tensor:
        """Logits of (N, T + 1) pieces with the end, of molecules of (N, T) pieces.

        Args:
            pieces: Of equally long molecules.
            random: What is drawn with.
            drop: Share of the molecules whose code is withheld.
        """
        code = self.encoder(pieces)
        code = blurred(code, self.shape.blur, random)
        kept = torch.rand((len(code), 1), generator=random, device=code.device) >= drop
        code = torch.where(kept, code, self.decoder.without)
        begin = torch.full((len(pieces), 1), START, dtype=pieces.dtype, device=pieces.device)
        found: Tensor = self.decoder(torch.cat([begin, pieces], 1), code)
        return found


def unit(code: Tensor) -> Tensor:
    """Codes of one length, sqrt(size), so that each number is about 1."""
    return code * torch.rsqrt(code.square().mean(1, keepdim=True) + 1e-6)


def blurred(code: Tensor, blur: float, random: torch.Generator) -> Tensor:
    """Codes with what `Shape.blur` says added to each number; drawn where `random` draws."""
    added = torch.randn(code.shape, generator=random, device=random.device).to(code.device)
    return unit(code + blur * added)


def _draw(logits: Tensor, random: torch.Generator, warmth: float) -> Tensor:
    if warmth <= 0:
        return logits.argmax(1)
    # Gumbel's trick: the same draw as from the softmax, without its sum.
    noise = torch.rand(logits.shape, generator=random, device=logits.device).clamp_(1e-9, 1 - 1e-7)
    return (logits / warmth - torch.log(-torch.log(noise))).argmax(1)


def save(network: nn.Module, path: Path, shape: Shape, pieces: Pieces, facts: dict[str, str]) -> None:
    """Write weights in half precision and what is needed to use them; whole or not at all."""
    from safetensors.torch import save_file

    seen: set[int] = set()
    tensors = {}
    for name, value in network.state_dict().items():
        if value.data_ptr() not in seen:  # the embedding, which both halves have
            seen.add(value.data_ptr())
            tensors[name] = value.detach().half().contiguous()
    stored = {"shape": json.dumps(asdict(shape)), "pieces": pieces.text(), **facts}
    part = path.with_name(f".{path.name}.part")
    save_file(tensors, part, stored)
    part.replace(path)


def load_autoencoder(path: Path) -> tuple[Autoencoder, Pieces]:
    """Read what `save` wrote of an autoencoder, in single precision.

    Raises:
        TaskRefused: Where the file is damaged or holds something else.
    """
    shape, pieces, tensors, _ = _read(path)
    if "decoder.embedding.weight" in tensors:
        tensors.setdefault("encoder.embedding.weight", tensors["decoder.embedding.weight"])
    return _filled(Autoencoder(shape), tensors, path), pieces


def load_generator(path: Path, code: int) -> Generator:
    """The same of a generator whose codes have `code` numbers."""
    shape, _, tensors, _ = _read(path)
    _check(shape, code, path)
    return _filled(Generator(shape), tensors, path)


def load_critic(path: Path, code: int) -> tuple[Critic, tuple[float, ...]]:
    """The same of a critic, with the ``levels`` that `save` was given."""
    shape, _, tensors, facts = _read(path)
    _check(shape, code, path)
    try:
        levels = tuple(float(one) for one in json.loads(facts["levels"]))
    except (KeyError, ValueError, TypeError) as error:
        message = f"the weights {path.name} cannot be used: {error}"
        raise TaskRefused(message) from error
    return _filled(Critic(shape), tensors, path), levels


def _check(shape: Shape, code: int, path: Path) -> None:
    if shape.code != code:
        message = f"{path.name} is of the codes of another autoencoder"
        raise TaskRefused(message)


Network = TypeVar("Network", bound=nn.Module)


def _read(path: Path) -> tuple[Shape, Pieces, dict[str, Tensor], dict[str, str]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            facts = file.metadata() or {}
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 - not a dict
        return Shape(**json.loads(facts["shape"])), Pieces.from_text(facts["pieces"]), tensors, facts
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        message = f"the weights {path.name} cannot be used: {error}"
        raise TaskRefused(message) from error


def _filled(network: Network, tensors: dict[str, Tensor], path: Path) -> Network:
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        message = f"the weights {path.name} are of another network"
        raise TaskRefused(message) from error
    return network.eval()
