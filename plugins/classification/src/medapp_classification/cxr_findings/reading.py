"""One image is read: how strange it is, what is found, why, and how far that can be trusted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from medapp.api import ClassifyResult, TaskRefused
from medapp.api.gate import age_in_years
from medapp.domain.finding import Chart, Familiarity, Finding, HeatMap, SimilarCase, Trace
from medapp.domain.notice import Notice
from medapp_classification.cxr_findings import familiarity, heat
from medapp_classification.cxr_findings.answering import COVERAGE, squashed
from medapp_classification.cxr_findings.descriptor import described, layout
from medapp_classification.cxr_findings.findings import KEYS, KINDS, NOTHING
from medapp_classification.cxr_findings.image import prepared
from medapp_classification.cxr_findings.network import outputs
from medapp_classification.nearness import nearest_pairs, said_of, scale_notice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.api import ClassifyRequest, JobContext
    from medapp_classification.cxr_findings.model import Model

_NEAR = 5
_MAPS = 3
SAME = 0.1
"""Distance below which a training picture can hardly be another: the nearest two that differ lie ten times as
far apart in the shipped model, and rounding its places makes less than a tenth of it."""
_SEEN = (
    "This picture, or one that can hardly be told from it, was in the training set: the model has seen its "
    "labels, so this answer is no example of what it does on new pictures."
)
EXPLAINED = {
    "images": f"{heat.METHOD}; near training pictures",
    "counterfactual": "none",
}


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a model says of one prepared image; arrays over the findings."""

    image: NDArray[np.float32]
    features: NDArray[np.float32]
    scores: NDArray[np.float64]
    strangeness: float


def read(model: Model, image: NDArray[np.float32]) -> Reading:
    """Look at an image (n, n) in 0..1."""
    logits, features = (one.numpy() for one in outputs(model.network, torch.from_numpy(image)[None, None]))
    scores = model.answering.scores(logits, model.baseline.scores(described(image)[None]))[0]
    strange = float(model.familiar.scores(layout(image)[None], features)[0])
    return Reading(image, features, scores, strange)


def answered(model: Model, request: ClassifyRequest, context: JobContext) -> ClassifyResult:
    """The whole answer for a request whose input was checked.

    Raises:
        TaskRefused: Where the pixels cannot be used.
    """
    assert request.volume is not None  # noqa: S101 - checked before
    try:
        image = prepared(request.volume, model.size)
    except ValueError as error:
        raise TaskRefused(str(error)) from error
    if float(image.max()) == float(image.min()):
        message = "the image holds one grey value only"
        raise TaskRefused(message)
    context.progress(0.3, "reading the image")
    seen = read(model, image)
    familiar = Familiarity(seen.strangeness, 1.0, familiarity.METHOD)
    notices = _notices(model, request)
    if familiar.is_strange:
        text = (
            "this image is unlike the chest X-rays that the model was trained on "
            f"({seen.strangeness:.2f}, the limit is 1): no answer is given"
        )
        return ClassifyResult(
            (), ("images",), abstained=text, familiarity=familiar, explained=EXPLAINED, notices=notices
        )
    findings = _findings(model, seen)
    notices = (*notices, scale_notice("pictures"))
    if findings[0].cases[0].distance < SAME:
        notices = (*notices, Notice("was-in-training", _SEEN))
    maps = _maps(model, seen, findings, request, context)
    drawn = {one.key for one in maps}
    return ClassifyResult(
        tuple(replace(one, heat_map=one.key if one.key in drawn else "") for one in findings),
        ("images",),
        familiarity=familiar,
        coverage=COVERAGE,
        heat_maps=maps,
        charts=_charts(model, seen),
        explained=EXPLAINED,
        notices=notices,
    )


def _findings(model: Model, seen: Reading) -> list[Finding]:
    """All fourteen, those that stand out most from the training pictures first."""
    probabilities = model.answering.probabilities(seen.scores[None])[0]
    low, high = model.answering.bounds(seen.scores)
    inside = squashed(seen.scores)
    usual = _usual(model)
    cases = _near(model, seen)
    found = [
        Finding(
            kind.key,
            kind.title,
            code=kind.code,
            probability=float(probabilities[place]),
            low=float(low[place]),
            high=float(high[place]),
            answers=model.answering.set_of(place).answers(float(inside[place])),
            auroc=tuple(map(float, model.facts["findings"][place]["auroc"][model.facts["parts"]])),
            cases=cases,
            remark=_remark(model, place),
        )
        for place, kind in enumerate(KINDS)
    ]
    order = np.argsort(-probabilities / usual, kind="stable")
    return [found[place] for place in order]


