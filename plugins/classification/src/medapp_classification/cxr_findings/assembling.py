"""What stands on the networks: baseline, calibration, sets, limits, near cases, and all their figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from medapp_classification.cxr_findings import familiarity, held_back, network
from medapp_classification.cxr_findings.answering import Parts, fit_answering
from medapp_classification.cxr_findings.baseline import fit_baseline
from medapp_classification.cxr_findings.descriptor import described, layout
from medapp_classification.cxr_findings.figures import all_scores, differences, figures
from medapp_classification.cxr_findings.model import Atlas, Model, digest_number
from medapp_classification.cxr_findings.rounds import ALL, weights_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp.api import JobContext
    from medapp_classification.cxr_findings.cases import Case
    from medapp_classification.cxr_findings.lesson import Plan
    from medapp_classification.cxr_findings.rounds import Round


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """Pictures and what the networks made of them."""

    cases: Sequence[Case]
    images: NDArray[np.float32]
    rounds: Sequence[Round]
    final: Round


def assembled(trained: Trained, out: Path, plan: Plan, context: JobContext) -> Model:
    """Fit all that stands on the networks, and choose what is asked: see `chosen`."""
    labels = np.array([case.labels for case in trained.cases], np.int64)
    groups = [case.group for case in trained.cases]
    sources = [case.source for case in trained.cases]
    words = np.stack([described(image) for image in trained.images])
    layouts = np.stack([layout(image) for image in trained.images])
    context.check_cancelled()
    spoken = held_back.said(trained.rounds, words, labels)
    context.check_cancelled()
    far = held_back.distances(trained.rounds, layouts)
    context.check_cancelled()
    parts = chosen(differences(all_scores(*spoken), labels, groups))
    held = held_back.crossed(trained.rounds, spoken, far, labels, groups, parts)
    found = figures(held, labels, groups, sources, check=context.check_cancelled)
    answering = fit_answering(*spoken, labels, groups, parts)
    clouds = familiarity.fit_clouds(layouts, trained.final.features)
    familiar = familiarity.Familiar(*clouds, familiarity.limits_of(far.layouts, far.features))
    atlas = Atlas(
        familiar.features.placed(trained.final.features).astype(np.float16),
        labels.astype(np.uint8),
        np.array([digest_number(case.digest) for case in trained.cases], np.int64),
    )
    facts = found | {
        "size": int(trained.images.shape[-1]),
        "seed": plan.seed,
        "epochs": plan.epochs,
        "parts": parts,
        "sources": sorted(set(sources)),
        "prevalence": labels.mean(axis=0).tolist(),
    }
    shipped = network.restored(weights_of(out, ALL), plan.growth, plan.first)
    return Model(shipped, answering, fit_baseline(words, labels), familiar, atlas, held, facts)


def chosen(found: Mapping[str, Any]) -> Parts:
    """The network alone, unless both together are better by more than chance (95 %) on held-back pictures.

    Args:
        found: As `figures.differences` makes it.
    """
    return "both" if found["both over network"]["low"] > 0 else "network"


def metrics_of(facts: Mapping[str, Any]) -> dict[str, float]:
    """The figures that a command prints."""
    found: dict[str, float] = {}
    for name in ("baseline", "network", "both"):
        value, low, high = facts["macro"][name]
        found |= {
            f"macro AUROC {name}": value,
            f"macro AUROC {name} low": low,
            f"macro AUROC {name} high": high,
        }
        found[f"within sources {name}"] = facts["within_sources"][name][0]
    found |= {"ECE": facts["ece"], "refused": facts["refused"]}
    found |= {f"coverage {name}": value for name, value in facts["coverage"].items()}
    found |= {f"AUROC {one['key']}": one["auroc"][facts["parts"]][0] for one in facts["findings"]}
    return found
