"""Train the models of metabolism; what is told of them is of molecules that the fit had not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.api import TrainResult
from medapp_molecules.metabolise.data import HELD_BACK, observed, pairs, part_of
from medapp_molecules.metabolise.model import WEIGHTS, write
from medapp_molecules.metabolise.ranking import fit_ranking
from medapp_molecules.metabolise.rules import candidates, key
from medapp_molecules.metabolise.sites import fit_sites, top_figures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from medapp.api import JobContext, TrainRequest
    from medapp_molecules.metabolise.data import Observed
    from medapp_molecules.metabolise.ranking import Ranking

PARENTS: Final = 1400
"""To learn from and to measure with; more take longer than they are worth."""
RECALLED: Final = 15
MOST: Final = 30


@dataclass(frozen=True)
class Lessons:
    """Sites and pairs to learn from, and those that are held back, by molecule."""

    sites: list[Observed]
    held_sites: list[Observed]
    pairs: Mapping[str, frozenset[str]]
    held_pairs: Mapping[str, frozenset[str]]


def train(request: TrainRequest, context: JobContext) -> TrainResult:
    """Fit without the held-back molecules and measure with them; they stay held back from what is kept.

    The folder holds ``som/`` and ``metabolites/metatrans_pairs.csv.gz``.

    Raises:
        TaskRefused: Where they are not there.
    """
    context.progress(0.0, "reading sites and pairs")
    lessons = lessons_of(request.data, int(str(request.parameters.get("parents", PARENTS))))
    check = context.check_cancelled
    context.progress(0.1, "fitting sites")
    sites = fit_sites(lessons.sites, context.seed, check, context.threads)
    context.progress(0.3, "fitting metabolites")
    model = fit_ranking(lessons.pairs, sites, context.seed, check, context.threads)
    context.progress(0.8, "measuring")
    figures = {
        "sites": top_figures(sites, lessons.held_sites),
        "metabolites": recall(model, lessons.held_pairs, check),
    }
    request.out.mkdir(parents=True, exist_ok=True)
    path = request.out / WEIGHTS
    facts: dict[str, Any] = {"figures": figures, "seed": context.seed, "parents": len(lessons.pairs)}
    write(path, model, facts | {"sites": sites.meaning})
    context.progress(1.0, "done")
    return TrainResult(path, metrics_of(figures))


def lessons_of(data: Path, parents: int) -> Lessons:
    """What is to be learned from a folder.

    Raises:
        TaskRefused: Where it is not there.
    """
    sites = observed(data)
    known = pairs(data / "metabolites" / "metatrans_pairs.csv.gz", parents)
    parts = {parent: part_of(key(parent)) for parent in known}
    return Lessons(
        [one for one in sites if part_of(one.key) != HELD_BACK],
        [one for one in sites if part_of(one.key) == HELD_BACK],
        {parent: made for parent, made in known.items() if parts[parent] != HELD_BACK},
        {parent: made for parent, made in known.items() if parts[parent] == HELD_BACK},
    )


def recall(
    model: Ranking, known: Mapping[str, frozenset[str]], check: Callable[[], None]
) -> dict[str, float]:
    """Share of each parent's known metabolites among the first 15, as the mean over parents.

    ``ceiling`` is what the rules make at all, wherever it ranks; ``with 30`` among all that are told.
    """
    found = []
    for parent, metabolites in known.items():
        check()
        try:
            said = [key(one.candidate.smiles) for one in model.of(parent)]
            every = {key(one.smiles) for one in candidates(parent)}
        except ValueError:
            said, every = [], set()
        ordered = list(dict.fromkeys(said))[:MOST]
        found.append([
            len(metabolites & set(ordered[:RECALLED])) / len(metabolites),
            len(metabolites & set(ordered)) / len(metabolites),
            len(metabolites & every) / len(metabolites),
            len(ordered),
        ])  # fmt: skip
    names = ("recall at 15", "recall with 30", "ceiling", "predictions")
    return dict(zip(names, map(float, np.mean(found, axis=0)), strict=True)) | {"parents": len(found)}


def metrics_of(figures: Mapping[str, Any]) -> dict[str, float]:
    """The main figures in words."""
    sites, made = figures["sites"]["macro"], figures["metabolites"]
    return {
        "sites, top-1 (mean of isoforms)": sites["top-1"],
        "sites, top-2 (mean of isoforms)": sites["top-2"],
        "sites, top-2 by symmetry (mean of isoforms)": sites["top-2 by symmetry"],
        "metabolites, recall at 15 (mean of parents)": made["recall at 15"],
    }