def _remark(model: Model, place: int) -> str:
    figures = model.facts["findings"][place]
    share = model.facts["prevalence"][place]
    return (
        f"Tested on {figures['positives']} held-back pictures with it; {100 * share:.0f} % of the training "
        "pictures have it."
    )


def _usual(model: Model) -> NDArray[np.float64]:
    """Share of the training pictures that have each finding."""
    return np.asarray(model.facts["prevalence"], float)


def _near(model: Model, seen: Reading) -> tuple[SimilarCase, ...]:
    """The training pictures that are nearest in the space of the network's features."""
    here = model.familiar.features.placed(seen.features)[0]
    places = model.atlas.places.astype(np.float64)
    far, pairs = np.linalg.norm(places - here, axis=1), nearest_pairs(places)
    return tuple(
        SimilarCase(
            f"training picture {row + 1}",
            float(far[row]),
            f"{_words(model.atlas.labels[row])}; {_how_near(float(far[row]), pairs)}",
        )
        for row in np.argsort(far, kind="stable")[:_NEAR]
    )


def _how_near(distance: float, pairs: NDArray[np.float64]) -> str:
    return "probably this very picture" if distance < SAME else said_of(distance, pairs)


def _words(labels: NDArray[np.uint8]) -> str:
    titles = [KINDS[place].title for place in np.flatnonzero(labels)]
    return ", ".join(titles) or NOTHING


def _maps(
    model: Model, seen: Reading, findings: list[Finding], request: ClassifyRequest, context: JobContext
) -> tuple[HeatMap, ...]:
    """Heat maps of the first findings; an empty map (nothing speaks for it) is left out."""
    assert request.volume is not None  # noqa: S101 - checked before
    rows, columns = request.volume.array.shape[1:3]
    wanted = int(str(request.parameters.get("heat_maps", _MAPS)))
    made = []
    for number, finding in enumerate(findings[:wanted]):
        context.progress(0.5 + 0.5 * number / wanted, "explaining")
        coarse = heat.grad_cam(model.network, seen.image, KEYS.index(finding.key))
        if coarse.max() > 0:
            made.append(HeatMap(finding.key, finding.title, heat.on_grid(coarse, rows, columns), heat.METHOD))
    return tuple(made)


def _charts(model: Model, seen: Reading) -> tuple[Chart, ...]:
    """The findings from left to right by falling probability, each named; and the calibration."""
    probabilities = model.answering.probabilities(seen.scores[None])[0]
    places = tuple(float(place) for place in range(len(KINDS)))
    order = np.argsort(-probabilities, kind="stable")
    titles = tuple(KINDS[row].title for row in order)
    shown, shares = (tuple(float(each[row]) for row in order) for each in (probabilities, _usual(model)))
    here = Trace("This image", places, shown, "bars", labels=titles)
    usual = Trace("Training pictures", places, shares, "points", labels=titles)
    points = model.facts["calibration"]
    bins = Trace(
        "Held-back pictures",
        tuple(float(one["said"]) for one in points),
        tuple(float(one["seen"]) for one in points),
        style="points",
        low=tuple(float(one["low"]) for one in points),
        high=tuple(float(one["high"]) for one in points),
    )
    top = max(one["said"] for one in points)
    even = Trace("As said", (0.0, float(top)), (0.0, float(top)), "line")
    return (
        Chart("probabilities", "Beside the training pictures", "Finding", "Probability", (here, usual)),
        Chart("calibration", "Calibration, all findings", "Probability said", "Share seen", (bins, even)),
    )


def _notices(model: Model, request: ClassifyRequest) -> tuple[Notice, ...]:
    parts = model.facts["parts"]
    value, low, high = model.facts["macro"][parts]
    base = model.facts["macro"]["baseline"]
    message = (
        f"A demonstration: trained on {model.facts['pictures']} small pictures, labels mined from reports. "
        f"Held-back macro AUROC {value:.2f} ({low:.2f} to {high:.2f}); a logistic regression on descriptors "
        f"reaches {base[0]:.2f} ({base[1]:.2f} to {base[2]:.2f})."
    )
    found = [Notice("demonstration", message, values={"auroc": value, "low": low, "high": high})]
    if age_in_years(request.facts) is None:
        text = "The file states no age that can be read; the model is for adults only."
        found.append(Notice("age-unknown", text))
    return tuple(found)
