"""Generated molecules by the protocol of MOSES, beside molecules of its training set, and how fast they come.

MEDAPP_MOSES names the data, MEDAPP_FCD ChemNet (see `moses` and `chemnet`), MEDAPP_SAMPLES how many molecules
are written, 30,000 by default as the protocol has it. Weights are the installed ones, or those of a folder
that MEDAPP_GENERATOR names.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import torch

from medapp.api.requests import MoleculesRequest
from medapp.api.testing import TrialContext, run_molecules
from medapp.resources import resource
from medapp_molecules import hooks
from medapp_molecules.generate.mending import mended
from medapp_molecules.generate.sampling import AUTOENCODER, GENERATOR, read_writer, tally
from tests.bench import chemnet, moses
from tests.bench.harness import Row, at_least, at_most, emit, is_short

if TYPE_CHECKING:
    from collections.abc import Iterator

LATENT_GAN: Final = {
    "valid": 0.897, "unique": 0.997, "FCD test": 0.297, "FCD scaffolds": 0.828, "SNN test": 0.537,
    "Frag test": 0.999, "Scaf test": 0.887, "IntDiv": 0.857, "filters": 0.974, "novelty": 0.950,
}  # fmt: skip
"""Published with MOSES (Polykovskiy et al. 2020, table of metrics)."""
BARS: Final = {
    "valid": 0.95, "unique": 0.998, "FCD test": 0.29, "FCD scaffolds": 0.82, "SNN test": 0.54,
    "Frag test": 0.999, "Scaf test": 0.89, "IntDiv": 0.855, "filters": 0.975, "novelty": 0.90,
}  # fmt: skip
_SMALLER: Final = ("FCD test", "FCD scaffolds")
_RATE: Final = 500.0


def weights() -> dict[str, Path]:
    """Files by name."""
    named = os.environ.get("MEDAPP_GENERATOR")
    return {
        name: Path(named) / name if named else resource("models", name) for name in (AUTOENCODER, GENERATOR)
    }


def rows() -> Iterator[Row]:
    """Figures where weights and data are at hand; speed where weights are."""
    files = weights()
    if not all(path.is_file() for path in files.values()):
        print("the generator's weights are not at hand")
        return
    yield from of_speed(files)
    if is_short():
        return
    if moses.folder() is None:
        print(f"MOSES is not at hand: {moses.VARIABLE} names its folder")
        return
    if not chemnet.at_hand():
        print(f"ChemNet is not at hand: {chemnet.VARIABLE} names the wheel of fcd-torch; no FCD")
    count = int(os.environ.get("MEDAPP_SAMPLES", "30000"))
    floor = moses.figures(moses.floor(count))
    for name, value in floor.items():
        yield Row(f"{count:,} molecules of the training set: {name}", value, "")
    for method in ("gan", "decoder"):
        texts = written(files, method, count)
        yield Row(f"{method}, {count:,} written: valid before it is mended", tally(texts)[0], "")
        found = moses.figures([mended(one) for one in texts])
        for name, value in found.items():
            yield of_figure(f"{method}, {count:,} written: {name}", name, value, judged=method == "gan")


def of_figure(title: str, name: str, value: float, *, judged: bool) -> Row:
    """A row beside the published LatentGAN; the decoder alone is a baseline and is not judged."""
    peer, bar = LATENT_GAN.get(name), BARS.get(name)
    if not judged or bar is None:
        return Row(title, value, "", peer, "LatentGAN" if peer is not None else "")
    row = (at_most if name in _SMALLER else at_least)(title, value, bar, "")
    return Row(title, value, "", peer, "LatentGAN", row.bar, row.reached)


def written(files: dict[str, Path], method: str, count: int) -> list[str]:
    """As the decoder writes them, rings that are open and what is no molecule among them."""
    writer = read_writer(files[AUTOENCODER], files[GENERATOR] if method == "gan" else None)
    random = torch.Generator().manual_seed(0)
    return writer.as_written(writer.codes(count, random), random, lambda: None)


def of_speed(files: dict[str, Path]) -> Iterator[Row]:
    """Valid, unique molecules a second, alone and with all their properties, as the task makes them."""
    count = 300 if is_short() else 5000
    for method, properties in (("gan", False), ("decoder", False), ("gan", True)):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            parameters: dict[str, object] = {"number": count, "method": method, "properties": properties}
            request = MoleculesRequest("molecules.generate", folder / "rows", parameters=parameters)
            start = time.perf_counter()
            made = run_molecules(hooks, request, TrialContext(folder, weights_files=files, threads=2))
            rate = len(made) / (time.perf_counter() - start)
        told = " with properties" if properties else ""
        title = f"{method}: valid unique molecules{told}, {count:,} asked for"
        yield at_least(title, rate, _RATE, "molecules/s")


if __name__ == "__main__":
    emit(rows())
