"""What is said of molecules, on those that training held back: sites, metabolites, harm.

The shipped weights are asked about the molecules that their own training did not see: sites and parents of
the part that `data.part_of` holds back, of each table of harm the ninth with the rarest scaffolds.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from medapp.api.requests import EvaluateRequest, MoleculesRequest
from medapp.api.testing import TrialContext, run_molecules
from medapp.engine.evaluation import auroc, ece
from medapp.resources import resource
from medapp_molecules import hooks
from medapp_molecules.metabolise import model as metabolism
from medapp_molecules.metabolise.data import HELD_BACK, part_of
from medapp_molecules.metabolise.rules import key
from medapp_molecules.metabolise.sites import top_figures
from medapp_molecules.metabolise.training import PARENTS, lessons_of, recall
from medapp_molecules.screen import model as screen
from medapp_molecules.screen.evaluation import evaluate as evaluate_body
from medapp_molecules.toxicity import model as harm
from medapp_molecules.toxicity.evaluation import evaluate
from tests.bench.harness import ROOT, Row, at_least, emit, is_short

if TYPE_CHECKING:
    from collections.abc import Iterator

HARM_BARS = {"sider": 0.64, "tox21": 0.75, "clintox": 0.85}
ASPIRIN_AND_OTHERS = (
    "CC(=O)Oc1ccccc1C(=O)O",
    "CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc21",
    "CC(C)NCC(O)COc1cccc2ccccc12",
    "CC(=O)Nc1ccc(O)cc1",
    "COc1ccc2cc(C(C)C(=O)O)ccc2c1",
)


def data() -> Path:
    """Where the tables are."""
    named = os.environ.get("MEDAPP_SHARED")
    shared = Path(named) if named else ROOT.parent / "shared" / "data"
    return shared / "molecules"


def rows() -> Iterator[Row]:
    """All figures; where the tables are not there, those of speed alone."""
    if data().is_dir() and not is_short():
        yield from of_metabolism()
        yield from of_harm()
        yield from of_body()
    yield from of_speed()


def of_metabolism() -> Iterator[Row]:
    """Sites and metabolites."""
    model, _ = metabolism.read(resource("models", metabolism.WEIGHTS))
    lessons = lessons_of(data(), PARENTS)
    figures = top_figures(model.sites, lessons.held_sites)
    macro = figures["macro"]
    count = len({one.key for one in lessons.held_sites})
    title = f"sites of metabolism, {count} held-back molecules, mean of nine isoforms"
    yield at_least(f"{title}: top-1", macro["top-1"], 0.6, "")
    yield at_least(f"{title}: top-2", macro["top-2"], 0.8, "")
    for name, figure in figures.items():
        if name != "macro":
            yield Row(f"CYP{name}, {figure['molecules']:.0f} molecules: top-2", figure["top-2"], "")
    assert all(part_of(key(parent)) == HELD_BACK for parent in lessons.held_pairs)
    made: dict[str, Any] = recall(model, lessons.held_pairs, lambda: None)
    title = f"metabolites of {made['parents']} held-back parents"
    yield at_least(f"{title}: recall at 15, mean of parents", made["recall at 15"], 0.5, "")
    yield Row(f"{title}: recall with 30", made["recall with 30"], "")
    yield Row(f"{title}: what the rules make at all", made["ceiling"], "")
    yield Row(f"{title}: predictions a parent, at most 30", made["predictions"], "")


def of_harm() -> Iterator[Row]:
    """Harm by table: the mean of its questions."""
    weights = resource("models", harm.WEIGHTS)
    with tempfile.TemporaryDirectory() as folder:
        result = evaluate(EvaluateRequest("molecules.toxicity", data(), weights), TrialContext(Path(folder)))
    found: dict[str, list[tuple[float, float]]] = {}
    for one in result.predictions:
        labels, scores = np.array(one.labels), np.array(one.scores)
        table = one.key.split(" ", maxsplit=1)[0]
        found.setdefault(table, []).append((float(auroc(labels, scores)), float(ece(labels, scores))))
    for table, figures in found.items():
        mean, error = np.mean(figures, axis=0)
        title = f"{table}, {len(figures)} questions, held-back scaffolds"
        if table in HARM_BARS:
            yield at_least(f"{title}: AUROC", float(mean), HARM_BARS[table], "")
        else:
            yield Row(f"{title}: AUROC", float(mean), "")
        yield Row(f"{title}: expected calibration error", float(error), "")


def of_body() -> Iterator[Row]:
    """What is predicted of the body."""
    weights = resource("models", screen.WEIGHTS)
    request = EvaluateRequest("molecules.screen", data(), weights)
    with tempfile.TemporaryDirectory() as folder:
        result = evaluate_body(request, TrialContext(Path(folder)))
    for row in result.rows:
        for name in ("rank correlation", "coverage", "AUROC"):
            if name in row:
                title = f"{row['property']}, {row['molecules']} molecules of held-back scaffolds: {name}"
                yield Row(title, float(str(row[name])), "")


def of_speed() -> Iterator[Row]:
    """Molecules a second, one thread, models read."""
    files = {name: resource("models", name) for name in (metabolism.WEIGHTS, harm.WEIGHTS, screen.WEIGHTS)}
    asked: tuple[tuple[str, dict[str, object]], ...] = (
        ("molecules.metabolise", {"generations": 1}),
        ("molecules.metabolise", {"generations": 2}),
        ("molecules.toxicity", {"metabolites": 0}),
        ("molecules.screen", {"predict": True}),
        ("molecules.screen", {"predict": False}),
    )
    for task, parameters in asked:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            source = folder / "in.smi"
            source.write_text("\n".join(ASPIRIN_AND_OTHERS * (40 if task == "molecules.screen" else 4)))
            request = MoleculesRequest(task, folder / "rows", source, parameters=parameters)
            start = time.perf_counter()
            done = run_molecules(hooks, request, TrialContext(folder, weights_files=files))
            took = time.perf_counter() - start
        how = ", ".join(f"{key} {value}" for key, value in parameters.items())
        yield Row(f"{task}, {how}", len(done) / took, "molecules/s")


if __name__ == "__main__":
    emit(rows())
