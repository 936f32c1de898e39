"""The network with its weights: a state dict without any code, or TorchScript where the bundle is trusted."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

from medapp_segmentation.monai_bundle.config import innermost
from medapp_segmentation.monai_bundle.source import BundleError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import torch

    from medapp_segmentation.monai_bundle.config import Builder, Prepared

_STATE_NAMES = ("model.safetensors", "model.pt", "model.pth")
_STATE_ENDS = (".safetensors", ".pt", ".pth")
_SCRIPT_NAME = "model.ts"
_WRAPPERS = ("state_dict", "model", "network", "net", "model_state_dict")
_PREFIX = "module."


def weights_name(files: Iterable[str], *, has_network: bool) -> str:
    """The weights file of a bundle, relative to its root: a state dict where there is a network for it.

    Raises:
        BundleError: Where there is none.
    """
    models = sorted(name.removeprefix("models/") for name in files if name.startswith("models/"))
    states = [name for name in _STATE_NAMES if name in models]
    states += [name for name in models if name.endswith(_STATE_ENDS) and name not in states]
    scripts = [name for name in models if name.endswith(".ts")]
    scripts.sort(key=lambda name: (name != _SCRIPT_NAME, name))
    found = [*states, *scripts] if has_network else scripts
    if not found:
        lacking = (
            "TorchScript (models/model.ts), and names no network" if not has_network else "models/model.pt"
        )
        message = f"the bundle carries no weights: it has no {lacking}"
        raise BundleError(message)
    return f"models/{found[0]}"


def load_network(
    builder: Builder, prepared: Prepared, path: Path, device: str, *, trusted: bool
) -> torch.nn.Module:
    """Build the network and load its weights, ready for inference on `device`.

    Raises:
        BundleError: Where it cannot be had, or would take trust that is not given.
    """
    import torch

    if is_torchscript(path):
        if not trusted:
            message = f"{path.name} is TorchScript, which is code of the bundle"
            raise BundleError(message)
        try:
            network: torch.nn.Module = torch.jit.load(str(path), map_location=device)
        except (RuntimeError, ValueError, OSError) as error:
            message = f"{path.name} cannot be loaded: {innermost(error)}"
            raise BundleError(message) from error
        return network.eval()
    network = builder.build(prepared.network)
    if not isinstance(network, torch.nn.Module):
        message = f"{prepared.network!r} of the bundle is no network but {type(network).__name__}"
        raise BundleError(message)
    _load_state(network, _read_state(path), path.name)
    return network.to(device).eval()


def is_torchscript(path: Path) -> bool:
    """Whether a weights file holds TorchScript, whatever it is called."""
    if path.suffix == ".ts":
        return True
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any("/code/" in name for name in archive.namelist())


def _read_state(path: Path) -> dict[str, torch.Tensor]:
    import torch

    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(path)
        found: Any = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        message = f"{path.name} cannot be loaded as weights without running code: {innermost(error)}"
        raise BundleError(message) from error
    while isinstance(found, dict):
        inner = next((found[name] for name in _WRAPPERS if isinstance(found.get(name), dict)), None)
        if inner is None:
            break
        found = inner
    if not isinstance(found, dict) or not all(isinstance(value, torch.Tensor) for value in found.values()):
        message = f"{path.name} holds no weights (a table of tensors by name)"
        raise BundleError(message)
    return {str(name).removeprefix(_PREFIX): value for name, value in found.items()}


def _load_state(network: torch.nn.Module, state: dict[str, torch.Tensor], name: str) -> None:
    try:
        missing, surplus = network.load_state_dict(state, strict=False)
    except RuntimeError as error:
        message = f"{name} does not fit the network: {_last_line(error)}"
        raise BundleError(message) from error
    if missing or surplus:
        parts = []
        if missing:
            parts.append(f"it lacks {len(missing)} weights ({missing[0]}, ...)")
        if surplus:
            parts.append(f"the network has no place for {len(surplus)} ({surplus[0]}, ...)")
        message = f"{name} does not fit the network: {'; '.join(parts)}"
        raise BundleError(message)


def _last_line(error: Exception) -> str:
    return str(error).strip().splitlines()[-1].strip()
