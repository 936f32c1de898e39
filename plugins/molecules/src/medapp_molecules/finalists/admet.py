"""The models of admet-ai 2.0.1 (Swanson et al. 2024, MIT), as they lie in its wheel, without its trainer.

Two ensembles of five message-passing networks of chemprop. They lie there as pickles, which may hold code:
each file is read only where its hash is the one that was published. Nothing is fetched from anywhere. A
molecule is turned into a graph once for all ten, where the package itself does so ten times.

This module needs admet-ai, torch and numpy and nothing else of the program, so that it can be run in another
environment too.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

VERSION: Final = "2.0.1"
TOGETHER: Final = 64
"""Molecules that are asked about at once."""
_HASHES: Final = {
    "admet_classification": (
        "9a5fb298a6564e8ef739890c90b02e831521073f49eefd2310fb56cdb61a2378",
        "2bf047553eef397060af376e78dd4e990114df8428e05f734c4e4aca284280ca",
        "0e9d7eb3ff0b53bd2f20e43a75e0872c682b0ee27059dd50735c416d97a3fd24",
        "4b35cb5686f23c6e3e5a4c587a5c4dd79b7f1f46be26684260c0b78366145d58",
        "9fdac559e3058b5f7b03780f9c696223d27adb94c78f9eb9aba6154e2dbff492",
    ),
    "admet_regression": (
        "c709dc4526dc7f6cf39cea64190f63adbb2b95e280d34582c492fc53da64a1a4",
        "57e8011a180cddf8acf66f94f5b123023c3fed503e3870a2f3f6f5300a7f3c82",
        "05e8509fea4ddc4686c521d75ee2fe770113cb93f09a849a6378b0a0e3ce113e",
        "04b265ff444190247b159932ab2225afc844bae9552299bf1ddf99b336c28d71",
        "b58c76493744edfb022e50e531a8ad82453bdf543c2195d878ecfd248795c7c8",
    ),
}


class ModelsError(Exception):
    """The models cannot be used; the message says why."""


def folder() -> Path | None:
    """Where the models lie; None where admet-ai is not installed. Imports nothing."""
    found = importlib.util.find_spec("admet_ai")
    if found is None or found.origin is None or importlib.util.find_spec("chemprop") is None:
        return None
    return Path(found.origin).parent / "resources" / "models"


class Admet:
    """All models, read.

    Attributes:
        endpoints: Names of the columns, in order.
    """

    def __init__(self, models: Path, device: str = "cpu") -> None:
        """Read them.

        Raises:
            ModelsError: Where a file is missing or not the one that was published.
        """
        self._device = device
        self._ensembles = [
            [
                _read(models / name / f"model_{number}.pt", digest, device)
                for number, digest in enumerate(hashes)
            ]
            for name, hashes in _HASHES.items()
        ]
        self.endpoints: tuple[str, ...] = tuple(
            str(name) for ensemble in self._ensembles for name in ensemble[0][1]
        )

    def said(self, smiles: Sequence[str]) -> NDArray[np.float32]:
        """Of each molecule what each ensemble says on the mean, (molecules, endpoints), as it comes out.

        Raises:
            ValueError: Where a SMILES cannot be read.
        """
        import torch

        if not smiles:
            return np.zeros((0, len(self.endpoints)), np.float32)
        firsts = range(0, len(smiles), TOGETHER)
        with torch.inference_mode():
            return np.concatenate([self._together(smiles[first : first + TOGETHER]) for first in firsts])

    def _together(self, smiles: Sequence[str]) -> NDArray[np.float32]:
        import torch
        from chemprop.data import BatchMolGraph
        from chemprop.featurizers import SimpleMoleculeMolGraphFeaturizer

        featurizer = SimpleMoleculeMolGraphFeaturizer()
        graph = BatchMolGraph([featurizer(_molecule(one)) for one in smiles])
        graph.to(self._device)
        means = [
            torch.stack([model(graph) for model, _ in ensemble]).mean(dim=0) for ensemble in self._ensembles
        ]
        found: NDArray[np.float32] = torch.cat(means, dim=1).float().cpu().numpy()
        return found


@lru_cache(maxsize=1)
def read(models: Path, device: str = "cpu") -> Admet:
    """Read them; what was read last is kept.

    Raises:
        ModelsError: See `Admet`.
    """
    return Admet(models, device)


def _molecule(smiles: str) -> Any:  # noqa: ANN401 - rdkit's molecules have no useful type
    from rdkit import Chem

    mol = Chem.MolFromSmiles(smiles)
    if mol is None or not mol.GetNumAtoms():
        message = "no SMILES"
        raise ValueError(message)
    return mol


def _read(path: Path, digest: str, device: str) -> tuple[Any, tuple[str, ...]]:
    """A network and the names of what it says."""
    import io

    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"admet-ai {VERSION} lacks its model {path.parent.name}/{path.name}"
        raise ModelsError(message) from error
    if hashlib.sha256(content).hexdigest() != digest:
        message = (
            f"{path.parent.name}/{path.name} of admet-ai is not that of version {VERSION}, and is not opened"
        )
        raise ModelsError(message)
    # Asked for before lightning is imported: it draws attention to services that nothing here uses.
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    os.environ.setdefault("LIGHTNING_DISABLE_VERSION_CHECK", "1")
    from chemprop.models import MPNN
    from chemprop.models.utils import load_output_columns

    model = MPNN.load_from_file(io.BytesIO(content), map_location="cpu").to(device).eval()
    return model, tuple(load_output_columns(io.BytesIO(content)) or ())
