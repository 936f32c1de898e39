"""Measure the models of metabolism on a folder of sites and pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.api import EvaluateResult
from medapp.domain.notice import Notice
from medapp_molecules.metabolise.data import observed, pairs
from medapp_molecules.metabolise.model import WEIGHTS, read
from medapp_molecules.metabolise.sites import top_figures
from medapp_molecules.metabolise.training import recall

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.api import EvaluateRequest, JobContext

ASKED: Final = 300
"""Parents to measure with."""


def evaluate(request: EvaluateRequest, context: JobContext) -> EvaluateResult:
    """Figures of all that the folder holds; of the training's own folder they are too good, which is said.

    Raises:
        TaskRefused: Where the folder or the weights cannot be used.
        FileNotFoundError: Where the weights are not there.
    """
    context.progress(0.0, "reading")
    model, facts = read(_weights(request, context))
    sites = observed(request.data)
    known = pairs(request.data / "metabolites" / "metatrans_pairs.csv.gz", ASKED)
    context.progress(0.3, "measuring")
    figures = top_figures(model.sites, sites)
    made = recall(model, known, context.check_cancelled)
    context.progress(1.0, "done")
    rows = tuple({"isoform": name, **said} for name, said in figures.items())
    metrics = {f"sites, {name}": float(value) for name, value in figures["macro"].items()}
    metrics |= {f"metabolites, {name}": float(value) for name, value in made.items()}
    held = facts["figures"]["metabolites"]["recall at 15"]
    message = (
        "Molecules of the training are counted like others. Held back in training: top-2 of sites "
        f"{facts['figures']['sites']['macro']['top-2']:.3f}, recall of metabolites at 15 {held:.3f}."
    )
    return EvaluateResult(metrics, rows, (), (Notice("held-back", message),))


def _weights(request: EvaluateRequest, context: JobContext) -> Path:
    path = request.weights
    if path is None:
        return context.weights(WEIGHTS)
    return path / WEIGHTS if path.is_dir() else path
