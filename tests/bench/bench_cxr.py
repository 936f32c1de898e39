"""cxr.findings on the labelled pictures of NIH ChestX-ray14, and how well it refuses what is no chest X-ray.

Pictures of the training count by what was said of them while their patient was held back, see
`medapp_classification.cxr_findings.evaluation`.
"""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medapp.api.testing import TrialContext
from medapp.resources import resource
from medapp_classification.cxr_findings.assembling import metrics_of
from medapp_classification.cxr_findings.evaluation import spoken_of
from medapp_classification.cxr_findings.figures import figures
from tests.bench.harness import ROOT, Row, at_least, at_most, emit, is_short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medapp.domain.volume import Volume
    from medapp_classification.cxr_findings.model import Model

FOLDERS = "cxr-nih14-256px,cxr-nih14-64px"
SINGLES = "cxr-singles"
CHEST = ("CR", "DX")
SLICES = 25
"""Of each series at most, spread over it."""


def folder() -> Path:
    """Where the images are."""
    named = os.environ.get("MEDAPP_SHARED")
    shared = Path(named) if named else ROOT.parent / "shared" / "data"
    return shared / "dicom"


def the_model() -> Model:
    """As it is shipped."""
    from medapp_classification.cxr_findings.model import WEIGHTS, load

    return load(resource("models", WEIGHTS))


def single_images(root: Path) -> Iterator[tuple[str, Volume]]:
    """Modality and single grey images of all that is not CR or DX, as if they were; colours made grey."""
    from medapp.formats.collect import collect
    from medapp.formats.dicom.load import load_volume
    from medapp.formats.errors import UnreadableError

    for part in sorted(one for one in root.iterdir() if one.is_dir() and not one.name.startswith("cxr-")):
        with tempfile.TemporaryDirectory() as scratch:
            for series in collect([part], scratch=Path(scratch)).series:
                if series.modality in CHEST:
                    continue
                try:
                    volume = load_volume(series)
                except UnreadableError:
                    continue
                for number in np.unique(np.linspace(0, len(volume.array) - 1, SLICES).astype(int)):
                    if number in volume.failed:
                        continue
                    array = volume.array[number : number + 1]
                    grey = array.mean(axis=-1) if volume.is_color else array
                    yield series.modality, replace(volume, array=grey, failed={})


def refusals(model: Model) -> dict[str, list[bool]]:
    """Whether each image that is no chest X-ray is refused by its pixels alone, by modality."""
    from medapp_classification.cxr_findings.image import prepared
    from medapp_classification.cxr_findings.reading import read

    found: dict[str, list[bool]] = {}
    for modality, volume in single_images(folder()):
        image = prepared(volume, model.size)
        even = float(image.max()) == float(image.min())
        found.setdefault(modality or "none", []).append(even or read(model, image).strangeness > 1)
    return found


def rows() -> Iterator[Row]:
    """Macro AUROC beside the baseline's, calibration, coverage, refusals and the time of one image."""
    root = folder()
    if not root.is_dir():
        print(f"no images at {root}")
        return
    import torch

    from medapp_classification.cxr_findings.cases import read_cases

    torch.set_num_threads(1)
    model = the_model()
    cases = read_cases(root, FOLDERS).cases[:: 4 if is_short() else 1]
    held, known = spoken_of(model, cases, TrialContext(Path(tempfile.gettempdir())))
    labels = np.array([case.labels for case in cases], np.int64)
    groups, sources = [case.group for case in cases], [case.source for case in cases]
    facts = figures(held, labels, groups, sources, rounds=100 if is_short() else 500)
    facts["parts"] = model.facts["parts"]
    _tell(facts, known.training, known.new)
    yield from _of_answers(facts)
    yield from _of_refusals(model, facts)
    start = time.perf_counter()
    for case in cases[:10]:
        _once(model, case.path)
    yield Row("time of one image, one thread, without heat maps", (time.perf_counter() - start) / 10)


def _once(model: Model, path: Path) -> None:
    from medapp_classification.cxr_findings.image import read_picture
    from medapp_classification.cxr_findings.reading import read

    read(model, read_picture(path, model.size))


def _tell(facts: dict, training: int, new: int) -> None:
    print(f"{facts['pictures']} pictures of {facts['patients']} patients, {training} held back, {new} new")
    for one in facts["findings"]:
        areas = ", ".join(
            f"{name} {value[0]:.3f} ({value[1]:.3f} to {value[2]:.3f})"
            for name, value in one["auroc"].items()
        )
        print(
            f"{one['key']}, {one['positives']}: {areas}; ECE {one['ece']:.3f}, coverage {one['coverage']:.3f}"
        )
    for name, value in facts["differences"].items():
        print(
            f"{name}: {value['value']:+.3f} ({value['low']:+.3f} to {value['high']:+.3f}), p {value['p']:.3f}"
        )
    print({name: round(value, 4) for name, value in metrics_of(facts).items()}, flush=True)


def _of_answers(facts: dict) -> Iterator[Row]:
    parts = facts["parts"]
    for title, key in (
        ("macro AUROC, folds by patient", "macro"),
        ("the same within each source", "within_sources"),
    ):
        value, low, high = facts[key][parts]
        base = facts[key]["baseline"]
        peer = f"logistic regression ({base[1]:.3f} to {base[2]:.3f})"
        yield Row(
            f"{title} (95 % interval {low:.3f} to {high:.3f})",
            value,
            "",
            base[0],
            peer,
            "above it",
            value > base[0],
        )
    better = facts["differences"][f"{parts} over baseline"]
    bounds = f"{better['low']:+.3f} to {better['high']:+.3f}, p {better['p']:.3f}"
    figure = f"above the baseline (paired bootstrap {bounds})"
    yield Row(figure, better["value"], "")
    yield Row("network and baseline together, macro AUROC", facts["macro"]["both"][0], "")
    yield at_most("expected calibration error, mean of findings", facts["ece"], 0.05, "")
    yield at_most("coverage of prediction sets away from 0.9", abs(facts["coverage"]["all"] - 0.9), 0.01, "")
    yield Row("coverage of what is present", facts["coverage"]["present"], "")
    yield Row("coverage of what is absent", facts["coverage"]["absent"], "")


def _of_refusals(model: Model, facts: dict) -> Iterator[Row]:
    found = refusals(model)
    for modality, refused in sorted(found.items()):
        print(f"{modality}: {sum(refused)} of {len(refused)} refused")
    everything = [one for refused in found.values() for one in refused]
    yield at_least(
        f"refused of {len(everything)} images that are no chest X-rays", float(np.mean(everything)), 0.95, ""
    )
    yield at_most("refused of held-back chest X-rays", facts["refused"], 0.05, "")


if __name__ == "__main__":
    emit(rows())
