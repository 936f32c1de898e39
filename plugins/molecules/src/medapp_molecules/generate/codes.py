"""Codes of a training set, by an autoencoder that is trained: what generator and critic learn from."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

import torch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor

    from medapp_molecules.generate.corpus import Corpus
    from medapp_molecules.generate.network import Autoencoder

CODES: Final = "codes.safetensors"
_BATCH: Final = 512


def codes_of(
    network: Autoencoder,
    corpus: Corpus,
    kept: Path,
    *,
    most: int,
    mark: str,
    seed: int,
    told: Callable[[float], None],
) -> Tensor:
    """(N, code) of at most `most` molecules that are trained on, in half precision; kept for the next call.

    Args:
        network: The autoencoder; it is asked as it is.
        corpus: The molecules.
        kept: File of the codes.
        most: How many.
        mark: What tells codes of this autoencoder from others.
        seed: Which molecules.
        told: Given the share that is done; may raise to end it.
    """
    from safetensors import SafetensorError, safe_open
    from safetensors.torch import save_file

    mark = f"{mark} {most} {seed}"
    if kept.is_file():
        try:
            with safe_open(kept, "pt") as file:
                if (file.metadata() or {}).get("mark") == mark:
                    found: Tensor = file.get_tensor("codes")
                    return found
        except SafetensorError:
            told(0.0)  # torn by a stop: made anew
    wanted = min(most, corpus.trained)
    batches = islice(corpus.batches(_BATCH, seed), -(-corpus.trained // _BATCH) * 2)
    made, count = [], 0
    device = next(network.parameters()).device
    with torch.inference_mode():
        for batch in batches:
            made.append(network.encoder(batch.to(device)).half().cpu())
            count += len(batch)
            told(min(1.0, count / wanted))
            if count >= wanted:
                break
    codes = torch.cat(made)[:wanted].contiguous()
    save_file({"codes": codes}, kept, {"mark": mark})
    return codes
