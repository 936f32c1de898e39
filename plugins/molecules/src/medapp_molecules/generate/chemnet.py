"""ChemNet (Preuer et al. 2018) and the Fréchet distance of its activations, as MOSES measures it.

The network is that which fcd-torch 1.0.7 carries in its wheel (`pip download --no-deps fcd-torch==1.0.7`),
from which it is read as it lies there. Its hash is looked at, and tensors alone are read of it.
"""

from __future__ import annotations

import hashlib
import io
import warnings
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from medapp.api import TaskRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

    Moments = tuple[NDArray[np.float64], NDArray[np.float64]]
    Layer = Callable[[Tensor], Tensor]

_NAME: Final = "fcd_torch/ChemNet_v0.13_pretrained.pt"
_SHA256: Final = "a36658cc7c94d3c728eacd7ed2d2f104753bb2fde742c2817daefe9533a28080"
_SIGNS: Final = (
    "C", "N", "O", "H", "F", "Cl", "P", "B", "Br", "S", "I", "Si", "#", "(", ")", "+", "-", "1", "2", "3",
    "4", "5", "6", "7", "8", "=", "[", "]", "@", "c", "n", "o", "s", "X", ".",
)  # fmt: skip
_LENGTH: Final = 350
_BATCH: Final = 256


@dataclass(frozen=True)
class ChemNet:
    """The network, as layers that are asked one after the other."""

    layers: Sequence[Layer]

    @torch.inference_mode()
    def moments(self, smiles: Sequence[str], check: Callable[[], None] = lambda: None) -> Moments:
        """Mean and covariance of the activations of canonical SMILES, at least two; `check` may raise."""
        found = []
        for at in range(0, len(smiles), _BATCH):
            check()
            batch = np.stack([signs_of(one) for one in smiles[at : at + _BATCH]])
            values = torch.from_numpy(batch).transpose(1, 2)
            for layer in self.layers:
                values = layer(values)
            found.append(values.numpy())
        activations = np.concatenate(found)
        return np.asarray(activations.mean(0), np.float64), np.cov(activations.T)


def distance(first: Moments, second: Moments) -> float:
    """Of two pairs of mean and covariance."""
    from scipy.linalg import LinAlgWarning, sqrtm

    (mean, spread), (other, wide) = first, second
    with warnings.catch_warnings():
        # Of few molecules the spreads have no full rank: a root there is all the same.
        warnings.simplefilter("ignore", LinAlgWarning)
        root = sqrtm(spread @ wide)
        if not np.isfinite(root).all():
            little = 1e-6 * np.eye(len(spread))
            root = sqrtm((spread + little) @ (wide + little))
    return float(
        np.square(mean - other).sum() + np.trace(spread) + np.trace(wide) - 2 * np.trace(np.real(root))
    )


def signs_of(smiles: str) -> NDArray[np.float32]:
    """(350, 35) of one sign a row."""
    found = np.zeros((_LENGTH, len(_SIGNS)), np.float32)
    text, at, row = f"{smiles}.", 0, 0
    while True:
        step = 2 if text[at + 1] in "ril" else 1
        sign = text[at : at + step]
        found[row, _SIGNS.index(sign) if sign in _SIGNS else _SIGNS.index("X")] = 1
        at, row = at + step, row + 1
        if text[at] == "." or row == _LENGTH - 1:
            found[row, _SIGNS.index(".")] = 1
            return found / np.float32(len(_SIGNS))


def read(path: Path) -> ChemNet:
    """From the wheel, from a folder that it was unpacked to, or from the file in it.

    Raises:
        TaskRefused: Where it is not there.
    """
    try:
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as file:
                binary = file.read(_NAME)
        else:
            binary = (path / _NAME if path.is_dir() else path).read_bytes()
    except (OSError, KeyError, zipfile.BadZipFile):
        binary = b""
    if hashlib.sha256(binary).hexdigest() != _SHA256:
        message = f"{path.name} does not hold the ChemNet of fcd-torch 1.0.7"
        raise TaskRefused(message)
    layers: list[Any] = []
    for kind, (state, settings, more) in torch.load(io.BytesIO(binary), weights_only=True):
        layers += (_conv if kind == "Conv1d" else _lstm)(state, settings, more, first=not _recurrent(layers))
    return ChemNet(layers)


def _recurrent(layers: list[Any]) -> bool:
    return any(getattr(layer, "recurrent", False) for layer in layers)


def _conv(state: Any, settings: Any, more: Any, *, first: bool) -> list[Any]:  # noqa: ANN401
    assert first, "convolutions come first"  # noqa: S101
    layer = torch.nn.Conv1d(**settings).eval()
    layer.load_state_dict(state)
    size, stride = settings["kernel_size"], settings["stride"]
    act = {"relu": torch.relu, "selu": torch.selu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}[
        more["activation"]
    ]

    def ask(values: Tensor) -> Tensor:
        if more["padding"] == "same":
            rest = values.shape[2] % stride
            whole = max(size - (rest or stride), 0)
            # As fcd-torch pads, whose figures are the published ones.
            left = whole // stride
            right = left if whole % stride == 0 else left + 1
            values = torch.nn.functional.pad(values, (left, right))
        return act(layer(values))

    return [ask]


def _lstm(state: Any, settings: Any, more: Any, *, first: bool) -> list[Any]:  # noqa: ANN401
    layer = torch.nn.LSTM(**settings).eval()
    layer.load_state_dict(state)

    def ask(values: Tensor) -> Tensor:
        if first:
            values = values.transpose(1, 2)
        if more["reverse"]:
            values = torch.flip(values, [1])
        values = layer(values)[0]
        return values[:, -1] if more["last"] else values

    ask.recurrent = True  # type: ignore[attr-defined]
    return [ask]
