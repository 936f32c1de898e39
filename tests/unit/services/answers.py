"""Answers of models about one patient, as tests keep them in a library."""

from __future__ import annotations

import numpy as np

from medapp.api.manifest import TaskManifest
from medapp.api.results import ClassifyResult
from medapp.domain.finding import Counterfactual, Finding, HeatMap, ItemEvidence
from medapp.domain.provenance import Provenance
from medapp.domain.segmentation import Code
from medapp.services.classifying import FindingsProposal
from medapp.services.inbox import inbox_of, keep

PATIENT = "P|1|"
EFFUSION = Finding(
    "Effusion", "Pleural effusion", code=Code("60046008", "SCT", "Pleural effusion"), probability=0.82,
    low=0.6, high=0.93, answers=("present",), threshold=0.5, heat_map="h",
)  # fmt: skip
MASS = Finding("Mass", "Mass", probability=0.41, answers=("present", "absent"), threshold=0.5)
DEATH = Finding(
    "death", "Death within 5 years", "risk", probability=0.23, low=0.17, high=0.31, threshold=0.35,
    horizon_days=1826, items=(
        ItemEvidence("Age", "67 a", 0.8),
        ItemEvidence("Creatinine, last", "1.9 mg/dL", -0.45, entries=("Observation/1",)),
    ), changes=(Counterfactual("Creatinine", "1.9 mg/dL", "1.0 mg/dL", 0.15),),
)  # fmt: skip
MARFAN = Finding(
    "OMIM:154700", "Marfan syndrome", "disease", code=Code("OMIM:154700", "OMIM", "Marfan syndrome"),
    probability=0.62, in_set=True, items=(ItemEvidence("Ectopia lentis", matched="Ectopia lentis", effect=6.1,
                                                       effect_unit="information (bits)"),),
)  # fmt: skip
EHLERS = Finding("OMIM:130000", "Ehlers-Danlos syndrome", "disease", probability=0.2, in_set=True)
STICKLER = Finding("OMIM:108300", "Stickler syndrome", "disease", probability=0.02, in_set=False)
VOLUME = Finding(
    "v1", "Hippocampus, left", "measurement", value=3.21, unit="ml", low=3.0, high=3.4, group="Hippocampus",
    percentile=12.0, reference="adults of a made-up town",
)  # fmt: skip
NOT_MADE = Finding(
    "v2", "Hippocampus, right", "measurement", unit="ml", group="Hippocampus", remark="Cut off."
)


def proposal(
    identity: str, findings=(EFFUSION, MASS), *, patient=PATIENT, task="cxr.findings", series=None, **rest
) -> FindingsProposal:
    maps = (HeatMap("h", "Pleural effusion", np.full((2, 3, 4), 0.5, np.float32), "Grad-CAM"),)
    found = ClassifyResult(
        tuple(findings), rest.pop("used", ("images",)), coverage=rest.pop("coverage", 0.9),
        heat_maps=maps if any(one.heat_map for one in findings) else (), **rest,
    )  # fmt: skip
    made = Provenance(
        task, task, "medapp_classification", "0.1.0", weights={"w.safetensors": "ab" * 32},
        finished="2026-01-02T10:15:00+00:00", input_sha256="cd" * 32,
    )  # fmt: skip
    manifest = TaskManifest(task, f"Answers of {task}", "classification")
    return FindingsProposal(identity, manifest, patient, series, found, made, "cxr.md")


def kept(app, *proposals):
    """Keep answers; returns the inbox by id."""
    for one in proposals:
        keep(app, one)
    return {item.entry.id: item for item in inbox_of(app.library, proposals[0].patient).items}


def many(count: int, groups: int = 10) -> tuple[Finding, ...]:
    """As many measurements under some headings."""
    return tuple(
        Finding(
            f"m{n}",
            f"Feature {n}",
            "measurement",
            value=n / 7,
            unit="mm",
            group=f"Liver: family {n % groups}",
        )
        for n in range(count)
    )
