"""A file of weights: trees and arrays as safetensors, and what is to be known of them as JSON beside them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


def save(path: Path, kind: str, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> None:
    """Write them.

    Raises:
        OSError: Where it cannot be written.
    """
    from safetensors.numpy import save_file

    text = json.dumps(dict(facts), sort_keys=True)
    save_file(dict(arrays), str(path), {"kind": kind, "facts": text})


def load(path: Path, kind: str) -> tuple[dict[str, NDArray[np.generic]], dict[str, Any]]:
    """Read them.

    Raises:
        ValueError: Where the file is damaged or of another kind.
        FileNotFoundError: Where there is none.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), "numpy") as file:
            about = file.metadata() or {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    except SafetensorError as error:
        message = f"{path.name} is damaged: {error}"
        raise ValueError(message) from error
    if about.get("kind") != kind:
        message = f"{path.name} holds no weights of {kind}"
        raise ValueError(message)
    return arrays, json.loads(about.get("facts", "{}"))
