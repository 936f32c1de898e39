"""Measure what is made: how much of it is valid, unique and not of the training set; and the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch

from medapp.api import EvaluateResult
from medapp.domain.notice import Notice
from medapp_molecules.generate.autoencoding import loss_of
from medapp_molecules.generate.corpus import read_smiles
from medapp_molecules.generate.sampling import AUTOENCODER, GENERATOR, Writer, read_writer, tally
from medapp_molecules.notation.pieces import UnknownPieceError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from medapp.api import EvaluateRequest, JobContext

_SAMPLE: Final = 3000
_LATEST: Final = 2000
"""Molecules at the end of the file whose loss is told."""


def evaluate(request: EvaluateRequest, context: JobContext) -> EvaluateResult:
    """Of generator and decoder; novelty beside the molecules of the folder, as they are written there.

    Raises:
        TaskRefused: Where the weights cannot be used.
        FileNotFoundError: Where they are not there, or the folder holds no molecules.
    """
    torch.set_num_threads(context.threads)
    known = read_smiles(request.data)
    files = _weights(request, context)
    count = int(str(request.parameters.get("sample", _SAMPLE)))
    rows: list[dict[str, object]] = []
    writer = read_writer(*files)
    for number, (name, generator) in enumerate((("gan", writer.generator), ("decoder", None))):
        context.progress(0.4 * number, f"writing {count} molecules: {name}")
        asked = Writer(writer.autoencoder, writer.pieces, generator)
        rows.append({"method": name, "molecules": count, **_made(asked, count, set(known), context)})
    context.progress(0.8, "reading molecules of the folder")
    lost = {
        f"nats a molecule, {name}": value
        for name, value in _losses(writer, known[-_LATEST:], context).items()
    }
    metrics = {
        f"{row['method']}, {name}": float(str(row[name]))
        for row in rows
        for name in ("valid", "unique", "novel")
    }
    message = (
        f"The loss is that of the last {_LATEST} molecules of the file. Figures of the protocol of MOSES: "
        "python -m tests.bench generation."
    )
    context.progress(1.0, "done")
    return EvaluateResult(metrics | lost, tuple(rows), (), (Notice("last", message, "info"),))


def _made(writer: Writer, count: int, known: set[str], context: JobContext) -> dict[str, float]:
    from rdkit import Chem, rdBase

    random = torch.Generator().manual_seed(context.seed)
    smiles = writer.write(writer.codes(count, random), random, context.check_cancelled)
    valid, unique = tally(smiles)
    with rdBase.BlockLogs():
        texts = {
            Chem.MolToSmiles(mol) for one in smiles if one and (mol := Chem.MolFromSmiles(one)) is not None
        }
    return {"valid": valid, "unique": unique, "novel": len(texts - known) / max(1, len(texts))}


def _losses(writer: Writer, smiles: Sequence[str], context: JobContext) -> dict[str, float]:
    """With codes and without, in nats for each molecule that has no unknown piece."""
    rows: dict[int, list[list[int]]] = {}
    for one in smiles:
        try:
            encoded = writer.pieces.encode(one)
        except UnknownPieceError:
            continue
        rows.setdefault(len(encoded), []).append(encoded)
    found = {}
    for name, drop in (("coded", 0.0), ("without", 1.0)):
        random = torch.Generator().manual_seed(context.seed)
        total, count = 0.0, 0
        for batch in rows.values():
            context.check_cancelled()
            with torch.inference_mode():
                seen = loss_of(writer.autoencoder, torch.tensor(batch), random, drop, whole=True)
            total, count = total + float(seen) * len(batch), count + len(batch)
        found[name] = total / max(1, count)
    return found


def _weights(request: EvaluateRequest, context: JobContext) -> tuple[Path, Path]:
    path = request.weights
    if path is None:
        return context.weights(AUTOENCODER), context.weights(GENERATOR)
    folder = path if path.is_dir() else path.parent
    return folder / AUTOENCODER, folder / GENERATOR
