"""Measures an imported classifier on labelled pictures: what it says of each, for figures with intervals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medapp.api import EvaluateResult, Predictions, TaskRefused
from medapp.domain.notice import Notice
from medapp_classification.image_import import files, preparing
from medapp_classification.image_import.answers import probabilities, probe
from medapp_classification.image_import.pictures import as_volume, read_pictures
from medapp_classification.image_import.task import TRUST, is_code, loaded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.api import EvaluateRequest, JobContext
    from medapp_classification.image_import.description import ClassSpec, Description
    from medapp_classification.image_import.files import Source
    from medapp_classification.image_import.pictures import Picture

_ALL = 2
_YEARS = (18, 40, 60)


def evaluate(request: EvaluateRequest, context: JobContext) -> EvaluateResult:
    """Ask the classifier about every picture of a folder.

    Raises:
        TaskRefused: Where classifier or data cannot be used, with what would make it run.
    """
    context.progress(0.0, "reading the classifier")
    source = _source(request)
    pictures = read_pictures(request.data, source.description)
    told = [one for one in source.description.classes if one.shown and _has_both(pictures, one)]
    if not told:
        message = "no class of the classifier is there in some pictures and not in others"
        raise TaskRefused(message)
    digest = files.model_sha256(source, context.check_cancelled)
    context.record(f"weights:{source.model.name}", digest)
    runtime = loaded(source, context)
    probe(runtime, source.description)
    said: list[NDArray[np.float64]] = []
    for number, one in enumerate(pictures):
        context.progress(0.1 + 0.85 * number / len(pictures), "asking about the pictures")
        context.check_cancelled()
        volume = as_volume(one.path, next(iter(source.description.images), ""))
        prepared = preparing.ready(volume, source.description.given, source.description.intensity)
        said.append(probabilities(runtime, prepared.array, source.description))
    context.progress(1.0, "done")
    places = {one.key: place for place, one in enumerate(source.description.classes)}
    return EvaluateResult(
        predictions=tuple(_of_class(one, places[one.key], pictures, said) for one in told),
        notices=_notices(source.description, [one for one in source.description.classes if one.shown], told),
    )


def _source(request: EvaluateRequest) -> Source:
    named = str(request.parameters.get("model", "")).strip()
    if request.weights is not None:
        named = str(request.weights)
    if not named:
        message = "needs the folder or the manifest of a classifier (model)"
        raise TaskRefused(message)
    source = files.find(Path(named).expanduser())
    given = source.description.given
    if given.dimensions != _ALL:
        message = "the classifier takes volumes: only one of single images can be measured on pictures"
        raise TaskRefused(message)
    if given.spacing_mm:
        message = "the classifier needs the spacing in millimetres, which pictures do not state"
        raise TaskRefused(message)
    if is_code(source) and not request.parameters.get("trusted", False):
        message = f"{source.model.name} is TorchScript, which is code and runs with your rights: {TRUST}"
        raise TaskRefused(message)
    return source


def _has_both(pictures: tuple[Picture, ...], one: ClassSpec) -> bool:
    return len({picture.labels[one.key] for picture in pictures}) == _ALL


def _of_class(
    one: ClassSpec, place: int, pictures: tuple[Picture, ...], said: list[NDArray[np.float64]]
) -> Predictions:
    return Predictions(
        one.key,
        one.title,
        "binary",
        tuple(picture.patient for picture in pictures),
        tuple(picture.labels[one.key] for picture in pictures),
        tuple(float(np.clip(row[place], 0, 1)) for row in said),
        groups=_groups(pictures),
    )


def _groups(pictures: tuple[Picture, ...]) -> dict[str, tuple[str, ...]]:
    """Sex and decades of life, where the table states them of every picture."""
    found = {}
    for name, read in (("sex", str), ("age", _span)):
        if all(name in picture.groups for picture in pictures):
            found[name] = tuple(read(picture.groups[name]) for picture in pictures)
    return found


def _span(text: str) -> str:
    try:
        years = float(text.rstrip("Yy"))
    except ValueError:
        return "unknown"
    lower = max((one for one in _YEARS if one <= years), default=0)
    upper = min((one for one in _YEARS if one > years), default=None)
    return f"{lower} and older" if upper is None else f"{lower} to {upper - 1}"


def _notices(description: Description, shown: list[ClassSpec], told: list[ClassSpec]) -> tuple[Notice, ...]:
    found = []
    left_out = [one.title for one in shown if one not in told]
    if left_out:
        message = f"Not measured, for all pictures or none have it: {', '.join(left_out)}."
        found.append(Notice("one-class", message))
    if description.intensity.scale == "window":
        message = (
            "Pictures hold grey levels and no values with a unit: where the window of the manifest is in "
            "such a unit, these figures do not hold."
        )
        found.append(Notice("grey-levels", message))
    return tuple(found)
