"""The segments of ct.structures: values, names, codes, display colours."""

from __future__ import annotations

from medapp.domain.segmentation import Code, Label

BODY, LUNG_LEFT, LUNG_RIGHT, AIRWAYS, BONE, LUNGS = 1, 2, 3, 4, 5, 6
"""`LUNGS` is used in place of left and right where the file does not say how the patient lies."""

_TISSUE = Code("85756007", "SCT", "Tissue")

LABELS: tuple[Label, ...] = (
    Label(BODY, "Body, other tissue", Code("85756007", "SCT", "Tissue"), "#c8a078", category=_TISSUE),
    Label(LUNG_LEFT, "Left lung", Code("44029006", "SCT", "Left lung"), "#4a90d9"),
    Label(LUNG_RIGHT, "Right lung", Code("3341006", "SCT", "Right lung"), "#50b85a"),
    Label(AIRWAYS, "Airways", Code("110726009", "SCT", "Trachea and bronchus"), "#e0559b"),
    Label(BONE, "Bone", Code("272673000", "SCT", "Bone structure"), "#f1d691"),
    Label(LUNGS, "Lungs, side not known", Code("39607008", "SCT", "Lung structure"), "#4ab6c9"),
)
"""The labels do not overlap: what is lung, airway or bone is not counted as body again."""
